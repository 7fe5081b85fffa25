"""Make a calendar's times ahead, and bring them to its rules again after a change. Safe to repeat."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from portal.booking.around import around
from portal.booking.hours import LONGEST_WINDOW, Offer, Rules, beside, offers
from portal.booking.models import BY_HAND, BY_RULE, FREE, Appointment, Participant, Schedule, Slot
from portal.booking.service.claims import lock_schedule
from portal.booking.service.freed import time_freed
from portal.booking.service.holds import has_lapsed
from portal.booking.service.rests import lengthen
from portal.booking.service.rules_of import is_interpreting, rules_of
from portal.booking.slots import Span
from portal.jobs import queue
from portal.keys.ids import new_id
from portal.rows import change_of

BATCH = 500
MAKE = "slots.make"
BESIDE = timedelta(days=2)
CHANGES = ("busy_from", "busy_until", "closes_at", "day", "urgent")


class TooMany(ValueError):
    """More than a calendar can hold: a typing error, and a long wait for everybody else."""


@dataclass(frozen=True)
class Made:
    """What a run did to a calendar's times. `held` no longer fit, but a family has a conversation there: it stands."""

    added: int
    changed: int
    removed: int
    held: int


def make_ahead(
    session: Session, schedule: Schedule, *, clinic_zone: str, now: datetime, most: int | None = None
) -> Made:
    """Bring the times from today to the calendar's horizon to its rules.

    What families hold and booked stands; around what is booked more is kept free where the rests are longer now. Times
    that nobody holds are changed; what was closed by hand stays closed, what was opened by hand stays open but on days
    that are off, with the rests and the notice of today. Raises `TooMany` where the rules give more than
    `most` times, and more than there are: what lessens them is never refused.
    """
    lock_schedule(session, schedule.id)
    today, whole = now.astimezone(ZoneInfo(schedule.staff.time_zone)).date(), is_interpreting(schedule)
    # Where the person travels it may still be yesterday.
    first, last = today - timedelta(days=1), today + timedelta(days=schedule.horizon)
    there = session.execute(_present(schedule.id, now - LONGEST_WINDOW if whole else now)).all()
    present = [row for row in there if (row.end_at if whole else row.start_at) > now]
    # An evening reaches into the next day, and the clinic's clock may be a day ahead of that. By hand, times are opened
    # far beyond the horizon; days off count there too.
    until = max([last, *(row.day for row in present)]) + BESIDE
    rules = rules_of(session, schedule, clinic_zone=clinic_zone, first=first - BESIDE, last=until)
    given: Iterable[Offer] = offers(rules, first, last)
    if whole:
        # What was closed or opened by hand is a part of its window; what is over today begins none a second time.
        staying = [row for row in there if row.end_at <= now or not _may_go(row, rules)]
        given = beside(given, [Span(row.start_at, row.end_at) for row in staying])
    wanted = {
        one.span.start: slot_values(schedule, one, made_by=BY_RULE)
        for one in given
        if (one.span.end if whole else one.span.start) > now
    }
    if most is not None and len(wanted) > max(most, len(present)):
        raise TooMany
    found = _compare(schedule, present, wanted, needed_spans(session, schedule.id, now=now), rules)
    _write(session, found)
    lengthen(session, schedule, now=now)
    if found.adding or found.changing:
        time_freed(session, now=now)
    return Made(len(found.adding), len(found.changing), len(found.going), found.held)


def slot_values(schedule: Schedule, offer: Offer, *, made_by: str) -> dict[str, Any]:
    """A time of a calendar as a row: with what stays free around it, and until when it can be chosen."""
    start, end = offer.span.start, offer.span.end
    return {
        "id": new_id(),
        "schedule_id": schedule.id,
        "start_at": start,
        "end_at": end,
        "status": FREE,
        **around(schedule, offer.span),
        "day": offer.day,
        "minute": _minute_of_the_day(start),
        "minutes": (end - start) // timedelta(minutes=1),
        "urgent": offer.urgent,
        "made_by": made_by,
    }


def _minute_of_the_day(instant: datetime) -> int:
    """The minute of the UTC day."""
    utc = instant.astimezone(UTC)
    return utc.hour * 60 + utc.minute


def make_soon(session: Session, *schedule_ids: int | None, now: datetime) -> None:
    """Let a worker bring these calendars to their rules: a time that stayed because somebody had it may go now."""
    for schedule_id in schedule_ids:
        if schedule_id is not None:
            queue.enqueue_by(session, MAKE, str(schedule_id), due_at=now, now=now)


