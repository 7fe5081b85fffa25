"""Several versions of an answer side by side, so that a human can choose for each question that differs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from portal.intake import showing
from portal.intake.questionnaire.answers import digest, is_answered
from portal.intake.questionnaire.definition import Question, Section
from portal.intake.questionnaire.path import birth_in
from portal.intake.questionnaire.reading import Typed, about, fields_of, read_section, says
from portal.intake.questionnaire.texts import QuestionWords, Words, addressed, label_of
from portal.intake.questionnaire.tongues import marked
from portal.intake.service.answers import Intake
from portal.intake.service.sheet import EMPTY
from portal.intake.showing import RowShown


@dataclass(frozen=True)
class Differing:
    """A question of which there are several versions, all in words.

    `mine` is what its fields show; `saved` is empty where nothing is; `elsewhere` was typed on other pages.
    """

    code: str
    label: str
    saved: RowShown | None
    mine: str
    elsewhere: tuple[str, ...] = ()


def differing(
    own: Section,
    intake: Intake,
    words: Words,
    codes: Collection[str],
    language: str,
    *,
    alone: bool,
    clash: Collection[str] = (),
) -> list[Differing]:
    """Those of some questions about which a human has to choose, in order; each of a `clash` among them."""
    sheet, person = intake.sheets.get(own.id, EMPTY), intake.name or words.person
    found = []
    for question in own.questions:
        code, said = question.code, addressed(words.questions[question.code], alone=alone)
        answer, beside = sheet.answers.get(code), sheet.beside.get(code, ())
        kept = sheet.kept(code) or fields_of(question, answer)
        if code not in codes or not (code in clash or beside or _differs(own, intake, code)):
            continue
        is_saved = is_answered(answer) or digest(answer) != sheet.was.get(code, "")
        found.append(
            Differing(
                code,
                label_of(said, person, alone=alone),
                showing.show_row(question, said, answer, "", language, birth_in(intake.answers)) if is_saved else None,
                version_row(own, question, intake, said, kept, language).text,
                tuple(version_row(own, question, intake, said, typed, language).text for typed in beside),
            )
        )
    return found


def _differs(own: Section, intake: Intake, code: str) -> bool:
    """Whether something is typed over an answer that was not there then, and says another thing."""
    sheet = intake.sheets.get(own.id, EMPTY)
    if sheet.mark(code) == sheet.shown(code):
        return False
    return not says(own, sheet.kept(code), code, sheet.answers.get(code), intake.today)


def version_row(
    own: Section,
    question: Question,
    intake: Intake,
    said: QuestionWords,
    typed: Typed,
    language: str,
    *,
    tongue: str = "",
) -> RowShown:
    """A version as it will be read; what cannot be, as it was typed. Its own words are in `tongue`."""
    reading = read_section(own, typed, (), intake.today)
    if unread := about(reading.typed, question.code):
        return RowShown(question.code, said.short, showing.typed_in_pieces(said, unread, tongue), question.ltr)
    answers = marked(own, reading.answers, tongue)
    return showing.show_row(question, said, answers.get(question.code), "", language, birth_in(intake.answers))
