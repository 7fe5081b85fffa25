"""The rows of a list."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from portal.intake.questionnaire.answers import Answer
from portal.intake.questionnaire.definition import Question
from portal.intake.questionnaire.problems import Problem
from portal.intake.questionnaire.readers.form import Reader, Unreadable
from portal.intake.questionnaire.readers.quantities import beyond

MOST_ROWS = 20


def repeat(reader: Reader, question: Question, name: str) -> Answer | None:
    """Rows in their order, without empty ones; or that there is nothing to name."""
    rows = []
    for number in reader.posted.rows(name, min(int(question.most or 10), MOST_ROWS)):
        row = {part.code: _part(reader, part, f"{name}.{number}.{part.code}") for part in question.parts}
        said = {code: answer for code, answer in row.items() if answer}
        if said:
            reader.problems += _row_problems(reader, question, said, f"{name}.{number}")
            rows.append(said)
    if question.none and reader.posted.one(f"{name}.none"):
        if rows:
            raise Unreadable(f"{name}.none", "alone")
        return {"value": []}
    return {"value": rows} if rows else None


def _part(reader: Reader, part: Question, name: str) -> Answer | None:
    """A part of a row; where nothing was said, the state that was chosen for it."""
    state = reader.posted.one(f"{name}.state")
    return reader.read(part, name) or ({"state": state} if state in part.states else None)


def _row_problems(reader: Reader, question: Question, row: dict[str, Answer], name: str) -> Iterator[Problem]:
    """What a test can give is known: a value beyond it cannot be, and one without its test says nothing."""
    for part in question.parts:
        which, answer = row.get(part.by), row.get(part.code)
        if not part.by or answer is None:
            continue
        if which is not None:
            yield from _scale_problems(part, f"{name}.{part.code}", which["value"], Decimal(str(answer["value"])))
        elif not reader.posted.one(f"{name}.{part.by}"):  # one that cannot be read is named already
            yield Problem(f"{name}.{part.by}", "which")


def _scale_problems(part: Question, where: str, test: str, number: Decimal) -> Iterator[Problem]:
    if test in part.wholes and number != number.to_integral_value():
        yield Problem(where, "whole")
    elif bounds := beyond(number, *part.ranges[test]):
        yield Problem(where, "range", bounds)
