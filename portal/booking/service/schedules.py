"""Open and close times."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from portal.booking.around import around
from portal.booking.hours import FURTHEST, Offer, spans_of_days
from portal.booking.models import BY_HAND, CLOSED, FREE, Schedule, Slot
from portal.booking.service.claims import lock_schedule
from portal.booking.service.freed import time_freed
from portal.booking.service.making import BESIDE, add_by_hand, is_off, meets, needed_spans
from portal.booking.service.rules_of import rules_of
from portal.booking.slots import Span
from portal.keys.ids import is_id
from portal.rows import change_row

MOST_DAYS = 366
MOST_TIMES = 5_000


class SlotHeld(Exception):
    """The time is kept for a family or booked; it cannot be closed like this."""


class DayOff(Exception):
    """The person, or the whole clinic, is not there on that day."""


class TooManyDays(ValueError):
    """More than a year at once is a typing error."""


class TooManyTimes(ValueError):
    """More than a coordinator can give in a year: a typing error, and a long wait for everybody else."""


@dataclass(frozen=True)
class Opened:
    """How many times were added, and how many passed over: something is there already, or it is a day off."""

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


def latest_day(now: datetime) -> date:
    """The last day on which times are opened by hand: about two years ahead, a year that was mistyped is refused."""
    return (now + FURTHEST).date()


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
    urgent: bool = False,
) -> Opened:
    """Open times for a range of days in the clinic's `zone`, by the clock on the wall; kept for `urgent` cases or not.

    What overlaps with a time that is there is passed over, and so are days off: no family is to choose a time that the
    next look at the rules takes away.
    """
    if last - first > timedelta(days=MOST_DAYS):
        raise TooManyDays
    wanted = spans_of_days(
        first=first,
        last=last,
        begin=begin,
        end=end,
        minutes=minutes,
        weekdays=weekdays,
        zone=zone,
        rest=schedule.before + schedule.after,
    )
    if not wanted:
        return Opened(0, 0)
    if len(wanted) > MOST_TIMES:
        raise TooManyTimes
    rules = rules_of(session, schedule, clinic_zone=zone, first=first - BESIDE, last=last + BESIDE)
    offers = [Offer(span, rules.day_of(span.start), urgent) for span in wanted]
    added = add_by_hand(session, schedule, [one for one in offers if not is_off(one.span, one.day, rules)])
    return Opened(added, len(wanted) - added)


def close_slot(session: Session, slot_id: str, *, now: datetime) -> Slot:
    """Take a time out of the offer. Raises `SlotHeld` where a family has it, `LookupError` for an unknown one."""
    slot = _behind_the_lock(session, slot_id)
    if meets(Span(slot.start_at, slot.end_at), needed_spans(session, slot.schedule_id, now=now)):
        raise SlotHeld(slot_id)
    slot.status = CLOSED
    session.flush()
    return slot


def open_again(session: Session, slot_id: str, *, clinic_zone: str, now: datetime) -> Slot:
    """Put a closed time back on offer, as one that was opened by hand: no change of rules takes it away.

    It has the rests and the notice of today, for what is closed follows no change of them.
    Raises `DayOff` where it would go by itself, and `LookupError` for one that is not closed, or is over.
    """
    slot = _behind_the_lock(session, slot_id)
    if slot.status != CLOSED or slot.start_at <= now:
        raise LookupError(slot_id)
    day = slot.day
    rules = rules_of(session, slot.schedule, clinic_zone=clinic_zone, first=day - BESIDE, last=day + BESIDE)
    span = Span(slot.start_at, slot.end_at)
    if is_off(span, day, rules):
        raise DayOff(slot_id)
    change_row(session, slot, status=FREE, made_by=BY_HAND, **around(slot.schedule, span))
    time_freed(session, now=now)
    return slot


def _behind_the_lock(session: Session, slot_id: str) -> Slot:
    """A time as it stands once its calendar is locked: a change of the rules may have taken it away while we waited."""
    asked = select(Slot.schedule_id).where(Slot.id == slot_id)
    schedule_id = session.scalar(asked) if is_id(slot_id) else None
    if schedule_id is not None:
        lock_schedule(session, schedule_id)
    slot = None if schedule_id is None else session.get(Slot, slot_id, populate_existing=True)
    if slot is None:
        raise LookupError(slot_id)
    return slot


def listing(session: Session, *, first: date, last: date, zone: str, now: datetime) -> list[Slot]:
    """The times of all calendars in a range of days of a zone, from now on, nearest first."""
    begin, end = max(now, _midnight(first, zone)), _midnight(last + timedelta(days=1), zone)
    found = select(Slot).where(Slot.start_at >= begin, Slot.start_at < end).order_by(Slot.start_at, Slot.schedule_id)
    return list(session.scalars(found.options(joinedload(Slot.schedule))))


def last_before(session: Session, day: date, zone: str, *, now: datetime) -> datetime | None:
    """When the last time that is still to come before a day begins."""
    asked = select(func.max(Slot.start_at)).where(Slot.start_at >= now, Slot.start_at < _midnight(day, zone))
    return session.scalar(asked)


def first_from(session: Session, day: date, zone: str) -> datetime | None:
    """When the first time on a day, or after it, begins."""
    return session.scalar(select(func.min(Slot.start_at)).where(Slot.start_at >= _midnight(day, zone)))


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
