"""What the desk reads: the list of cases, one case, appointments that wish for an interpreter."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from portal.booking.clocks import family_zone
from portal.booking.models import BOOKED, Appointment, Schedule
from portal.booking.service.freed import time_freed
from portal.booking.service.gone import coordinator_left, interpreter_left
from portal.cases.models import Case, Consent
from portal.keys.keyring import KeyDestroyed, Keyring
from portal.rows import change_row

PAGE = 50


class Listed(NamedTuple):
    """A case in the list: nothing that is sealed, and its consultation's time. Rows, for a page shows fifty."""

    reference: str
    state: str
    language: str
    country: str | None
    changed_at: datetime
    submitted_at: datetime | None
    appointment_at: datetime | None
    time_zone: str
    """The family's."""
    coordinator_id: str | None
    """Who has the case: its assignee, else the person of its consultation."""
    urgent_at: datetime | None
    """Since when a member of staff holds it to be urgent."""
    likeness: str | None
    """What it has in common with cases that may be the same person's."""
    coordinator_left: bool
    interpreter_left: bool
    """Whether somebody of its consultation has been removed."""
    clock_moved_at: datetime | None
    """Since when the clocks say another hour than the one for which it was booked."""


CHANGED_LAST = (
    select(
        Case.reference,
        Case.state,
        Case.language,
        Case.country,
        Case.changed_at,
        Case.submitted_at,
        Appointment.start_at,
        family_zone(),
        func.coalesce(Case.assignee_id, Schedule.staff_id),
        Case.urgent_at,
        Case.likeness,
        coordinator_left(),
        interpreter_left(),
        Appointment.clock_moved_at,
    )
    .outerjoin(Appointment, (Appointment.case_id == Case.id) & (Appointment.status == BOOKED))
    .outerjoin(Schedule, Schedule.id == Appointment.schedule_id)
    .order_by(Case.changed_at.desc(), Case.id.desc())
    .limit(PAGE + 1)
    .offset(bindparam("before"))
)


def list_cases(session: Session, *, page: int) -> tuple[list[Listed], bool]:
    """Cases, changed last first, and whether there are more."""
    found = session.connection().execute(CHANGED_LAST, {"before": PAGE * (page - 1)})
    rows = [Listed._make(row) for row in found.all()]
    return rows[:PAGE], len(rows) > PAGE


def find_case(session: Session, reference: str) -> Case:
    """A case by its readable reference, or `LookupError`."""
    # PostgreSQL takes no text with a zero byte, which an address may carry.
    asked = select(Case).where(Case.reference == reference.upper())
    case = session.scalar(asked) if reference.isprintable() else None
    if case is None:
        raise LookupError(reference)
    return case


def set_urgency(session: Session, case: Case, staff_id: str | None, *, now: datetime) -> None:
    """Note that a member of staff holds a case to be urgent; `None` takes it back. Nothing else ever sets it."""
    change_row(session, case, urgent_by=staff_id, urgent_at=now if staff_id else None)
    if case.waits_since is not None:
        time_freed(session, now=now)  # the times kept for urgent cases are open to it now


def consents_of(session: Session, case_id: str) -> Sequence[Consent]:
    """What the family agreed to or acknowledged, oldest first."""
    return session.scalars(select(Consent).where(Consent.case_id == case_id).order_by(Consent.at, Consent.text)).all()


class ToInterpret(NamedTuple):
    """A coming consultation with its case's reference and the family's time zone."""

    appointment: Appointment
    reference: str
    time_zone: str
    left: bool = False
    """Whether its coordinator has been removed."""
    wish: str = ""
    """The kind of help that the family wishes."""


def interpreted_by(session: Session, staff_id: str, *, now: datetime) -> list[ToInterpret]:
    """Coming consultations that somebody interprets, nearest first."""
    asked = (
        select(Appointment, Case.reference, family_zone(), coordinator_left())
        .join(Case, Case.id == Appointment.case_id)
        .join(Schedule, Schedule.id == Appointment.interpreter_id)
        .where(Schedule.staff_id == staff_id, Appointment.status == BOOKED, Appointment.end_at > now)
        .order_by(Appointment.start_at)
    )
    return [ToInterpret._make((*row, "")) for row in session.execute(asked).unique()]


def wishes_for_interpreters(
    session: Session, keyring: Keyring, languages: Collection[str], *, now: datetime
) -> list[ToInterpret]:
    """Coming consultations in these languages with a wish for an interpreter and none yet."""
    query = (
        select(Appointment, Case.reference, family_zone())
        .join(Case, Case.id == Appointment.case_id)
        .where(
            Appointment.status == BOOKED,
            Appointment.start_at > now,
            Appointment.language.in_(languages),
            Appointment.interpreter_id.is_(None),
        )
        .order_by(Appointment.start_at)
    )
    found = []
    for appointment, reference, zone in session.execute(query).unique():
        try:
            wishes = keyring.case(appointment.case_id).read_json(appointment, "details") or {}
        except KeyDestroyed:
            continue
        if wishes.get("interpreter", "no") != "no":
            found.append(ToInterpret(appointment, reference, zone, wish=str(wishes["interpreter"])))
    return found