def add_by_hand(session: Session, schedule: Schedule, wanted: Sequence[Offer]) -> int:
    """Open these times (earliest first, none over another) where none is yet; how many were added."""
    if not wanted:
        return 0
    lock_schedule(session, schedule.id)
    rows = session.execute(_present(schedule.id, wanted[0].span.start)).all()
    there = [Span(row.start_at, row.end_at) for row in rows]
    adding = [slot_values(schedule, one, made_by=BY_HAND) for one in wanted if not meets(one.span, there)]
    _write(session, _Changes(adding=adding))
    return len(adding)


def needed_spans(session: Session, schedule_id: int, *, now: datetime) -> list[Span]:
    """When somebody's conversation needs this person, from now on, earliest first."""
    found = session.execute(
        select(Participant.busy_from, Participant.busy_until)
        .join(Appointment, Appointment.id == Participant.appointment_id)
        .where(Participant.schedule_id == schedule_id, Participant.busy_until > now, ~has_lapsed(now))
        .order_by(Participant.busy_from)
    )
    return [Span(row.busy_from, row.busy_until) for row in found]


def meets(span: Span, there: Sequence[Span]) -> bool:
    """Whether a time shares a moment with one of these, of which none overlaps another, earliest first."""
    # Only the last one which begins before this one ends can meet it.
    nearest = bisect_left(there, span.end, key=lambda one: one.start) - 1
    return nearest >= 0 and there[nearest].overlaps(span)


@dataclass
class _Changes:
    """What is to be done to the times of a calendar: ids that go, new values with ids, rows that come."""

    going: list[str] = field(default_factory=list)
    changing: list[dict[str, Any]] = field(default_factory=list)
    adding: list[dict[str, Any]] = field(default_factory=list)
    held: int = 0


def _compare(
    schedule: Schedule,
    present: Sequence[Any],
    wanted: Mapping[datetime, dict[str, Any]],
    needed: Sequence[Span],
    rules: Rules,
) -> _Changes:
    """The times that there are beside those that the rules give."""
    changes, staying = _Changes(), []
    for row in present:
        span, new = Span(row.start_at, row.end_at), wanted.get(row.start_at)
        fits = new is not None and new["end_at"] == row.end_at
        if not fits and _may_go(row, rules):
            somebodys = meets(span, needed)
            changes.held += somebodys
            # An interpreter's window is nobody's time: the conversation in it stands without.
            if rules.whole or not somebodys:
                changes.going.append(row.id)
                continue
        staying.append(span)
        said = {"day": row.day, "urgent": row.urgent, **around(schedule, span)}
        if new is not None and fits and row.made_by == BY_RULE:
            said = new
        if row.status == FREE and any(said[name] != getattr(row, name) for name in CHANGES):
            changes.changing.append({"own_id": row.id} | {name: said[name] for name in CHANGES})
    changes.adding = [new for new in wanted.values() if not meets(Span(new["start_at"], new["end_at"]), staying)]
    return changes


def _may_go(row: Any, rules: Rules) -> bool:
    """Whether nobody but the rules wanted a time: what was closed by hand stays closed, what was opened stays open."""
    return row.status == FREE and (row.made_by == BY_RULE or is_off(Span(row.start_at, row.end_at), row.day, rules))


def _present(schedule_id: int, since: datetime) -> Any:
    columns = (Slot.id, Slot.start_at, Slot.end_at, Slot.status, Slot.made_by)
    asked = select(*columns, *(getattr(Slot, name) for name in CHANGES))
    return asked.where(
        Slot.schedule_id == schedule_id, Slot.start_at > since - LONGEST_WINDOW, Slot.end_at > since
    ).order_by(Slot.start_at)


def is_off(span: Span, day: date, rules: Rules) -> bool:
    """Whether a time that is opened by hand lies on a day on which the person, or the clinic, is not there.

    As by the rules any moment counts, after midnight too; one that ends at midnight only touches the next day. Hours of
    a single day hold although that is a day off.
    """
    clinic, last = ZoneInfo(rules.clinic_zone), span.end - timedelta.resolution
    if rules.closed & {moment.astimezone(clinic).date() for moment in (span.start, last)}:
        return True
    off = {day, rules.day_of(last)} & rules.off
    return day not in rules.extra and not off <= rules.extra.keys()


def _write(session: Session, changes: _Changes) -> None:
    connection, going, adding = session.connection(), changes.going, changes.adding
    for first in range(0, len(going), BATCH):
        connection.execute(delete(Slot).where(Slot.id.in_(going[first : first + BATCH])))
    if changes.changing:
        connection.execute(change_of(Slot, CHANGES), changes.changing)
    for first in range(0, len(adding), 10 * BATCH):
        connection.execute(insert(Slot), adding[first : first + 10 * BATCH])
