"""Somebody leaves the office: what is kept with that person ends, and those who stay learn what is booked with it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.booking.leaving_letters import left_letters
from portal.booking.models import Schedule
from portal.booking.service.claims import end_kept_with, lock_schedule
from portal.booking.service.freed import time_freed
from portal.booking.service.gone import standing_with
from portal.booking.waiting_letters import OFFER
from portal.config import Settings
from portal.keys.keyring import Keyring
from portal.mail import outbox
from portal.staff import service as staff
from portal.staff.models import StaffMember

SOON = "appointment.soon"


def leave(session: Session, keyring: Keyring, person: StaffMember, *, settings: Settings, now: datetime) -> int:
    """What somebody whom the caller has just removed keeps for families is free again; how many consultations stand.

    Those stay booked until the office has moved or cancelled them: no family is told anything, no reminder of them
    leaves, and the leads and admins get a letter where there are any.
    """
    schedule_id = session.scalar(select(Schedule.id).where(Schedule.staff_id == person.id))
    if schedule_id is None:
        return 0
    lock_schedule(session, schedule_id)
    for case_id in end_kept_with(session, schedule_id):
        outbox.withdraw(session, case_id, [OFFER], now=now)
    time_freed(session, now=now)  # the other one of a pair is free again
    standing = standing_with(session, [person.id], now=now)
    for one in standing:
        outbox.withdraw(session, one.case_id, [SOON], now=now)
    letters = left_letters(standing, staff.leads_and_admins(session), settings=settings) if standing else []
    outbox.post_all(session, keyring, letters, scope=outbox.INSTANCE, now=now)
    return len(standing)
