"""What would suit a family that waits: days, hours and languages. Pure: data in, data out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.booking.slots import FreeTime

KEPT_AT_MOST, KEPT_AT_LEAST = timedelta(hours=24), timedelta(hours=1)
SHARE = 4  # of the time that is left: families after the first one want to be asked too
SOONEST = timedelta(hours=3)  # what begins sooner is not offered by letter; whoever looks can choose it
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Wish:
    """Days of the week (0 is Monday) and hours on the family's own clock, and languages of the conversation.

    An `end` that is not later than the beginning is the next day's.
    """

    weekdays: frozenset[int]
    begin: time
    end: time
    languages: tuple[str, ...]

    @property
    def length(self) -> timedelta:
        """How long the hours are on the clock; the same at both ends is a whole day."""
        here = datetime(2000, 1, 1, tzinfo=UTC)
        whole = here.replace(hour=self.end.hour, minute=self.end.minute)
        whole -= timedelta(hours=self.begin.hour, minutes=self.begin.minute)
        return whole - here if whole > here else whole - here + A_DAY


def suits(wish: Wish, one: FreeTime, zone: str) -> bool:
    """Whether all of a time lies within the hours of one of the days, as the wall of that zone shows it."""
    clock = ZoneInfo(zone)
    start, end = (moment.astimezone(clock).replace(tzinfo=None) for moment in (one.start_at, one.end_at))
    for day in (start.date(), start.date() - A_DAY):  # hours may reach into the day after theirs
        opens = datetime.combine(day, wish.begin)
        if day.weekday() in wish.weekdays and opens <= start and end <= opens + wish.length:
            return True
    return False


def kept_until(start: datetime, now: datetime) -> datetime:
    """Until when a time that begins then is kept for whom it is offered to: a day, less where it is near."""
    return now + min(KEPT_AT_MOST, max(KEPT_AT_LEAST, (start - now) / SHARE))
