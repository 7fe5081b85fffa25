"""Copy a week of times that were opened by hand to other weeks, at the same hours on the wall. Safe to repeat."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from portal.booking.hours import Offer, Rules, instant_of
from portal.booking.models import BY_HAND, FREE, Schedule, Slot
from portal.booking.service.claims import lock_schedule
from portal.booking.service.freed import time_freed
from portal.booking.service.making import BESIDE, add_by_hand, is_off
from portal.booking.service.rules_of import rules_of
from portal.booking.service.schedules import MOST_TIMES, Opened, TooManyTimes
from portal.booking.slots import Span

WEEK = timedelta(days=7)
MOST_WEEKS = 52


class NothingToCopy(Exception):
    """No time of that week was opened by hand; what the weekly hours give comes by itself."""


def copy_week(
    session: Session, schedule: Schedule, *, week: date, into: date, weeks: int, clinic_zone: str, now: datetime
) -> Opened:
    """Copy the open times of a week (from Monday on) that were opened by hand to `weeks` weeks from that of `into` on.

    The hour on the wall of where the person is stays the same. Passed over is what overlaps with a time that is there,
    lies on a day off or in the past, or in an hour that the clocks jump over. Raises `NothingToCopy` or `TooManyTimes`.
    """
    lock_schedule(session, schedule.id)
    first_of, first = _monday(week), _monday(into)
    source = session.scalars(_by_hand(schedule.id, first_of)).all()
    if not source:
        raise NothingToCopy
    number = len(source) * weeks
    if number > MOST_TIMES:
        raise TooManyTimes
    distances = [first - first_of + one * WEEK for one in range(weeks)]
    since, until = min(first_of, first) - BESIDE, max(first_of, first + weeks * WEEK) + BESIDE
    rules = rules_of(session, schedule, clinic_zone=clinic_zone, first=since, last=until)
    copies = sorted(_copies(source, distances, rules), key=lambda one: one.span.start)
    wanted = [one for one in copies if one.span.start > now and not is_off(one.span, one.day, rules)]
    added = add_by_hand(session, schedule, list(_apart(wanted)))
    if added:
        time_freed(session, now=now)
    return Opened(added, number - added)


def _copies(source: Sequence[Slot], distances: Iterable[timedelta], rules: Rules) -> Iterator[Offer]:
    for distance in distances:
        for slot in source:
            wall = slot.start_at.astimezone(ZoneInfo(rules.zone_on(slot.day))).replace(tzinfo=None) + distance
            start = instant_of(wall, ZoneInfo(rules.zone_on(wall.date())))
            if start is not None:
                yield Offer(Span(start, start + (slot.end_at - slot.start_at)), wall.date(), slot.urgent)


def _apart(offers: Iterable[Offer]) -> Iterator[Offer]:
    """Without what overlaps with the one before: where the clocks change, times that were apart can meet."""
    free_from = None
    for one in offers:
        if free_from is None or one.span.start >= free_from:
            yield one
            free_from = one.span.end


def _by_hand(schedule_id: int, monday: date) -> Select[Slot]:
    noon = datetime.combine(monday, time(12), UTC)
    return (
        select(Slot)
        .where(
            Slot.schedule_id == schedule_id,
            # For the sake of the index: a day lasts a little longer on other clocks.
            Slot.start_at > noon - BESIDE,
            Slot.start_at < noon + WEEK + BESIDE,
            Slot.day >= monday,
            Slot.day < monday + WEEK,
            Slot.made_by == BY_HAND,
            Slot.status == FREE,
        )
        .order_by(Slot.start_at)
    )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
