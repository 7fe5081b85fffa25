"""Somebody of the office lives elsewhere by now, or speaks other languages with families: the times follow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.booking.models import BOOKED, HELD, OFFERED, Appointment, Participant, Schedule, Slot
from portal.booking.service.claims import lock_schedule
from portal.booking.service.freed import time_freed
from portal.booking.service.making import Made, make_ahead
from portal.booking.service.reminders import note_moved_clocks
from portal.booking.service.schedules import MOST_TIMES
from portal.booking.walls import in_zone
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
    if is_elsewhere:
        note_moved_clocks(session, now=now)  # what a country has changed is not to look like this
    staff.set_whereabouts(session, person, time_zone=zone, languages=languages)
    schedule = session.scalar(select(Schedule).where(Schedule.staff_id == person.id))
    if schedule is None or not is_elsewhere:
        time_freed(session, now=now)
        return Made(0, 0, 0, 0)
    _say_by_the_clock(session, schedule.id, zone, now)
    lock_schedule(session, schedule.id)
    _count_by_the_day(session, schedule.id, ZoneInfo(zone), now)
    return make_ahead(session, schedule, clinic_zone=clinic_zone, now=now, most=MOST_TIMES)


def _say_by_the_clock(session: Session, schedule_id: int, zone: str, now: datetime) -> None:
    """What was agreed stands on the wall of the new place; on the family's it stays as it was agreed."""
    coming = select(Appointment.id, Appointment.start_at, Appointment.wall).where(
        Appointment.schedule_id == schedule_id,
        Appointment.status.in_([HELD, OFFERED, BOOKED]),
        Appointment.start_at > now,
    )
    # Locked, with what is only kept: it may be booked at this moment.
    for row in session.execute(coming.with_for_update(of=Appointment, key_share=True)).all():
        family, space, _office = row.wall.partition(" ")
        if space:
            change_by_id(session, Appointment, row.id, wall=f"{family} {in_zone(row.start_at, zone)}")


def _count_by_the_day(session: Session, schedule_id: int, zone: ZoneInfo, now: datetime) -> None:
    """Times, and what is booked, lie on the days of the new clock: by these the most of a day is counted."""
    times = select(Slot.id, Slot.start_at, Slot.day).where(Slot.schedule_id == schedule_id, Slot.end_at > now)
    days = [(row, row.start_at.astimezone(zone).date()) for row in session.execute(times)]
    changing = [{"own_id": row.id, "day": day} for row, day in days if row.day != day]
    if changing:
        session.connection().execute(change_of(Slot, ("day",)), changing)
    needed = (
        select(Participant.appointment_id, Appointment.start_at)
        .join(Appointment, Appointment.id == Participant.appointment_id)
        .where(Participant.schedule_id == schedule_id, Participant.busy_until > now - DAY)
    )
    for row in session.execute(needed).all():
        own = (Participant.appointment_id == row.appointment_id) & (Participant.schedule_id == schedule_id)
        moved = update(Participant).where(own).values(day=row.start_at.astimezone(zone).date())
        session.execute(moved, execution_options=NO_SYNC)
