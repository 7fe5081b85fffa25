"""Cancel a consultation: the time is free again, and every calendar learns of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.booking import news
from portal.booking.emails import cancelled_letters
from portal.booking.models import CANCELLED, Appointment
from portal.booking.service.claims import free_people, let_go
from portal.booking.service.making import make_soon
from portal.booking.service.outdated import take_back
from portal.booking.service.standing import NothingBooked, booked, standing_consultation
from portal.booking.slots import start_of, token_of
from portal.booking.told import Booked
from portal.config import Settings
from portal.keys.keyring import Keyring
from portal.mail import outbox
from portal.rows import change_row

__all__ = ["NothingBooked", "cancel", "was_cancelled"]


def cancel(
    session: Session,
    keyring: Keyring,
    case_id: str,
    *,
    settings: Settings,
    now: datetime,
    reason: str = "",
    by_staff: bool = False,
    token: str | None = None,
) -> Appointment:
    """Cancel the case's consultation and post the letters; what the office cancels its family reads on its pages too.

    With a `token` it must be the one that the page showed: another that was booked since stays. Raises `NothingBooked`.
    """
    case, found = standing_consultation(session, case_id)
    if token and token != token_of(found.start_at, found.end_at):
        raise NothingBooked
    key = keyring.case(case_id)
    details = (key.read_json(found, "details") or {}) | ({"reason": reason} if reason else {})
    change_row(
        session,
        found,
        status=CANCELLED,
        cancelled_at=now,
        changed_at=now,
        sequence=found.sequence + 1,
        details=key.sealed_json(found, "details", details),
    )
    told = news.sealed_after(key, case, news.CANCELLED, news.hour_of(found), reason) if by_staff else None
    take_back(session, found, now=now)
    free_people(session, found.id)
    let_go(session, case_id)  # what was kept for a move has nothing left to move
    until = None if found.start_at > now else found.start_at
    change_row(session, case, changed_at=now, answers_until=until, news=told)
    of = Booked(keyring, case, found, settings, now)
    letters = cancelled_letters(of, by_staff=by_staff, reason=reason if by_staff else "")
    make_soon(session, found.schedule_id, now=now)
    outbox.post_all(session, keyring, letters, scope=outbox.case_scope(case_id), now=now)
    return found


def was_cancelled(session: Session, case_id: str, token: str) -> bool:
    """Whether the case has no consultation since the one at the time of this token was cancelled. Reading only."""
    gone = select(Appointment.id).where(
        Appointment.case_id == case_id, Appointment.status == CANCELLED, Appointment.start_at == start_of(token)
    )
    return booked(session, case_id) is None and session.scalar(gone.limit(1)) is not None
