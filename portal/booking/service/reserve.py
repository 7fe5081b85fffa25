"""Find a free time, keep it for a family, book it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import Session

from portal.booking.clocks import zone_of_family
from portal.booking.emails import booked_letters
from portal.booking.models import (
    BOOKED,
    CANCELLED,
    DECLINED,
    FULFILLED,
    HELD,
    LAPSED,
    OFFERED,
    UNANSWERED,
    Appointment,
)
from portal.booking.service.claims import SlotTaken, claim, end_offer, let_go
from portal.booking.service.freed import time_freed
from portal.booking.service.gone import who_left
from portal.booking.service.holds import HELD_AT_MOST, HELD_FOR, runs
from portal.booking.service.offers import asker_again
from portal.booking.service.places import end_waiting
from portal.booking.service.standing import HAD, HAS, MAY, MISSED, PERSON, NothingBooked, booked, held, standing
from portal.booking.slots import BadToken, Span, span_of, start_of, token_of
from portal.booking.told import Booked
from portal.booking.walls import walls
from portal.booking.ways import OtherWay, talks_by
from portal.cases.models import Case
from portal.cases.service.start import locked_case
from portal.config import Settings
from portal.keys.ids import new_token
from portal.keys.keyring import Keyring
from portal.mail import outbox
from portal.rows import UtcDateTime, change_row

__all__ = [
    "HAD",
    "HAS",
    "MAY",
    "MISSED",
    "AlreadyBooked",
    "NoMore",
    "NothingBooked",
    "OtherTimeKept",
    "SlotTaken",
    "book",
    "booked",
    "held",
    "hold",
    "let_time_go",
    "renew",
    "standing",
]

NEWEST = (
    select(Appointment)
    .where(
        Appointment.case_id == bindparam("case_id"),
        Appointment.status != DECLINED,
        # An offer is taken up by the page that shows it; it stands beside whatever else is kept.
        or_(
            and_(Appointment.status != OFFERED, Appointment.status != UNANSWERED),
            Appointment.start_at == bindparam("wanted", type_=UtcDateTime),
        ),
    )
    # What took place stands before anything that was kept since: there is no second free one.
    .order_by(
        or_(Appointment.status == BOOKED, Appointment.status == FULFILLED).desc(),
        (Appointment.status == OFFERED).desc(),
        (Appointment.status == HELD).desc(),
        Appointment.held_since.desc(),
    )
    .limit(1)
    .options(PERSON)
    # Locked, for another family's claim may just be ending this hold.
    .with_for_update(of=Appointment, key_share=True)
)
KEPT_BY = select(Appointment).where(Appointment.case_id == bindparam("case_id"), Appointment.status == HELD)
KEPT_LAST = NEWEST.where(Appointment.status.in_([HELD, LAPSED]))


class AlreadyBooked(Exception):
    """This case has a consultation; it is moved, or cancelled before another is chosen."""


class OtherTimeKept(Exception):
    """The case keeps, or has, another time than the page showed; perhaps since a second window, or since the office."""


class NoMore(Exception):
    """The free consultation took place, or the family missed it twice: what comes next is arranged with the office."""


# What a page about a kept time is told where something else became of it.
REFUSED: dict[str, type[Exception]] = {BOOKED: AlreadyBooked, FULFILLED: NoMore, CANCELLED: NothingBooked}


def hold(
    session: Session,
    case_id: str,
    token: str,
    *,
    now: datetime,
    moving: bool = False,
    before: Appointment | None = None,
) -> Appointment:
    """Keep a time for a case for ten minutes, until it begins at most; what it kept before is let go. The same once
    more is `renew`.

    Tries everybody who has that instant, in the languages in which the case had it `before`, or in those of the
    consultation that it is `moving`. Raises `SlotTaken`, `NoMore`, or `AlreadyBooked` unless it is `moving`.
    """
    case = locked_case(session, case_id)
    stands = standing(session, case_id)
    if stands == HAS and not moving:
        raise AlreadyBooked
    if stands in {HAD, MISSED}:
        raise NoMore
    try:
        wanted = span_of(token)
    except BadToken as fault:
        raise SlotTaken from fault
    kept = session.scalar(KEPT_BY, {"case_id": case_id})
    if kept is not None and runs(kept, now) and Span(kept.start_at, kept.end_at) == wanted:
        return _keep_longer(session, kept, now)
    freed = kept is not None and let_go(session, case_id)
    asker = asker_again(case, booked(session, case_id) if moving else before)
    made = claim(session, case, asker, wanted, now=now, moving=moving)
    if freed:
        time_freed(session, now=now)
    return made


def renew(session: Session, case_id: str, *, now: datetime) -> Appointment | None:
    """Keep a case's time a little longer, half an hour in all and until it begins at most; `None` if none is kept."""
    locked_case(session, case_id)
    found = held(session, case_id, now=now)
    return None if found is None else _keep_longer(session, found, now)


