"""A calendar's rules as they stand in the database: windows, days that differ, the clinic's closed days, holidays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache

import holidays
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.booking.hours import Away, Hours, Rules
from portal.booking.models import Difference, Schedule, Window
from portal.staff.models import COORDINATOR, INTERPRETER

OFF, EXTRA, TRAVEL, OPEN = "off", "extra", "travel", "open"


@dataclass(frozen=True)
class Holiday:
    """A public holiday of a country, and its name in that country's own language."""

    day: date
    name: str


def rules_of(session: Session, schedule: Schedule, *, clinic_zone: str, first: date, last: date) -> Rules:
    """What says when this person can be asked for, in a range of days."""
    windows: dict[int, list[Hours]] = defaultdict(list)
    for one in session.scalars(select(Window).where(Window.schedule_id == schedule.id)):
        windows[one.weekday].append(_hours(one.begin, one.end, urgent=one.urgent))
    differing = differences(session, schedule.id, first=first, last=last)
    own = [one for one in differing if one.schedule_id == schedule.id]
    kept_open = {day for one in differing if one.kind == OPEN for day in _days(one)}
    country = schedule.holidays_of
    holiday = {one.day for one in holidays_of(country, first, last)} if country else set()
    return Rules(
        zone=schedule.staff.time_zone,
        minutes=schedule.minutes,
        windows=dict(windows),
        before=schedule.before,
        after=schedule.after,
        off=frozenset({day for one in own if one.kind == OFF for day in _days(one)} | (holiday - kept_open)),
        extra=_extra(own),
        away=[Away(one.first, one.last, one.zone) for one in own if one.kind == TRAVEL and one.zone],
        closed=frozenset(day for one in differing if one.schedule_id is None and one.kind == OFF for day in _days(one)),
        clinic_zone=clinic_zone,
        whole=is_interpreting(schedule),
    )


def is_interpreting(schedule: Schedule) -> bool:
    """Whether this is the calendar of somebody who only interprets: its times are whole windows."""
    roles = {role.name for role in schedule.staff.roles}
    return INTERPRETER in roles and COORDINATOR not in roles


def differences(session: Session, schedule_id: int, *, first: date, last: date) -> Sequence[Difference]:
    """What differs in a range of days: of one calendar and of the whole clinic."""
    asked = select(Difference).where(
        or_(Difference.schedule_id.is_(None), Difference.schedule_id == schedule_id),
        Difference.first <= last,
        Difference.last >= first,
    )
    return session.scalars(asked.order_by(Difference.first, Difference.kind)).all()


@lru_cache(maxsize=200)
def holidays_of(country: str, first: date, last: date) -> tuple[Holiday, ...]:
    """The public holidays of a country in a range of days, earliest first; none where the country is not known."""
    if country not in countries_with_holidays():
        return ()
    found = holidays.country_holidays(country, years=range(first.year, last.year + 1))
    return tuple(Holiday(day, name) for day, name in sorted(found.items()) if first <= day <= last)


@lru_cache
def countries_with_holidays() -> frozenset[str]:
    """The countries whose holidays are known."""
    return frozenset(holidays.list_supported_countries(include_aliases=False))


def _extra(own: Sequence[Difference]) -> dict[date, list[Hours]]:
    found: dict[date, list[Hours]] = defaultdict(list)
    for one in own:
        if one.kind == EXTRA and one.begin and one.end:
            for day in _days(one):
                found[day].append(_hours(one.begin, one.end, urgent=one.urgent))
    return dict(found)


def _hours(begin: str, end: str, *, urgent: bool) -> Hours:
    return Hours(time.fromisoformat(begin), time.fromisoformat(end), urgent)


def _days(one: Difference) -> Iterator[date]:
    for number in range((one.last - one.first).days + 1):
        yield one.first + timedelta(days=number)


def calendars(session: Session) -> list[int]:
    """Every calendar: one without weekly hours has extra days, and the clinic's closed days."""
    return list(session.scalars(select(Schedule.id).order_by(Schedule.id)))
