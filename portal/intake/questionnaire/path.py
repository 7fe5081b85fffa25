"""The path: which questions the answers so far lead to. Computed anew each time, in the order of the questionnaire."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from portal.intake.questionnaire.ages import YEAR, age_span
from portal.intake.questionnaire.answers import Answers, has_value, is_answered
from portal.intake.questionnaire.conditions import OFF, WAITING, StateOf
from portal.intake.questionnaire.definition import Question, Questionnaire

BIRTH = "birth_ym"


@dataclass(frozen=True)
class Path:
    """Codes on the path in order, and those that wait for another answer."""

    on: tuple[str, ...]
    waiting: frozenset[str]

    @cached_property
    def _asked(self) -> frozenset[str]:
        return frozenset(self.on)

    def __contains__(self, code: str) -> bool:
        return code in self._asked


def find_path(questionnaire: Questionnaire, answers: Answers, today: date) -> Path:
    """The path for these answers on this day (ages change)."""
    facts: dict[str, Any] = {"age": _age(answers, today)}
    on, waiting = [], set()
    for code, question in questionnaire.questions.items():
        verdict = question.condition.judge(facts)
        if verdict is None:
            waiting.add(code)
        if verdict:
            on.append(code)
        facts[code] = _fact_of(question, answers) if verdict else OFF
    return Path(tuple(on), frozenset(waiting))


def _fact_of(question: Question, answers: Answers) -> Any:
    """What an answer is compared as: an age in whole years, also where a date was said and the birth is known."""
    answer = answers.get(question.code)
    if question.type != "age" or not has_value(answer):
        return _fact(answers, question.code)
    span = age_span(answer, birth_in(answers))
    return answer["value"] if span is None else span[0] // YEAR


def birth_in(answers: Answers) -> str:
    """The month of birth, or the year alone, as it was said; empty where it was not."""
    born = _fact(answers, BIRTH)
    return born if isinstance(born, str) else ""


def _fact(answers: Answers, code: str) -> Any:
    answer = answers.get(code)
    if not is_answered(answer):
        return WAITING
    return answer["value"] if has_value(answer) else StateOf(str(answer["state"]))


def age_in_months(answers: Answers, today: date) -> int | None:
    """The person's age on a day; `None` where the birth is not said. A year alone counts as the middle of it."""
    born = birth_in(answers)
    if not born:
        return None
    year, _, month = born.partition("-")
    return (today.year - int(year)) * 12 + today.month - int(month or 7)


def _age(answers: Answers, today: date) -> Any:
    months = age_in_months(answers, today)
    return _fact(answers, BIRTH) if months is None else months // 12
