"""Whoever is removed or begins anew: what opened without signing in ends too, and what families have is looked at."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.booking.service.feeds import close_feed
from portal.booking.service.freed import time_freed
from portal.booking.service.leaving import leave
from portal.config import Settings
from portal.keys.keyring import Keyring
from portal.staff import service
from portal.staff.models import StaffMember


def revoke(session: Session, keyring: Keyring, person: StaffMember, *, settings: Settings, now: datetime) -> int:
    """Remove a person: no sign-in, every session and the calendar's address end at once, and so does what families
    keep with it. How many booked consultations stand with it; the office is told of them, once.
    """
    # Locked: of two removals at once the second finds that it is done.
    is_here = select(StaffMember.active).where(StaffMember.id == person.id).with_for_update()
    was_here = session.scalar(is_here)
    service.revoke(session, person, now)
    close_feed(session, person.id)
    return leave(session, keyring, person, settings=settings, now=now) if was_here else 0


def reset(session: Session, keyring: Keyring, person: StaffMember, now: datetime) -> str:
    """Forget password and second factor, and end the calendar's address; the token of a new invitation.

    Whoever was removed is let in again: what is booked with it stands as before, its free times are on offer.
    """
    was_here = person.active
    close_feed(session, person.id)
    token = service.reset(session, keyring, person, now)
    if not was_here:
        time_freed(session, now=now)
    return token
