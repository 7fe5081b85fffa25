"""Forms of the sign-in. Shapes only."""

from __future__ import annotations

from wtforms import Field, PasswordField, StringField, ValidationError

from portal.i18n import gettext as _
from portal.web.forms import Form

SHORTEST_PASSWORD = 12


class SignInForm(Form):
    """Address and password."""

    email = StringField()
    password = PasswordField()

    def validate_email(self, field: Field) -> None:
        """Something."""
        if not (field.data or "").strip():
            raise ValidationError(_("Please write your sign-in address."))

    def validate_password(self, field: Field) -> None:
        """Something."""
        if not field.data:
            raise ValidationError(_("Please write your password."))


class SecondFactorForm(Form):
    """The code of an authenticator."""

    code = StringField()

    def validate_code(self, field: Field) -> None:
        """Six digits of any script."""
        if sum(mark.isdecimal() for mark in field.data or "") != 6:
            raise ValidationError(_("The code has six digits."))


class InvitationForm(SecondFactorForm):
    """A new password, and the first code of a new authenticator."""

    password = PasswordField()

    def validate_password(self, field: Field) -> None:
        """Long enough; nothing else is asked of it."""
        if len(field.data or "") < SHORTEST_PASSWORD:
            raise ValidationError(
                _("Please choose a password of at least 12 characters. Three or four words are good.")
            )
