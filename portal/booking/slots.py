"""Wall-clock times as slots, and free times as families see them. Pure: data in, data out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
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

    Computed in UTC: a slot always lasts as long as it says, also in the night when the clocks change. A wall time that
    does not exist that day is passed over.
    """
    spans = []
    for day in _days(first, last, weekdays):
        opens, closes = _instant(day, begin, zone), _instant(day, end, zone)
        start = opens
        while start and closes and start + timedelta(minutes=minutes) <= closes:
            spans.append(Span(start, start + timedelta(minutes=minutes)))
            start += timedelta(minutes=minutes)
    return spans


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


def distinct(spans: list[Span]) -> list[FreeTime]:
    """One choice for each distinct time, nearest first."""
    unique = sorted(set(spans), key=lambda span: (span.start, span.end))
    return [FreeTime(span.start, span.end, token_of(span.start, span.end)) for span in unique]


def _days(first: date, last: date, weekdays: frozenset[int]) -> Iterator[date]:
    day = first
    while day <= last:
        if day.weekday() in weekdays:
            yield day
        day += timedelta(days=1)


def _instant(day: date, wall: time, zone: str) -> datetime | None:
    local = datetime.combine(day, wall, ZoneInfo(zone))
    utc = local.astimezone(UTC)
    # A time that the clocks jump over comes back as another one.
    return utc if utc.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local.replace(tzinfo=None) else None


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = DIGITS[rest] + digits
    return digits or "0"
