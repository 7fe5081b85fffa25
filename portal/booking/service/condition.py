"""The one condition under which a time is on offer, in the words of the database.

Its parameters are those of `offers.values_of`: `languages` of the coordinator, `own` of the family, `urgent`,
`case_id`, `same_hour` (whether the people of its own time can be asked for then), `now`, `latest` and `answer` (when a
hold and an offer end that begin now), `oldest`; within the family's day its band's as well.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased

from portal.booking.bands import DAYTIME, MOST_CHANGES
from portal.booking.models import BOOKED, FREE, Appointment, Participant, Schedule, Slot
from portal.booking.service.holds import is_kept_between, is_offered_between
from portal.rows import Shifted
from portal.staff.models import COORDINATOR, INTERPRETER, StaffLanguage, StaffMember, StaffRole


def is_offered(
    slot: Any, *, interpreted: bool, spoken: str = "languages", by_office: bool = False
) -> ColumnElement[bool]:
    """Free, open for choosing, of an active coordinator who speaks one of `spoken`, and nobody is in the way.

    Asked `by_office` for the hour of a consultation that is to have somebody else, it is open until it begins: notice
    is given to people whom strangers could surprise, and here they talk with each other.
    """
    conditions = [
        slot.status == FREE,
        # Asked of each slot in the order of their index. Said so, for PostgreSQL would make a join of it: begin with
        # the schedules, read all their times, and sort.
        _speaks(slot, COORDINATOR, spoken).is_(true()),
        (slot.start_at if by_office else slot.closes_at) > bindparam("now"),
        or_(slot.urgent.is_(False), bindparam("urgent", type_=Boolean)),
        ~_is_needed(slot.schedule_id, slot.busy_from, slot.busy_until),
        _has_room_that_day(slot.schedule_id, slot.day),
    ]
    if interpreted:
        cover, ear = aliased(Slot), aliased(Schedule)
        conditions.append(exists().where(covers(cover, ear, slot)).correlate_except(cover, ear))
    return and_(*conditions)


def _speaks(slot: Any, role: str, languages: str) -> ColumnElement[bool]:
    return _speaking(role, languages).where(Schedule.id == slot.schedule_id).correlate(slot).exists()


def _speaking(role: str, languages: str) -> Select[Any]:
    return (
        select(Schedule.id)
        .join(StaffMember, StaffMember.id == Schedule.staff_id)
        .join(StaffRole, StaffRole.staff_id == StaffMember.id)
        .join(StaffLanguage, StaffLanguage.staff_id == StaffMember.id)
        .where(
            StaffMember.active,
            StaffRole.role == role,
            StaffLanguage.language.in_(bindparam(languages, expanding=True)),
        )
    )


def _is_needed(schedule_id: Any, begin: Any, end: Any) -> ColumnElement[bool]:
    """Whether somebody's live appointment needs the person in between; the asking case's own does not count.

    What it keeps it lets go, and its consultation it moves. What is offered to it counts: that stays offered while the
    family looks for another time.
    """
    other = aliased(Participant)
    needed = exists().where(
        other.schedule_id == schedule_id,
        other.busy_from > bindparam("oldest"),
        other.busy_from < end,
        other.busy_until > begin,
        or_(
            _counts(other.appointment_id),
            and_(_is_no_other_time(other, begin, end), _is_its_own(other.appointment_id)),
        ),
    )
    # Said, for an interpreter is asked about two levels below the time itself, and only one is correlated unsaid.
    return needed.correlate_except(other)


def _counts(appointment_id: Any) -> ColumnElement[bool]:
    return exists().where(
        Appointment.id == appointment_id,
        or_(
            and_(
                Appointment.case_id != bindparam("case_id"),
                or_(Appointment.status == BOOKED, is_kept_between(bindparam("now"), bindparam("latest"))),
            ),
            is_offered_between(bindparam("now"), bindparam("answer")),
        ),
    )


def _is_no_other_time(own: Any, begin: Any, end: Any) -> ColumnElement[bool]:
    """The time that a case has already; or one beyond it on both sides, which no hold can be kept at (see `over`)."""
    return or_(
        and_(own.busy_from == begin, own.busy_until == end, not_(bindparam("same_hour", type_=Boolean))),
        and_(own.busy_from > begin, own.busy_until < end),
    )


def _is_its_own(appointment_id: Any) -> ColumnElement[bool]:
    return exists().where(
        Appointment.id == appointment_id, Appointment.case_id == bindparam("case_id"), Appointment.status == BOOKED
    )


def _has_room_that_day(schedule_id: Any, day: Any) -> ColumnElement[bool]:
    own, other = aliased(Schedule), aliased(Participant)
    most = select(own.most_per_day).where(own.id == schedule_id).correlate_except(own).scalar_subquery()
    number = (
        select(func.count())
        .select_from(other)
        .where(
            other.schedule_id == schedule_id,
            other.busy_from > bindparam("oldest"),
            other.day == day,
            _counts(other.appointment_id),
        )
        .correlate_except(other)
        .scalar_subquery()
    )
    return or_(most.is_(None), number < most)


def within_the_day(slot: Any) -> ColumnElement[bool]:
    """Whether it begins and ends within the hours of the family's day, whose UTC time changes with the clocks."""
    opens = [bindparam(f"opens_{number}", type_=Integer) for number in range(MOST_CHANGES + 1)]
    until = [slot.start_at < bindparam(f"change_{number}") for number in range(1, MOST_CHANGES + 1)]
    since = case(*zip(until, opens, strict=False), else_=opens[-1])
    within: ColumnElement[bool] = (slot.minute - since + 1440) % 1440 + slot.minutes <= DAYTIME
    return within


