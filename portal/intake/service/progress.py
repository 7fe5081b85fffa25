"""How far a family has come: each section, what is required, what was typed and not understood."""

from __future__ import annotations

from dataclasses import dataclass

from portal.intake.questionnaire.answers import has_value, is_answered
from portal.intake.questionnaire.posted import code_of
from portal.intake.questionnaire.reading import Typed
from portal.intake.service.answers import Intake
from portal.intake.service.sheet import EMPTY


@dataclass(frozen=True)
class Counts:
    """How many questions on the path are answered, and how many are not."""

    complete: int
    missing: int


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


def not_understood(intake: Intake) -> list[tuple[str, str, list[str]]]:
    """What was typed on the path and is no answer yet: (section, code, the words), in order of the questions."""
    found = []
    for section in intake.questionnaire.sections:
        typed = _waiting(intake, section.id)
        for code in intake.on_path(section.id):
            said = [text for name, texts in typed.items() if code_of(name) == code for text in texts if text.strip()]
            if said:
                found.append((section.id, code, said))
    return found


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
