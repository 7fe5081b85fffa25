"""Take somebody's time for a case. The database refuses overlaps; here a refusal means: try the next one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy import case as either
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.booking.models import HELD, LAPSED, OFFERED, UNANSWERED, Appointment, Participant, Schedule
from portal.booking.needed import Candidate
from portal.booking.service.holds import HELD_FOR, has_lapsed
from portal.booking.service.offers import Asker, candidates, still_offered
from portal.booking.service.over import need, needed_by_own, without
from portal.booking.slots import Span
from portal.booking.waiting_letters import OFFER
from portal.booking.wishes import KEPT_AT_LEAST
from portal.cases.models import Case
from portal.mail import outbox

ENDING = (HELD, OFFERED)


class SlotTaken(Exception):
    """Everybody at that time has just been taken, or the time was closed."""


def claim(
    session: Session, case: Case, asker: Asker, wanted: Span, *, now: datetime, moving: bool = False
) -> Appointment:
    """Keep the time that begins then for a case, with one of those who offer it to this asker. Raises `SlotTaken`.

    For a case that is `moving` its consultation it may lie over that: the hold then needs what is beside it, and
    `take_place` the whole (see `over`).
    """
    own = needed_by_own(session, case.id) if moving else {}
    return claim_as(session, case, asker, wanted, status=HELD, until=now + HELD_FOR, now=now, own=own)


def claim_as(
    session: Session,
    case: Case,
    asker: Asker,
    wanted: Span,
    *,
    status: str,
    until: datetime,
    now: datetime,
    own: Mapping[int, Span] | None = None,
    among: Sequence[Candidate] | None = None,
) -> Appointment:
    """The same as a hold or as an offer, until then, for a case that asks with these languages.

    Tries those whom it is `among`, else everybody who has that instant. A hold ends when the time begins, an offer when
    it can be chosen no more; a time that leaves less than an hour to answer is passed over.
    """
    found = candidates(session, asker, wanted.start, now=now) if among is None else among
    for candidate in sorted(found, key=lambda one: one.span.end != wanted.end):  # the same length first
        ends = min(until, candidate.closes_at if status == OFFERED else candidate.span.start)
        if status == OFFERED and ends < now + KEPT_AT_LEAST:
            continue
        try:
            with session.begin_nested():
                return _claim_of(session, candidate, case, asker, status, ends, now, own or {})
        except (IntegrityError, SlotTaken):
            continue  # somebody was quicker: the next one at that time
    raise SlotTaken


def locks_rows(session: Session) -> bool:
    """Whether the database has several writers at once, who must wait for each other row by row."""
    return session.get_bind().dialect.name != "sqlite"


def lock_schedule(session: Session, *schedule_ids: int) -> None:
    """One claim at a time for a calendar, so that claims wait for each other here and never in a circle."""
    if locks_rows(session):
        asked = select(Schedule.id).where(Schedule.id.in_(schedule_ids)).order_by(Schedule.id)
        session.execute(asked.with_for_update(key_share=True))


def let_go(session: Session, case_id: str) -> int:
    """End whatever a case keeps; how many."""
    return _end(session, (Appointment.case_id == case_id) & (Appointment.status == HELD))


def lapse_expired(session: Session, now: datetime) -> int:
    """End holds and offers that have run out; passes over those that somebody is working on. Returns how many."""
    ended = select(Appointment.id).where(has_lapsed(now)).with_for_update(skip_locked=True, of=Appointment)
    return _end(session, Appointment.id.in_(ended) & Appointment.status.in_(ENDING))


def lapse_at(session: Session, people: list[int], wanted: Span, now: datetime) -> None:
    """End what has run out there, for these calendars, which the caller has locked.

    What its own family is taking up again is passed over: the two would wait for each other in a circle.
    """
    in_the_way = select(Participant.appointment_id).where(
        Participant.schedule_id.in_(people), Participant.busy_from < wanted.end, Participant.busy_until > wanted.start
    )
    ended = select(Appointment.id).where(Appointment.id.in_(in_the_way), has_lapsed(now))
    _end(session, Appointment.id.in_(ended.with_for_update(skip_locked=True, of=Appointment)))


def free_people(session: Session, *appointment_ids: str) -> None:
    """These appointments need nobody any more."""
    session.execute(delete(Participant).where(Participant.appointment_id.in_(appointment_ids)))


def end_offer(session: Session, case_id: str, status: str, *, now: datetime, start: datetime | None = None) -> int:
    """End what is offered to a case, or only where it begins then; how many. What else it keeps stays.

    The letter about it leaves no more; nor, where no `start` is named, the one about an offer that was taken.
    """
    which = (Appointment.case_id == case_id) & (Appointment.status == OFFERED)
    ended = _end(session, which & (Appointment.start_at == start) if start else which, status)
    if ended or start is None:
        outbox.withdraw(session, case_id, [OFFER], now=now)
    return ended


def end_kept_with(session: Session, schedule_id: int) -> list[str]:
    """End what is held or offered with somebody who leaves the office, whose calendar the caller has locked.

    What counts against no family ends as lapsed. Returns the cases to which something was offered. What a family is
    working on at this moment is passed over, as in `lapse_at`: it is not booked all the same (see `kept_time`).
    """
    theirs = or_(Appointment.schedule_id == schedule_id, Appointment.interpreter_id == schedule_id)
    kept = select(Appointment).where(theirs, Appointment.status.in_(ENDING))
    found = session.scalars(kept.with_for_update(skip_locked=True, of=Appointment)).all()
    offered = [one.case_id for one in found if one.status == OFFERED]
    _end(session, Appointment.id.in_([one.id for one in found]), LAPSED)
    return offered


def _end(session: Session, which: ColumnElement[bool], status: str | None = None) -> int:
    """As `status` says; else a hold has lapsed and an offer is unanswered."""
    ending = status or either((Appointment.status == OFFERED, UNANSWERED), else_=LAPSED)
    ended = update(Appointment).where(which).values(status=ending).returning(Appointment.id)
    found = session.scalars(ended).all()
    if found:
        free_people(session, *found)
    return len(found)


def _claim_of(
    session: Session,
    candidate: Candidate,
    case: Case,
    asker: Asker,
    status: str,
    until: datetime,
    now: datetime,
    own: Mapping[int, Span],
) -> Appointment:
    people = [one.schedule_id for one in candidate.people]
    lock_schedule(session, *people)
    begin, end = (min(one.busy.start for one in candidate.people), max(one.busy.end for one in candidate.people))
    lapse_at(session, people, Span(begin, end), now)
    # Asked again behind the lock: the time may have been closed since it was listed. Where the whole database has one
    # writer, nothing can have changed.
    if locks_rows(session) and not still_offered(session, asker, candidate, now=now):
        raise SlotTaken
    claimed = Appointment(
        case_id=case.id,
        schedule_id=candidate.schedule_id,
        interpreter_id=candidate.interpreter_id,
        start_at=candidate.span.start,
        end_at=candidate.span.end,
        status=status,
        held_since=now,
        held_until=until,
        sequence=0,
        language=case.language,
        time_zone=case.time_zone,
        wall="",
        reminded=0,
        asked=candidate.asked,
    )
    session.add(claimed)
    session.flush()
    for one in candidate.people:
        beside = without(one.busy, own.get(one.schedule_id))
        if beside is not None:
            need(session, claimed.id, one.schedule_id, beside, one.day)
    return claimed
