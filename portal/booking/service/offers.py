"""What is on offer: conditions that say which times are open, which are taken, and who has a time to give."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import BindParameter, ColumnElement, bindparam, exists, func, select, true
from sqlalchemy.orm import Session

from portal.booking.models import BOOKED, FREE, LIVE, Appointment, Schedule, Slot
from portal.booking.service.holds import Instant, is_kept_between, latest_end
from portal.booking.slots import LONGEST, FreeTime, Span, free_time
from portal.staff.models import COORDINATOR, StaffLanguage, StaffMember, StaffRole

AHEAD = timedelta(hours=2)
# A day is counted around the time itself: no zone's midnight decides who is busier.
HALF_A_DAY = timedelta(hours=12)


def is_open(language: str | BindParameter[str], soonest: Instant) -> ColumnElement[bool]:
    """Slots that are free, not before `soonest`, and of an active coordinator who speaks the language."""
    speaks = (
        select(Schedule.id)
        .join(StaffMember, StaffMember.id == Schedule.staff_id)
        .join(StaffRole, StaffRole.staff_id == StaffMember.id)
        .join(StaffLanguage, StaffLanguage.staff_id == StaffMember.id)
        .where(StaffMember.active, StaffRole.role == COORDINATOR, StaffLanguage.language == language)
    )
    # Said so that PostgreSQL looks the few schedules up once and then reads the slots in the order of their index; as a
    # join it would begin with the schedules, read all their times, and sort.
    is_of_them = Slot.schedule_id.in_(speaks).is_(true())
    return (Slot.status == FREE) & (Slot.start_at >= soonest) & is_of_them


IS_TAKEN = exists().where(
    LIVE,  # said as the index says it, so that the index is used
    Appointment.schedule_id == Slot.schedule_id,
    Appointment.start_at > bindparam("oldest"),  # nothing older reaches into a time to come
    Appointment.start_at < Slot.end_at,
    Appointment.end_at > Slot.start_at,
    (Appointment.status == BOOKED)
    | (is_kept_between(bindparam("now"), bindparam("latest")) & (Appointment.case_id != bindparam("case_id"))),
)
# Prepared, for every family asks it at each look.
FREE_TIMES = (
    select(Slot.start_at, Slot.end_at)
    .where(is_open(bindparam("language"), bindparam("soonest")), ~IS_TAKEN)
    .distinct()
    .order_by(Slot.start_at, Slot.end_at)  # as the index has them: sorting would read every time there is
    .limit(bindparam("most"))
)


def free_times(
    session: Session,
    *,
    language: str,
    now: datetime,
    case_id: str | None = None,
    after: datetime | None = None,
    most: int = 400,
) -> list[FreeTime]:
    """One choice for each distinct time, nearest first, of active coordinators who speak the language.

    What the case itself keeps counts as free for it. `after` is where a page begins, `most` how long it may be.
    """
    asked = {
        "language": language,
        "soonest": max(soonest(now), after) if after else soonest(now),
        "oldest": now - LONGEST,
        "now": now,
        "latest": latest_end(now),
        "case_id": case_id or "",
        "most": most,
    }
    return [free_time(start, end) for start, end in session.connection().execute(FREE_TIMES, asked).all()]


def soonest(now: datetime) -> datetime:
    """The first moment, more than two hours away, at which a consultation may begin that is chosen now."""
    return now + AHEAD + timedelta.resolution


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
    offered = (
        select(Slot.schedule_id)
        .where(is_open(language, soonest(now)), is_at(wanted))
        .order_by(that_day, Slot.schedule_id)
    )
    return list(session.scalars(offered))


def is_at(wanted: Span) -> ColumnElement[bool]:
    """Slots of exactly this time."""
    return (Slot.start_at == wanted.start) & (Slot.end_at == wanted.end)
