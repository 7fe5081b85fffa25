"""What is on offer. One condition says it for everybody who asks: the page, the interface for other sites, the booking.

What it lists can be booked, what it does not list cannot, whatever is posted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ScalarSelect, Select, and_, bindparam, case, literal, not_, or_, select
from sqlalchemy.orm import Session, aliased

from portal.booking.around import around
from portal.booking.bands import A_MINUTE, Band
from portal.booking.hours import LONGEST_WINDOW
from portal.booking.models import FREE, Appointment, Schedule, Slot
from portal.booking.needed import Candidate, Needed
from portal.booking.service.condition import covers, is_offered, stays_beside, that_week, within_the_day
from portal.booking.service.holds import latest_answer, latest_end
from portal.booking.slots import FreeTime, Span, free_time
from portal.cases.models import Case
from portal.i18n import DEFAULT

HALF_A_WEEK = timedelta(days=3, hours=12)
# What began longer ago reaches into no time to come: said for the sake of the index.
REACH = 2 * LONGEST_WINDOW


@dataclass(frozen=True)
class Asker:
    """For whom times are looked up: its case, the languages it speaks, and whether the staff holds it to be urgent."""

    languages: tuple[str, ...]
    case_id: str = ""
    urgent: bool = False
    interpreted: bool = False
    """Whether it is asked for a conversation in English with an interpreter."""
    same_hour: bool = False
    """Whether those whom its consultation needs can be asked for at its own time: only one of them is to change."""
    wished: bool = False
    """Whether it wished for these languages while it waited; they are kept with the time."""


def asker_of(case: Case) -> Asker:
    """A family that looks for a time."""
    languages = (case.language, *case.also_speaks.split())
    return Asker(tuple(dict.fromkeys(languages)), case.id, case.urgent_by is not None)


def asker_again(case: Case, found: Appointment | None) -> Asker:
    """A family that asks for its time again, or for another one instead: in the languages that it wished for then."""
    asker = asker_of(case)
    return replace(asker, languages=tuple(found.asked.split()), wished=True) if found and found.asked else asker


@dataclass(frozen=True)
class Offering:
    """What is free, nearest first, one for each instant.

    `interpreted` where it is in English with an interpreter; `any_hour` where it is outside of the hours asked for, for
    there is nothing else.
    """

    times: list[FreeTime]
    interpreted: bool = False
    any_hour: bool = False


def free_times(
    session: Session,
    asker: Asker,
    *,
    now: datetime,
    band: Band | None = None,
    else_any_hour: bool = False,
    after: datetime | None = None,
    most: int,
) -> Offering:
    """The times that this family can choose, within hours of its day where a `band` is given (`else_any_hour` at any).

    With coordinators who speak one of its languages; where none of them has any time at all, in English with an
    interpreter. What the case itself keeps counts as free for it. `after` is where a page begins, `most` how long it
    is.
    """
    for who in _ways(asker):
        for hours in (band, None) if band and else_any_hour else (band,):
            # An empty page says nothing about the others: whether there are times at all decides.
            unless = who.interpreted and bool(after or (band and not else_any_hour))
            found = _listed(session, who, now=now, band=hours, after=after, most=most, unless_without=unless)
            if found:
                return Offering(found, who.interpreted, any_hour=hours is not band)
    return Offering([])


def go_on(
    session: Session, asker: Asker, found: Offering, *, now: datetime, band: Band | None, most: int
) -> list[FreeTime]:
    """What comes after those that were found, in the same way; times begin on whole minutes."""
    who, hours = replace(asker, interpreted=found.interpreted), None if found.any_hour else band
    return _listed(session, who, now=now, band=hours, after=found.times[-1].start_at + A_MINUTE, most=most)


def _ways(asker: Asker) -> list[Asker]:
    """In one of the family's languages; then in English with an interpreter, unless English is one of them."""
    return [asker] if DEFAULT in asker.languages else [asker, replace(asker, interpreted=True)]


def candidates(session: Session, asker: Asker, start: datetime, *, now: datetime) -> list[Candidate]:
    """Who can be asked for at this instant, fewest appointments that week first."""
    for who in _ways(asker):
        found = _at(session, who, start, now)
        if found or _listed(session, who, now=now, most=1):
            return found
    return []


def still_offered(session: Session, asker: Asker, candidate: Candidate, *, now: datetime) -> bool:
    """Whether that is so at this moment; asked again behind the lock of the calendars."""
    who = replace(asker, interpreted=candidate.interpreter_id is not None)
    return candidate in _at(session, who, candidate.span.start, now)


