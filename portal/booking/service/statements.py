"""The statements that ask what is on offer, each made once; `offers.values_of` says with which values."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    case,
    literal,
    not_,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from portal.booking.models import FREE, Schedule, Slot
from portal.booking.service.condition import covers, is_offered, stays_beside, that_week, within_the_day

WITHOUT_AT_ANY, WITHIN, AT_ANY = range(3)


@lru_cache
def listing(interpreted: bool, by_day: bool, unless_without: bool) -> Select[Any]:
    """What is free, nearest first, one for each instant; `unless_without`: none, where any is without interpreter."""
    steps = _steps(interpreted, by_day, *([_none_without()] if unless_without else []))
    return select(steps.c.start_at, steps.c.end_at).where(steps.c.listed == 1)


@lru_cache
def listing_else() -> CompoundSelect[Any]:
    """What there is where nothing is free within the day without an interpreter: the first of these ways that has any.

    One statement, so that a list without times costs no more than others; asked as one for an interpreter.
    """
    within = _steps(True, True, _none_without())
    none_within = ~select(within.c.start_at).where(within.c.listed == 1).exists()
    ways = {
        WITHOUT_AT_ANY: _steps(False, False, spoken="own"),
        WITHIN: within,
        AT_ANY: _steps(True, False, _none_without(), none_within),
    }
    found = (
        select(steps.c.start_at, steps.c.end_at, literal(way).label("way")).where(steps.c.listed == 1)
        for way, steps in ways.items()
    )
    return union_all(*found)


def _steps(interpreted: bool, by_day: bool, *given: ColumnElement[bool], spoken: str = "languages") -> CTE:
    """One step from each instant to the next one with a free time: it reads no more than what it lists, however many
    coordinators have the same instants and however many times there are. An instant outside of the family's day is
    only stepped on: one row of it is read, and it is not listed.
    """
    first = aliased(Slot)
    nearest = _next(bindparam("begin"), interpreted, by_day, inclusive=True, spoken=spoken)
    listed = _counted(first, by_day)
    begins = select(first.start_at, first.end_at, listed.label("listed"), listed.label("number"))
    steps = begins.where(first.id == nearest, *given).cte(recursive=True)
    then = aliased(Slot)
    following = _next(steps.c.start_at, interpreted, by_day, inclusive=False, spoken=spoken)
    return steps.union_all(
        select(then.start_at, then.end_at, _counted(then, by_day), steps.c.number + _counted(then, by_day))
        .select_from(steps)
        .join(then, then.id == following)
        .where(steps.c.number < bindparam("most"))
    )


def _none_without() -> ColumnElement[bool]:
    """Whether the family can have no time at all without an interpreter."""
    return _next(bindparam("now"), False, False, inclusive=True, spoken="own").is_(None)


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
def at_instant(interpreted: bool, by_office: bool) -> Select[Any]:
    """Who can be asked for at one instant, fewest appointments that week first; `by_office` as `is_offered` says."""
    slot, cover, ear = aliased(Slot), aliased(Slot), aliased(Schedule)
    columns = ("schedule_id", "start_at", "end_at", "busy_from", "busy_until", "day", "closes_at")
    asked: Any = select(*(getattr(slot, name) for name in columns))
    offered = is_offered(slot, interpreted=False, by_office=by_office)
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
