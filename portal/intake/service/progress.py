"""How far a family has come: each section, what is required, what was typed and not understood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from portal.intake.questionnaire.answers import has_value, is_answered
from portal.intake.questionnaire.definition import Section
from portal.intake.questionnaire.posted import code_of
from portal.intake.questionnaire.reading import Typed, says
from portal.intake.service.answers import Intake
from portal.intake.service.sheet import EMPTY


@dataclass(frozen=True)
class Counts:
    """How many questions on the path are answered, and how many are not."""

    complete: int
    missing: int


class Unread(NamedTuple):
    """What is typed about a question and is no answer: as its fields show it first, then as it was typed elsewhere."""

    section: str
    code: str
    versions: Sequence[Typed]
    to_choose: bool
    """Whether there are several versions, be it one that is saved, and the family has not chosen yet."""


def section_status(intake: Intake, section: str) -> str:
    """`not_started`, `begun`, `new_questions` or `done`."""
    sheet = intake.sheets.get(section, EMPTY)
    if sheet.version == 0:
        return "begun" if _waiting(intake, section) else "not_started"
    if not sheet.seen:
        return "begun"  # only by the way: nobody has said yet that this page is done
    if _waiting(intake, section) or any(code for where, code in required_missing(intake) if where == section):
        return "begun"
    return "done" if set(intake.on_path(section)) <= sheet.seen else "new_questions"


def counts(intake: Intake) -> Counts:
    """What a coordinator may know by mail: numbers. Documents are counted elsewhere."""
    asked = [code for code in intake.path.on if intake.questionnaire.questions[code].type != "documents"]
    complete = sum(is_answered(intake.answers.get(code)) for code in asked)
    return Counts(complete, len(asked) - complete)


def not_understood(intake: Intake) -> list[Unread]:
    """What was typed on the path and is no answer yet, in order of the questions.

    It could not be read, nobody has saved it yet, or a human has to choose. What says the same as the answer is none.
    """
    sections = intake.questionnaire.sections
    found = [_unread(intake, section, code) for section in sections for code in intake.on_path(section.id)]
    return [one for one in found if one is not None]


def _unread(intake: Intake, section: Section, code: str) -> Unread | None:
    sheet = intake.sheets.get(section.id, EMPTY)
    kept, beside, saved = sheet.kept(code), sheet.beside.get(code, ()), sheet.answers.get(code)
    if not beside and (not kept or says(section, kept, code, saved, intake.today)):
        return None
    to_choose, versions = sheet.has_moved_below(code), [kept, *beside]
    if to_choose or any(text.strip() for typed in versions for texts in typed.values() for text in texts):
        return Unread(section.id, code, [typed for typed in versions if typed], to_choose)
    return None


def _waiting(intake: Intake, section: str) -> Typed:
    """What is typed in a section and no answer yet, of what is asked now: the rest has no field to mend it in."""
    typed = intake.sheets.get(section, EMPTY).typed
    return {name: texts for name, texts in typed.items() if code_of(name) in intake.path}


def required_missing(intake: Intake) -> list[tuple[str, str]]:
    """The (section, code) of each required question on the path that has no answer."""
    return [
        (section.id, question.code)
        for section in intake.questionnaire.sections
        for question in section.questions
        if question.required and question.code in intake.path and not has_value(intake.answers.get(question.code))
    ]
