"""Wall-clock times as slots, and free times as families see them. Pure: data in, data out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
LONGEST = timedelta(hours=4)
EARLIEST = datetime(2020, 1, 1, tzinfo=UTC)


class BadToken(ValueError):
    """Not a time that this portal has offered."""


@dataclass(frozen=True)
class Span:
    """A time from `start` to `end`, both aware UTC."""

    start: datetime
    end: datetime

    def overlaps(self, other: Span) -> bool:
        """Whether the two share a moment; touching is not sharing."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True)
class FreeTime:
    """One choice for a family: a distinct instant, whoever of the coordinators has it. `token` stands in the form."""

    start_at: datetime
    end_at: datetime
    token: str


def spans_of_days(
    *, first: date, last: date, begin: time, end: time, minutes: int, weekdays: frozenset[int], zone: str
) -> list[Span]:
    """Slots of `minutes` between two wall-clock times on chosen weekdays (0 is Monday) of a range of days.

    Each begins a multiple of `minutes` after `begin` by the clock on the wall, lasts `minutes` in truth, and overlaps
    with no other. A wall time that does not exist that day is passed over; one that comes twice means the first.
    """
    if not timedelta(0) < timedelta(minutes=minutes) <= LONGEST:
        raise ValueError(f"a time of {minutes} minutes")
    return [span for day in _days(first, last, weekdays) for span in _of_day(day, begin, end, minutes, ZoneInfo(zone))]


def token_of(start: datetime, end: datetime) -> str:
    """The opaque value of a time: start and length in minutes."""
    return f"{_base36(int(start.timestamp()) // 60)}-{_base36(int((end - start).total_seconds()) // 60)}"


def span_of(token: str) -> Span:
    """The time of a token, or `BadToken`."""
    head, dash, tail = token.partition("-")
    if not dash or len(token) > 16 or not all(set(part) <= set(DIGITS) and part for part in (head, tail)):
        raise BadToken(token[:16])
    length = timedelta(minutes=int(tail, 36))
    if not timedelta(0) < length <= LONGEST or int(head, 36) > 10**9:
        raise BadToken(token)
    start = datetime.fromtimestamp(int(head, 36) * 60, UTC)
    if start < EARLIEST:
        raise BadToken(token)
    return Span(start, start + length)


@lru_cache(maxsize=20_000)
def free_time(start: datetime, end: datetime) -> FreeTime:
    """A time as a choice; the same one each time, for every family that looks sees the same."""
    return FreeTime(start, end, token_of(start, end))


def _days(first: date, last: date, weekdays: frozenset[int]) -> Iterator[date]:
    day = first
    while day <= last:
        if day.weekday() in weekdays:
            yield day
        day += timedelta(days=1)


def _of_day(day: date, begin: time, end: time, minutes: int, zone: ZoneInfo) -> Iterator[Span]:
    # Wall times without a zone add up as a wall clock does; everything else is compared in UTC.
    wall, closes = datetime.combine(day, begin), datetime.combine(day, end)
    length = timedelta(minutes=minutes)
    latest, free_from = _closing(closes, zone), EARLIEST
    while wall < closes:
        start = _instant(wall, zone)
        if start is not None and start >= free_from and start + length <= latest:
            yield Span(start, start + length)
            free_from = start + length
        wall += length


def _instant(wall: datetime, zone: ZoneInfo) -> datetime | None:
    utc = wall.replace(tzinfo=zone).astimezone(UTC)
    # A time that the clocks jump over comes back as another one.
    return utc if utc.astimezone(zone).replace(tzinfo=None) == wall else None


def _closing(wall: datetime, zone: ZoneInfo) -> datetime:
    # Read either way, a closing time within a change of the clocks never comes later than was said.
    return min(wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = DIGITS[rest] + digits
    return digits or "0"
