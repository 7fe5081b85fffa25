"""Red flags: signs for which a family needs help where it is, and not from us. They rank nobody and open nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
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
    session: Session,
    keyring: Keyring,
    case: Case,
    said: str,
    *,
    about: Collection[str],
    respondent_id: str,
    now: datetime,
) -> bool:
    """Keep what the family says, `HELP_CALLED` or `NOT_NOW`, about exactly the signs that stand ticked.

    Where it was said `about` others, one was ticked meanwhile that nobody was asked about, and nothing is kept. Returns
    whether it was kept, or there is nothing to say.
    """
    intake = read_case(session, keyring, case, today=now.date())
    flags, where = ticked(intake.answers), store.load(case.questionnaire).section_with(FLAGS)
    if not flags or where is None:
        return True
    if set(about) != set(flags):
        return False
    answer = {"value": said, "about": flags, "at": now.isoformat()}
    note_answer(session, keyring, case, where, SAID, answer, respondent_id=respondent_id, now=now)
    return True
