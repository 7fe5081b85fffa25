"""What stays free around consultations that were booked before a calendar's rests were what they are now."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.booking.around import around
from portal.booking.models import BOOKED, Appointment, Participant, Schedule
from portal.booking.service.claims import lapse_at
from portal.booking.slots import Span

NO_SYNC = {"synchronize_session": False}


def lengthen(session: Session, schedule: Schedule, *, now: datetime) -> None:
    """Let booked consultations need what the calendar's rests have become, as far as nobody else is in the way.

    Only more: what a family was promised beside another one stands. The caller has locked the calendar.
    """
    rows = session.execute(_needed(schedule.id, now)).all()
    if not any(_is_short(schedule, row) for row in rows):
        return
    lapse_at(session, [schedule.id], Span(now, rows[-1].busy_until), now)  # what has run out is in nobody's way
    standing: list[Any] = [*session.execute(_needed(schedule.id, now)), None]
    reached = now
    for row, following in pairwise(standing):
        wanted = _longer(schedule, row, reached, following)
        reached = row.busy_until
        if wanted is not None and _write(session, row, wanted):
            reached = wanted.end


def _needed(schedule_id: int, now: datetime) -> Any:
    """Whatever needs the person from now on, earliest first, none over another; the database counts all of it."""
    columns = (Participant.appointment_id, Participant.schedule_id, Participant.busy_from, Participant.busy_until)
    return (
        select(*columns, Appointment.start_at, Appointment.end_at, Appointment.status)
        .join(Appointment, Appointment.id == Participant.appointment_id)
        .where(Participant.schedule_id == schedule_id, Participant.busy_until > now)
        .order_by(Participant.busy_from)
    )


def _whole(schedule: Schedule, row: Any) -> Span:
    """What a consultation should need: no less than it does."""
    rests = around(schedule, Span(row.start_at, row.end_at))
    return Span(min(row.busy_from, rests["busy_from"]), max(row.busy_until, rests["busy_until"]))


def _is_short(schedule: Schedule, row: Any) -> bool:
    """Whether something that is booked with this person, who talks or interprets, needs less than it should."""
    return row.status == BOOKED and _whole(schedule, row) != Span(row.busy_from, row.busy_until)


def _longer(schedule: Schedule, row: Any, reached: datetime, following: Any | None) -> Span | None:
    """What a consultation can need more than it does, beside the others; `None` where that is nothing."""
    if not _is_short(schedule, row):
        return None
    whole = _whole(schedule, row)
    begin = max(whole.start, min(row.busy_from, reached))
    end = whole.end if following is None else min(whole.end, following.busy_from)
    return None if (begin, end) == (row.busy_from, row.busy_until) else Span(begin, end)


def _write(session: Session, row: Any, wanted: Span) -> bool:
    own = (Participant.appointment_id == row.appointment_id) & (Participant.schedule_id == row.schedule_id)
    changed = update(Participant).where(own).values(busy_from=wanted.start, busy_until=wanted.end)
    try:
        with session.begin_nested():
            session.execute(changed, execution_options=NO_SYNC)
    except IntegrityError:
        return False  # somebody is in the way whom the look did not see: it stays as it was
    return True
