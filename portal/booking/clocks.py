"""An appointment in words: on the reader's own clock, and on the other side's where that differs."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from sqlalchemy import ColumnElement, func

from portal.booking.bands import next_change
from portal.booking.models import Appointment
from portal.booking.slots import FreeTime
from portal.cases.models import Case
from portal.i18n import OFFERED, city, clock, day, offset


class Timed(Protocol):
    """Anything that begins and ends."""

    @property
    def start_at(self) -> datetime: ...
    @property
    def end_at(self) -> datetime: ...


def clocks(timed: Timed, own: str, other: str, language: str) -> dict[str, str]:
    """The time in two zones, in a language: `day`, `time`, `end`, `zone`, and `at`, which says
    day and time in one; `other_…` where it differs.
    """
    found = _on(own, timed, language)
    there = _on(other, timed, language) if other else found
    if there["at"] != found["at"]:
        found |= {f"other_{name}": said for name, said in there.items()}
    return found


def clocks_at(instant: datetime, own: str, other: str, language: str) -> dict[str, str]:
    """The same of an instant, for a list that says no end."""
    return clocks(FreeTime(instant, instant, ""), own, other, language)


def zone_of_family(found: Appointment, case: Case) -> str:
    """On whose clock a family reads its time: the one that its record says today, whatever it was booked on."""
    return case.time_zone or found.time_zone


def family_zone() -> ColumnElement[str]:
    """The same for the database, of an appointment and its case."""
    return func.coalesce(func.nullif(Case.time_zone, ""), Appointment.time_zone)


def clocks_of_family(found: Appointment, case: Case, clinic: str, language: str) -> dict[str, str]:
    """A time as its family reads it: on its clock of today and on the clinic's; `booked_…` as `booked_clock` says."""
    said = clocks(found, zone_of_family(found, case), clinic, language)
    return said | booked_clock(found, said, language)


def clocks_to_come(found: Appointment, case: Case, clinic: str, language: str, now: datetime) -> dict[str, str]:
    """The same of one that is still to come; `change` as `clock_change` says."""
    said = clocks_of_family(found, case, clinic, language)
    return said | {"change": clock_change(found.start_at, zone_of_family(found, case), language, now)}


def booked_clock(found: Appointment, said: dict[str, str], language: str) -> dict[str, str]:
    """`booked_at` and `booked_zone`, where it was booked on another clock that says none of the hours `said`."""
    return {} if found.booked_at is None else clock_of(found, found.time_zone, said, language)


def clock_of(timed: Timed, zone: str, said: dict[str, str], language: str) -> dict[str, str]:
    """`booked_at` and `booked_zone` of a time that was booked in this zone, as `booked_clock` says."""
    then = _on(zone, timed, language)
    if then["at"] in {said["at"], said.get("other_at")}:
        return {}
    return {"booked_at": then["at"], "booked_zone": then["zone"]}


def clock_change(until: datetime, zone: str, language: str, now: datetime) -> str:
    """The day on which the clocks of a zone change before then; empty where they do not."""
    change = next_change(zone, now, until) if until > now else None
    return day(change, zone, language) if change else ""


def _on(zone: str, timed: Timed, language: str) -> dict[str, str]:
    date, hour = day(timed.start_at, zone, language), clock(timed.start_at, zone, language)
    return {
        "day": date,
        "time": hour,
        "at": OFFERED[language].comma.join((date, hour)),
        "end": clock(timed.end_at, zone, language),
        "zone": zone_in_words(timed.start_at, zone, language),
    }


def zone_in_words(start: datetime, zone: str, language: str) -> str:
    """A zone by its city and its distance to UTC on that day: `Paris, UTC+1`."""
    return OFFERED[language].comma.join((city(zone, language), offset(start, zone, language)))
