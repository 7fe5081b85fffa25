"""When a hold still counts: one condition for everybody who asks."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import BindParameter, ColumnElement, and_, not_

from portal.booking.models import HELD, Appointment
from portal.rows import CLOCK_STEP

Instant = datetime | BindParameter[datetime]
HELD_FOR = timedelta(minutes=10)
HELD_AT_MOST = timedelta(minutes=30)


def is_kept(now: datetime) -> ColumnElement[bool]:
    """Holds that keep their time from others.

    One that ends later than any hold can was made by a clock that has been set back since; it keeps nothing.
    """
    return is_kept_between(now, latest_end(now))


def is_kept_between(now: Instant, latest: Instant) -> ColumnElement[bool]:
    """The same for a prepared statement, whose instants are given later."""
    return and_(Appointment.status == HELD, _runs(now, latest))


def latest_end(now: datetime) -> datetime:
    """When a hold that is made now ends at the latest."""
    return now + HELD_FOR + CLOCK_STEP


def has_lapsed(now: datetime) -> ColumnElement[bool]:
    """Holds that keep nothing any more."""
    return and_(Appointment.status == HELD, not_(_runs(now, latest_end(now))))


def runs(until: datetime | None, now: datetime) -> bool:
    """The same for one hold at hand."""
    return until is not None and now < until <= latest_end(now)


def _runs(now: Instant, latest: Instant) -> ColumnElement[bool]:
    return and_(Appointment.held_until > now, Appointment.held_until <= latest)
