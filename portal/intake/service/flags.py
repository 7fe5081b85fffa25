"""Red flags: signs for which a family needs help where it is, and not from us. They rank nobody and open nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from portal.cases.models import Case
from portal.intake.questionnaire import store
from portal.intake.questionnaire.answers import Answer, has_value
from portal.intake.service.answers import note_answer, read_case
from portal.keys.keyring import Keyring

FLAGS, SAID, NONE = "red_flags", "red_flags_said", "none"
HELP_CALLED, NOT_NOW = "help_called", "not_now"


def ticked(answers: Mapping[str, Answer]) -> list[str]:
    """The signs that are ticked."""
    answer = answers.get(FLAGS)
    return [flag for flag in answer["value"] if flag != NONE] if has_value(answer) else []


def reply(answers: Mapping[str, Answer]) -> Answer | None:
    """What the family said about exactly these signs: `value`, and `at`; `None` where it has not yet."""
    answer = answers.get(SAID)
    return answer if answer and answer.get("about") == ticked(answers) else None


def is_open(answers: Mapping[str, Answer]) -> bool:
    """Whether a sign is ticked and nobody has said yet that help was called, or that it is not happening now."""
    return bool(ticked(answers)) and reply(answers) is None


def answer_flags(
    session: Session, keyring: Keyring, case: Case, said: str, *, respondent_id: str, now: datetime
) -> None:
    """Keep what the family says about the signs it ticked, `HELP_CALLED` or `NOT_NOW`. Without one nothing happens."""
    intake = read_case(session, keyring, case, today=now.date())
    about, where = ticked(intake.answers), store.load(case.questionnaire).section_with(FLAGS)
    if not about or where is None:
        return
    answer = {"value": said, "about": about, "at": now.isoformat()}
    note_answer(session, keyring, case, where, SAID, answer, respondent_id=respondent_id, now=now)
