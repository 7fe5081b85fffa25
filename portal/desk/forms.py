"""Forms of the desk. Shapes only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from wtforms import DateField, Field, HiddenField, IntegerField, StringField, TimeField, ValidationError
from wtforms.validators import InputRequired, NumberRange

from portal.booking.reasons import BY_STAFF, MOVED_BY_STAFF
from portal.booking.wished import WEEKDAYS
from portal.i18n import N_, OFFERED, is_language, zone_of
from portal.i18n import gettext as _
from portal.staff.models import ROLES
from portal.typed import one_line
from portal.web.forms import ChoiceField, ChoicesField, Form

ROLE_WORDS = {
    "coordinator": N_("Coordinator: reads cases and talks with families"),
    "lead": N_("Lead: reads cases and messages"),
    "interpreter": N_("Interpreter: sees appointments"),
    "admin": N_("Admin: times and people, no health data"),
}
EARLIEST, LATEST = 2020, 2200


class Said(InputRequired):
    """Something that can be read as what is asked."""

    def __call__(self, form: Form, field: Field) -> None:
        field.errors = []
        if field.data is None:
            raise ValidationError(_("Please fill this in."))


def opens_by(day: date | None, latest: date) -> None:
    """A day on which times can be opened: in years that a calendar has, and no slip of years ahead."""
    if day and day.year < EARLIEST:
        raise ValidationError(_("This day cannot be right. Please look again."))
    if day and day > latest:
        raise ValidationError(_("That is more than two years ahead. Please look again."))


class SlotsForm(Form):
    """Times for a range of days up to a latest one, in the clinic's wall time."""

    coordinator = ChoiceField()
    first = DateField(validators=[Said()])
    last = DateField(validators=[Said()])
    begin = TimeField(validators=[Said()])
    end = TimeField(validators=[Said()])
    minutes = IntegerField(validators=[Said()])
    weekdays = ChoicesField()
    urgent = ChoiceField()

    coordinators: Sequence[tuple[str, str]] = ()
    latest = date.max

    def validate_coordinator(self, field: Field) -> None:
        """One of the coordinators."""
        if field.data not in {value for value, _label in self.coordinators}:
            raise ValidationError(_("Please choose a coordinator."))

    def validate_first(self, field: Field) -> None:
        """A day on which times can be opened."""
        opens_by(field.data, self.latest)

    def validate_last(self, field: Field) -> None:
        """The same, not before the first day, and within a year."""
        opens_by(field.data, self.latest)
        if self.first.data and field.data and not 0 <= (field.data - self.first.data).days <= 366:
            raise ValidationError(_("The last day comes after the first, within a year."))

    def validate_end(self, field: Field) -> None:
        """After the beginning."""
        if self.begin.data and field.data and field.data <= self.begin.data:
            raise ValidationError(_("The end comes after the beginning."))

    def validate_minutes(self, field: Field) -> None:
        """Between five minutes and four hours."""
        if field.data is not None:
            NumberRange(5, 240, message=_("Between 5 and 240 minutes."))(self, field)

    def validate_weekdays(self, field: Field) -> None:
        """At least one."""
        if not field.data or not set(field.data) <= set(WEEKDAYS):
            raise ValidationError(_("Please choose at least one weekday."))


class CancelForm(Form):
    """Why the office cancels a consultation. `slot` is the time that the page showed."""

    slot = HiddenField()
    reason = ChoiceField()

    def validate_reason(self, field: Field) -> None:
        """One of them: nobody's consultation is cancelled without a reason."""
        if field.data not in BY_STAFF:
            raise ValidationError(_("Please choose the reason that the family is told."))


class StandsForm(Form):
    """The family was asked about its time, and it stands. `slot` is the time that the page showed."""

    slot = HiddenField()


class MoveForm(Form):
    """Another time for a consultation, out of those on offer, and why. `was` is the time that the page showed.

    `sequence` is what it was then: the same time, with a colleague, is given once.
    """

    was = HiddenField()
    sequence = HiddenField()
    slot = ChoiceField()
    reason = ChoiceField()

    def validate_slot(self, field: Field) -> None:
        """One of them."""
        if not field.data:
            raise ValidationError(_("Please choose a time."))

    def validate_reason(self, field: Field) -> None:
        """One of them: nobody is moved without a reason. Where the time stays, no family reads one."""
        if self.slot.data != self.was.data and field.data not in MOVED_BY_STAFF:
            raise ValidationError(_("Please choose the reason that the family is told."))


class OutcomeForm(Form):
    """What became of a consultation."""

    outcome = ChoiceField()


def place_of(zone: str | None) -> str:
    """The place of a zone under its name of today; refused is what is nobody's home, such as `UTC`."""
    found = zone_of(zone or "")
    if found is None:
        raise ValidationError(_("Please choose the place."))
    return found


class Whereabouts:
    """What is asked of somebody new, and can change later."""

    def validate_zone(self, field: Field) -> None:
        """A place whose clock is known, under its name of today."""
        field.data = place_of(field.data)

    def validate_speaks(self, field: Field) -> None:
        """Languages that exist."""
        if not all(code in OFFERED or is_language(code) for code in field.data or []):
            raise ValidationError(_("Please choose a language."))


class PlaceForm(Whereabouts, Form):
    """Where somebody is, and the languages spoken with families."""

    zone = ChoiceField()
    speaks = ChoicesField()


class PersonForm(Whereabouts, Form):
    """Somebody new at the office."""

    name = StringField()
    email = StringField()
    language = ChoiceField()
    zone = ChoiceField()
    roles = ChoicesField()
    speaks = ChoicesField()

    def validate_name(self, field: Field) -> None:
        """Something that can be seen, on one line."""
        field.data = one_line(field.data or "")
        if not field.data:
            raise ValidationError(_("Please fill this in."))

    def validate_language(self, field: Field) -> None:
        """One that the portal speaks."""
        if field.data not in OFFERED:
            raise ValidationError(_("Please choose a language."))

    def validate_roles(self, field: Field) -> None:
        """At least one."""
        if not field.data or not set(field.data) <= set(ROLES):
            raise ValidationError(_("Please choose at least one role."))
