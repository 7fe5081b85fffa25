"""The hours of a family's day, 07:00 to 22:00 on its own clock, as minutes of the UTC day. Pure: data in, data out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from portal.booking.hours import FURTHEST

OPENS, CLOSES = 7, 22
DAYTIME = (CLOSES - OPENS) * 60
LOOK_AHEAD = FURTHEST + timedelta(days=2)
MOST_CHANGES = 5
A_DAY, A_MINUTE = timedelta(days=1), timedelta(minutes=1)
NEVER = datetime(2200, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Band:
    """The minute of the UTC day at which the family's day opens.

    Until a first change of its clocks, until the next ones, and after the last: no zone changes more often in the two
    years ahead for which times are opened at most.
    """

    opens: tuple[int, ...]
    changes: tuple[datetime, ...]

    @property
    def values(self) -> dict[str, Any]:
        """As a prepared statement takes them."""
        return {f"opens_{number}": minute for number, minute in enumerate(self.opens)} | {
            f"change_{number}": change for number, change in enumerate(self.changes, 1)
        }


def day_of(zone: str, now: datetime) -> Band:
    """The band of a zone from now on."""
    return _band(zone, now.astimezone(UTC).date())


def next_change(zone: str, since: datetime, until: datetime) -> datetime | None:
    """When the clocks of a zone change next within a span of time; `None` where they do not."""
    found = _change_after(ZoneInfo(zone), since, until)
    return found if found <= until else None  # it is looked for by whole days


@lru_cache(maxsize=1_000)
def _band(zone: str, today: date) -> Band:
    own, start = ZoneInfo(zone), datetime.combine(today, time(), UTC)
    opens, changes = [_opens(own, start)], [start]
    for _ in range(MOST_CHANGES):
        change = _change_after(own, changes[-1], start + LOOK_AHEAD)
        opens.append(_opens(own, change) if change < NEVER else opens[-1])
        changes.append(change)
    return Band(tuple(opens), tuple(changes[1:]))


def _opens(zone: ZoneInfo, instant: datetime) -> int:
    shift = instant.astimezone(zone).utcoffset() or timedelta(0)
    return (OPENS * 60 - round(shift / A_MINUTE)) % 1440


def _change_after(zone: ZoneInfo, since: datetime, until: datetime) -> datetime:
    """The first moment after `since` with another distance to UTC; found by days, then by halves."""
    before, day = since.astimezone(zone).utcoffset(), since
    while day < until:
        later = day + A_DAY
        if later.astimezone(zone).utcoffset() != before:
            while later - day > A_MINUTE:
                middle = day + (later - day) / 2
                if middle.astimezone(zone).utcoffset() == before:
                    day = middle
                else:
                    later = middle
            return later.replace(second=0, microsecond=0)
        day = later
    return NEVER
