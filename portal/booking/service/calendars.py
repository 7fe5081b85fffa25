"""Change a calendar's rules. Its times follow at once; what families hold stays as it is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from portal.booking.hours import Hours
from portal.booking.models import Difference, Schedule, Window
from portal.booking.service.claims import lock_schedule
from portal.booking.service.counted import lock_as_families_do, make_on_days_of_now
from portal.booking.service.freed import time_freed
from portal.booking.service.making import Made, TooMany, make_ahead
from portal.booking.service.rules_of import EXTRA, OFF, OPEN, TRAVEL, calendars
from portal.booking.service.schedules import MOST_TIMES, schedule_of

MOST_WINDOWS = 60
MOST_DIFFERENCES = 400
ALL_AT_ONCE = timedelta(days=366)
SAID = ("kind", "first", "last", "begin", "end", "zone", "urgent")


@dataclass(frozen=True)
class Days:
    """Days that differ: `off`, `extra` (with hours, `urgent` or not), `travel` (with a zone) or `open`."""

    kind: str
    first: date
    last: date
    begin: time | None = None
    end: time | None = None
    zone: str = ""
    urgent: bool = False


def set_rules(session: Session, staff_id: str, *, clinic_zone: str, now: datetime, **rules: int | str | None) -> Made:
    """Set how long conversations are, what stays free around them, and so on; see `Schedule`. Raises `TooMany`."""
    schedule = schedule_of(session, staff_id)
    for name, value in rules.items():
        setattr(schedule, name, value)
    session.flush()
    return _again(session, schedule, clinic_zone=clinic_zone, now=now)


def add_hours(
    session: Session, staff_id: str, weekdays: Collection[int], hours: Hours, *, clinic_zone: str, now: datetime
) -> Made:
    """Add hours of these weekdays (0 is Monday); the same again changes nothing. Raises `TooMany`."""
    schedule = schedule_of(session, staff_id)
    lock_schedule(session, schedule.id)
    there = {(one.weekday, one.begin, one.end): one for one in windows_of(session, schedule)}
    begin, end = f"{hours.begin:%H:%M}", f"{hours.end:%H:%M}"
    if len(there) + sum((weekday, begin, end) not in there for weekday in weekdays) > MOST_WINDOWS:
        raise TooMany
    for weekday in sorted(weekdays):
        same = there.get((weekday, begin, end))
        if same is None:
            made = Window(schedule_id=schedule.id, weekday=weekday, begin=begin, end=end, urgent=hours.urgent)
            session.add(made)
        else:
            same.urgent = hours.urgent
    session.flush()
    return _again(session, schedule, clinic_zone=clinic_zone, now=now)


def remove_hours(session: Session, staff_id: str, window_id: str, *, clinic_zone: str, now: datetime) -> Made:
    """Remove weekly hours; those of somebody else stay. Raises `TooMany`."""
    schedule = schedule_of(session, staff_id)
    found = session.get(Window, window_id)
    if found is not None and found.schedule_id == schedule.id:
        session.delete(found)
        session.flush()
    return _again(session, schedule, clinic_zone=clinic_zone, now=now)


def add_days(session: Session, staff_id: str | None, days: Days, *, clinic_zone: str, now: datetime) -> Made:
    """Note days that differ, of a calendar or of the whole clinic; the same again changes nothing. Raises `TooMany`."""
    schedule = schedule_of(session, staff_id) if staff_id else None
    travels = schedule is not None and days.kind == TRAVEL
    _lock(session, schedule, travels, now)
    there = days_of(session, schedule, since=now.date())
    if days.last - days.first > ALL_AT_ONCE:
        raise TooMany
    made = _row_of(days, schedule.id if schedule else None)
    if not any(_says_the_same(made, one) for one in there):
        if len(there) >= MOST_DIFFERENCES:
            raise TooMany
        session.add(made)
        session.flush()
    return _again(session, schedule, clinic_zone=clinic_zone, now=now, travels=travels)


def remove_days(session: Session, staff_id: str | None, row_id: str, *, clinic_zone: str, now: datetime) -> Made:
    """These days are like others again; those of another calendar stay. Raises `TooMany`."""
    schedule = schedule_of(session, staff_id) if staff_id else None
    kind = session.scalar(select(Difference.kind).where(Difference.id == row_id))
    travels = schedule is not None and kind == TRAVEL
    _lock(session, schedule, travels, now)
    found = session.get(Difference, row_id)
    if found is not None and found.schedule_id == (schedule.id if schedule else None):
        session.delete(found)
        session.flush()
    return _again(session, schedule, clinic_zone=clinic_zone, now=now, travels=travels)


def windows_of(session: Session, schedule: Schedule) -> list[Window]:
    """Its weekly hours, from Monday on."""
    asked = select(Window).where(Window.schedule_id == schedule.id)
    return list(session.scalars(asked.order_by(Window.weekday, Window.begin, Window.end)))


def days_of(session: Session, schedule: Schedule | None, *, since: date) -> list[Difference]:
    """The days that differ from then on, of one calendar or of the whole clinic."""
    asked = select(Difference).where(_whose(schedule.id if schedule else None), Difference.last >= since)
    return list(session.scalars(asked.order_by(Difference.first, Difference.kind)))


def _whose(schedule_id: int | None) -> ColumnElement[bool]:
    return Difference.schedule_id.is_(None) if schedule_id is None else Difference.schedule_id == schedule_id


def _row_of(days: Days, schedule_id: int | None) -> Difference:
    made = Difference(schedule_id=schedule_id, kind=days.kind, first=days.first, last=days.last, urgent=False)
    if days.kind == EXTRA and days.begin and days.end:
        made.begin, made.end, made.urgent = f"{days.begin:%H:%M}", f"{days.end:%H:%M}", days.urgent
    if days.kind == TRAVEL:
        made.zone = days.zone
    return made


def _says_the_same(one: Difference, other: Difference) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in SAID)


def _lock(session: Session, schedule: Schedule | None, travels: bool, now: datetime) -> None:
    if schedule and travels:
        lock_as_families_do(session, schedule.id, now)  # what is booked counts on other days afterwards
    else:
        lock_schedule(session, *([schedule.id] if schedule else calendars(session)))


def _again(
    session: Session, schedule: Schedule | None, *, clinic_zone: str, now: datetime, travels: bool = False
) -> Made:
    make = make_on_days_of_now if travels else make_ahead
    theirs = [schedule] if schedule else [session.get_one(Schedule, one) for one in calendars(session)]
    made = [make(session, one, clinic_zone=clinic_zone, now=now, most=MOST_TIMES) for one in theirs]
    time_freed(session, now=now)  # without any new time too: there may be more room on a day
    names = ("added", "changed", "removed", "held")
    return Made(*(sum(getattr(one, name) for one in made) for name in names))


__all__ = ["EXTRA", "OFF", "OPEN", "TRAVEL", "Days", "Hours", "TooMany"]