def let_time_go(session: Session, case_id: str, *, now: datetime) -> None:
    """The family leaves: what it kept is free for others at once. Nothing that is booked changes."""
    locked_case(session, case_id)
    if let_go(session, case_id):
        time_freed(session, now=now)


def book(
    session: Session,
    keyring: Keyring,
    case_id: str,
    *,
    channel: str,
    phone: str | None,
    interpreter: str,
    settings: Settings,
    now: datetime,
    token: str | None = None,
) -> Appointment:
    """Book the time that the case keeps, and post the letters with calendar files.

    Where the hold ran out meanwhile the same time is tried once more. With a `token` the time must be the one that
    the page showed. Raises `SlotTaken`, `AlreadyBooked`, `NoMore` or `OtherTimeKept`; `NothingBooked` where it was
    booked and cancelled since, `OtherWay` where whoever has it does not talk by this channel.
    """
    case = locked_case(session, case_id, people=True)
    kept, key = kept_time(session, case, token, now), keyring.case(case_id)
    zone = zone_of_family(kept, case)  # an offer may have been made before the family said that it is elsewhere
    if not talks_by(kept.schedule, channel, settings):
        raise OtherWay
    if kept.status == OFFERED and let_go(session, case_id):
        time_freed(session, now=now)  # in another window it had chosen another time
    change_row(
        session,
        kept,
        status=BOOKED,
        booked_at=now,
        held_until=None,
        time_zone=zone,
        wall=walls(kept.start_at, zone, kept.schedule.staff.time_zone),
        details=key.sealed_json(kept, "details", {"channel": channel, "phone": phone, "interpreter": interpreter}),
        room=key.sealed_text(kept, "room", new_token()[:22]),
    )
    change_row(session, case, changed_at=now, answers_until=kept.start_at, news=None)
    end_waiting(session, case, now=now)
    letters = booked_letters(Booked(keyring, case, kept, settings, now))
    outbox.post_all(session, keyring, letters, scope=outbox.case_scope(case.id), now=now)
    return kept


def _keep_longer(session: Session, kept: Appointment, now: datetime) -> Appointment:
    until = max(kept.held_until or now, min(now + HELD_FOR, (kept.held_since or now) + HELD_AT_MOST))
    change_row(session, kept, held_until=min(until, kept.start_at))
    return kept


def kept_time(session: Session, case: Case, token: str | None, now: datetime, *, moving: bool = False) -> Appointment:
    """What the case keeps, chosen again where it ran out; raises as `book` says."""
    wanted_at = start_of(token)
    newest = session.scalar(KEPT_LAST if moving else NEWEST, {"case_id": case.id, "wanted": wanted_at})
    # A time that was cancelled since is not what this page was about.
    if newest is not None and newest.status in REFUSED:
        raise REFUSED[newest.status]
    if newest is None or newest.status not in {HELD, LAPSED, OFFERED, UNANSWERED}:
        raise SlotTaken
    if token and token != token_of(newest.start_at, newest.end_at):
        raise OtherTimeKept
    if newest.start_at <= now:  # however long it is kept
        raise SlotTaken
    # One with somebody who was removed since keeps nothing: its time is on offer with others, or not at all.
    left = who_left(newest)
    if runs(newest, now) and not left:
        return newest
    if standing(session, case.id) in {HAD, MISSED}:
        raise NoMore
    freed = let_go(session, case.id)
    if left:
        end_offer(session, case.id, LAPSED, now=now, start=newest.start_at)
    return _claim_again(session, case, newest, now, moving=moving, freed=bool(freed))


def _claim_again(
    session: Session, case: Case, ended: Appointment, now: datetime, *, moving: bool, freed: bool
) -> Appointment:
    wanted = Span(ended.start_at, ended.end_at)
    made = claim(session, case, asker_again(case, ended), wanted, now=now, moving=moving)
    if freed:
        time_freed(session, now=now)  # another time that it had chosen, or this one with somebody else
    return made
