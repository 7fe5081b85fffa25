"""Cases of earlier versions say nothing yet about who may be the same person: read their births once, and note it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.models import Case
from portal.cases.service.likeness import NONE, likeness_of
from portal.intake.questionnaire.path import birth_in
from portal.intake.service.answers import read_case
from portal.keys.keyring import CannotOpen, KeyDestroyed, Keyring
from portal.rows import change_row

AT_ONCE = 100
# Locked, so that a family that changes the birth meanwhile has the last word.
NOT_LOOKED_AT = select(Case).where(Case.likeness.is_(None)).limit(AT_ONCE).with_for_update(of=Case, skip_locked=True)


def note_likenesses(session: Session, keyring: Keyring, *, today: date) -> int:
    """Look at some of the cases that nobody has looked at; how many. One that cannot be read is like no other."""
    found = session.scalars(NOT_LOOKED_AT).all()
    for case in found:
        try:
            birth = birth_in(read_case(session, keyring, case, today=today).answers)
        except (KeyDestroyed, CannotOpen):
            birth = ""
        change_row(session, case, likeness=likeness_of(keyring, case, birth) if birth else NONE)
    return len(found)
