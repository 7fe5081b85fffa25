"""Consultations whose people are at the office no more: somebody was removed after the time was booked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from portal.booking.clocks import family_zone
from portal.booking.leaving_letters import Standing
from portal.booking.models import BOOKED, Appointment, Schedule
from portal.cases.models import Case
from portal.staff.models import StaffMember

COORDINATOR_LEFT, INTERPRETER_LEFT = "coordinator", "interpreter"


def who_left(found: Appointment) -> str:
    """Who of its people has been removed: `COORDINATOR_LEFT`, else `INTERPRETER_LEFT`; empty where all are here."""
    if not found.schedule.staff.active:
        return COORDINATOR_LEFT
    return INTERPRETER_LEFT if found.interpreter is not None and not found.interpreter.staff.active else ""


def coordinator_left() -> ColumnElement[bool]:
    """The same of an appointment's coordinator, for the database."""
    return _left(Appointment.schedule_id)


def interpreter_left() -> ColumnElement[bool]:
    """The same of its interpreter."""
    return _left(Appointment.interpreter_id)


def standing_with(session: Session, staff_ids: Collection[str], *, now: datetime) -> list[Standing]:
    """The consultations to come that are booked with these people, nearest first."""
    columns = (Schedule.staff_id, Appointment.case_id, Case.reference, Appointment.start_at, family_zone())
    asked = _of_their_people(*columns, now=now).join(Case, Case.id == Appointment.case_id)
    asked = asked.where(Schedule.staff_id.in_(staff_ids)).order_by(Appointment.start_at, Appointment.id)
    return [Standing._make(row) for row in session.execute(asked)]


def how_many_stand(session: Session, *, now: datetime) -> dict[str, int]:
    """How many consultations to come are booked with each person, by the person's id."""
    asked = _of_their_people(Schedule.staff_id, func.count(), now=now).group_by(Schedule.staff_id)
    return {row[0]: row[1] for row in session.execute(asked)}


def _of_their_people(*columns: Any, now: datetime) -> Select[Any]:
    people = or_(Schedule.id == Appointment.schedule_id, Schedule.id == Appointment.interpreter_id)
    coming = (Appointment.status == BOOKED) & (Appointment.start_at > now)
    return select(*columns).select_from(Appointment).join(Schedule, people).where(coming)


def _left(schedule_id: Any) -> ColumnElement[bool]:
    theirs, person = aliased(Schedule), aliased(StaffMember)
    asked = select(theirs.id).join(person, person.id == theirs.staff_id)
    return asked.where(theirs.id == schedule_id, person.active.is_(False)).correlate(Appointment).exists()
