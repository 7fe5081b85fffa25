"""The waiting list: a family says what would suit it, changes that, passes on what it is offered, waits no more."""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.booking.models import DECLINED, UNANSWERED, Appointment, Waiting
from portal.booking.service.claims import end_offer
from portal.booking.service.freed import time_freed
from portal.booking.service.holds import is_offered_between, latest_answer
from portal.booking.service.places import end_waiting
from portal.booking.service.reserve import AlreadyBooked, NoMore
from portal.booking.service.standing import HAS, MAY, standing
from portal.booking.slots import start_of
from portal.booking.waiting_letters import WISHED, wished_letters
from portal.booking.wishes import A_DAY, Wish
from portal.cases.models import CLOSED
from portal.cases.service.start import locked_case
from portal.config import Settings
from portal.keys.keyring import Keyring
from portal.mail import outbox
from portal.mail.models import OutboxMessage
from portal.rows import change_row, insert_row
from portal.staff import service as staff

MOST_UNANSWERED = 3


def wait(
    session: Session, keyring: Keyring, case_id: str, wish: Wish, note: str, *, settings: Settings, now: datetime
) -> Waiting:
    """Put a case on the list and tell the office, or change what it wishes: its place stays then.

    Raises `AlreadyBooked`, or `NoMore` where there is no free consultation left.
    """
    case = locked_case(session, case_id)
    stands = standing(session, case_id)
    if stands == HAS:
        raise AlreadyBooked
    if stands != MAY or case.state == CLOSED:
        raise NoMore
    row, key = wish_row(session, case_id), keyring.case(case_id)
    said = _columns(wish) | {"said_at": now}
    if row is not None:
        change_row(session, row, **said, note=key.sealed_text(row, "note", note))
    else:
        row = Waiting(case_id=case_id, note=None, **said)
        row.note = key.sealed_text(row, "note", note)
        insert_row(session, row)
        change_row(session, case, waits_since=now, changed_at=now)
        if not _was_told(session, case_id, now):
            readers = staff.coordinators_speaking(session, case.language) or staff.leads(session)
            letters = wished_letters(case, readers, settings=settings, now=now)
            outbox.post_all(session, keyring, letters, scope=outbox.case_scope(case_id), now=now)
    time_freed(session, now=now)
    return row


def stop_waiting(session: Session, case_id: str, *, now: datetime) -> bool:
    """The family needs no time any more, or looks for one itself. Returns whether it waited until now."""
    case = locked_case(session, case_id)
    waited = case.waits_since is not None
    end_waiting(session, case, now=now)
    return waited


def decline(session: Session, case_id: str, token: str, *, now: datetime) -> bool:
    """Pass on the offered time that the page showed: the next family gets it, and this one keeps its place.

    Returns whether it was offered until now; said twice is once.
    """
    locked_case(session, case_id)
    passed = bool(end_offer(session, case_id, DECLINED, now=now, start=start_of(token)))
    if passed:
        time_freed(session, now=now)
    return passed


def wish_row(session: Session, case_id: str) -> Waiting | None:
    """What a case that waits has said; `None` where it does not wait."""
    return session.scalar(select(Waiting).where(Waiting.case_id == case_id))


def wish_of(row: Waiting) -> Wish:
    """What a row says, without its note."""
    days = frozenset(int(number) for number in row.weekdays.split())
    return Wish(days, time.fromisoformat(row.begin), time.fromisoformat(row.end), tuple(row.languages.split()))


def offer_of(session: Session, case_id: str, *, now: datetime) -> Appointment | None:
    """What is offered to the case at this moment."""
    offered = is_offered_between(now, latest_answer(now))
    return session.scalar(select(Appointment).where(Appointment.case_id == case_id, offered))


def unanswered(session: Session, row: Waiting) -> int:
    """How many offers a family has let pass without a word since it last said what it wishes.

    After `MOST_UNANSWERED` nothing more is offered until it says that it still waits: others wait too.
    """
    passed = select(func.count()).where(
        Appointment.case_id == row.case_id, Appointment.status == UNANSWERED, Appointment.held_since >= row.said_at
    )
    return session.scalar(passed) or 0


def _was_told(session: Session, case_id: str, now: datetime) -> bool:
    """Whether the office has heard of it within a day: who goes and comes back writes to nobody twice."""
    told = select(OutboxMessage.id).where(
        OutboxMessage.case_id == case_id, OutboxMessage.kind == WISHED, OutboxMessage.created_at > now - A_DAY
    )
    return session.scalar(told.limit(1)) is not None


def _columns(wish: Wish) -> dict[str, str]:
    return {
        "weekdays": " ".join(str(day) for day in sorted(wish.weekdays)),
        "begin": f"{wish.begin:%H:%M}",
        "end": f"{wish.end:%H:%M}",
        "languages": " ".join(wish.languages),
    }
