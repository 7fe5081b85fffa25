"""Read a case's answers, along their path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.cases.models import Case
from portal.intake.models import AnswerSheet
from portal.intake.questionnaire import store
from portal.intake.questionnaire.answers import Answer, has_value
from portal.intake.questionnaire.definition import Questionnaire
from portal.intake.questionnaire.path import Path, find_path
from portal.intake.questionnaire.plausibility import Note, notes
from portal.intake.service.sheet import Sheet
from portal.keys.keyring import Keyring
from portal.rows import connection_of

NAME = "given_name"


@dataclass(frozen=True)
class Intake:
    """A case's whole intake, read on one day."""

    questionnaire: Questionnaire
    sheets: Mapping[str, Sheet]
    answers: Mapping[str, Answer]
    path: Path
    today: date

    @property
    def name(self) -> str:
        """The name that the family uses for the person; empty where it is not said yet."""
        return str(self.answers.get(NAME, {}).get("value", ""))

    @cached_property
    def notes(self) -> list[Note]:
        """What is worth a second look, by nobody but the family itself and whoever reads the case."""
        return notes(self.questionnaire, self.answers, self.path, self.today)

    def value(self, code: str) -> object:
        """What was said to a question that is asked; `None` where it is not asked, or nothing was said."""
        answer = self.answers.get(code)
        return answer["value"] if code in self.path and has_value(answer) else None

    def on_path(self, section_id: str) -> list[str]:
        """The codes of a section that are asked, in order."""
        return [one.code for one in self.questionnaire.section(section_id).questions if one.code in self.path]


SHEETS = select(AnswerSheet.id, AnswerSheet.section, AnswerSheet.version, AnswerSheet.content).where(
    AnswerSheet.case_id == bindparam("case_id")
)


def read_case(session: Session, keyring: Keyring, case: Case, *, today: date) -> Intake:
    """The intake of a case, with the path for this day."""
    return intake_of(sheets_of(session, keyring, case.id), case.questionnaire, today=today)


def sheets_of(session: Session, keyring: Keyring, case_id: str) -> dict[str, Sheet]:
    """What is stored of each section of a case."""
    key, sheets = keyring.case(case_id), {}
    for row in connection_of(session).execute(SHEETS, {"case_id": case_id}):
        content = key.reveal_json(row.content, AnswerSheet, "content", row.id)
        sheets[row.section] = Sheet.stored_as(row.version, content)
    return sheets


def intake_of(sheets: Mapping[str, Sheet], questionnaire_id: str, *, today: date) -> Intake:
    """What is stored, laid out along the path for this day."""
    questionnaire = store.load(questionnaire_id)
    answers = {code: answer for sheet in sheets.values() for code, answer in sheet.answers.items()}
    return Intake(questionnaire, sheets, answers, find_path(questionnaire, answers, today), today)
