"""Free times as a family's page shows them: under their day on the family's clock, some days at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from markupsafe import Markup

from portal.booking.bands import A_MINUTE
from portal.booking.clocks import zone_in_words
from portal.booking.slots import BadToken, FreeTime, span_of
from portal.i18n import OFFERED, clock, day, offset
from portal.web.rendering import macro


@dataclass(frozen=True)
class Day:
    """One day with its times, ready for the page.

    `own` and `clinic` name the family's clock and the clinic's where it has another distance to UTC on that day than
    the page says at its top; where it has two, each choice says its own.
    """

    name: str
    choices: Markup
    own: str
    clinic: str


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
    """Times under their days; `later` is the first after them. The page says the clocks of its first time."""
    first = days[0][0]
    shown = []
    for of_day in days:
        begin, end = of_day[0].start_at, of_day[-1].start_at
        turning, own, there = apart(first.start_at, begin, end, zone, clinic, language)
        made = [_choice(one, zone, clinic, language, one is first, one.token == chosen, turning) for one in of_day]
        shown.append(Day(day(begin, zone, language), Markup("\n").join(made), own, there))
    lengths = {round((one.end_at - one.start_at) / A_MINUTE) for of_day in days for one in of_day}
    minutes = lengths.pop() if len(lengths) == 1 else None
    return Shown(shown, later.token if later else None, minutes)


def begin_of(wanted: str) -> datetime | None:
    """Where a page begins, by the token of its first time; `None` for the first page and for what is no token."""
    try:
        return span_of(wanted).start if wanted else None
    except BadToken:
        return None


class Apart(NamedTuple):
    """How a day differs from what its page says of the clocks: those that are `turning` on it; else as a `Day` says."""

    turning: tuple[str, ...]
    own: str
    clinic: str


@lru_cache(maxsize=5_000)
def apart(page: datetime, begin: datetime, end: datetime, zone: str, clinic: str, language: str) -> Apart:
    """For a day whose times are between these, on a page that begins with that time; looked at once for each."""
    turning = tuple(one for one in (zone, clinic) if offset(begin, one, language) != offset(end, one, language))

    def since(place: str) -> str:
        same = offset(page, place, language) == offset(begin, place, language)
        return "" if same or place in turning else zone_in_words(begin, place, language)

    return Apart(turning, since(zone), since(clinic) if clinic != zone else "")


@lru_cache(maxsize=20_000)
def _choice(
    one: FreeTime, zone: str, clinic: str, language: str, first: bool, checked: bool, turning: tuple[str, ...]
) -> Markup:
    """A time's HTML, made once for each language and zone. The page's first has the id that errors lead to.

    The distance to UTC stands visibly beside the hour of each clock that is `turning` on that day.
    """
    return macro("booking/choice.html", "choice")(
        "slot" if first else one.token,
        one.token,
        day(one.start_at, zone, language),
        clock(one.start_at, zone, language),
        zone_in_words(one.start_at, zone, language),
        offset(one.start_at, zone, language) if zone in turning else "",
        _at_clinic(one.start_at, zone, clinic, language, clinic in turning) if clinic != zone else "",
        checked,
    )


def _at_clinic(start: datetime, zone: str, clinic: str, language: str, turning: bool) -> str:
    """The hour there, with its day where that is another one than the family's."""
    date = "" if _day_of(start, zone) == _day_of(start, clinic) else day(start, clinic, language)
    said = (date, clock(start, clinic, language), offset(start, clinic, language) if turning else "")
    return OFFERED[language].comma.join(filter(None, said))


def _day_of(start: datetime, zone: str) -> date:
    return start.astimezone(ZoneInfo(zone)).date()
