"""Forms of booking. Shapes only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import phonenumbers
from wtforms import Field, HiddenField, StringField, ValidationError

from portal.booking.models import Schedule
from portal.booking.reasons import BY_FAMILY
from portal.booking.ways import ways_of, ways_of_office
from portal.config import Settings
from portal.i18n import N_
from portal.i18n import gettext as _
from portal.typed import ascii_digits
from portal.web.forms import ChoiceField, Form

CHANNELS = {
    "video": N_("By video, in the browser"),
    "phone": N_("By telephone: we call you"),
    "whatsapp": N_("By WhatsApp: we call you there. It belongs to another company, which learns that we talked."),
}
INTERPRETERS = {
    "no": N_("No, thank you"),
    "spoken": N_("Yes, for a spoken language"),
    "sign": N_("Yes, for sign language"),
    "written_translation": N_("Yes, something written to read along"),
}


BY_NUMBER = ("phone", "whatsapp")


class SlotForm(Form):
    """One of the free times."""

    slot = ChoiceField()

    def validate_slot(self, field: Field) -> None:
        """One of them."""
        if not field.data:
            raise ValidationError(_("Please choose a time."))


class ConfirmForm(Form):
    """How to talk. `slot` is the time that the page showed."""

    slot = HiddenField()
    channel = ChoiceField()
    phone = StringField()
    interpreter = ChoiceField(default="no")

    country: str | None = None
    offered: Mapping[str, str] = CHANNELS
    number: str | None = None  # what was typed, read

    def validate_channel(self, field: Field) -> None:
        """One that is offered."""
        if field.data not in self.offered:
            raise ValidationError(_("Please choose how we should talk."))

    def validate_phone(self, field: Field) -> None:
        """Needed for a call; a number of any country, in digits of any script."""
        typed = (field.data or "").strip()
        if self.channel.data in BY_NUMBER and not typed:
            raise ValidationError(_("Please write the number we should call."))
        self.number = read_phone(typed, self.country) if typed else None
        if typed and self.number is None:
            raise ValidationError(
                _("This does not look like a complete number. Please begin with + and the country code.")
            )

    def validate_interpreter(self, field: Field) -> None:
        """One of the answers; none means no."""
        if field.data not in INTERPRETERS:
            field.data = "no"

    def said(self) -> dict[str, Any]:
        """How the family wants to talk, as booking keeps it; of a form that was found to be in order."""
        return {
            "channel": self.channel.data,
            "phone": self.number,
            "interpreter": self.interpreter.data,
        }


class MoveForm(Form):
    """The new time and the one that it `was` at, as the page showed them."""

    slot = HiddenField()
    was = HiddenField()


class MoveAnewForm(ConfirmForm):
    """The same, with how to talk where whoever has the new time does not talk in the old way."""

    was = HiddenField()


class KeptForm(Form):
    """What a page about a kept time says by itself: which time it shows, and which keeping of it it knows of.

    `again` where the page has come back, `moving` where the time is to take the place of another one.
    """

    slot = HiddenField(default="")
    mark = HiddenField(default="")
    again = HiddenField()
    moving = HiddenField()


class SeenForm(Form):
    """What the office did was seen. `slot` is the time that the page showed, `sequence` what it was then."""

    slot = HiddenField()
    sequence = HiddenField()


class CancelForm(Form):
    """Why, if the family likes to say so. `slot` is the time that the page showed."""

    slot = HiddenField()
    reason = ChoiceField()

    def validate_reason(self, field: Field) -> None:
        """One of them, or none."""
        if field.data not in BY_FAMILY:
            field.data = ""


def channels(settings: Settings, schedule: Schedule | None = None) -> dict[str, str]:
    """The ways to talk that this office offers, or those of a calendar within them, with their words."""
    offered = ways_of_office(settings) if schedule is None else ways_of(schedule, settings)
    return {code: CHANNELS[code] for code in offered}


def read_phone(typed: str, country: str | None) -> str | None:
    """A telephone number in its international form; `None` where it is none."""
    try:
        number = phonenumbers.parse(" ".join(ascii_digits(typed).split()), country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL))
