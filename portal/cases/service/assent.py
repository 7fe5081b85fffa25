"""Whether the person agrees, said after the start: whoever had not asked yet has asked since."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from portal.cases.models import DRAFT, Case, Respondent
from portal.cases.service.changes import START, is_open, note_change
from portal.cases.service.start import role_of
from portal.keys.keyring import Keyring
from portal.rows import change_row

ASSENT = "adult_assent"
UNSETTLED = {"", "unknown", "no"}


def may_still_agree(said: Mapping[str, str]) -> bool:
    """Whether the answer is one that may be different later: left, not asked yet, or no. Never of an adult alone."""
    return said.get("respondent_role") != "self_adult" and said.get(ASSENT, "") in UNSETTLED


def say_assent(
    session: Session,
    keyring: Keyring,
    case: Case,
    answer: str,
    *,
    respondent_id: str,
    office_zone: str,
    now: datetime,
) -> bool:
    """Keep what the person says now, with time and author; whether it was still open.

    What was said before stays beside it. After sending it is a change like any other, until the consultation begins.
    For a `locked_case`.
    """
    said = role_of(keyring, case, session.get_one(Respondent, respondent_id))
    before = said.get(ASSENT, "")
    if not is_open(case, now) or not may_still_agree(said) or answer == before:
        return False
    key = keyring.family(case.family_id)
    later = {ASSENT: answer, f"{ASSENT}_before": before, f"{ASSENT}_at": now.isoformat(), f"{ASSENT}_by": respondent_id}
    change_row(session, case, role=key.sealed_json(case, "role", said | later), changed_at=now)
    if case.state != DRAFT:
        pair = ({"value": before} if before else None, {"value": answer})
        note_change(
            session, keyring, case, START, {ASSENT: pair}, author_id=respondent_id, office_zone=office_zone, now=now
        )
    return True
