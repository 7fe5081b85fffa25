"""The times to which a consultation can be moved, as the desk reads them: its own clock first, the family's beside."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from portal.booking.bands import CLOSES, OPENS
from portal.booking.choices import apart
from portal.booking.clocks import zone_in_words
from portal.booking.slots import FreeTime
from portal.i18n import OFFERED, clock, day, offset, spoken


class Times(NamedTuple):
    """Some days with their times. `later` is the token of the time with which the next page begins."""

    days: list[dict[str, Any]]
    later: str | None


def shown(days: list[list[FreeTime]], later: FreeTime | None, *, stands: datetime, own: str, family: str) -> Times:
    """Times under the reader's days; `later` is the first after them.

    The page says the clocks at its top, of the consultation as it `stands`. A day on which one of them says otherwise
    names it: `own`, `there`.
    """
    listed = []
    for of_day in days:
        begin, end = of_day[0].start_at, of_day[-1].start_at
        turning, here, there = apart(stands, begin, end, own, family, spoken())
        times = [_time(one, own, family, turning) for one in of_day]
        listed.append({"name": day(begin, own, spoken()), "own": here, "there": there, "times": times})
    return Times(listed, later.token if later else None)


def _time(one: FreeTime, own: str, family: str, turning: tuple[str, ...]) -> dict[str, Any]:
    """`there` is the family's clock, with its day where that is another one; `odd` outside of 07:00 to 22:00 there.

    Both have their distance to UTC beside them where their clock is `turning` on that day.
    """
    here, there, until = (
        _local(moment, zone) for moment, zone in ((one.start_at, own), (one.start_at, family), (one.end_at, family))
    )
    opens, closes = there.replace(hour=OPENS, minute=0), there.replace(hour=CLOSES, minute=0)
    return {
        "token": one.token,
        "at": clock(one.start_at, own, spoken()),
        "end": clock(one.end_at, own, spoken()),
        "zone": zone_in_words(one.start_at, own, spoken()),
        "offset": offset(one.start_at, own, spoken()) if own in turning else "",
        "there": _there(one.start_at, family, turning) if family != own else "",
        "there_day": day(one.start_at, family, spoken()) if there.date() != here.date() else "",
        "odd": there < opens or until > closes,
    }


def _there(start: datetime, family: str, turning: tuple[str, ...]) -> str:
    said = (clock(start, family, spoken()), offset(start, family, spoken()) if family in turning else "")
    return OFFERED[spoken()].comma.join(filter(None, said))


def _local(moment: datetime, zone: str) -> datetime:
    """By the clock on the wall, without a zone: to be compared with others on the same wall."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
