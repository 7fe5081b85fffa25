"""One form being read on one day: what was posted, and the problems found so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from portal.intake.questionnaire.answers import Answer
from portal.intake.questionnaire.definition import Question
from portal.intake.questionnaire.posted import Posted
from portal.intake.questionnaire.problems import Problem


class Unreadable(Exception):
    """What was posted cannot be kept as an answer."""

    def __init__(self, where: str, kind: str, **values: str) -> None:
        super().__init__(where, kind)
        self.problem = Problem(where, kind, values)


@dataclass
class Reader:
    """Reads one form on one day, each type of question by its own function, and collects the problems."""

    posted: Posted
    today: date
    by_type: Mapping[str, ReadOne]
    problems: list[Problem] = field(default_factory=list)

    def read(self, question: Question, name: str) -> Answer | None:
        """The answer that was posted under a name; `None` where nothing was, or nothing that can be kept."""
        return self.kept(self.by_type[question.type], question, name)

    def kept(self, read_one: ReadOne, question: Question, name: str) -> Answer | None:
        """The same as one function reads it; what it cannot read is noted as a problem."""
        try:
            return read_one(self, question, name)
        except Unreadable as fault:
            self.problems.append(fault.problem)
            return None


ReadOne = Callable[[Reader, Question, str], Answer | None]
