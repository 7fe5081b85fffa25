"""What a family changes after sending is told to its coordinator: once a day, as a number."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.booking.service.standing import booked
from portal.cases.models import Case
from portal.cases.service.changes import take_untold
from portal.config import Settings
from portal.family.emails import changed_letter
from portal.family.service import readers
from portal.keys.keyring import KeyDestroyed, Keyring
from portal.mail import outbox


def tell_changes(session: Session, keyring: Keyring, case_id: str, *, settings: Settings, now: datetime) -> int:
    """Post one letter to each reader of the case about everything not told yet. Returns how many answers that is."""
    case = session.get(Case, case_id)
    if case is None:
        return 0
    try:
        number = len({code for said in take_untold(session, keyring, case, now=now) for code in said})
    except KeyDestroyed:
        return 0  # erased: there is nothing to read at the desk
    if not number:
        return 0
    for person in readers(session, case, booked(session, case_id, person=True)):
        letter = changed_letter(person.email, person.language, case, number, settings=settings, now=now)
        outbox.post(session, keyring, letter, scope=outbox.case_scope(case_id), now=now)
    return number
