"""The family's ordinary forms. Shapes only; every message is in the reader's language."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email
from wtforms import BooleanField, Field, HiddenField, StringField, ValidationError

from portal.i18n import N_
from portal.i18n import gettext as _
from portal.web.forms import ChoiceField, Form

ROLES = {
    "self_adult": N_("I fill it in for myself"),
    "mother": N_("Mother"),
    "father": N_("Father"),
    "legal_guardian": N_("Legal guardian"),
    "other_relative": N_("Another relative"),
    "professional": N_("A professional, for example a doctor or social worker"),
    "other": N_("Someone else"),
}
PERSON = {"minor": N_("A child or young person under 18"), "adult": N_("An adult")}
AUTHORITY = {
    "yes": N_("Yes"),
    "shared_with_other_parent": N_("Yes, together with the other parent"),
    "no": N_("No"),
    "unknown": N_("I am not sure"),
}
ASSENT = {
    "yes": N_("Yes, the person knows and agrees"),
    "too_young": N_("Too young to be asked"),
    "cannot_express": N_("Cannot say so"),
    "no": N_("No, does not agree"),
    "unknown": N_("I have not asked yet"),
}


class WhoForm(Form):
    """Who fills in, and for whom. What is asked of others is not asked of an adult who fills in alone."""

    respondent_role = ChoiceField()
    person = ChoiceField()
    guardian_authority = ChoiceField()
    adult_assent = ChoiceField()

    def said(self) -> dict[str, str]:
        """What was answered; nothing of what is not asked of an adult who fills in alone."""
        alone = self.respondent_role.data == "self_adult"
        asked = ("respondent_role", "person") if alone else tuple(self.data)
        return {name: value for name, value in self.data.items() if value and name in asked}

    def validate_respondent_role(self, field: Field) -> None:
        """One of the roles."""
        _one_of(field, ROLES)

    def validate_person(self, field: Field) -> None:
        """Child or adult."""
        _one_of(field, PERSON)

    def validate_guardian_authority(self, field: Field) -> None:
        """Asked of everybody but an adult who fills in alone."""
        if self.respondent_role.data != "self_adult":
            _one_of(field, AUTHORITY)

    def validate_adult_assent(self, field: Field) -> None:
        """May be left."""
        if field.data and field.data not in ASSENT:
            _one_of(field, ASSENT)


class AgreeForm(Form):
    """Consents one by one, and how the office may write back."""

    consent_health_data = BooleanField()
    consent_share_doctor = BooleanField()
    consent_transfer = BooleanField()
    consent_no_treatment_promise = BooleanField()
    contact_email = StringField()
    no_email = BooleanField()

    def validate_consent_health_data(self, field: Field) -> None:
        """Without this consent nothing may be asked."""
        if not field.data:
            raise ValidationError(
                _("Without your agreement we may not ask about health. You can stop here; nothing was stored.")
            )

    def validate_consent_transfer(self, field: Field) -> None:
        """Acknowledged, not agreed to."""
        if not field.data:
            raise ValidationError(_("Please tick that you have read where your file is read."))

    def validate_consent_no_treatment_promise(self, field: Field) -> None:
        """Acknowledged."""
        if not field.data:
            raise ValidationError(_("Please tick that you have read what this consultation is not."))

    def validate_contact_email(self, field: Field) -> None:
        """One plain address, or the box that says there is none."""
        typed = (field.data or "").strip()
        if self.no_email.data and not typed:
            return
        field.data = read_email(typed)


class ContactForm(Form):
    """Where the office writes from now on, or the box that says nowhere."""

    contact_email = StringField()
    no_email = BooleanField()

    def validate_contact_email(self, field: Field) -> None:
        """One plain address as at the start, or none. The field comes filled: what is new in it outdoes the box."""
        typed = (field.data or "").strip()
        if self.no_email.data and typed in {"", field.object_data}:
            field.data = ""
            return
        field.data = read_email(typed)


class AssentForm(Form):
    """Whether the person agrees, where that was not settled at the start; `offered` are the answers that help."""

    adult_assent = ChoiceField()
    offered: tuple[str, ...] = ()

    def validate_adult_assent(self, field: Field) -> None:
        """One of those."""
        _one_of(field, {code: ASSENT[code] for code in self.offered})


class AnotherForm(AgreeForm):
    """The same for one more person of a family whose contact is known."""

    contact_email = None
    no_email = None


class OpenForm(Form):
    """Which of a family's cases to open, by its reference."""

    reference = HiddenField()


class ResumeForm(Form):
    """Ask for a way back: an address, or the code on paper."""

    contact_email = StringField()
    case_code = StringField()

    def validate_contact_email(self, field: Field) -> None:
        """An address, unless a case code is given."""
        if not (self.case_code.data or "").strip():
            field.data = read_email((field.data or "").strip())


class CodeForm(Form):
    """A code from a mail."""

    code = StringField()

    def validate_code(self, field: Field) -> None:
        """Six digits of any script; spaces do not matter."""
        if sum(mark.isdecimal() for mark in field.data or "") != 6:
            raise ValidationError(_("The code has six digits."))


class LinkForm(CodeForm):
    """The code beside a link, or the wish for another one."""

    anew = HiddenField(default="")


def read_email(typed: str) -> str:
    """One address in its normal form; quoted, doubled and non-ASCII ones are refused with a clear message."""
    if not typed:
        raise ValidationError(_("Please write your e-mail address, or tick that you have none."))
    no_address = ValidationError(_("This does not look like one e-mail address. Example: name@example.org"))
    if "=?" in typed:  # mail programs would decode it into another address
        raise no_address
    try:
        found = validate_email(typed, check_deliverability=False, allow_smtputf8=False, allow_quoted_local=False)
    except EmailNotValidError as fault:
        raise no_address from fault
    # A domain in its ASCII form: what is made of it later must not depend on which program does it.
    return found.ascii_email or found.normalized


def _one_of(field: Field, allowed: dict[str, str]) -> None:
    if field.data not in allowed:
        raise ValidationError(_("Please choose an answer."))
