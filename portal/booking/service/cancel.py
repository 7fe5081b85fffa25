"""Cancel a consultation: the time is free again, and every calendar learns of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.booking.emails import cancelled_letters
from portal.booking.models import CANCELLED, Appointment
from portal.booking.service.claims import lock_case
from portal.booking.service.reserve import booked
from portal.cases.models import Case
from portal.config import Settings
from portal.keys.keyring import Keyring
from portal.mail import outbox


class NothingBooked(Exception):
    """There is no consultation to cancel; perhaps it was cancelled a moment ago."""


def cancel(session: Session, keyring: Keyring, case: Case, *, settings: Settings, now: datetime) -> Appointment:
    """Cancel the case's consultation and post the letters. Raises `NothingBooked`."""
    lock_case(session, case.id)
    found = booked(session, case.id)
    if found is None:
        raise NothingBooked
    found.status, found.cancelled_at, found.sequence = CANCELLED, now, found.sequence + 1
    case.changed_at = now
    session.flush()
    for letter in cancelled_letters(keyring, case, found, settings=settings, now=now):
        outbox.post(session, keyring, letter, scope=outbox.case_scope(case.id), now=now)
    return found
