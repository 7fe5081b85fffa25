"""A posted section as answers, problems, and what was typed where it could not be read; and answers as fields again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.intake.questionnaire.answers import STATES, Answer, skipped
from portal.intake.questionnaire.definition import Question, Section
from portal.intake.questionnaire.posted import Posted
from portal.intake.questionnaire.problems import Problem
from portal.intake.questionnaire.readers import Reader

Typed = dict[str, list[str]]


@dataclass(frozen=True)
class Reading:
    """One reading. A question with a problem is in `typed` and not in `answers`: what was typed is kept as it is."""

    answers: dict[str, Answer]
    problems: tuple[Problem, ...]
    typed: Typed


def read_section(section: Section, fields: Mapping[str, Iterable[str]], shown: Iterable[str], today: date) -> Reading:
    """Read a section. `shown` are the codes that its page showed: among these, what was left is noted as left."""
    posted, wanted = Posted(fields), set(shown)
    answers: dict[str, Answer] = {}
    problems: list[Problem] = []
    typed: Typed = {}
    for question in section.questions:
        about = posted.about(question)
        if not about and question.code not in wanted:
            continue
        reader = Reader(posted, today)
        answer = reader.read(question, question.code)
        if reader.problems:
            problems += reader.problems
            typed |= about
        elif question.type != "documents":
            answers[question.code] = answer or _state(posted, question)
    return Reading(answers, tuple(problems), typed)


def typed_in(section: Section, fields: Mapping[str, Iterable[str]]) -> Typed:
    """Everything typed in a section, unread."""
    posted = Posted(fields)
    return {name: values for question in section.questions for name, values in posted.about(question).items()}


def fields_of(question: Question, answer: Answer | None, name: str = "") -> Typed:
    """An answer as the fields of a form: the way back of `read_section`."""
    name = name or question.code
    if not answer:
        return {}
    if "state" in answer:
        return {f"{name}.state": [str(answer["state"])]} if answer["state"] in STATES else {}
    if question.type == "repeat":
        return _rows(question, answer["value"], name) if answer["value"] else {f"{name}.none": ["true"]}
    value = answer.get("typed", answer["value"])
    found = {name: [str(one) for one in value] if isinstance(value, list) else [str(value)]}
    more = {f"{name}.{part}": [str(answer[part])] for part in ("text", "unit", "date", "method") if part in answer}
    return found | more


def _rows(question: Question, rows: list[dict[str, Any]], name: str) -> Typed:
    found: Typed = {}
    for number, row in enumerate(rows):
        for part in question.parts:
            found |= fields_of(part, row.get(part.code), f"{name}.{number}.{part.code}")
    return found


def _state(posted: Posted, question: Question) -> Answer:
    state = posted.one(f"{question.code}.state")
    return {"state": state} if state in question.states else skipped()
