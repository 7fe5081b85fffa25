"""What is on offer: conditions that say which times are open, which are taken, and who has a time to give."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from portal.booking.models import BOOKED, FREE, LIVE, Appointment, Schedule, Slot
from portal.booking.service.holds import is_kept
from portal.booking.slots import LONGEST, Span
from portal.staff.models import COORDINATOR, StaffLanguage, StaffMember, StaffRole

AHEAD = timedelta(hours=2)
# A day is counted around the time itself: no zone's midnight decides who is busier.
HALF_A_DAY = timedelta(hours=12)


def is_open(language: str, now: datetime) -> ColumnElement[bool]:
    """Slots that are free, not too soon, and of an active coordinator who speaks the language."""
    speaks = (
        select(Schedule.id)
        .join(StaffMember, StaffMember.id == Schedule.staff_id)
        .join(StaffRole, StaffRole.staff_id == StaffMember.id)
        .join(StaffLanguage, StaffLanguage.staff_id == StaffMember.id)
        .where(StaffMember.active, StaffRole.role == COORDINATOR, StaffLanguage.language == language)
    )
    return (Slot.status == FREE) & (Slot.start_at > now + AHEAD) & Slot.schedule_id.in_(speaks)


def is_taken(now: datetime, case_id: str | None = None) -> ColumnElement[bool]:
    """Slots to come that overlap with what is booked or kept; what the case itself keeps does not count."""
    kept = is_kept(now)
    if case_id is not None:
        kept &= Appointment.case_id != case_id
    return exists().where(
        LIVE,  # said as the index says it, so that the index is used
        Appointment.schedule_id == Slot.schedule_id,
        Appointment.start_at > now - LONGEST,  # nothing older reaches into a time to come
        Appointment.start_at < Slot.end_at,
        Appointment.end_at > Slot.start_at,
        (Appointment.status == BOOKED) | kept,
    )


def schedules_with(session: Session, language: str, wanted: Span, now: datetime) -> list[int]:
    """The schedules that offer this time, the one with the fewest consultations that day first."""
    that_day = (
        select(func.count())
        .select_from(Appointment)
        .where(
            Appointment.schedule_id == Slot.schedule_id,
            Appointment.status == BOOKED,
            Appointment.start_at > wanted.start - HALF_A_DAY,
            Appointment.start_at < wanted.start + HALF_A_DAY,
        )
        .scalar_subquery()
    )
    offered = select(Slot.schedule_id).where(is_open(language, now), is_at(wanted)).order_by(that_day, Slot.schedule_id)
    return list(session.scalars(offered))


def is_at(wanted: Span) -> ColumnElement[bool]:
    """Slots of exactly this time."""
    return (Slot.start_at == wanted.start) & (Slot.end_at == wanted.end)
