"""Free times as a family's page shows them: under their day on the family's clock, some days at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from markupsafe import Markup

from portal.booking.bands import A_MINUTE
from portal.booking.clocks import zone_in_words
from portal.booking.slots import BadToken, FreeTime, span_of
from portal.i18n import OFFERED, clock, day
from portal.web.rendering import macro


@dataclass(frozen=True)
class Day:
    """One day with its times, ready for the page."""

    name: str
    choices: Markup


@dataclass(frozen=True)
class Shown:
    """What one page shows. `later` is the token of the time with which the next page begins, where there are more.

    `minutes` is how long each takes; `None` where they differ.
    """

    days: list[Day]
    later: str | None
    minutes: int | None


def show(
    days: list[list[FreeTime]], later: FreeTime | None, *, zone: str, clinic: str, language: str, chosen: str | None
) -> Shown:
    """Times under their days; `later` is the first after them."""
    first = days[0][0]
    shown = []
    for of_day in days:
        made = [_choice(one, zone, clinic, language, one is first, one.token == chosen) for one in of_day]
        shown.append(Day(day(of_day[0].start_at, zone, language), Markup("\n").join(made)))
    lengths = {round((one.end_at - one.start_at) / A_MINUTE) for of_day in days for one in of_day}
    minutes = lengths.pop() if len(lengths) == 1 else None
    return Shown(shown, later.token if later else None, minutes)


def begin_of(wanted: str) -> datetime | None:
    """Where a page begins, by the token of its first time; `None` for the first page and for what is no token."""
    try:
        return span_of(wanted).start if wanted else None
    except BadToken:
        return None


@lru_cache(maxsize=20_000)
def _choice(one: FreeTime, zone: str, clinic: str, language: str, first: bool, checked: bool) -> Markup:
    """A time's HTML, made once for each language and zone. The page's first has the id that errors lead to."""
    return macro("booking/choice.html", "choice")(
        "slot" if first else one.token,
        one.token,
        day(one.start_at, zone, language),
        clock(one.start_at, zone, language),
        zone_in_words(one.start_at, zone, language),
        _at_clinic(one.start_at, zone, clinic, language) if clinic != zone else "",
        checked,
    )


def _at_clinic(start: datetime, zone: str, clinic: str, language: str) -> str:
    """The hour there, with its day where that is another one than the family's."""
    hour = clock(start, clinic, language)
    same = _day_of(start, zone) == _day_of(start, clinic)
    return hour if same else OFFERED[language].comma.join((day(start, clinic, language), hour))


def _day_of(start: datetime, zone: str) -> date:
    return start.astimezone(ZoneInfo(zone)).date()
