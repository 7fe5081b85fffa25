"""Somebody of the office lives elsewhere by now, or speaks other languages with families: the times follow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.orm import Session

from portal.booking.hours import Rules
from portal.booking.models import BOOKED, HELD, OFFERED, Appointment, Participant, Schedule, Slot
from portal.booking.service.claims import lock_schedule, locks_rows
from portal.booking.service.freed import time_freed
from portal.booking.service.making import BESIDE, Made, make_ahead
from portal.booking.service.reminders import note_moved_clocks
from portal.booking.service.rules_of import rules_of
from portal.booking.service.schedules import MOST_TIMES
from portal.booking.walls import in_zone
from portal.cases.models import Case
from portal.rows import change_by_id, change_of
from portal.staff import service as staff
from portal.staff.models import StaffMember

DAY = timedelta(days=1)
NO_SYNC = {"synchronize_session": False}


def set_whereabouts(
    session: Session, person: StaffMember, *, zone: str, languages: Sequence[str], clinic_zone: str, now: datetime
) -> Made:
    """Let the weekly hours be meant on the clock of this zone from now on, and families be asked in these languages.

    What is booked stays at its instant and with this person, and counts as no country's change of its clocks. The same
    again changes nothing. Raises `TooMany`.
    """
    session.refresh(person, with_for_update={"key_share": True})  # of two changes at once the second waits
    is_elsewhere = person.time_zone != zone
    schedule = session.scalar(select(Schedule).where(Schedule.staff_id == person.id))
    if is_elsewhere:
        if schedule is not None:
            _lock_as_families_do(session, schedule.id, now)
        note_moved_clocks(session, now=now)  # what a country has changed is not to look like this
    staff.set_whereabouts(session, person, time_zone=zone, languages=languages)
    if schedule is None or not is_elsewhere:
        time_freed(session, now=now)
        return Made(0, 0, 0, 0)
    _say_by_the_clock(session, schedule.id, zone, now)
    rules = _rules(session, schedule, clinic_zone, now)
    _put_on_days(session, schedule.id, rules, now)
    made = make_ahead(session, schedule, clinic_zone=clinic_zone, now=now, most=MOST_TIMES)
    _count_by_the_day(session, schedule.id, rules, now)
    return made


def _lock_as_families_do(session: Session, schedule_id: int, now: datetime) -> None:
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


def _say_by_the_clock(session: Session, schedule_id: int, zone: str, now: datetime) -> None:
    """What was agreed stands on the wall of the new place; on the family's it stays as it was agreed."""
    coming = select(Appointment.id, Appointment.start_at, Appointment.wall).where(
        Appointment.schedule_id == schedule_id, Appointment.status == BOOKED, Appointment.start_at > now
    )
    for row in session.execute(coming.order_by(Appointment.id)).all():
        family, space, _office = row.wall.partition(" ")
        if space:
            change_by_id(session, Appointment, row.id, wall=f"{family} {in_zone(row.start_at, zone)}")


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
        session.connection().execute(change_of(Slot, ("day",)), changing)


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
