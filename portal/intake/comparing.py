"""Two versions of a section side by side, so that a human can choose for each question that differs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from portal.intake import showing
from portal.intake.questionnaire.definition import Section
from portal.intake.questionnaire.posted import code_of
from portal.intake.questionnaire.reading import Typed, read_section
from portal.intake.questionnaire.texts import Words, label_of
from portal.intake.service.answers import Intake
from portal.intake.showing import RowShown


@dataclass(frozen=True)
class Differing:
    """A question that is saved otherwise than it was typed here; both in words."""

    code: str
    label: str
    saved: RowShown
    mine: str


def differing(
    own: Section, intake: Intake, words: Words, typed: Typed, codes: Collection[str], language: str, *, alone: bool
) -> list[Differing]:
    """These questions with what is saved and what was typed, in words and in order."""
    reading = read_section(own, typed, codes, intake.today)
    person = intake.name or words.person
    found = []
    for question in own.questions:
        code, said = question.code, words.questions[question.code]
        unread = [text for name, texts in reading.typed.items() if code_of(name) == code for text in texts]
        if code not in codes:
            continue
        saved = showing.show_row(question, said, intake.answers.get(code), "", language)
        mine = " · ".join(unread) or showing.answer_in_words(question, said, reading.answers.get(code), language)
        found.append(Differing(code, label_of(said, person, alone=alone), saved, mine))
    return found
