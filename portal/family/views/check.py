"""Check everything once more, and send it once."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from portal.accesslog.log import record_by_family
from portal.booking.service.standing import booked
from portal.cases.contact import reachable
from portal.cases.entry import AtHand, answers_alone, at_hand, family_only
from portal.cases.models import DRAFT, Case, Consent
from portal.cases.service.assent import may_still_agree
from portal.cases.service.start import GIVEN, locked_case, role_of
from portal.documents.forms import KIND_WORDS
from portal.documents.service import documents_of
from portal.extensions import db
from portal.family.blueprint import blueprint
from portal.family.forms import ASSENT, AUTHORITY, PERSON, ROLES
from portal.family.gaps import HELPFUL, gaps
from portal.family.service import HelpFirst, NotComplete, send_intake
from portal.family.views.mending import to_mend, way_to
from portal.family.views.tasks import spoken_appointment
from portal.i18n import N_, file_size, language_name, spoken
from portal.i18n import gettext as _
from portal.intake import showing
from portal.intake.questionnaire.answers import SKIPPED
from portal.intake.service import answers as intake
from portal.intake.service import flags, progress
from portal.intake.words import STATES
from portal.keys.keyring import KeyDestroyed
from portal.pages import library
from portal.pages.showing import values
from portal.transaction import transaction
from portal.web.forms import switching
from portal.web.parts import now, parts
from portal.web.rendering import isolate, render
from portal.web.ways import CHECK

# The start's questions, in its own words, with the words of their answers.
AT_THE_START = {
    "respondent_role": (N_("You are"), ROLES),
    "person": (N_("It is about"), PERSON),
    "guardian_authority": (N_("May you decide about this person’s health care?"), AUTHORITY),
    "adult_assent": (N_("Does the person know about this and agree?"), ASSENT),
}


@blueprint.route("/case/check", methods=["GET", "POST"])
@family_only
def check() -> ResponseReturnValue:
    """Every answer as the office will get it; the button sends it."""
    if at_hand().state != DRAFT:
        return redirect(url_for("family.sent"), 303)
    try:
        if request.method == "POST" and not switching() and _send():
            return redirect(url_for("family.sent"), 303)
    except HelpFirst:
        return redirect(url_for("intake.right_now", back=CHECK), 303)
    return _page(at_hand())


@blueprint.get("/case/sent")
@family_only
def sent() -> ResponseReturnValue:
    """The confirmation: the reference, the appointment, and what comes next."""
    case = at_hand().case
    if case.state == DRAFT:
        return redirect(url_for("family.tasks"), 303)
    appointment = booked(db.session(), case.id)
    return render(
        "family/sent.html",
        reference=case.reference,
        appointment=appointment and spoken_appointment(appointment),
        book_url=url_for("booking.book"),
        waits=case.waits_since is not None,
    )


def _send() -> bool:
    found, here, instant = at_hand(), parts(), now()
    with transaction() as session:
        case = locked_case(session, found.case_id, people=True)
        try:
            sent_now = send_intake(session, here.keyring, case, settings=here.settings, now=instant)
        except NotComplete:
            return False
        if sent_now:
            record_by_family(session, here.keyring, found.respondent_id, found.pseudonym, "case.sent", now=instant)
    return True


def _page(found: AtHand) -> ResponseReturnValue:
    answers = intake.read_case(db.session(), parts().keyring, found.case, today=now().date())
    shown = showing.rows(answers, spoken(), alone=answers_alone())
    labels = {(section.id, row.code): row.label for section in shown for row in section.rows}
    documents = documents_of(db.session(), parts().keyring, found.case.id)
    appointment = booked(db.session(), found.case.id)
    return render(
        "family/check.html",
        start=_start(found),
        moved="moved" in request.args,
        contact=isolate(values(parts().settings, spoken())["controller_contact"]),
        sections=[_section(answers, section, found.case.language) for section in shown],
        missing=[
            {"label": labels.get((section, code), code), "url": way_to(answers, section, code, back=CHECK)}
            for section, code in progress.required_missing(answers)
        ],
        unread=to_mend(answers, back=CHECK),
        language=found.case.language,
        urgent=flags.is_open(answers),
        helpful=[_(HELPFUL[gap]) for gap in gaps(answers, {one.kind for one in documents})],
        documents=[
            _line(_(KIND_WORDS[one.kind]), f"{one.name} ({file_size(one.size, spoken())})", "auto") for one in documents
        ],
        documents_url=url_for("documents.documents", back=CHECK),
        appointment=appointment and spoken_appointment(appointment),
        book_url=url_for("booking.book", back=CHECK),
    )


def _start(found: AtHand) -> list[dict[str, str]]:
    """What was said before the questions, as the office has it; nothing where nobody can read it any more."""
    try:
        said = role_of(parts().keyring, found.case, found.respondent)
        addresses = {one.respondent_id: one.email for one in reachable(parts().keyring, found.case)}
    except KeyDestroyed:
        return []
    address = addresses.get(found.respondent_id)
    told = [
        _line(_(label), _(words.get(said.get(name, ""), STATES[SKIPPED])), url=_way_to_said(name, said))
        for name, (label, words) in AT_THE_START.items()
        if said.get(name) or _way_to_said(name, said)
    ]
    return [
        *told,
        _line(_("Language"), language_name(found.respondent.language, spoken())),
        _line(
            _("Your e-mail address"),
            address or _("I have no e-mail address"),
            "ltr" if address else "",
            url=url_for("family.contact", back=CHECK),
        ),
        *_consents(found.case),
    ]


def _way_to_said(name: str, said: dict[str, str]) -> str:
    """To the one answer of the start that may be different later."""
    return url_for("family.assent", back=CHECK) if name == "adult_assent" and may_still_agree(said) else ""


def _consents(case: Case) -> list[dict[str, str]]:
    """What was agreed to, by the title of the text as it was read."""
    asked = select(Consent).where(Consent.case_id == case.id).order_by(Consent.at, Consent.text)
    return [
        _line(_title(one.text, one.version), _("given") if one.status == GIVEN else _("not given"))
        for one in db.session.scalars(asked)
    ]


def _title(slug: str, version: int) -> str:
    try:
        return library.find(slug, spoken(), version).title
    except LookupError:  # a language that came after this version
        return library.find(slug, spoken()).title


def _line(label: str, value: str, direction: str = "", *, url: str = "") -> dict[str, str]:
    return {"label": label, "value": value, "dir": direction, "url": url, "action": _("Change")}


def _section(answers: intake.Intake, section: showing.SectionShown, language: str) -> dict[str, Any]:
    """A section's answers, each with the way to change it and straight back; and what was left open.

    Own words are in the `language` of the case where they do not say another.
    """
    said = [row for row in section.rows if row.state in {None, "unknown", "declined", "never"}]
    return {
        "title": section.title,
        "url": url_for("intake.section", section=section.id, back=CHECK),
        "rows": [
            {
                "label": row.label,
                "value": row.text,
                "dir": "ltr" if row.ltr else "auto" if row.free else "",
                "url": way_to(answers, section.id, row.code, back=CHECK),
                "action": _("Change"),
                "pieces": row.pieces if row.free else (),
                "lang": language,
            }
            for row in said
        ],
        "open": [
            {"label": row.label, "url": way_to(answers, section.id, row.code, back=CHECK)}
            for row in section.rows
            if row not in said
        ],
    }
