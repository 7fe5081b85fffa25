"""Forms for a calendar's rules. Shapes only."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, ClassVar

from wtforms import DateField, Field, IntegerField, TimeField, ValidationError
from wtforms.validators import NumberRange, StopValidation

from portal.booking.service.calendars import ALL_AT_ONCE, EXTRA, OFF, OPEN, TRAVEL
from portal.booking.service.copying import MOST_WEEKS, WEEK
from portal.booking.wished import WEEKDAYS
from portal.desk.forms import EARLIEST, LATEST, Said, opens_by, place_of
from portal.i18n import N_
from portal.i18n import gettext as _
from portal.web.forms import ChoiceField, ChoicesField, Form

KINDS = {
    OFF: N_("Not there (holiday, illness, training)"),
    EXTRA: N_("Extra hours on these days"),
    TRAVEL: N_("Travelling: the weekly hours are meant on the clock of another place"),
    OPEN: N_("A public holiday that is worked"),
}
KINDS_OF_CLINIC = {OFF: N_("The clinic is closed"), OPEN: N_("A public holiday that is worked")}
BOUNDS = {"minutes": (5, 240), "before": (0, 120), "after": (0, 120), "notice": (0, 720), "horizon": (1, 300)}


NO_DAY = N_("This day cannot be right. Please look again.")
NO_NUMBER = N_("Please write a whole number, for example 4.")
NO_TIME = N_("Please write a time of day, for example 09:30.")


class Left:
    """What may be left empty; what is typed must still be readable, or these words say that it is not."""

    field_flags: ClassVar[dict[str, bool]] = {}

    def __init__(self, unread: str) -> None:
        self._unread = unread

    def __call__(self, form: Form, field: Field) -> None:
        """Without an answer there is nothing wrong; the field's other checks still look."""
        field.errors = []  # the library's own words are English
        if field.data is None and any(str(value).strip() for value in field.raw_data or []):
            raise StopValidation(_(self._unread))


class RulesForm(Form):
    """How conversations lie in a calendar: minutes, but `notice` in hours and `horizon` in days."""

    minutes = IntegerField(validators=[Said()])
    before = IntegerField(validators=[Said()])
    after = IntegerField(validators=[Said()])
    notice = IntegerField(validators=[Said()])
    horizon = IntegerField(validators=[Said()])
    most_per_day = IntegerField(validators=[Left(NO_NUMBER)])
    channels = ChoicesField()
    holidays_of = ChoiceField()

    countries: Collection[str] = ()
    ways: Collection[str] = ()

    def validate(self, extra_validators: Any = None) -> bool:
        """Every number within its bounds."""
        whole = bool(super().validate(extra_validators))
        for name, (least, most) in BOUNDS.items():
            field = self[name]
            if field.data is not None and not least <= field.data <= most:
                field.errors = [_("Between %(least)s and %(most)s.", least=least, most=most)]
                whole = False
        return whole

    def validate_most_per_day(self, field: Field) -> None:
        """Between one and fifty, or not said."""
        if field.data is not None:
            NumberRange(1, 50, message=_("Between %(least)s and %(most)s.", least=1, most=50))(self, field)

    def validate_channels(self, field: Field) -> None:
        """One at least of the ways that the office offers, where there is more than one."""
        field.data = [code for code in self.ways if code in (field.data or [])]
        if len(self.ways) > 1 and not field.data:
            raise ValidationError(_("Please choose at least one way to talk."))

    def named_channels(self) -> str:
        """As a calendar keeps them: empty for all that the office offers, so that a new one counts as well."""
        return "" if len(self.channels.data or []) == len(self.ways) else " ".join(self.channels.data or [])

    def validate_holidays_of(self, field: Field) -> None:
        """A country whose holidays are known, or none."""
        if field.data not in self.countries:
            field.data = ""


class HoursForm(Form):
    """Weekly hours. An end that is not later than the beginning is the next day's."""

    weekdays = ChoicesField()
    begin = TimeField(validators=[Said()])
    end = TimeField(validators=[Said()])
    urgent = ChoiceField()

    def validate_weekdays(self, field: Field) -> None:
        """At least one."""
        if not field.data or not set(field.data) <= set(WEEKDAYS):
            raise ValidationError(_("Please choose at least one weekday."))


class DaysForm(Form):
    """Days that differ."""

    kind = ChoiceField()
    first = DateField(validators=[Said()])
    last = DateField(validators=[Left(NO_DAY)])
    begin = TimeField(validators=[Left(NO_TIME)])
    end = TimeField(validators=[Left(NO_TIME)])
    zone = ChoiceField()
    urgent = ChoiceField()

    kinds: Collection[str] = tuple(KINDS)

    def validate_kind(self, field: Field) -> None:
        """One of them."""
        if field.data not in self.kinds:
            raise ValidationError(_("Please choose what these days are."))

    def validate_first(self, field: Field) -> None:
        """In years that a calendar has."""
        if field.data and not EARLIEST <= field.data.year <= LATEST:
            raise ValidationError(_(NO_DAY))

    def validate_last(self, field: Field) -> None:
        """Not before the first, and within a year; not said it is the same day."""
        if field.data is None:
            field.data = self.first.data
        elif self.first.data and not 0 <= (field.data - self.first.data).days <= 366:
            raise ValidationError(_("The last day comes after the first, within a year."))

    def validate_begin(self, field: Field) -> None:
        """Needed for extra hours."""
        if self.kind.data == EXTRA and field.data is None:
            raise ValidationError(_("Please fill this in."))

    def validate_end(self, field: Field) -> None:
        """The same."""
        self.validate_begin(field)

    def validate_zone(self, field: Field) -> None:
        """A place whose clock is known, for a journey."""
        if self.kind.data == TRAVEL:
            field.data = place_of(field.data)


class CopyForm(Form):
    """A week of a calendar, by any of its days, and where it is copied to; not said it is the week after."""

    calendar = ChoiceField()
    week = DateField(validators=[Said()])
    into = DateField(validators=[Left(NO_DAY)])
    weeks = IntegerField(validators=[Said()])

    calendars: Sequence[tuple[str, str]] = ()
    latest = date.max

    def validate_calendar(self, field: Field) -> None:
        """One of them."""
        if field.data not in {value for value, _label in self.calendars}:
            raise ValidationError(_("Please choose a calendar."))

    def validate_week(self, field: Field) -> None:
        """In years that a calendar has."""
        if field.data and not EARLIEST <= field.data.year < LATEST:
            raise ValidationError(_(NO_DAY))

    def validate_into(self, field: Field) -> None:
        """A day on which times can be opened, and not years away."""
        opens_by(field.data, self.latest)
        if field.data and self.week.data and abs(field.data - self.week.data) > 2 * ALL_AT_ONCE:
            raise ValidationError(_(NO_DAY))

    def validate_weeks(self, field: Field) -> None:
        """At least one, a year at most, and none of them too far ahead."""
        if field.data is None:
            return
        NumberRange(1, MOST_WEEKS, message=_("Between %(least)s and %(most)s.", least=1, most=MOST_WEEKS))(self, field)
        if self.week.data and not self.week.errors and not self.into.errors:
            opens_by(self.first_of_all() + (field.data - 1) * WEEK, self.latest)

    def first_of_all(self) -> date:
        """In which week the first copy lies, by any of its days."""
        into: date = self.into.data or self.week.data + WEEK
        return into
