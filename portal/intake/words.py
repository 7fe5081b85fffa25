"""What the interface says about answers: problems, states, units of age. The questions' own words are data."""

from __future__ import annotations

from collections.abc import Mapping

from portal.i18n import N_, decimal, spoken
from portal.i18n import gettext as _
from portal.intake.questionnaire.plausibility import Note
from portal.intake.questionnaire.problems import Problem

MESSAGES = {
    "required": N_("Please answer this one; we cannot go on without it."),
    "option": N_("Please choose one of the answers."),
    "one": N_("Please choose only one: an answer, or one of the boxes below it."),
    "alone": N_("This answer cannot stand together with the others. Please choose again."),
    "whole": N_("Please write a whole number, for example 4."),
    "age": N_("Please write an age, for example 4, or a month or year, for example 04/2015 or 2015."),
    "number": N_("Please write a number, for example 12.5."),
    "without_number": N_("Please write the number as well, or take away what you chose or wrote beside it."),
    "unit": N_("Please choose the unit of this number as well."),
    "which": N_("Please choose which test this number comes from."),
    "range": N_("This number should lie between %(least)s and %(most)s. Please look again."),
    "out_of": N_("The most that this test can give is %(most)s. Please look again, or write the number alone."),
    "date": N_("Please write a year, or month and year, for example 2015 or 04/2015."),
    "date_range": N_("This date cannot be right: it lies too far back or in the future."),
    "too_long": N_("This is longer than %(most)s characters. Please shorten it a little."),
    "zone": N_("We do not know this time zone. Please choose one from the list."),
}
NOTES = {
    "unusual": N_(
        "We look twice at a number below %(least)s or above %(most)s. If it stands like this in the report, leave it."
    ),
    "below": N_("This lies before the answer to “%(other)s”. If that is so, leave it."),
    "before_birth": N_(
        "A date here lies before the month of birth. If that is so, leave it. "
        "If not, one of the two may need another look."
    ),
    "read_as": N_(
        "We read “%(typed)s” as %(value)s. If that is right, leave it. If not, please write it without point or comma."
    ),
    "older": N_("This is more than the age today. Please look at the number once more."),
}
STATES = {
    "unknown": N_("I do not know"),
    "declined": N_("I prefer not to say"),
    "never": N_("Never done"),
    "unable": N_("Could not do it"),
    "skipped": N_("Not answered"),
}


def message(problem: Problem) -> str:
    """A problem in the reader's language."""
    return _(MESSAGES[problem.kind], **_numbers(problem.values))


def note(found: Note, other: str = "") -> str:
    """A soft note in the reader's language; `other` is the label of what it was compared with."""
    return _(NOTES[found.kind], other=other, **_numbers(found.values))


def state(code: str) -> str:
    """A state in the reader's language."""
    return _(STATES[code])


def yes_no(value: str) -> str:
    """A yes or no in the reader's language."""
    return _("Yes") if value == "true" else _("No")


def _numbers(values: Mapping[str, str]) -> dict[str, str]:
    """Numbers as the reader's language writes them: half a second is 0.5 or 0,5. What was typed stays as it was."""
    return {name: value if name == "typed" else decimal(value, spoken()) for name, value in values.items()}