def _listed(
    session: Session,
    asker: Asker,
    *,
    now: datetime,
    band: Band | None = None,
    after: datetime | None = None,
    most: int,
    unless_without: bool = False,
) -> list[FreeTime]:
    """`unless_without`: none, where the family can have any time without an interpreter; asked in the same look."""
    statement = _statement(asker.interpreted, band is not None, unless_without)
    asked = values_of(asker, now) | {"most": most, "begin": max(now, after) if after else now}
    asked |= band.values if band else {}
    found = session.connection().execute(statement, asked).all()
    return [free_time(row.start_at, row.end_at) for row in found]


def _at(session: Session, asker: Asker, start: datetime, now: datetime) -> list[Candidate]:
    statement = _candidates(asker.interpreted)
    found = session.execute(
        statement,
        values_of(asker, now) | {"begin": start, "week": start - HALF_A_WEEK, "week_end": start + HALF_A_WEEK},
    ).all()
    return [_candidate(row, interpreted=asker.interpreted) for row in found]


def _candidate(row: Any, *, interpreted: bool) -> Candidate:
    span = Span(row.start_at, row.end_at)
    coordinator = Needed(row.schedule_id, Span(row.busy_from, row.busy_until), row.day)
    if not interpreted:
        return Candidate(span, coordinator, row.closes_at)
    # Who has the conversation already, and stays, needs nothing more for it than before.
    needs = {"busy_from": span.start, "busy_until": span.end} if row.stays else around(row, span)
    interpreter = Needed(row.interpreter_id, Span(needs["busy_from"], needs["busy_until"]), row.window_day)
    return Candidate(span, coordinator, min(row.closes_at, needs.get("closes_at", row.closes_at)), interpreter)


def values_of(asker: Asker, now: datetime) -> dict[str, Any]:
    """What the condition is asked with."""
    return {
        "languages": [DEFAULT] if asker.interpreted else list(asker.languages),
        "own": list(asker.languages),
        "urgent": asker.urgent,
        "case_id": asker.case_id,
        "same_hour": asker.same_hour,
        "now": now,
        "latest": latest_end(now),
        "answer": latest_answer(now),
        "oldest": now - REACH,
    }


@lru_cache
def _statement(interpreted: bool, by_day: bool, unless_without: bool) -> Select[Any]:
    """One step from each instant to the next one with a free time: it reads no more than what it lists, however many
    coordinators have the same instants and however many times there are. An instant outside of the family's day is
    only stepped on: one row of it is read, and it is not listed.
    """
    first, nearest = aliased(Slot), _next(bindparam("begin"), interpreted, by_day, inclusive=True)
    listed = _counted(first, by_day)
    begins = select(first.start_at, first.end_at, listed.label("listed"), listed.label("number"))
    begins = begins.where(first.id == nearest)
    if unless_without:
        begins = begins.where(_next(bindparam("now"), False, False, inclusive=True, spoken="own").is_(None))
    steps = begins.cte(recursive=True)
    then = aliased(Slot)
    following = _next(steps.c.start_at, interpreted, by_day, inclusive=False)
    steps = steps.union_all(
        select(then.start_at, then.end_at, _counted(then, by_day), steps.c.number + _counted(then, by_day))
        .select_from(steps)
        .join(then, then.id == following)
        .where(steps.c.number < bindparam("most"))
    )
    return select(steps.c.start_at, steps.c.end_at).where(steps.c.listed == 1)


def _counted(slot: Any, by_day: bool) -> Any:
    return case((within_the_day(slot), 1), else_=0) if by_day else literal(1)


def _next(
    begin: Any, interpreted: bool, by_day: bool, *, inclusive: bool, spoken: str = "languages"
) -> ScalarSelect[Any]:
    slot = aliased(Slot)
    later = slot.start_at >= begin if inclusive else slot.start_at > begin
    offered = is_offered(slot, interpreted=interpreted, spoken=spoken)
    if by_day:
        offered = and_(slot.status == FREE, or_(not_(within_the_day(slot)), offered))
    return select(slot.id).where(later, offered).order_by(slot.start_at, slot.end_at).limit(1).scalar_subquery()


@lru_cache
def _candidates(interpreted: bool) -> Select[Any]:
    slot, cover, ear = aliased(Slot), aliased(Slot), aliased(Schedule)
    columns = ("schedule_id", "start_at", "end_at", "busy_from", "busy_until", "day", "closes_at")
    asked: Any = select(*(getattr(slot, name) for name in columns))
    offered = is_offered(slot, interpreted=False)
    if interpreted:
        asked = asked.add_columns(ear.id.label("interpreter_id"), ear.before, ear.after, ear.notice)
        asked = asked.add_columns(cover.day.label("window_day"), stays_beside(ear, slot).label("stays"))
        asked = asked.where(covers(cover, ear, slot))
    asked = asked.where(slot.start_at == bindparam("begin"), offered)
    order = [slot.end_at, that_week(slot.schedule_id), slot.schedule_id]
    if interpreted:
        order += [that_week(cover.schedule_id), cover.schedule_id]
    made: Select[Any] = asked.order_by(*order)
    return made
