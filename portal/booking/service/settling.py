"""A country has changed its clocks since a time was booked; the office has asked the family, and the time stands."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.booking.models import Appointment
from portal.booking.service.standing import NothingBooked, standing_consultation
from portal.booking.slots import token_of
from portal.booking.walls import walls
from portal.rows import change_row


def let_time_stand(session: Session, case_id: str, token: str, *, now: datetime) -> Appointment:
    """What the clocks say by now is what is agreed. Tells nobody, for the instant is the same.

    Raises `NothingBooked` where another time stands than the one of the `token`, or there is nothing to settle.
    """
    _case, found = standing_consultation(session, case_id)
    stands = token_of(found.start_at, found.end_at) == token and found.start_at > now
    if not stands or found.clock_moved_at is None:
        raise NothingBooked
    wall = walls(found.start_at, found.time_zone, found.schedule.staff.time_zone)
    change_row(session, found, wall=wall, clock_moved_at=None)
    return found
