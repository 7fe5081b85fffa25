"""From the wall clock to instants: the hours of a calendar as times. Pure: data in, data out.

A rule speaks of the clock on the wall of where its person is; a time is an instant. So a rule that was written in
winter means the same hour in summer, and who travels takes the windows along, while booked instants stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from portal.booking.slots import EARLIEST, LONGEST, Span

DAY, A_MINUTE = timedelta(days=1), timedelta(minutes=1)
LONGEST_WINDOW = DAY
FURTHEST = timedelta(days=731)  # how far ahead a time is opened by hand: what is typed beyond is a slip


@dataclass(frozen=True)
class Hours:
    """From `begin` to `end` by the clock on the wall; an `end` that is not later is the next day's."""

    begin: time
    end: time
    urgent: bool = False

    def on(self, day: date) -> tuple[datetime, datetime]:
        """Both on the wall clock of a day."""
        begin, end = datetime.combine(day, self.begin), datetime.combine(day, self.end)
        return begin, end if end > begin else end + DAY


@dataclass(frozen=True)
class Away:
    """From `first` to `last`, both included, the person is in another zone."""

    first: date
    last: date
    zone: str


@dataclass(frozen=True)
class Rules:
    """All that says when somebody can be asked for.

    A conversation lasts `minutes`; before it and after it some stay free. `off` are days without windows on the
    person's own clock; hours of a single day (`extra`) hold even then. `closed` are days of the clinic's clock on which
    nobody is asked for. `whole` gives each window as one time: an interpreter's, within which conversations find their
    place.
    """

    zone: str
    minutes: int
    windows: Mapping[int, Sequence[Hours]]
    before: int = 0
    after: int = 0
    off: frozenset[date] = frozenset()
    extra: Mapping[date, Sequence[Hours]] = field(default_factory=dict)
    away: Sequence[Away] = ()
    closed: frozenset[date] = frozenset()
    clinic_zone: str = "UTC"
    whole: bool = False

    def zone_on(self, day: date) -> str:
        """Where the person is on a day."""
        return next((one.zone for one in self.away if one.first <= day <= one.last), self.zone)

    def day_of(self, instant: datetime) -> date:
        """The day on the person's clock at an instant; during a journey that of the place of the journey."""
        for zone in (one.zone for one in self.away):
            day = instant.astimezone(ZoneInfo(zone)).date()
            if self.zone_on(day) == zone:
                return day
        return instant.astimezone(ZoneInfo(self.zone)).date()


@dataclass(frozen=True)
class Offer:
    """A time of a calendar: `day` is its day on the person's clock."""

    span: Span
    day: date
    urgent: bool = False


def offers(rules: Rules, first: date, last: date) -> list[Offer]:
    """The times of a range of days, earliest first. With what stays free around them none meets another."""
    # Of two that are the same but for it the one that is kept for urgent cases stands, whatever order windows are in.
    found = sorted(_all(rules, first, last), key=lambda one: (one.span.start, one.span.end, not one.urgent))
    around = timedelta(0) if rules.whole else timedelta(minutes=rules.before + rules.after)
    kept: list[Offer] = []
    for one in found:
        if not kept or kept[-1].span.end + around <= one.span.start:
            kept.append(one)
        elif rules.whole and kept[-1].span.end < one.span.end:
            kept.append(replace(one, span=Span(kept[-1].span.end, one.span.end)))
    return kept


def beside(given: Iterable[Offer], staying: Sequence[Span]) -> Iterator[Offer]:
    """What whole windows leave beside times that stay; what is left belongs to the day of its window."""
    for one in given:
        rest = [one.span]
        for stays in staying:
            rest = [part for whole in rest for part in _without(whole, stays)]
        yield from (replace(one, span=part) for part in rest)


def spans_of_days(
    *, first: date, last: date, begin: time, end: time, minutes: int, weekdays: frozenset[int], zone: str, rest: int = 0
) -> list[Span]:
    """Times of `minutes` between two wall-clock times on chosen weekdays (0 is Monday) of a range of days.

    Each begins a multiple of `minutes` and `rest` after `begin` by the clock on the wall, lasts `minutes` in truth, and
    overlaps with no other. A wall time that does not exist that day is passed over; one that comes twice means the
    first.
    """
    if not 0 < minutes <= LONGEST:
        raise ValueError(f"a time of {minutes} minutes")
    hours = Hours(begin, end)
    days = (day for day in _days(first, last) if day.weekday() in weekdays)
    return [span for day in days for span in _cut(hours, day, minutes, rest, ZoneInfo(zone))]


