"""Somebody of the office lives elsewhere by now, or speaks other languages with families: the times follow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.booking.models import BOOKED, Appointment, Schedule
from portal.booking.service.counted import lock_as_families_do, make_on_days_of_now
from portal.booking.service.freed import time_freed
from portal.booking.service.making import Made
from portal.booking.service.reminders import note_moved_clocks
from portal.booking.service.schedules import MOST_TIMES
from portal.booking.walls import on_another_office_wall
from portal.rows import change_by_id
from portal.staff import service as staff
from portal.staff.models import StaffMember


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
            lock_as_families_do(session, schedule.id, now)
        note_moved_clocks(session, now=now)  # what a country has changed is not to look like this
    staff.set_whereabouts(session, person, time_zone=zone, languages=languages)
    made = Made(0, 0, 0, 0)
    if schedule is not None and is_elsewhere:
        _say_by_the_clock(session, schedule.id, zone, now)
        made = make_on_days_of_now(session, schedule, clinic_zone=clinic_zone, now=now, most=MOST_TIMES)
    time_freed(session, now=now)  # without any new time too: there may be a new language, or room on a day
    return made


def _say_by_the_clock(session: Session, schedule_id: int, zone: str, now: datetime) -> None:
    """What was agreed stands on the wall of the new place; on the family's it stays as it was agreed."""
    coming = select(Appointment.id, Appointment.start_at, Appointment.wall).where(
        Appointment.schedule_id == schedule_id, Appointment.status == BOOKED, Appointment.start_at > now
    )
    for row in session.execute(coming.order_by(Appointment.id)).all():
        wall = on_another_office_wall(row.wall, row.start_at, zone)
        if wall != row.wall:
            change_by_id(session, Appointment, row.id, wall=wall)
