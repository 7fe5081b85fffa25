"""Cancel a consultation: the time is free again, and every calendar learns of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.booking.emails import cancelled_letters
from portal.booking.models import CANCELLED, Appointment
from portal.booking.service.reserve import booked
from portal.cases.service.start import locked_case
from portal.config import Settings
from portal.keys.keyring import Keyring
from portal.mail import outbox
from portal.rows import change_row


class NothingBooked(Exception):
    """There is no consultation to cancel; perhaps it was cancelled a moment ago."""


def cancel(session: Session, keyring: Keyring, case_id: str, *, settings: Settings, now: datetime) -> Appointment:
    """Cancel the case's consultation and post the letters. Raises `NothingBooked`."""
    case = locked_case(session, case_id, people=True)
    found = booked(session, case_id, person=True)
    if found is None:
        raise NothingBooked
    change_row(session, found, status=CANCELLED, cancelled_at=now, sequence=found.sequence + 1)
    change_row(session, case, changed_at=now, answers_until=None if found.start_at > now else found.start_at)
    for letter in cancelled_letters(keyring, case, found, settings=settings, now=now):
        outbox.post(session, keyring, letter, scope=outbox.case_scope(case_id), now=now)
    return found