def _all(rules: Rules, first: date, last: date) -> Iterator[Offer]:
    for day in _days(first - DAY, last):  # the window of the day before may reach into the first
        zone = ZoneInfo(rules.zone_on(day))
        for hours in rules.windows.get(day.weekday(), ()):
            yield from _offered(rules, hours, day, zone, rules.off, first)
        for hours in rules.extra.get(day, ()):
            yield from _offered(rules, hours, day, zone, frozenset(), first)


def _offered(
    rules: Rules, hours: Hours, day: date, zone: ZoneInfo, off: frozenset[date], first: date
) -> Iterator[Offer]:
    clinic = ZoneInfo(rules.clinic_zone)
    if rules.whole:
        spans: Iterable[Span] = _open_parts(_window(hours, day, zone), ((off, zone), (rules.closed, clinic)))
    else:
        spans = (
            span
            for span in _cut(hours, day, rules.minutes, rules.before + rules.after, zone)
            if not _touches(span, off, zone) and not _touches(span, rules.closed, clinic)
        )
    for span in spans:
        begins_on = span.start.astimezone(zone).date()
        if begins_on >= first:
            yield Offer(span, begins_on, hours.urgent)


def _days(first: date, last: date) -> Iterator[date]:
    day = first
    while day <= last:
        yield day
        day += DAY


def _cut(hours: Hours, day: date, minutes: int, rest: int, zone: ZoneInfo) -> Iterator[Span]:
    # Wall times without a zone add up as a wall clock does; everything else is compared in UTC.
    wall, closes = hours.on(day)
    length, step = timedelta(minutes=minutes), timedelta(minutes=minutes + rest)
    latest, free_from = _closing(closes, zone), EARLIEST
    while wall < closes:
        start = instant_of(wall, zone)
        if start is not None and start >= free_from and start + length <= latest:
            yield Span(start, start + length)
            free_from = start + step
        wall += step


def _window(hours: Hours, day: date, zone: ZoneInfo) -> Span:
    wall, closes = hours.on(day)
    return Span(wall.replace(tzinfo=zone).astimezone(UTC), _closing(closes, zone))


def _open_parts(window: Span, closed: Sequence[tuple[frozenset[date], ZoneInfo]]) -> list[Span]:
    """A window without the days on which it is not open; parts that touch are one."""
    if window.start >= window.end:  # the clocks jump over all of it
        return []
    edges = {window.start, window.end}
    for _days_off, zone in closed:
        for day in _days(window.start.astimezone(zone).date(), window.end.astimezone(zone).date() + DAY):
            midnight = datetime.combine(day, time()).replace(tzinfo=zone).astimezone(UTC)
            if window.start < midnight < window.end:
                edges.add(midnight)
    parts: list[Span] = []
    for start, end in pairwise(sorted(edges)):
        if any(_touches(Span(start, end), days_off, zone) for days_off, zone in closed):
            continue
        if parts and parts[-1].end == start:
            parts[-1] = Span(parts[-1].start, end)
        else:
            parts.append(Span(start, end))
    return parts


def _without(whole: Span, taken: Span) -> list[Span]:
    if not whole.overlaps(taken):
        return [whole]
    parts = (whole.start, taken.start), (taken.end, whole.end)
    return [Span(start, end) for start, end in parts if start < end]


def _touches(span: Span, days_off: frozenset[date], zone: ZoneInfo) -> bool:
    """Whether any moment of a time lies on one of the days."""
    if not days_off:
        return False
    last = (span.end - timedelta.resolution).astimezone(zone).date()
    return any(day in days_off for day in _days(span.start.astimezone(zone).date(), last))


def instant_of(wall: datetime, zone: ZoneInfo) -> datetime | None:
    """The instant of a wall time: the first of two, and none where the clocks jump over it."""
    utc = wall.replace(tzinfo=zone).astimezone(UTC)
    # A time that the clocks jump over comes back as another one.
    return utc if utc.astimezone(zone).replace(tzinfo=None) == wall else None


def _closing(wall: datetime, zone: ZoneInfo) -> datetime:
    # A closing time that comes twice means the first; one that the clocks jump over means the jump.
    found = instant_of(wall, zone)
    if found is not None:
        return found
    wall = wall.replace(second=0, microsecond=0)
    while (found := instant_of(wall - A_MINUTE, zone)) is None:
        wall -= A_MINUTE
    return found + A_MINUTE
