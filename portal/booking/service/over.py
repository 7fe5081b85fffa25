"""A consultation moves to a time that lies over its own: the hold needs what is beside it, in the end it needs all.

The database lets nobody be needed twice at a time, not even by one family. While a consultation and the hold for its
move both stand, the two together cover all of both times, so that nobody else can have a part of either; whatever ends
the consultation ends the hold as well.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from portal.booking.around import around
from portal.booking.models import BOOKED, Appointment, Participant, Schedule, Slot
from portal.booking.slots import Span
from portal.rows import insert_row

NO_SYNC = {"synchronize_session": False}


def without(busy: Span, own: Span | None) -> Span | None:
    """What of a time lies beside another one; nothing where that covers it, all where it reaches beyond on both sides.

    The last the database refuses, for one row has one time; it is not on offer either.
    """
    if own is None or not busy.overlaps(own):
        return busy
    if own.start <= busy.start:
        return Span(own.end, busy.end) if own.end < busy.end else None
    return Span(busy.start, own.start) if own.end >= busy.end else busy


def need(session: Session, appointment_id: str, schedule_id: int, busy: Span, day: date) -> None:
    """Let an appointment need somebody; the database refuses it where another one does."""
    row = Participant(
        appointment_id=appointment_id, schedule_id=schedule_id, busy_from=busy.start, busy_until=busy.end, day=day
    )
    insert_row(session, row)


def needed_by_own(session: Session, case_id: str) -> dict[int, Span]:
    """Whom a case's consultation needs, by calendar, and when."""
    own = select(Appointment.id).where(Appointment.case_id == case_id, Appointment.status == BOOKED)
    return _needed_by(session, session.scalar(own) or "")


def take_place(session: Session, found: Appointment, kept: Appointment) -> None:
    """Let a consultation need those whom a hold kept, for all of the new time, and nobody else any more.

    What the old time covered of the new one is freed and needed again in this one transaction. Nobody can be in the
    way: it was covered until now, and nothing beyond that is asked for.
    """
    before = _needed_by(session, found.id)
    session.execute(delete(Participant).where(Participant.appointment_id == found.id), execution_options=NO_SYNC)
    taken = update(Participant).where(Participant.appointment_id == kept.id).values(appointment_id=found.id)
    session.execute(taken, execution_options=NO_SYNC)
    both = [one for one in (kept.schedule_id, kept.interpreter_id) if one in before]
    if both:
        _fill_up(session, found, kept, {schedule_id: before[schedule_id] for schedule_id in both})


def _fill_up(session: Session, found: Appointment, kept: Appointment, before: dict[int, Span]) -> None:
    beside = _needed_by(session, found.id)
    for schedule_id, old in before.items():
        busy, day = _as_it_stands(session, schedule_id, kept)
        covered = Span(max(busy.start, old.start), min(busy.end, old.end))
        own = beside.get(schedule_id, covered)
        # What was kept apart from the old time stays as it was kept, whatever the calendar's rests are by now.
        if covered.start >= covered.end or (own != covered and old.end != own.start and own.end != old.start):
            continue
        whole = Span(min(own.start, covered.start), max(own.end, covered.end))
        row = (Participant.appointment_id == found.id) & (Participant.schedule_id == schedule_id)
        session.execute(delete(Participant).where(row), execution_options=NO_SYNC)
        need(session, found.id, schedule_id, whole, day)


def _as_it_stands(session: Session, schedule_id: int, kept: Appointment) -> tuple[Span, date]:
    """When a calendar says that a kept time needs its person, and on which of that person's days."""
    time = Span(kept.start_at, kept.end_at)
    slot = session.execute(
        select(Slot.start_at, Slot.busy_from, Slot.busy_until, Slot.day)
        .where(Slot.schedule_id == schedule_id, Slot.start_at <= time.start, Slot.end_at > time.start)
        .order_by(Slot.start_at.desc())
        .limit(1)
    ).one_or_none()
    day = slot.day if slot else time.start.date()
    if schedule_id == kept.schedule_id:
        return (Span(slot.busy_from, slot.busy_until) if slot and slot.start_at == time.start else time), day
    needs = around(session.get_one(Schedule, schedule_id), time)  # within an interpreter's window
    return Span(needs["busy_from"], needs["busy_until"]), day


def _needed_by(session: Session, appointment_id: str) -> dict[int, Span]:
    asked = select(Participant.schedule_id, Participant.busy_from, Participant.busy_until)
    found = session.execute(asked.where(Participant.appointment_id == appointment_id))
    return {row.schedule_id: Span(row.busy_from, row.busy_until) for row in found}
