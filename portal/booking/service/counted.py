"""On which day of its person what is booked counts, after the person's clock has become another one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.orm import Session

from portal.booking.hours import DAY, Rules
from portal.booking.models import BOOKED, HELD, OFFERED, Appointment, Participant, Schedule, Slot
from portal.booking.service.claims import lock_schedule, locks_rows
from portal.booking.service.making import BESIDE, Made, make_ahead
from portal.booking.service.rules_of import rules_of
from portal.cases.models import Case
from portal.rows import change_of, connection_of

NO_SYNC = {"synchronize_session": False}


def lock_as_families_do(session: Session, schedule_id: int, now: datetime) -> None:
    """The cases that have or keep a time with this person, by their ids, and then the calendar.

    Whoever holds, books, moves or cancels locks the case first and the calendar last: nobody waits in a circle. What
    came meanwhile cannot be locked behind the calendar: then all is let go, and asked for once more.
    """
    while locks_rows(session):
        so_far = session.begin_nested()
        asked = select(Case.id).where(Case.id.in_(_cases(schedule_id, now))).order_by(Case.id)
        locked = set(session.scalars(asked.with_for_update(key_share=True)))
        lock_schedule(session, schedule_id)
        if locked.issuperset(session.scalars(_cases(schedule_id, now))):
            so_far.commit()
            return
        so_far.rollback()


def _cases(schedule_id: int, now: datetime) -> Select[str]:
    theirs = or_(Appointment.schedule_id == schedule_id, Appointment.interpreter_id == schedule_id)
    live = Appointment.status.in_([HELD, OFFERED, BOOKED])
    return select(Appointment.case_id).where(theirs, live, Appointment.end_at > now - DAY)


def make_on_days_of_now(
    session: Session, schedule: Schedule, *, clinic_zone: str, now: datetime, most: int | None = None
) -> Made:
    """`make_ahead` where the person's clock is another one than before; the caller has locked as families do.

    Times lie on the days of the new clock, and what is booked counts on these. Raises `TooMany`.
    """
    rules = _rules(session, schedule, clinic_zone, now)
    _put_on_days(session, schedule.id, rules, now)
    made = make_ahead(session, schedule, clinic_zone=clinic_zone, now=now, most=most)
    _count_by_the_day(session, schedule.id, rules, now)
    return made


def _rules(session: Session, schedule: Schedule, clinic_zone: str, now: datetime) -> Rules:
    """Those of the new place, as far ahead as there are times, and conversations."""
    ahead = [
        session.scalar(select(func.max(one.day)).where(one.schedule_id == schedule.id)) for one in (Slot, Participant)
    ]
    first = now.date() - BESIDE
    last = max([now.date(), *(day for day in ahead if day)]) + BESIDE
    return rules_of(session, schedule, clinic_zone=clinic_zone, first=first, last=last)


def _put_on_days(session: Session, schedule_id: int, rules: Rules, now: datetime) -> None:
    """Times lie on the days of the new clock; those of the last day too, for what they held counts still."""
    times = select(Slot.id, Slot.start_at, Slot.day).where(Slot.schedule_id == schedule_id, Slot.end_at > now - DAY)
    days = [(row, rules.day_of(row.start_at)) for row in session.execute(times)]
    changing = [{"own_id": row.id, "day": day} for row, day in days if row.day != day]
    if changing:
        connection_of(session).execute(change_of(Slot, ("day",)), changing)


def _count_by_the_day(session: Session, schedule_id: int, rules: Rules, now: datetime) -> None:
    """What is booked counts on the day of the time, or the window, in which it lies by now, as what is on offer does.

    Where it lies in none any more, on the person's day at its beginning.
    """
    around = select(Slot.day).where(
        Slot.schedule_id == schedule_id, Slot.start_at <= Appointment.start_at, Slot.end_at > Appointment.start_at
    )
    day_of_slot = around.order_by(Slot.start_at.desc()).limit(1).correlate(Appointment).scalar_subquery()
    needed = (
        select(Participant.appointment_id, Participant.day, Appointment.start_at, day_of_slot.label("counts_on"))
        .join(Appointment, Appointment.id == Participant.appointment_id)
        .where(Participant.schedule_id == schedule_id, Participant.busy_until > now - DAY)
    )
    for row in session.execute(needed).all():
        own = (Participant.appointment_id == row.appointment_id) & (Participant.schedule_id == schedule_id)
        day = row.counts_on or rules.day_of(row.start_at)
        if day != row.day:
            session.execute(update(Participant).where(own).values(day=day), execution_options=NO_SYNC)
