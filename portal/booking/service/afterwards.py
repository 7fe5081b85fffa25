"""What became of a consultation: it took place, or somebody was absent. Then a new time can be chosen, kindly."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.booking import news
from portal.booking.emails import missed_letters
from portal.booking.models import CANCELLED, FULFILLED, NOSHOW, Appointment
from portal.booking.service.claims import free_people, let_go
from portal.booking.service.making import make_soon
from portal.booking.service.standing import BOOKED_WITH_PERSON, FAMILY, MAY, standing
from portal.booking.told import Booked
from portal.cases.service.start import locked_case
from portal.config import Settings
from portal.keys.keyring import Keyring
from portal.mail import outbox
from portal.rows import change_row

TOOK_PLACE, CLINIC = "took_place", "clinic"
OUTCOMES = (TOOK_PLACE, FAMILY, CLINIC)
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

    Where somebody was absent the family is written to, reads it on its pages, and can choose another time; after the
    second time that it was absent itself, together with the office only.
    """
    case = locked_case(session, case_id, people=True)
    found = session.scalar(BOOKED_WITH_PERSON, {"case_id": case_id})
    if found is None or found.start_at > now or outcome not in OUTCOMES:
        raise NotYet
    took_place = outcome == TOOK_PLACE
    change_row(session, found, status=FULFILLED if took_place else NOSHOW, absent=None if took_place else outcome)
    free_people(session, found.id)
    if let_go(session, case_id):  # what was kept for a move has nothing left to move
        make_soon(session, found.schedule_id, now=now)
    told = None
    if not took_place:
        what = news.MISSED_BY_CLINIC if outcome == CLINIC else news.MISSED
        told = news.sealed_after(keyring.case(case_id), case, what, news.hour_of(found))
    change_row(session, case, changed_at=now, answers_until=found.start_at if took_place else None, news=told)
    if not took_place:
        again = standing(session, case_id) == MAY
        of = Booked(keyring, case, found, settings, now)
        letters = missed_letters(of, by_clinic=outcome == CLINIC, again=again)
        outbox.post_all(session, keyring, letters, scope=outbox.case_scope(case_id), now=now)
    return found


def last_of(session: Session, case_id: str) -> Appointment | None:
    """The last consultation of which somebody said what became of it."""
    return session.scalar(LAST, {"case_id": case_id})


def ended(session: Session, case_id: str) -> list[Appointment]:
    """The last one of which it was said what became of it, and the one cancelled last; the later end first."""
    found = [one for one in (last_of(session, case_id), _last_cancelled(session, case_id)) if one is not None]
    return sorted(found, key=lambda one: one.cancelled_at or one.start_at, reverse=True)


def _last_cancelled(session: Session, case_id: str) -> Appointment | None:
    gone = select(Appointment).where(Appointment.case_id == case_id, Appointment.status == CANCELLED)
    return session.scalar(gone.order_by(Appointment.cancelled_at.desc()).limit(1))
