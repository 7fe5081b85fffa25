"""A free time as families see it: a span, and the token that stands for it in a form. Pure: data in, data out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import groupby
from zoneinfo import ZoneInfo

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
LONGEST = 4 * 60  # minutes
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


def token_of(start: datetime, end: datetime) -> str:
    """The opaque value of a time: start and length in minutes."""
    return f"{_base36(int(start.timestamp()) // 60)}-{_base36(int((end - start).total_seconds()) // 60)}"


def span_of(token: str) -> Span:
    """The time of a token, or `BadToken`."""
    head, dash, tail = token.partition("-")
    if not dash or len(token) > 16 or not all(set(part) <= set(DIGITS) and part for part in (head, tail)):
        raise BadToken(token[:16])
    minutes = int(tail, 36)  # which may be a number that is no length of time at all
    if not 0 < minutes <= LONGEST or int(head, 36) > 10**9:
        raise BadToken(token)
    start = datetime.fromtimestamp(int(head, 36) * 60, UTC)
    if start < EARLIEST:
        raise BadToken(token)
    return Span(start, start + timedelta(minutes=minutes))


def start_of(token: str | None) -> datetime:
    """When the time of a token begins; long ago for what is none."""
    try:
        return span_of(token or "").start
    except BadToken:
        return EARLIEST


@lru_cache(maxsize=20_000)
def free_time(start: datetime, end: datetime) -> FreeTime:
    """A time as a choice; the same one each time, for every family that looks sees the same."""
    return FreeTime(start, end, token_of(start, end))


def by_day(times: Iterable[FreeTime], zone: str) -> list[list[FreeTime]]:
    """Times that come in order, under the days of a zone's clock that have any."""
    clock = ZoneInfo(zone)
    return [list(of_day) for _date, of_day in groupby(times, key=lambda one: one.start_at.astimezone(clock).date())]


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = DIGITS[rest] + digits
    return digits or "0"
