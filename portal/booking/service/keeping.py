"""A page about a kept time is left, and comes back: the time is free at once, and taken again while it still is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.booking.models import BOOKED, DECLINED, HELD, LAPSED, OFFERED, UNANSWERED, Appointment
from portal.booking.service import reserve
from portal.booking.service.claims import let_go
from portal.booking.service.freed import time_freed
from portal.booking.service.holds import runs
from portal.booking.service.offers import asker_again, candidates
from portal.booking.slots import token_of
from portal.cases.models import Case
from portal.cases.service.start import locked_case

ELSE = (BOOKED, OFFERED, DECLINED, UNANSWERED)  # what the family has not chosen, or has
CHOSEN_LAST = (
    select(Appointment)
    .where(Appointment.case_id == bindparam("case_id"), Appointment.status.not_in(ELSE))
    .order_by((Appointment.status == HELD).desc(), Appointment.held_since.desc())
    .limit(1)
)


def mark_of(kept: Appointment) -> str:
    """Says which keeping of a time a page knows of: another one once it is kept anew, or for longer."""
    return kept.held_until.isoformat() if kept.held_until else ""


def leave_page(session: Session, case_id: str, token: str, mark: str, *, now: datetime) -> None:
    """The page that shows this time was left: nobody keeps it any more.

    What the page did not know of stays: another time, and the same one where it was kept anew since, for a page that
    is loaded again may be heard before the one that it takes the place of. Twice is once.
    """
    locked_case(session, case_id)
    kept = session.scalar(reserve.KEPT_BY, {"case_id": case_id})
    known = kept is not None and (token_of(kept.start_at, kept.end_at), mark_of(kept)) == (token, mark)
    if known and let_go(session, case_id):
        time_freed(session, now=now)


def take_again(session: Session, case_id: str, token: str, *, now: datetime, moving: bool = False) -> Appointment:
    """Keep the time that a page shows which has come back, or keep it for longer where it is kept still.

    Raises `SlotTaken`, `OtherTimeKept`, `NoMore`, `AlreadyBooked`, or `NothingBooked` where nothing can be moved.
    """
    locked_case(session, case_id)
    stands = reserve.booked(session, case_id)
    if moving and stands is None:
        raise reserve.NothingBooked
    if stands is not None and token_of(stands.start_at, stands.end_at) == token:
        raise reserve.AlreadyBooked  # moved there already
    kept = reserve.held(session, case_id, now=now)
    if kept is None:
        before = None if moving else chosen_last(session, case_id)
        if before is not None and token_of(before.start_at, before.end_at) != token:
            before = None
        return reserve.hold(session, case_id, token, now=now, moving=moving, before=before)
    if token_of(kept.start_at, kept.end_at) != token:
        raise reserve.OtherTimeKept
    reserve.renew(session, case_id, now=now)
    return kept


def chosen_last(session: Session, case_id: str, *, since: datetime | None = None) -> Appointment | None:
    """What the case keeps, or the last that it kept after `since`; `None` where that was booked or cancelled."""
    found = session.scalar(CHOSEN_LAST, {"case_id": case_id})
    if found is None or found.status == HELD:
        return found
    before = since is not None and (found.held_since is None or found.held_since <= since)
    return None if found.status != LAPSED or before else found


def is_kept_now(chosen: Appointment, now: datetime) -> bool:
    """Whether nobody else can have that time at this moment."""
    return chosen.status == HELD and runs(chosen, now)


def can_have_again(session: Session, case: Case, chosen: Appointment, *, now: datetime) -> bool:
    """Whether a time that the case does not keep any more is still on offer for it."""
    return bool(candidates(session, asker_again(case, chosen), chosen.start_at, now=now))
