"""What the desk reads: the list of cases, one case, appointments that wish for an interpreter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from portal.booking.models import BOOKED, Appointment
from portal.cases.models import Case, Consent
from portal.keys.keyring import KeyDestroyed, Keyring

PAGE = 50


@dataclass(frozen=True)
class Listed:
    """A case in the list: nothing that is sealed, and its consultation's time."""

    case: Case
    appointment: Appointment | None

    @property
    def coordinator_id(self) -> str | None:
        """Who has the case: its assignee, else the person of its consultation."""
        return self.case.assignee_id or (self.appointment.schedule.staff_id if self.appointment else None)


def list_cases(session: Session, *, page: int) -> tuple[list[Listed], bool]:
    """Cases, changed last first, and whether there are more."""
    query = (
        select(Case, Appointment)
        .outerjoin(Appointment, (Appointment.case_id == Case.id) & (Appointment.status == BOOKED))
        .options(joinedload(Appointment.schedule))
        .order_by(Case.changed_at.desc(), Case.id)
        .limit(PAGE + 1)
        .offset(PAGE * (page - 1))
    )
    rows = [Listed(case, appointment) for case, appointment in session.execute(query).unique()]
    return rows[:PAGE], len(rows) > PAGE


def find_case(session: Session, reference: str) -> Case:
    """A case by its readable reference, or `LookupError`."""
    # PostgreSQL takes no text with a zero byte, which an address may carry.
    asked = select(Case).where(Case.reference == reference.upper())
    case = session.scalar(asked) if reference.isprintable() else None
    if case is None:
        raise LookupError(reference)
    return case


def consents_of(session: Session, case_id: str) -> Sequence[Consent]:
    """What the family agreed to or acknowledged, oldest first."""
    return session.scalars(select(Consent).where(Consent.case_id == case_id).order_by(Consent.at, Consent.text)).all()


def wishes_for_interpreters(session: Session, keyring: Keyring, *, now: datetime) -> list[tuple[Appointment, str, str]]:
    """Coming consultations with a wish for an interpreter: appointment, reference of the case, kind of help."""
    query = (
        select(Appointment, Case.reference)
        .join(Case, Case.id == Appointment.case_id)
        .where(Appointment.status == BOOKED, Appointment.start_at > now)
        .order_by(Appointment.start_at)
    )
    found = []
    for appointment, reference in session.execute(query).unique():
        try:
            wishes = keyring.case(appointment.case_id).read_json(appointment, "details") or {}
        except KeyDestroyed:
            continue
        if wishes.get("interpreter", "no") != "no":
            found.append((appointment, reference, str(wishes["interpreter"])))
    return found
