"""The way to a question from a page that names it, and straight back; and what could not be read, with that way."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from portal.cases.entry import answers_alone
from portal.i18n import spoken
from portal.intake.page import anchor
from portal.intake.service.answers import Intake
from portal.intake.unread import UnreadShown, unread_rows


@dataclass(frozen=True)
class ToMend:
    """What was typed about one question and is no answer, and the way to its field."""

    shown: UnreadShown
    url: str


def to_mend(answers: Intake, *, back: str) -> list[ToMend]:
    """Everything typed that is no answer, in its reader's words; `back` names the page on which it stands."""
    found = unread_rows(answers, spoken(), alone=answers_alone())
    return [ToMend(one, way_to(answers, one.section, one.code, back=back)) for one in found]


def way_to(answers: Intake, section: str, code: str, *, back: str) -> str:
    """To a question, with its fold opened; a number names it, for an address stays in the history of a phone."""
    place, folded = anchor(answers.questionnaire.section(section), code), answers.questionnaire.questions[code].is_more
    return url_for("intake.section", section=section, back=back, more=1 if folded else None, _anchor=place)
