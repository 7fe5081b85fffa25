"""Red flags: signs for which a family needs help where it is, and not from us. They rank nobody and open nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from portal.cases.models import Case
from portal.intake.questionnaire.answers import Answer, has_value
from portal.intake.questionnaire.reading import Reading
from portal.intake.service.answers import Intake, read_case
from portal.intake.service.saving import note_answer, save_section
from portal.intake.service.sheet import EMPTY
from portal.keys.keyring import Keyring

FLAGS, SAID, NONE = "red_flags", "red_flags_said", "none"
HELP_CALLED, NOT_NOW = "help_called", "not_now"


def ticked(answers: Mapping[str, Answer]) -> list[str]:
    """The signs that are ticked in what is saved."""
    answer = answers.get(FLAGS)
    return [flag for flag in answer["value"] if flag != NONE] if has_value(answer) else []


def signs(intake: Intake) -> list[str]:
    """The signs that are ticked anywhere: saved, only kept as typed, or in a version that nobody has chosen yet."""
    where = intake.questionnaire.section_with(FLAGS)
    if where is None:
        return []
    sheet = intake.sheets.get(where, EMPTY)
    versions = [sheet.kept(FLAGS), *sheet.beside.get(FLAGS, ())]
    found = {*ticked(intake.answers), *(flag for typed in versions for flag in typed.get(FLAGS, []))}
    return [flag for flag in intake.questionnaire.questions[FLAGS].options if flag in found and flag != NONE]


def reply(intake: Intake) -> Answer | None:
    """What the family said about exactly these signs: `value`, and `at`; `None` where it has not yet."""
    answer = intake.answers.get(SAID)
    return answer if answer and set(answer["about"]) == set(signs(intake)) else None


def is_open(intake: Intake) -> bool:
    """Whether a sign is ticked and nobody has said yet that help was called, or that it is not happening now."""
    return bool(signs(intake)) and reply(intake) is None


def answer_flags(
    session: Session,
    keyring: Keyring,
    case: Case,
    said: str,
    *,
    about: Collection[str],
    respondent_id: str,
    office_zone: str,
    now: datetime,
) -> bool:
    """Keep what the family says, `HELP_CALLED` or `NOT_NOW`, about exactly the signs that stand ticked.

    A sign that was only kept as typed becomes an answer by it, for the desk has to see what this is about. Where it was
    said `about` others, one was ticked meanwhile that nobody was asked about, and nothing is kept. Returns whether it
    was kept, or there is nothing to say.
    """
    intake = read_case(session, keyring, case, today=now.date())
    flags, where = signs(intake), intake.questionnaire.section_with(FLAGS)
    if not flags or where is None:
        return True
    if set(about) != set(flags):
        return False
    if flags != ticked(intake.answers):
        save_section(
            session,
            keyring,
            case,
            where,
            Reading({FLAGS: {"value": flags}}, (), {}),
            respondent_id=respondent_id,
            version=None,
            base=None,
            shown=frozenset({FLAGS}),
            language=case.language,
            now=now,
            office_zone=office_zone,
            by_the_way=True,
        )
    answer = {"value": said, "about": flags, "at": now.isoformat()}
    note_answer(session, keyring, case, where, SAID, answer, respondent_id=respondent_id, now=now)
    return True
