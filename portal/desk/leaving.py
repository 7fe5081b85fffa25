"""Whoever is removed or begins anew: what opened without signing in ends as well."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.booking.service.feeds import close_feed
from portal.keys.keyring import Keyring
from portal.staff import service
from portal.staff.models import StaffMember


def revoke(session: Session, person: StaffMember, now: datetime) -> None:
    """Remove a person: no sign-in, every session and the calendar's address end at once."""
    service.revoke(session, person, now)
    close_feed(session, person.id)


def reset(session: Session, keyring: Keyring, person: StaffMember, now: datetime) -> str:
    """Forget password and second factor, and end the calendar's address; the token of a new invitation."""
    close_feed(session, person.id)
    return service.reset(session, keyring, person, now)
