"""Ages as they are kept: so many years or months, or the month or year when it was. Reckoned in months of age."""

from __future__ import annotations

from portal.intake.questionnaire.answers import Answer

YEARS, MONTHS = UNITS = ("years", "months")
YEAR = 12

Span = tuple[int, int]  # the first and the last month that may be meant


def is_date(answer: Answer) -> bool:
    """Whether an age was said as the month or year when it was."""
    return isinstance(answer["value"], str)


def months_of(when: str) -> Span:
    """The months that a partial date may mean, counted from the year nought."""
    year, _, month = when.partition("-")
    first = int(year) * YEAR
    return (first + int(month) - 1,) * 2 if month else (first, first + YEAR - 1)


def age_span(answer: Answer, born: str) -> Span | None:
    """The months of age that an answer may mean; `None` for a date where the birth is not said."""
    if is_date(answer):
        if not born:
            return None
        (first, last), (birth, birth_last) = months_of(answer["value"]), months_of(born)
        return first - birth_last, last - birth
    number = int(answer["value"])
    return (number * YEAR, number * YEAR + YEAR - 1) if answer.get("unit") == YEARS else (number, number)


def reckoned(answer: Answer, born: str) -> tuple[int, str] | None:
    """The age that a date comes to, with its unit, as near as both dates tell; `None` where they do not."""
    span = age_span(answer, born) if is_date(answer) else None
    if span is None or span[0] + span[1] < 0:
        return None
    middle = (span[0] + span[1] + 1) // 2
    if middle >= 2 * YEAR:
        return middle // YEAR, YEARS
    return (middle, MONTHS) if span[0] == span[1] else None
