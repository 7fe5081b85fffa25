"""A posted section as answers, problems, and what was typed where it could not be read; and answers as fields again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portal.intake.questionnaire.answers import STATES, Answer, digest, skipped
from portal.intake.questionnaire.definition import Question, Section
from portal.intake.questionnaire.posted import Posted, code_of
from portal.intake.questionnaire.problems import Problem
from portal.intake.questionnaire.readers import reader_of

Typed = dict[str, list[str]]
STATE, VALUE = "state", "value"


@dataclass(frozen=True)
class Reading:
    """One reading. A question with a problem is in `typed` and not in `answers`: what was typed is kept as it is."""

    answers: dict[str, Answer]
    problems: tuple[Problem, ...]
    typed: Typed
    counts: Mapping[str, str] = field(default_factory=dict)
    """Where a value and a state were both sent: which of them, `VALUE` or `STATE`, is the answer."""


def read_section(
    section: Section,
    fields: Mapping[str, Iterable[str]],
    shown: Iterable[str],
    today: date,
    stood: Mapping[str, str] | None = None,
) -> Reading:
    """Read a section. `shown` are the codes that its page showed: among these, what was left is noted as left.

    `stood` are digests of the answers that it showed: of a value and a state, the one that is new counts.
    """
    posted, wanted = Posted(fields), set(shown)
    answers: dict[str, Answer] = {}
    problems: list[Problem] = []
    typed: Typed = {}
    counts: dict[str, str] = {}
    for question in section.questions:
        about = posted.about(question)
        if not about and question.code not in wanted:
            continue
        reader = reader_of(posted, today)
        answer = reader.read(question, question.code)
        states = _states(posted, question)
        if not reader.problems and states:
            said = _newest(question, answer, states, (stood or {}).get(question.code, ""))
            if said is None:
                reader.problems.append(Problem(question.code, "one"))
            elif answer is not None:
                counts[question.code] = VALUE if said is answer else STATE
            answer = said
        if reader.problems:
            problems += reader.problems
            typed |= about
        elif question.type != "documents":
            answers[question.code] = answer or skipped()
    return Reading(answers, tuple(problems), typed, counts)


def about(typed: Typed, code: str) -> Typed:
    """What is typed about one question."""
    return {name: values for name, values in typed.items() if code_of(name) == code}


def says(section: Section, typed: Typed, code: str, answer: Answer | None, today: date) -> bool:
    """Whether what is typed about a question is read as just this answer."""
    reading = read_section(section, typed, (), today)
    return code in reading.answers and digest(reading.answers[code]) == digest(answer)


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


def _states(posted: Posted, question: Question) -> list[Answer]:
    ticked = posted.many(f"{question.code}.state")
    return [{"state": state} for state in question.states if state in ticked]


def _newest(question: Question, answer: Answer | None, states: list[Answer], stood: str) -> Answer | None:
    """The one of a value and states that did not stand there: a radio cannot be unticked. `None`: there are several.

    A written list does not go for a tick: whoever means that takes its rows away.
    """
    sent = states if answer is None else [answer, *states]
    new = [one for one in sent if digest(one) != stood]
    if answer and question.type == "repeat" and answer["value"] and new != [answer]:
        return None
    if len(sent) == 1:
        return sent[0]
    return new[0] if len(new) == 1 else None
