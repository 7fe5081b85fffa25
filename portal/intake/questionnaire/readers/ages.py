"""An age in years or months; where the question says so, the month or year instead, when it was."""

from __future__ import annotations

from decimal import Decimal

from portal.intake.questionnaire.ages import MONTHS, UNITS, YEARS
from portal.intake.questionnaire.answers import Answer
from portal.intake.questionnaire.definition import Question
from portal.intake.questionnaire.numbers import read_partial_date
from portal.intake.questionnaire.readers.dates import checked_date
from portal.intake.questionnaire.readers.form import Reader, Unreadable
from portal.intake.questionnaire.readers.quantities import Typed, check_range, typed_in


def age(reader: Reader, question: Question, name: str) -> Answer | None:
    """An age with its unit, or a partial date without one. Half a year of age is so many months."""
    typed = typed_in(reader, question, name, UNITS)
    if typed is None:
        return None
    if question.dated and read_partial_date(typed.text):
        return {"value": checked_date(reader, question, name, typed.text)}
    number, unit = typed.whole, _unit(reader, name, typed)
    if number is None and unit == YEARS:
        number, unit = _in_months(typed), MONTHS
    if number is None or typed.doubt:
        raise Unreadable(name, "age" if question.dated else "whole")
    check_range(question, name, Decimal(number) / (12 if unit == MONTHS else 1))
    return {"value": number, "unit": unit}


def _unit(reader: Reader, name: str, typed: Typed) -> str:
    """The unit that was written or chosen. Years stand there unchosen: months written beside the number count."""
    chosen = reader.posted.one(f"{name}.unit") or YEARS
    if chosen not in UNITS:
        raise Unreadable(name, "whole")
    if typed.unit and chosen not in {typed.unit, YEARS}:
        raise Unreadable(f"{name}.unit", "unit")
    return typed.unit or chosen


def _in_months(typed: Typed) -> int | None:
    """Years that are no whole number, where they are whole months: 2.5 years are 30."""
    if typed.number is None:
        return None
    months = typed.number.value * 12
    return int(months) if months == months.to_integral_value() else None
