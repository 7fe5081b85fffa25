"""When a hold, or an offer to a family that waits, still counts: one condition for everybody who asks."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import BindParameter, ColumnElement, and_, not_, or_

from portal.booking.models import HELD, OFFERED, Appointment
from portal.rows import CLOCK_STEP

Instant = datetime | BindParameter[datetime]
HELD_FOR = timedelta(minutes=10)
HELD_AT_MOST = timedelta(minutes=30)
OFFERED_FOR = timedelta(hours=24)


def is_kept(now: datetime) -> ColumnElement[bool]:
    """Holds that keep their time from others.

    One that ends later than any hold can was made by a clock that has been set back since; it keeps nothing.
    """
    return is_kept_between(now, latest_end(now))


def is_kept_between(now: Instant, latest: Instant) -> ColumnElement[bool]:
    """The same for a prepared statement, whose instants are given later."""
    return and_(Appointment.status == HELD, _runs(now, latest))


def is_offered_between(now: Instant, latest: Instant) -> ColumnElement[bool]:
    """Offers that keep their time from everybody else; `latest` is when one that is made now ends at the latest."""
    return and_(Appointment.status == OFFERED, _runs(now, latest))


def latest_end(now: datetime) -> datetime:
    """When a hold that is made now ends at the latest."""
    return now + HELD_FOR + CLOCK_STEP


def latest_answer(now: datetime) -> datetime:
    """When an offer that is made now ends at the latest."""
    return now + OFFERED_FOR + CLOCK_STEP


def has_lapsed(now: datetime) -> ColumnElement[bool]:
    """Holds and offers that keep nothing any more."""
    return or_(
        and_(Appointment.status == HELD, not_(_runs(now, latest_end(now)))),
        and_(Appointment.status == OFFERED, not_(_runs(now, latest_answer(now)))),
    )


def runs(found: Appointment, now: datetime) -> bool:
    """Whether one at hand still keeps its time."""
    latest = latest_answer(now) if found.status == OFFERED else latest_end(now)
    return found.status in {HELD, OFFERED} and found.held_until is not None and now < found.held_until <= latest


def _runs(now: Instant, latest: Instant) -> ColumnElement[bool]:
    return and_(Appointment.held_until > now, Appointment.held_until <= latest)
