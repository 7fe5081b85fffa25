"""Open and close times."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from portal.booking.models import BOOKED, CLOSED, FREE, Appointment, Schedule, Slot
from portal.booking.service.claims import lock_schedule
from portal.booking.service.holds import is_kept
from portal.booking.slots import Span, spans_of_days
from portal.keys.ids import is_id

MOST_DAYS = 366
MOST_TIMES = 5_000


class SlotHeld(Exception):
    """The time is kept for a family or booked; it cannot be closed like this."""


class TooManyDays(ValueError):
    """More than a year at once is a typing error."""


class TooManyTimes(ValueError):
    """More than a coordinator can give in a year: a typing error, and a long wait for everybody else."""


@dataclass(frozen=True)
class Opened:
    """How many times were added, and how many passed over because they overlap with what is there."""

    added: int
    skipped: int


def schedule_of(session: Session, staff_id: str) -> Schedule:
    """A person's calendar; made when it is first asked for."""
    schedule = session.scalar(select(Schedule).where(Schedule.staff_id == staff_id))
    if schedule is not None:
        return schedule
    with suppress(IntegrityError), session.begin_nested():  # somebody else may be making it at this moment
        session.add(Schedule(staff_id=staff_id))
    return session.scalars(select(Schedule).where(Schedule.staff_id == staff_id)).one()


def open_slots(
    session: Session,
    schedule: Schedule,
    *,
    first: date,
    last: date,
    begin: time,
    end: time,
    minutes: int,
    weekdays: frozenset[int],
    zone: str,
) -> Opened:
    """Open times for a range of days in a zone's wall time. What overlaps with a time that is there is passed over."""
    if last - first > timedelta(days=MOST_DAYS):
        raise TooManyDays
    wanted = spans_of_days(first=first, last=last, begin=begin, end=end, minutes=minutes, weekdays=weekdays, zone=zone)
    if not wanted:
        return Opened(0, 0)
    if len(wanted) > MOST_TIMES:
        raise TooManyTimes
    lock_schedule(session, schedule.id)
    there = _present(session, schedule, wanted[0].start, wanted[-1].end)
    new = [span for span in wanted if not _meets(span, there)]
    session.add_all(Slot(schedule_id=schedule.id, start_at=span.start, end_at=span.end, status=FREE) for span in new)
    session.flush()
    return Opened(len(new), len(wanted) - len(new))


def close_slot(session: Session, slot_id: str, *, now: datetime) -> Slot:
    """Take a time out of the offer. Raises `SlotHeld` where a family has it, `LookupError` for an unknown one."""
    slot = session.get(Slot, slot_id) if is_id(slot_id) else None
    if slot is None:
        raise LookupError(slot_id)
    lock_schedule(session, slot.schedule_id)
    if session.scalar(_live_at(slot, now)):
        raise SlotHeld(slot_id)
    slot.status = CLOSED
    session.flush()
    return slot


def listing(
    session: Session, *, schedule_ids: Sequence[int] | None, first: date, last: date, now: datetime
) -> list[Slot]:
    """The times of some schedules (or all) in a range of days, from now on, nearest first."""
    begin = max(now, datetime.combine(first, time(), UTC))
    end = datetime.combine(last, time(), UTC) + timedelta(days=1)
    found = select(Slot).where(Slot.start_at >= begin, Slot.start_at < end).order_by(Slot.start_at, Slot.schedule_id)
    found = found.options(joinedload(Slot.schedule))
    if schedule_ids is not None:
        found = found.where(Slot.schedule_id.in_(schedule_ids))
    return list(session.scalars(found))


def _present(session: Session, schedule: Schedule, begin: datetime, end: datetime) -> list[Span]:
    rows = session.execute(
        select(Slot.start_at, Slot.end_at)
        .where(Slot.schedule_id == schedule.id, Slot.end_at > begin, Slot.start_at < end)
        .order_by(Slot.start_at)
    )
    return [Span(row.start_at, row.end_at) for row in rows]


def _meets(span: Span, there: list[Span]) -> bool:
    # Times of one calendar never overlap, so that only the last one which begins before this one ends can meet it.
    nearest = bisect_left(there, span.end, key=lambda one: one.start) - 1
    return nearest >= 0 and there[nearest].overlaps(span)


def _live_at(slot: Slot, now: datetime) -> Select[Any]:
    return (
        select(Appointment.id)
        .where(
            Appointment.schedule_id == slot.schedule_id,
            Appointment.start_at < slot.end_at,
            Appointment.end_at > slot.start_at,
            (Appointment.status == BOOKED) | is_kept(now),
        )
        .limit(1)
    )
