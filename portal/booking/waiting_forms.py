"""The forms of the waiting list. Shapes only."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from wtforms import Field, StringField, ValidationError

from portal.booking.wished import BEGINNINGS, ENDINGS, WEEKDAYS, ending, hour
from portal.booking.wishes import Wish
from portal.i18n import gettext as _
from portal.typed import is_visible
from portal.web.forms import ChoiceField, ChoicesField, Form

LONGEST_NOTE = 500
FROM, TO = "07:00", "22:00"  # the hours that the page of free times shows first


class WaitingForm(Form):
    """What would suit: days, hours on the family's own clock, languages, and a short note."""

    weekdays = ChoicesField()
    begin = ChoiceField(default=FROM)
    end = ChoiceField(default=TO)
    languages = ChoicesField()
    note = StringField()

    offered: Collection[str] = ()

    def validate_weekdays(self, field: Field) -> None:
        """At least one."""
        if not field.data or not set(field.data) <= set(WEEKDAYS):
            raise ValidationError(_("Please choose at least one weekday."))

    def validate_begin(self, field: Field) -> None:
        """A full hour."""
        if field.data not in BEGINNINGS:
            raise ValidationError(_("Please choose an hour."))

    def validate_end(self, field: Field) -> None:
        """A full hour, another one than the beginning; an earlier one is the next day's."""
        if field.data not in ENDINGS:
            raise ValidationError(_("Please choose an hour."))
        if field.data == self.begin.data:
            raise ValidationError(_("Please leave at least an hour between the two."))

    def validate_languages(self, field: Field) -> None:
        """At least one of those that the page shows."""
        if not field.data or not set(field.data) <= set(self.offered):
            raise ValidationError(_("Please choose at least one language."))

    def validate_note(self, field: Field) -> None:
        """Short; nothing is cut off."""
        if len(field.data or "") > LONGEST_NOTE:
            raise ValidationError(_("Please shorten this to %(most)s characters.", most=LONGEST_NOTE))

    def show(self, wish: Wish, note: str) -> None:
        """Begin with what was said before."""
        self.weekdays.data = [str(day) for day in sorted(wish.weekdays)]
        self.begin.data, self.end.data = f"{wish.begin:%H:%M}", ending(wish.end)
        self.languages.data, self.note.data = list(wish.languages), note

    def propose(self, languages: Sequence[str]) -> None:
        """Begin with every day, and the languages of the family."""
        self.weekdays.data, self.languages.data = list(WEEKDAYS), list(languages)

    def wish(self) -> Wish:
        """What was said."""
        return Wish(
            frozenset(int(number) for number in self.weekdays.data),
            hour(self.begin.data or FROM),
            hour(self.end.data or TO),
            tuple(code for code in self.offered if code in self.languages.data),
        )

    def said_note(self) -> str:
        """The note; empty where there is nothing to be seen in it."""
        typed = (self.note.data or "").strip()
        return typed if is_visible(typed) else ""