def covers(cover: Any, ear: Any, slot: Any) -> ColumnElement[bool]:
    """An interpreter's window in which a time begins, where the interpreter is there and free for all of it.

    Windows that touch are one: the time may begin in one and end in another. What the interpreter's calendar (`ear`)
    says of rests, notice and the most of a day counts as a coordinator's does; the day is that of the window.
    """
    begin, end = Shifted(slot.start_at, -ear.before), Shifted(slot.end_at, ear.after)
    can_be_asked = and_(
        or_(Shifted(slot.start_at, -ear.notice) > bindparam("now"), bindparam("same_hour", type_=Boolean)),
        _has_room_that_day(cover.schedule_id, cover.day),
        ~_is_needed(cover.schedule_id, begin, end),
    )
    return and_(
        ear.id == cover.schedule_id,
        cover.schedule_id.in_(_speaking(INTERPRETER, "own")),
        cover.schedule_id != slot.schedule_id,
        cover.status == FREE,
        cover.start_at > bindparam("oldest"),
        cover.start_at <= slot.start_at,
        cover.end_at > slot.start_at,
        or_(cover.end_at >= slot.end_at, ~_ends_between(cover.schedule_id, slot)),
        or_(stays_beside(ear, slot), and_(~_interprets(ear, slot), can_be_asked)),
    )


def stays_beside(ear: Any, slot: Any) -> ColumnElement[bool]:
    """Whether this interpreter has the case's consultation already, and only its coordinator is to change."""
    return and_(bindparam("same_hour", type_=Boolean), _interprets(ear, slot))


def _interprets(ear: Any, slot: Any) -> ColumnElement[bool]:
    """Whether the case has just this time with this interpreter."""
    own = aliased(Appointment)
    found = exists().where(
        own.case_id == bindparam("case_id"),
        own.status == BOOKED,
        own.interpreter_id == ear.id,
        own.start_at == slot.start_at,
        own.end_at == slot.end_at,
    )
    return found.correlate_except(own)


def _ends_between(schedule_id: Any, slot: Any) -> ColumnElement[bool]:
    """Whether one of somebody's windows ends within a time, and no other one goes on."""
    ending, following = aliased(Slot), aliased(Slot)
    goes_on = exists().where(
        following.schedule_id == ending.schedule_id,
        following.status == FREE,
        following.start_at > bindparam("oldest"),
        following.start_at <= ending.end_at,
        following.end_at > ending.end_at,
    )
    ends = exists().where(
        ending.schedule_id == schedule_id,
        ending.status == FREE,
        ending.start_at > bindparam("oldest"),
        ending.start_at < slot.end_at,
        ending.end_at > slot.start_at,
        ending.end_at < slot.end_at,
        ~goes_on.correlate_except(following),
    )
    return ends.correlate_except(ending)


def that_week(schedule_id: Any) -> ScalarSelect[Any]:
    """How many appointments somebody has around that time: no zone's Monday decides who is busier."""
    other = aliased(Participant)
    return (
        select(func.count())
        .select_from(other)
        .join(Appointment, Appointment.id == other.appointment_id)
        .where(
            other.schedule_id == schedule_id,
            other.busy_from > bindparam("week"),
            other.busy_from < bindparam("week_end"),
            Appointment.status == BOOKED,
        )
        .scalar_subquery()
    )
