"""The list of times, four weeks of it at once: as far ahead as there are any, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from flask import request, url_for

from portal.booking.models import FREE
from portal.booking.service import schedules
from portal.desk.forms import LATEST
from portal.extensions import db
from portal.i18n import clock, day, spoken
from portal.web.parts import now, parts

SHOWN = timedelta(weeks=4)
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Weeks:
    """Days with their times. `since` is the first day in an address, and `called` in words, where that is not today.

    `earlier` and `later` are addresses, where there are times.
    """

    days: list[dict[str, Any]]
    since: str | None
    called: str
    earlier: str
    later: str


def since() -> date | None:
    """The day that the address names, where it is one that is to come."""
    found = request.args.get("since", type=date.fromisoformat)
    return found if found and _today() < found and found.year <= LATEST else None


def named(first: date | None) -> str | None:
    """The same for an address."""
    return first.isoformat() if first else None


def weeks_from(first: date | None, called: Mapping[str, str]) -> Weeks:
    """The times of four weeks, with the names of their people; the next four begin where there are times again."""
    zone, begin = parts().settings.clinic_time_zone, first or _today()
    last = begin + SHOWN - A_DAY
    found = schedules.listing(db.session(), first=begin, last=last, zone=zone, now=now())
    before = schedules.last_before(db.session(), begin, zone, now=now()) if first else None
    after = schedules.first_from(db.session(), last + A_DAY, zone)
    return Weeks(
        days=[
            {"name": name, "slots": [_row(one, zone, called) for one in group]}
            for name, group in groupby(found, key=lambda one: day(one.start_at, zone, spoken()))
        ],
        since=named(first),
        called=day(datetime.combine(first, time(12), ZoneInfo(zone)), zone, spoken()) if first else "",
        earlier=_address(_on(before, zone) - SHOWN + A_DAY) if before else "",
        later=_address(_on(after, zone)) if after else "",
    )


def _row(slot: Any, zone: str, called: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": slot.id,
        "begin": clock(slot.start_at, zone, spoken()),
        "end": clock(slot.end_at, zone, spoken()),
        "who": called[slot.schedule.staff_id],
        "free": slot.status == FREE,
        "urgent": slot.urgent,
    }


def _address(first: date) -> str:
    return url_for("desk.slots", since=named(first if first > _today() else None))


def _on(instant: datetime, zone: str) -> date:
    return instant.astimezone(ZoneInfo(zone)).date()


def _today() -> date:
    return _on(now(), parts().settings.clinic_time_zone)
