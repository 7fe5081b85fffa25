"""How a family wants to talk, said for a time that was gone by then: kept until one is booked, to be typed once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, bindparam, or_, select, update
from sqlalchemy.orm import Session

from portal.booking.models import HELD, LAPSED, OFFERED, UNANSWERED, Appointment
from portal.cases.service.start import locked_case
from portal.keys.keyring import Keyring
from portal.rows import change_row, connection_of

NOT_BOOKED = (HELD, LAPSED, OFFERED, UNANSWERED)
# Of every booking, and hardly ever there is something: prepared, it costs next to nothing.
FORGET = (
    update(Appointment)
    .where(Appointment.case_id == bindparam("of_case"), or_(*(Appointment.status == one for one in NOT_BOOKED)))
    .where(Appointment.details.is_not(None))
    .values(details=None)
)


def keep_typed(session: Session, keyring: Keyring, case_id: str, said: dict[str, Any]) -> None:
    """Seal it on the time that the case kept last; what was typed for an earlier one is forgotten."""
    locked_case(session, case_id)
    newest = session.scalar(_kept_by(case_id).order_by(Appointment.held_since.desc()).limit(1))
    if newest is not None:
        forget_typed(session, case_id)
        change_row(session, newest, details=keyring.case(case_id).sealed_json(newest, "details", said))


def typed_last(session: Session, keyring: Keyring, case_id: str) -> dict[str, Any]:
    """What was typed for a time that is gone; empty where nothing is left of it."""
    found = session.scalar(_typed_by(case_id).limit(1))
    return keyring.case(case_id).read_json(found, "details") or {} if found is not None else {}


def forget_typed(session: Session, case_id: str) -> None:
    """A time is booked: the consultation has it now, and no other row."""
    connection_of(session).execute(FORGET, {"of_case": case_id})


def _kept_by(case_id: str) -> Select[Appointment]:
    return select(Appointment).where(Appointment.case_id == case_id, Appointment.status.in_(NOT_BOOKED))


def _typed_by(case_id: str) -> Select[Appointment]:
    return _kept_by(case_id).where(Appointment.details.is_not(None)).order_by(Appointment.held_since.desc())
