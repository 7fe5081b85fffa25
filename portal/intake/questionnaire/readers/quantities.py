"""Numbers with what belongs to them: a unit, a date, a method; and a line from 0 to 10."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from portal.intake.questionnaire.answers import Answer
from portal.intake.questionnaire.definition import Question
from portal.intake.questionnaire.numbers import Number, plain, read_number
from portal.intake.questionnaire.readers.dates import checked_date
from portal.intake.questionnaire.readers.form import Reader, Unreadable
from portal.intake.questionnaire.units import apart
from portal.typed import legible


@dataclass(frozen=True)
class Typed:
    """What stands in the field of a number: all of it, the number, and the unit that was written beside it."""

    text: str
    number: Number | None
    unit: str

    @property
    def whole(self) -> int | None:
        """The number where it is a whole one, and surely so."""
        found = self.number
        return int(found.value) if found and found.value == found.value.to_integral_value() else None

    @property
    def doubt(self) -> Answer:
        """What may be read in two ways is kept beside how it was read, for it is asked about."""
        return {"typed": self.text} if self.number and self.number.doubtful else {}


def typed_in(reader: Reader, question: Question, name: str, units: Sequence[str]) -> Typed | None:
    """What stands in a field; `None` where nothing does."""
    text = legible(reader.posted.one(name))
    return typed_as(question, text, units) if text else None


def typed_as(question: Question, text: str, units: Sequence[str]) -> Typed:
    """A text as a number, with one of some units beside it or without."""
    number, unit = apart(text, units)
    return Typed(text, read_number(number, thousands=question.thousands), unit)


def integer(reader: Reader, question: Question, name: str) -> Answer | None:
    """A whole number."""
    typed = typed_in(reader, question, name, question.units)
    if typed is None:
        _check_unit_alone(reader, question, name)
        return None
    if typed.whole is None or (typed.doubt and not question.thousands):
        raise Unreadable(name, "whole")
    check_range(question, name, Decimal(typed.whole))
    return {"value": typed.whole} | typed.doubt | _unit(reader, question, name, typed.unit)


def decimal(reader: Reader, question: Question, name: str) -> Answer | None:
    """A number that need not be whole."""
    typed = typed_in(reader, question, name, question.units)
    if typed is None:
        _check_unit_alone(reader, question, name)
        return None
    if typed.number is None:
        raise Unreadable(name, "number")
    check_range(question, name, typed.number.value)
    return {"value": plain(typed.number.value)} | typed.doubt | _unit(reader, question, name, typed.unit)


def measurement(reader: Reader, question: Question, name: str) -> Answer | None:
    """A number from a day, measured in some way."""
    answer = decimal(reader, question, name)
    if answer is None:
        _check_alone(reader, name, "date", "method")
        return None
    if typed := legible(reader.posted.one(f"{name}.date")):
        answer["date"] = checked_date(reader, question, f"{name}.date", typed)
    method = reader.posted.one(f"{name}.method")
    return answer | ({"method": method} if method in question.methods else {})


def scale(reader: Reader, question: Question, name: str) -> Answer | None:
    """A line from 0 to 10."""
    typed = typed_in(reader, question, name, ())
    if typed is None:
        return None
    if typed.whole is None or typed.doubt or not 0 <= typed.whole <= 10:
        raise Unreadable(name, "option")
    return {"value": typed.whole}


def check_range(question: Question, name: str, number: Decimal) -> None:
    """Raise `Unreadable` for a number that cannot be."""
    if bounds := beyond(number, question.least or 0, 10**9 if question.most is None else question.most):
        raise Unreadable(name, "range", **bounds)


def beyond(number: Decimal, least: float, most: float) -> dict[str, str]:
    """The bounds, where a number lies outside of them."""
    low, high = Decimal(str(least)), Decimal(str(most))
    return {} if low <= number <= high else {"least": plain(low), "most": plain(high)}


def _unit(reader: Reader, question: Question, name: str, beside: str) -> Answer:
    """The unit of a number. Of several none is taken for granted: one is chosen, or written `beside` it."""
    if len(question.units) <= 1:
        return {"unit": question.units[0]} if question.units else {}
    unit = reader.posted.one(f"{name}.unit") or beside
    if unit not in question.units or beside not in {"", unit}:
        raise Unreadable(f"{name}.unit", "unit")
    return {"unit": unit}


def _check_unit_alone(reader: Reader, question: Question, name: str) -> None:
    if len(question.units) > 1:  # one that stands there by itself was not chosen
        _check_alone(reader, name, "unit")


def _check_alone(reader: Reader, name: str, *parts: str) -> None:
    """No number was typed: what was said beside it must not go unseen."""
    if any(reader.posted.one(f"{name}.{part}") for part in parts):
        raise Unreadable(name, "without_number")
