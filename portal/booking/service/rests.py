"""What stays free around conversations: of times as a calendar says it now, and of consultations booked before that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.booking.models import BOOKED, Appointment, Participant, Schedule
from portal.booking.slots import Span

NO_SYNC = {"synchronize_session": False}


def around(schedule: Schedule, time: Span) -> dict[str, datetime]:
    """What a time of this calendar needs around itself, and until when it can be chosen."""
    return {
        "busy_from": time.start - timedelta(minutes=schedule.before),
        "busy_until": time.end + timedelta(minutes=schedule.after),
        "closes_at": time.start - timedelta(minutes=schedule.notice),
    }


def lengthen(session: Session, schedule: Schedule, *, now: datetime) -> None:
    """Let booked consultations need what the calendar's rests have become, as far as nobody else is in the way.

    Only more: what a family was promised beside another one stands. The caller has locked the calendar.
    """
    rows = session.execute(_needed(schedule.id, now)).all()
    reached = [row.busy_until for row in rows]
    for number, row in enumerate(rows):
        wanted = _longer(schedule, rows, reached, number)
        if wanted is not None and _write(session, row, wanted):
            reached[number] = wanted.end


def _needed(schedule_id: int, now: datetime) -> Any:
    """Whatever needs the person from now on, earliest first; what has run out too, for the database counts it."""
    columns = (Participant.appointment_id, Participant.schedule_id, Participant.busy_from, Participant.busy_until)
    return (
        select(*columns, Appointment.start_at, Appointment.end_at, Appointment.status)
        .add_columns(Appointment.schedule_id.label("talking"))
        .join(Appointment, Appointment.id == Participant.appointment_id)
        .where(Participant.schedule_id == schedule_id, Participant.busy_until > now)
        .order_by(Participant.busy_from)
    )


def _longer(schedule: Schedule, rows: Sequence[Any], reached: Sequence[datetime], number: int) -> Span | None:
    """What a consultation should need; `None` where that is what it needs. An interpreter has no rests."""
    row = rows[number]
    if row.status != BOOKED or row.talking != schedule.id:
        return None
    rests = around(schedule, Span(row.start_at, row.end_at))
    begin, end = min(row.busy_from, rests["busy_from"]), max(row.busy_until, rests["busy_until"])
    if number:
        begin = max(begin, reached[number - 1])
    if number + 1 < len(rows):
        end = min(end, rows[number + 1].busy_from)
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
