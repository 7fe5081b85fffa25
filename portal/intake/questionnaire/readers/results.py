"""What a test gave, as it stands in a report: `28`, `28/34`, `450 m`. What it can give is known by its test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from portal.intake.questionnaire.answers import Answer, has_value
from portal.intake.questionnaire.definition import Question
from portal.intake.questionnaire.numbers import plain, read_number
from portal.intake.questionnaire.problems import Problem
from portal.intake.questionnaire.readers.form import Reader, Unreadable
from portal.intake.questionnaire.readers.quantities import Typed, beyond, typed_as
from portal.typed import legible

SLASHES = dict.fromkeys(map(ord, "\N{FRACTION SLASH}\N{DIVISION SLASH}\N{FULLWIDTH SOLIDUS}"), "/")
MEASURED = {"m", "s"}  # metres and seconds are out of nothing


def result(reader: Reader, part: Question, name: str) -> Answer | None:
    """The number of a test. Where no test is chosen it is read as any of them would be, and asked about."""
    text = legible(reader.posted.one(name)).translate(SLASHES)
    if not text:
        return None
    test = reader.posted.one(name.removesuffix(part.code) + part.by)
    readings = [_read(part, one, text) for one in ([test] if test in part.ranges else part.ranges)]
    typed = next((one for one in readings if one.number), readings[0])
    if typed.number is None:
        raise _unreadable(part, test, text, name)
    return {"value": plain(typed.number.value)} | typed.doubt


def row_problems(reader: Reader, question: Question, row: Mapping[str, Answer], name: str) -> Iterator[Problem]:
    """What a test can give is known: a value beyond it cannot be, and one without its test says nothing."""
    for part in question.parts:
        which, answer = row.get(part.by), row.get(part.code)
        if not part.by or answer is None:
            continue
        if which is None:
            if not reader.posted.one(f"{name}.{part.by}"):  # one that cannot be read is named already
                yield Problem(f"{name}.{part.by}", "which")
        elif has_value(answer):
            yield from _scale_problems(part, f"{name}.{part.code}", which["value"], Decimal(str(answer["value"])))


def _read(part: Question, test: str, text: str) -> Typed:
    """A text as the number of one test: out of the most that it can give, or with the unit that it is measured in."""
    unit = part.units_by.get(test, "")
    number, slash, most = text.partition("/")
    if slash and unit not in MEASURED and _says(most, part.ranges[test][1]):
        text = number.strip()
    return typed_as(part, text, (unit,) if unit else ())


def _says(text: str, number: float) -> bool:
    found = read_number(text)
    return found is not None and found.value == Decimal(str(number))


def _unreadable(part: Question, test: str, text: str, name: str) -> Unreadable:
    number, slash, most = text.partition("/")
    is_score = bool(slash and read_number(number) and read_number(most))
    if is_score and test in part.ranges and part.units_by.get(test) not in MEASURED:
        return Unreadable(name, "out_of", most=f"{part.ranges[test][1]:g}")
    return Unreadable(name, "number")


def _scale_problems(part: Question, where: str, test: str, number: Decimal) -> Iterator[Problem]:
    if test in part.wholes and number != number.to_integral_value():
        yield Problem(where, "whole")
    elif bounds := beyond(number, *part.ranges[test]):
        yield Problem(where, "range", bounds)
