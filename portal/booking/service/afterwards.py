"""What became of a consultation: it took place, or somebody was absent. Then a new time can be chosen, kindly."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.booking.emails import Booked, missed_letters
from portal.booking.models import FULFILLED, NOSHOW, Appointment
from portal.booking.service.claims import free_people
from portal.booking.service.reserve import BOOKED_WITH_PERSON, may_book
from portal.cases.service.start import locked_case
from portal.config import Settings
from portal.keys.keyring import Keyring
from portal.mail import outbox
from portal.rows import change_row

TOOK_PLACE, FAMILY_ABSENT, CLINIC_ABSENT = "took_place", "family", "clinic"
OUTCOMES = (TOOK_PLACE, FAMILY_ABSENT, CLINIC_ABSENT)
LAST = (
    select(Appointment)
    .where(Appointment.case_id == bindparam("case_id"), Appointment.status.in_([FULFILLED, NOSHOW]))
    .order_by(Appointment.start_at.desc())
    .limit(1)
)


class NotYet(Exception):
    """There is no consultation that has begun; perhaps somebody has said already what became of it."""


def note_outcome(
    session: Session, keyring: Keyring, case_id: str, outcome: str, *, settings: Settings, now: datetime
) -> Appointment:
    """Note what became of the consultation that has begun. Raises `NotYet`.

    Where somebody was absent the family is written to, and can choose another time; after the second time that it was
    absent itself, together with the office only.
    """
    case = locked_case(session, case_id, people=True)
    found = session.scalar(BOOKED_WITH_PERSON, {"case_id": case_id})
    if found is None or found.start_at > now or outcome not in OUTCOMES:
        raise NotYet
    took_place = outcome == TOOK_PLACE
    change_row(session, found, status=FULFILLED if took_place else NOSHOW, absent=None if took_place else outcome)
    free_people(session, found.id)
    change_row(session, case, changed_at=now, answers_until=found.start_at if took_place else None)
    if not took_place:
        again = may_book(session, case_id)
        of = Booked(keyring, case, found, settings, now)
        for letter in missed_letters(of, by_clinic=outcome == CLINIC_ABSENT, again=again):
            outbox.post(session, keyring, letter, scope=outbox.case_scope(case_id), now=now)
    return found


def last_of(session: Session, case_id: str) -> Appointment | None:
    """The last consultation of which somebody said what became of it."""
    return session.scalar(LAST, {"case_id": case_id})
