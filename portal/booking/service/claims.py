"""Take one coordinator's time for a case. The database refuses overlaps; here a refusal means: try the next one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.booking.models import HELD, LAPSED, Appointment, Schedule, Slot
from portal.booking.service.holds import HELD_FOR, has_lapsed
from portal.booking.service.offers import is_at, is_open, schedules_with, soonest
from portal.booking.slots import Span
from portal.cases.models import Case


class SlotTaken(Exception):
    """Every coordinator at that time has just been taken, or the time was closed."""


def claim(session: Session, case: Case, wanted: Span, *, now: datetime) -> Appointment:
    """Keep this time for a case with one of the coordinators who offer it. Raises `SlotTaken`."""
    for schedule_id in schedules_with(session, case.language, wanted, now):
        try:
            with session.begin_nested():
                return _claim_of(session, schedule_id, case, wanted, now)
        except (IntegrityError, SlotTaken):
            continue  # somebody was quicker: the next coordinator at that time
    raise SlotTaken


def locks_rows(session: Session) -> bool:
    """Whether the database has several writers at once, who must wait for each other row by row."""
    return session.get_bind().dialect.name != "sqlite"


def lock_schedule(session: Session, schedule_id: int) -> None:
    """One claim at a time for a calendar, so that claims wait for each other here and never in a circle."""
    if locks_rows(session):
        session.execute(select(Schedule.id).where(Schedule.id == schedule_id).with_for_update(key_share=True))


def let_go(session: Session, case_id: str) -> None:
    """End whatever a case keeps."""
    session.execute(
        update(Appointment).where(Appointment.case_id == case_id, Appointment.status == HELD).values(status=LAPSED)
    )


def lapse_expired(session: Session, now: datetime) -> int:
    """End holds that have run out; passes over those that somebody is working on. Returns how many."""
    ended = select(Appointment.id).where(has_lapsed(now)).with_for_update(skip_locked=True, of=Appointment)
    found = session.execute(
        update(Appointment)
        .where(Appointment.id.in_(ended), Appointment.status == HELD)
        .values(status=LAPSED)
        .returning(Appointment.id)
    )
    return len(found.all())


def _claim_of(session: Session, schedule_id: int, case: Case, wanted: Span, now: datetime) -> Appointment:
    lock_schedule(session, schedule_id)
    _lapse_at(session, schedule_id, wanted, now)
    # Asked again behind the lock: the time may have been closed since it was listed.
    still = select(Slot.id).where(Slot.schedule_id == schedule_id, is_at(wanted), is_open(case.language, soonest(now)))
    if session.scalar(still) is None:
        raise SlotTaken
    claimed = Appointment(
        case_id=case.id,
        schedule_id=schedule_id,
        start_at=wanted.start,
        end_at=wanted.end,
        status=HELD,
        held_since=now,
        held_until=now + HELD_FOR,
        sequence=0,
        language=case.language,
        time_zone=case.time_zone,
    )
    session.add(claimed)
    session.flush()
    return claimed


def _lapse_at(session: Session, schedule_id: int, wanted: Span, now: datetime) -> None:
    session.execute(
        update(Appointment)
        .where(
            Appointment.schedule_id == schedule_id,
            has_lapsed(now),
            Appointment.start_at < wanted.end,
            Appointment.end_at > wanted.start,
        )
        .values(status=LAPSED)
    )
