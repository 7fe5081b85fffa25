"""How a case stands: may it choose a time, has it one, has it had its conversation; and which consultation it has."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload

from portal.booking.models import BOOKED, FULFILLED, NOSHOW, Appointment, Schedule
from portal.booking.service.holds import is_kept
from portal.cases.models import Case
from portal.cases.service.start import locked_case

BOOKED_BY = select(Appointment).where(Appointment.case_id == bindparam("case_id"), Appointment.status == BOOKED)
# With the person, whom letters name.
PERSON = joinedload(Appointment.schedule, innerjoin=True).joinedload(Schedule.staff, innerjoin=True).lazyload("*")
BOOKED_WITH_PERSON = BOOKED_BY.options(PERSON)

STANDING = select(Appointment.status, Appointment.absent).where(
    Appointment.case_id == bindparam("case_id"), Appointment.status.in_([BOOKED, FULFILLED, NOSHOW])
)
FAMILY = "family"
MOST_MISSED = 2
# How a case stands: it may choose a time, has one, had its conversation, or missed it twice.
MAY, HAS, HAD, MISSED = "may", "has", "had", "missed"


class NothingBooked(Exception):
    """There is no such consultation; perhaps it was cancelled or moved a moment ago."""


def booked(session: Session, case_id: str, *, person: bool = False) -> Appointment | None:
    """The case's consultation; with its coordinator in the same look, where the `person` is written to or named."""
    return session.scalar(BOOKED_WITH_PERSON if person else BOOKED_BY, {"case_id": case_id})


def held(session: Session, case_id: str, *, now: datetime) -> Appointment | None:
    """What is kept for the case at this moment."""
    return session.scalar(select(Appointment).where(Appointment.case_id == case_id, is_kept(now)))


def standing(session: Session, case_id: str) -> str:
    """How the case stands, in one look: `MAY`, `HAS`, `HAD` or `MISSED`."""
    found = session.execute(STANDING, {"case_id": case_id}).all()
    states = {row.status for row in found}
    if BOOKED in states:
        return HAS
    if FULFILLED in states:
        return HAD
    return MISSED if sum(row.absent == FAMILY for row in found) >= MOST_MISSED else MAY


def standing_consultation(session: Session, case_id: str) -> tuple[Case, Appointment]:
    """The case, locked, and its consultation, with everybody whom letters name. Raises `NothingBooked`."""
    case = locked_case(session, case_id, people=True)
    found = booked(session, case_id, person=True)
    if found is None:
        raise NothingBooked
    return case, found
