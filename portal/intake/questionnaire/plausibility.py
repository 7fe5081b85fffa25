"""Soft notes: answers that can be right and are worth a second look. Never a wall, never a verdict."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from portal.intake.questionnaire.ages import YEAR, age_span, is_date, months_of
from portal.intake.questionnaire.answers import Answer, Answers, has_value
from portal.intake.questionnaire.definition import Question, Questionnaire
from portal.intake.questionnaire.numbers import numbers_in
from portal.intake.questionnaire.path import Path, age_in_months, birth_in


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
    answer, born = answers[question.code], birth_in(answers)
    if usual := question.usual_by.get(answer.get("unit", ""), question.usual):
        least, most = usual
        if any(not least <= number <= most for number in _numbers(question, answer)):
            yield Note(question.code, "unusual", values={"least": f"{least:g}", "most": f"{most:g}"})
    if born and any(months_of(when)[1] < months_of(born)[0] for when in _dates(question, answer)):
        yield Note(question.code, "before_birth")
    if question.not_below in answers and _is_below(question, answer, answers[question.not_below], born):
        yield Note(question.code, "below", question.not_below)
    # The person may have had a birthday this month; and a year of birth alone is only half a year exact.
    span = age_span(answer, "") if question.type == "age" else None  # a date is no age yet: without a birth it has none
    if span and lived is not None and span[0] > lived + YEAR:
        yield Note(question.code, "older")
    for typed, value in _doubtful(answer):
        yield Note(question.code, "read_as", values={"typed": typed, "value": value})


def _numbers(question: Question, answer: Answer) -> list[Decimal]:
    """The numbers of an answer; in words these are one alone, or the two ends of a range."""
    value = str(answer["value"])
    return numbers_in(value) if question.type == "text" else [Decimal(value)]


def _dates(question: Question, answer: Answer) -> Iterator[str]:
    """Every date that an answer says, by itself, beside a number or in the rows of a list."""
    if question.type == "partial_date" or (question.type == "age" and is_date(answer)):
        yield answer["value"]
    if "date" in answer:
        yield answer["date"]
    for row in answer["value"] if question.type == "repeat" else ():
        for part in question.parts:
            if has_value(said := row.get(part.code)):
                yield from _dates(part, said)


def _doubtful(answer: Answer) -> Iterator[tuple[str, str]]:
    """What was typed and may be read in two ways, with how it was read; also in the rows of a list."""
    rows = answer["value"] if isinstance(answer["value"], list) else []
    for row in rows:
        if isinstance(row, dict):
            for part in row.values():
                yield from _doubtful(part) if "value" in part else ()
    if "typed" in answer:
        yield answer["typed"], str(answer["value"])


def _is_below(question: Question, answer: Answer, other: Answer, born: str) -> bool:
    """Whether an answer surely lies below another of its type. A child of three is so for twelve months."""
    if question.type != "age":
        return Decimal(str(answer["value"])) < Decimal(str(other["value"]))
    if is_date(answer) and is_date(other):
        return months_of(answer["value"])[1] < months_of(other["value"])[0]
    own, than = age_span(answer, born), age_span(other, born)
    return own is not None and than is not None and own[1] < than[0]
