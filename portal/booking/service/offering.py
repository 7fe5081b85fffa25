"""What is free is offered to those who wait: whom the staff holds to be urgent first, then whoever waits longest."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import islice

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session

from portal.booking.models import BOOKED, DECLINED, OFFERED, UNANSWERED, Appointment, Waiting
from portal.booking.service.claims import SlotTaken, claim_as, end_offer
from portal.booking.service.holds import is_kept, is_offered_between, latest_answer
from portal.booking.service.offers import Asker, asker_of, free_times
from portal.booking.service.standing import MAY, held, standing
from portal.booking.service.waiting import MOST_UNANSWERED, offer_of, unanswered, wish_of, wish_row
from portal.booking.slots import FreeTime, Span
from portal.booking.told import Booked
from portal.booking.waiting_letters import offered_letters
from portal.booking.wishes import A_DAY, SOONEST, kept_until, suits
from portal.cases.models import CLOSED, Case
from portal.cases.service.start import locked_case
from portal.config import Settings
from portal.keys.keyring import Keyring
from portal.mail import outbox

LISTED = 5_000  # more distinct instants than any office has in its horizon
TRIED = 20
Listing = Callable[[tuple[str, ...], bool], list[FreeTime]]


@dataclass(frozen=True)
class Suited:
    """A case that waits, and the times that suit it, best first; whether there are `more` than one look tries."""

    case_id: str
    times: list[FreeTime]
    more: bool = False


def suited(session: Session, *, now: datetime) -> list[Suited]:
    """Who waits and has nothing yet, in their order, with what suits each. Only looks.

    The free times are read once for all families that speak the same languages.
    """
    rows = session.execute(_in_order(now)).all()
    if not rows:
        return []
    passed, listing = _passed(session, now), _listing(session, now)
    found = []
    for row, case in rows:
        wish = wish_of(row)
        times = listing(wish.languages, asker_of(case).urgent)
        fitting = (one for one in times if suits(wish, one, case.time_zone) and (case.id, one.start_at) not in passed)
        found.append(Suited(case.id, list(islice(fitting, TRIED)), next(fitting, None) is not None))
    return [one for one in found if one.times]


def offer_first(
    session: Session, keyring: Keyring, case_id: str, times: Iterable[FreeTime], *, settings: Settings, now: datetime
) -> Appointment | None:
    """Keep the first of these times that is still free for a case that still waits, and write to its family.

    `None` where there is none, or where the case has a time, keeps one, or needs none any more.
    """
    case = locked_case(session, case_id, people=True)
    row = wish_row(session, case_id)
    if row is None or not _may_be_offered(session, keyring, case, now):
        return None
    end_offer(session, case_id, UNANSWERED, now=now)  # one that has run out and that nobody has ended yet
    missed = unanswered(session, row)
    if missed >= MOST_UNANSWERED:
        return None
    wish = wish_of(row)
    asker = Asker(wish.languages, case_id, asker_of(case).urgent, wished=True)
    for one in times:
        if not suits(wish, one, case.time_zone):
            continue
        span, until = Span(one.start_at, one.end_at), kept_until(one.start_at, now)
        try:
            made = claim_as(session, case, asker, span, status=OFFERED, until=until, now=now)
        except SlotTaken:
            continue
        letters = offered_letters(Booked(keyring, case, made, settings, now), pause=missed + 1 == MOST_UNANSWERED)
        outbox.post_all(session, keyring, letters, scope=outbox.case_scope(case_id), now=now)
        return made
    return None


def _may_be_offered(session: Session, keyring: Keyring, case: Case, now: datetime) -> bool:
    if case.state == CLOSED or standing(session, case.id) != MAY:
        return False
    if offer_of(session, case.id, now=now) is not None or held(session, case.id, now=now) is not None:
        return False
    # Erased, or damaged: there is nobody to write to, and who waits behind must not wait for that.
    return keyring.opens(f"case-{case.id}") and keyring.opens(f"family-{case.family_id}")


def _in_order(now: datetime) -> Select[Waiting, Case]:
    has_one = exists().where(
        Appointment.case_id == Case.id,
        or_(Appointment.status == BOOKED, is_kept(now), is_offered_between(now, latest_answer(now))),
    )
    return (
        select(Waiting, Case)
        .join(Case, Case.id == Waiting.case_id)
        .where(Case.state != CLOSED, Case.time_zone != "", ~has_one)
        .order_by(Case.urgent_by.is_not(None).desc(), Case.waits_since, Case.id)
    )


def _passed(session: Session, now: datetime) -> set[tuple[str, datetime]]:
    """What each of those who wait was offered before: the same time is not offered to it again."""
    gone = select(Appointment.case_id, Appointment.start_at).where(
        Appointment.case_id.in_(select(Waiting.case_id)),
        Appointment.status.in_([DECLINED, UNANSWERED, OFFERED]),
        Appointment.start_at > now,
    )
    return {(row.case_id, row.start_at) for row in session.execute(gone)}


def _listing(session: Session, now: datetime) -> Listing:
    @cache
    def listing(languages: tuple[str, ...], urgent: bool) -> list[FreeTime]:
        asker = Asker(languages, urgent=urgent)
        times = free_times(session, asker, now=now, after=now + SOONEST, most=LISTED).times
        # Nearest first; but what is less than a day away comes after the others, for it leaves little time to answer.
        return sorted(times, key=lambda one: one.start_at < now + A_DAY)

    return listing
