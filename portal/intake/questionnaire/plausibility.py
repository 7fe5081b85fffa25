"""Soft notes: answers that can be right and are worth a second look. Never a wall, never a verdict."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from portal.intake.questionnaire.answers import Answer, Answers, has_value
from portal.intake.questionnaire.definition import Question, Questionnaire
from portal.intake.questionnaire.path import Path, age_in_months


@dataclass(frozen=True)
class Note:
    """What is worth another look. Kinds: see `portal.intake.words.NOTES`. `than` is the code it was compared with."""

    code: str
    kind: str
    than: str = ""
    values: dict[str, str] = field(default_factory=dict)


def notes(questionnaire: Questionnaire, answers: Answers, path: Path, today: date) -> list[Note]:
    """Every note about the answers on the path, in the order of the questions."""
    on = {code: answers[code] for code in path.on if has_value(answers.get(code))}
    lived = age_in_months(answers, today)
    return [note for code in on for note in _about(questionnaire.questions[code], on, lived)]


def _about(question: Question, answers: Answers, lived: int | None) -> Iterator[Note]:
    answer = answers[question.code]
    if question.usual:
        least, most = question.usual
        if not least <= Decimal(str(answer["value"])) <= most:
            yield Note(question.code, "unusual", values={"least": f"{least:g}", "most": f"{most:g}"})
    if question.not_below in answers and _latest(answer) < _size(answers[question.not_below]):
        yield Note(question.code, "below", question.not_below)
    # The person may have had a birthday this month; and a year of birth alone is only half a year exact.
    if question.type == "age" and lived is not None and _size(answer) > lived + 12:
        yield Note(question.code, "older")
    for typed, value in _doubtful(answer):
        yield Note(question.code, "read_as", values={"typed": typed, "value": value})


def _doubtful(answer: Answer) -> Iterator[tuple[str, str]]:
    """What was typed and may be read in two ways, with how it was read; also in the rows of a list."""
    rows = answer["value"] if isinstance(answer["value"], list) else []
    for row in rows:
        if isinstance(row, dict):
            for part in row.values():
                yield from _doubtful(part) if "value" in part else ()
    if "typed" in answer:
        yield answer["typed"], str(answer["value"])


def _size(answer: Answer) -> Decimal:
    """A number to compare with another of its type; ages in months, a year of age from its first month on."""
    value = Decimal(str(answer["value"]))
    return value * 12 if answer.get("unit") == "years" else value


def _latest(answer: Answer) -> Decimal:
    """The most that an answer may mean: a child of three is so for twelve months."""
    return _size(answer) + (11 if answer.get("unit") == "years" else 0)
