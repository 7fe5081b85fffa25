"""What is on offer. One condition says it for everybody who asks: the page, the interface for other sites, the booking.

What it lists can be booked, what it does not list cannot, whatever is posted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from portal.booking.around import around
from portal.booking.bands import A_MINUTE, Band
from portal.booking.hours import LONGEST_WINDOW
from portal.booking.needed import Candidate, Needed
from portal.booking.service.asking import Asker, asker_again, asker_of, by_record, ways_of, wished_ways
from portal.booking.service.holds import latest_answer, latest_end
from portal.booking.service.statements import WITHIN, WITHOUT_AT_ANY, at_instant, listing, listing_else
from portal.booking.slots import FreeTime, Span, free_time
from portal.i18n import DEFAULT
from portal.rows import connection_of

__all__ = [
    "Asker",
    "Offering",
    "asker_again",
    "asker_of",
    "candidates",
    "free_times",
    "go_on",
    "still_offered",
    "values_of",
]

HALF_A_WEEK = timedelta(days=3, hours=12)
# What began longer ago reaches into no time to come: said for the sake of the index.
REACH = 2 * LONGEST_WINDOW


@dataclass(frozen=True)
class Offering:
    """What is free, nearest first, one for each instant.

    `interpreted` where it is in English with an interpreter; `any_hour` where it is outside of the hours asked for, and
    `otherwise` where it is not in a language that was wished for, for there is nothing else.
    """

    times: list[FreeTime]
    interpreted: bool = False
    any_hour: bool = False
    otherwise: bool = False


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
    interpreter; where there is none at all in what it wished for, in the languages of its record. What the case itself
    keeps counts as free for it. `after` is where a page begins, `most` how long it is.
    """
    # An empty page says nothing about the others: whether there are times at all decides.
    partly = bool(after or (band and not else_any_hour))
    page: dict[str, Any] = {"now": now, "band": band, "after": after, "most": most}
    first = _at_some_hour if band and else_any_hour else partial(_first_listed, partly=partly)
    found = first(session, wished_ways(asker), **page)
    if found.times or not asker.otherwise or (partly and _has_any(session, wished_ways(asker), now)):
        return found
    return replace(first(session, wished_ways(by_record(asker)), **page), otherwise=True)


def _first_listed(session: Session, ways: list[Asker], *, partly: bool, **page: Any) -> Offering:
    for who in ways:
        if found := _listed(session, who, unless_without=who.interpreted and partly, **page):
            return Offering(found, who.interpreted)
    return Offering([])


def _at_some_hour(session: Session, ways: list[Asker], **page: Any) -> Offering:
    """Within the hours of the band, else at any; in two looks at most, whatever there is."""
    alone, *interpreted = ways
    if found := _listed(session, alone, **page):
        return Offering(found)
    for who in interpreted:
        rows = connection_of(session).execute(listing_else(), _asked(who, **page)).all()
        way = rows[0].way if rows else WITHIN
        times = [free_time(row.start_at, row.end_at) for row in sorted(rows)]
        return Offering(times, bool(rows) and way != WITHOUT_AT_ANY, any_hour=way != WITHIN)
    found = _listed(session, alone, **page | {"band": None})
    return Offering(found, any_hour=bool(found))


def _has_any(session: Session, ways: list[Asker], now: datetime) -> bool:
    return any(_listed(session, who, now=now, most=1) for who in ways)


def go_on(
    session: Session, asker: Asker, found: Offering, *, now: datetime, band: Band | None, most: int
) -> list[FreeTime]:
    """What comes after those that were found, in the same way; times begin on whole minutes."""
    who = replace(by_record(asker) if found.otherwise else asker, interpreted=found.interpreted)
    hours = None if found.any_hour else band
    return _listed(session, who, now=now, band=hours, after=found.times[-1].start_at + A_MINUTE, most=most)


def candidates(
    session: Session,
    asker: Asker,
    start: datetime,
    *,
    now: datetime,
    fits: Callable[[Candidate], bool] = lambda _one: True,
) -> list[Candidate]:
    """Who can be asked for at this instant, fewest appointments that week first; those who `fit`.

    In another way only where nothing at all is on offer in the one before, as it is listed.
    """

    def there(who: Asker) -> list[Candidate]:
        return [one for one in _at(session, who, start, now) if fits(one)]

    *ways, last = ways_of(asker)
    for who in ways:
        if (found := there(who)) or _has_any(session, [replace(who, same_hour=False)], now):
            return found
    return there(last)


def still_offered(session: Session, asker: Asker, candidate: Candidate, *, now: datetime) -> bool:
    """Whether that is so at this moment; asked again behind the lock of the calendars."""
    how = (candidate.interpreter_id is not None, candidate.asked)
    who = next(one for one in ways_of(asker) if (one.interpreted, one.asked) == how)
    return candidate in _at(session, who, candidate.span.start, now)


def _listed(
    session: Session, asker: Asker, *, band: Band | None = None, unless_without: bool = False, **page: Any
) -> list[FreeTime]:
    """`unless_without`: none, where the family can have any time without an interpreter; asked in the same look."""
    statement = listing(asker.interpreted, band is not None, unless_without)
    found = connection_of(session).execute(statement, _asked(asker, band=band, **page)).all()
    return [free_time(row.start_at, row.end_at) for row in found]


def _asked(
    asker: Asker, *, now: datetime, band: Band | None, after: datetime | None = None, most: int
) -> dict[str, Any]:
    page = {"most": most, "begin": max(now, after) if after else now}
    return values_of(asker, now) | page | (band.values if band else {})


def _at(session: Session, asker: Asker, start: datetime, now: datetime) -> list[Candidate]:
    found = session.execute(
        at_instant(asker.interpreted, asker.same_hour),
        values_of(asker, now) | {"begin": start, "week": start - HALF_A_WEEK, "week_end": start + HALF_A_WEEK},
    ).all()
    return [_candidate(row, asker) for row in found]


def _candidate(row: Any, asker: Asker) -> Candidate:
    span = Span(row.start_at, row.end_at)
    coordinator = Needed(row.schedule_id, Span(row.busy_from, row.busy_until), row.day)
    if not asker.interpreted:
        return Candidate(span, coordinator, row.closes_at, asked=asker.asked)
    # Who has the conversation already, and stays, needs nothing more for it than before.
    needs = {"busy_from": span.start, "busy_until": span.end} if row.stays else around(row, span)
    interpreter = Needed(row.interpreter_id, Span(needs["busy_from"], needs["busy_until"]), row.window_day)
    closes_at = min(row.closes_at, needs.get("closes_at", row.closes_at))
    return Candidate(span, coordinator, closes_at, interpreter, asker.asked)


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
