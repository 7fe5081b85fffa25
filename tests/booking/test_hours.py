"""Hours on the wall become times: on every day of the week, over midnight, abroad, and in nights without a midnight."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.booking.hours import Away, Hours, Rules, offers

DAY = timedelta(days=1)
MONDAY = date(2027, 3, 8)
ISTANBUL = "Europe/Istanbul"
# Where the clocks change at midnight, by half an hour, for Ramadan, twice a year, or never.
ZONES = [
    "America/Santiago",
    "Africa/Cairo",
    "Asia/Beirut",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kathmandu",
    ISTANBUL,
]
NO_MIDNIGHT = [
    ("America/Santiago", date(2026, 9, 6)),
    ("Africa/Cairo", date(2027, 4, 30)),
    ("Asia/Beirut", date(2027, 3, 28)),
]


def hours(said: str, *, urgent: bool = False) -> Hours:
    """From `09:00-11:00`."""
    begin, end = said.split("-")
    return Hours(time.fromisoformat(begin), time.fromisoformat(end), urgent)


def daily(*said: str, zone: str = ISTANBUL, minutes: int = 60, **more: object) -> Rules:
    """The same windows on each day of the week."""
    windows = {weekday: [hours(one) for one in said] for weekday in range(7)}
    return Rules(zone, minutes, windows, **{"clinic_zone": zone} | more)


def starts(rules: Rules, first: date = MONDAY, last: date | None = None, zone: str | None = None) -> list[str]:
    """When the times begin, as a clock on the wall shows it: `8 09:00`."""
    found = offers(rules, first, last or first)
    return [
        f"{local:%-d %H:%M}" for local in (one.span.start.astimezone(ZoneInfo(zone or rules.zone)) for one in found)
    ]


def parts(rules: Rules, first: date = MONDAY, last: date | None = None) -> list[str]:
    """From when to when, in the zone of the rules."""
    zone = ZoneInfo(rules.zone)
    return [
        f"{one.span.start.astimezone(zone):%-d %H:%M} - {one.span.end.astimezone(zone):%-d %H:%M}"
        for one in offers(rules, first, last or first)
    ]


def test_a_day_has_as_many_windows_as_it_likes():
    assert starts(daily("13:00-15:00", "09:00-10:00", "20:00-21:00")) == ["8 09:00", "8 13:00", "8 14:00", "8 20:00"]


def test_only_weekdays_with_a_window_have_times():
    rules = Rules(ISTANBUL, 60, {0: [hours("09:00-10:00")], 4: [hours("10:00-11:00")]})
    assert starts(rules, MONDAY, MONDAY + 6 * DAY) == ["8 09:00", "12 10:00"]


def test_windows_that_overlap_give_no_times_that_do():
    assert starts(daily("09:00-11:00", "09:30-12:00")) == ["8 09:00", "8 10:00"]


def test_what_stays_free_lies_between_two_times():
    assert starts(daily("09:00-12:00", minutes=40, before=5, after=15)) == ["8 09:00", "8 10:00", "8 11:00"]


def test_what_stays_free_is_kept_between_two_windows_too():
    assert starts(daily("09:00-10:00", "10:10-12:00", after=15)) == ["8 09:00"]


def test_a_window_over_midnight_goes_on_the_next_day():
    rules = Rules(ISTANBUL, 60, {0: [hours("22:00-02:00")]})
    assert starts(rules, MONDAY, MONDAY + 2 * DAY) == ["8 22:00", "8 23:00", "9 00:00", "9 01:00"]


def test_a_range_begins_with_what_is_left_of_the_evening_before():
    rules = Rules(ISTANBUL, 60, {0: [hours("22:00-02:00")]})
    assert starts(rules, MONDAY + DAY) == ["9 00:00", "9 01:00"]


def test_a_time_after_midnight_belongs_to_the_day_on_which_it_begins():
    rules = Rules(ISTANBUL, 60, {0: [hours("23:00-01:00")]})
    assert [one.day for one in offers(rules, MONDAY, MONDAY + DAY)] == [MONDAY, MONDAY + DAY]


def test_a_window_from_midnight_to_midnight_is_the_whole_day():
    assert len(offers(daily("00:00-00:00"), MONDAY, MONDAY)) == 24


@pytest.mark.parametrize("turned", [False, True])
def test_where_windows_overlap_the_urgent_one_stands_in_whatever_order_they_are_read(turned):
    windows = [hours("09:00-11:00"), hours("09:00-12:00", urgent=True)]
    rules = Rules(ISTANBUL, 60, {0: windows[::-1] if turned else windows})
    assert [one.urgent for one in offers(rules, MONDAY, MONDAY)] == [True, True, True]


def test_times_of_an_urgent_window_are_urgent():
    rules = Rules(ISTANBUL, 60, {0: [hours("09:00-10:00"), hours("10:00-11:00", urgent=True)]})
    assert [one.urgent for one in offers(rules, MONDAY, MONDAY)] == [False, True]


def test_a_day_off_has_no_times():
    assert starts(daily("09:00-10:00", off=frozenset({MONDAY})), MONDAY, MONDAY + DAY) == ["9 09:00"]


def test_a_day_off_ends_the_evening_before_it_at_midnight():
    rules = daily("22:30-01:30", off=frozenset({MONDAY + DAY}))
    assert starts(rules) == ["8 00:30", "8 22:30"]


def test_extra_hours_hold_on_a_day_off():
    rules = daily("09:00-10:00", off=frozenset({MONDAY}), extra={MONDAY: [hours("15:00-16:00")]})
    assert starts(rules) == ["8 15:00"]


def test_extra_hours_come_beside_the_windows_of_that_day_alone():
    rules = daily("09:00-10:00", extra={MONDAY: [hours("15:00-16:00")]})
    assert starts(rules, MONDAY, MONDAY + DAY) == ["8 09:00", "8 15:00", "9 09:00"]


def test_nobody_is_asked_for_while_the_clinic_is_closed_whatever_was_added():
    rules = daily("09:00-10:00", closed=frozenset({MONDAY}), extra={MONDAY: [hours("15:00-16:00")]})
    assert starts(rules) == []


def test_the_clinic_closes_on_its_own_clock():
    rules = daily("13:00-20:00", zone="America/New_York", closed=frozenset({MONDAY + DAY}), clinic_zone=ISTANBUL)
    # Midnight in Istanbul is 16:00 in New York, which has no summer time yet on that Monday.
    assert starts(rules)[-1] == "8 15:00"


def test_who_travels_takes_the_windows_along():
    rules = daily("09:00-10:00", away=[Away(MONDAY + DAY, MONDAY + 2 * DAY, "America/New_York")])
    assert starts(rules, MONDAY, MONDAY + 3 * DAY) == ["8 09:00", "9 17:00", "10 17:00", "11 09:00"]


def test_abroad_the_wall_shows_the_same_hour():
    rules = daily("09:00-10:00", away=[Away(MONDAY, MONDAY, "America/New_York")])
    assert starts(rules, zone="America/New_York") == ["8 09:00"]


def test_abroad_a_day_off_is_one_of_that_place():
    rules = daily("22:00-23:00", away=[Away(MONDAY, MONDAY, "America/New_York")], off=frozenset({MONDAY + DAY}))
    assert starts(rules, zone="America/New_York") == ["8 22:00"]


def test_a_journey_to_the_east_leaves_no_overlap():
    away = [Away(MONDAY + DAY, MONDAY + DAY, "Pacific/Auckland")]
    found = offers(daily("09:00-23:00", away=away), MONDAY, MONDAY + 2 * DAY)
    assert all(one.span.end <= two.span.start for one, two in pairwise(found))


@pytest.mark.parametrize("zone", ZONES)
def test_a_rule_written_in_winter_means_the_same_hour_in_summer(zone):
    rules = daily("09:00-10:00", zone=zone)
    found = {
        text.split()[1]
        for day in (date(2027, 1, 11), date(2027, 4, 15), date(2027, 7, 12))
        for text in starts(rules, day)
    }
    assert found == {"09:00"}


def test_the_instant_of_a_rule_moves_with_the_clocks_of_its_zone():
    found = offers(daily("09:00-10:00", zone="Europe/Berlin"), date(2027, 3, 27), date(2027, 3, 28))
    assert [one.span.start.hour for one in found] == [8, 7]


@pytest.mark.parametrize(("zone", "day"), NO_MIDNIGHT)
def test_a_day_without_midnight_begins_at_one(zone, day):
    assert starts(daily("00:00-03:00", zone=zone), day) == [f"{day.day} 01:00", f"{day.day} 02:00"]


@pytest.mark.parametrize(("zone", "day"), NO_MIDNIGHT)
def test_an_evening_before_no_midnight_lasts_until_then(zone, day):
    assert starts(daily("22:00-00:00", zone=zone), day - DAY)[-1] == f"{(day - DAY).day} 23:00"


@pytest.mark.parametrize(("zone", "day"), NO_MIDNIGHT)
def test_a_window_over_no_midnight_leaves_the_hour_out(zone, day):
    found = starts(Rules(zone, 60, {(day - DAY).weekday(): [hours("23:00-03:00")]}), day - DAY)
    assert found == [f"{(day - DAY).day} 23:00", f"{day.day} 01:00", f"{day.day} 02:00"]


@pytest.mark.parametrize(("zone", "day"), NO_MIDNIGHT)
def test_a_day_off_without_midnight_is_off_from_its_first_moment(zone, day):
    assert parts(daily("00:00-00:00", zone=zone, off=frozenset({day}), whole=True), day, day + DAY)[0].startswith(
        f"{(day + DAY).day} 00:00"
    )


def test_half_an_hour_that_is_jumped_over_is_no_time():
    rules = daily("01:00-04:00", zone="Australia/Lord_Howe", minutes=30)
    assert starts(rules, date(2027, 10, 3)) == ["3 01:00", "3 01:30", "3 02:30", "3 03:00", "3 03:30"]


def test_half_an_hour_that_comes_twice_is_offered_once():
    rules = daily("01:00-03:00", zone="Australia/Lord_Howe", minutes=30)
    assert starts(rules, date(2027, 4, 4)) == ["4 01:00", "4 01:30", "4 02:00", "4 02:30"]


def test_the_clocks_of_casablanca_go_back_for_ramadan():
    found = offers(daily("09:00-10:00", zone="Africa/Casablanca"), date(2027, 2, 6), date(2027, 2, 7))
    assert [one.span.start.hour for one in found] == [8, 9]


def test_the_clocks_of_casablanca_come_back_after_ramadan():
    assert starts(daily("01:00-05:00", zone="Africa/Casablanca"), date(2027, 3, 14)) == [
        "14 01:00",
        "14 03:00",
        "14 04:00",
    ]


def test_a_closing_time_that_is_jumped_over_is_the_jump():
    assert starts(daily("00:00-02:30", zone="Europe/Berlin"), date(2027, 3, 28)) == ["28 00:00", "28 01:00"]


def test_a_closing_time_that_comes_twice_is_the_first():
    found = offers(daily("00:00-02:30", zone="Europe/Berlin", minutes=30), date(2027, 10, 31), date(2027, 10, 31))
    assert found[-1].span.end == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def test_an_interpreters_window_is_one_time():
    assert parts(daily("09:00-12:00", "14:00-18:00", whole=True)) == ["8 09:00 - 8 12:00", "8 14:00 - 8 18:00"]


def test_an_interpreters_windows_that_overlap_leave_no_hour_out():
    assert parts(daily("09:00-12:00", "11:00-15:00", whole=True)) == ["8 09:00 - 8 12:00", "8 12:00 - 8 15:00"]


def test_an_interpreters_window_within_another_is_none_of_its_own():
    assert parts(daily("09:00-15:00", "11:00-12:00", whole=True)) == ["8 09:00 - 8 15:00"]


def test_an_interpreters_window_over_midnight_is_one_time():
    assert parts(Rules(ISTANBUL, 40, {0: [hours("20:00-03:00")]}, whole=True)) == ["8 20:00 - 9 03:00"]


def test_an_interpreters_window_is_cut_where_a_day_off_begins():
    rules = Rules(ISTANBUL, 40, {0: [hours("20:00-03:00")]}, whole=True, off=frozenset({MONDAY + DAY}))
    assert parts(rules) == ["8 20:00 - 9 00:00"]


def test_an_interpreters_window_begins_where_a_day_off_ends():
    rules = Rules(ISTANBUL, 40, {0: [hours("20:00-03:00")]}, whole=True, off=frozenset({MONDAY}))
    assert parts(rules, MONDAY, MONDAY + DAY) == ["9 00:00 - 9 03:00"]


def test_an_interpreters_window_is_cut_by_the_clinics_day_on_the_clinics_clock():
    rules = daily("09:00-20:00", zone="America/New_York", closed=frozenset({MONDAY}), clinic_zone=ISTANBUL, whole=True)
    assert parts(rules) == ["8 16:00 - 8 20:00"]


def test_an_interpreters_window_that_is_jumped_over_is_none():
    assert parts(daily("02:10-02:50", zone="Europe/Berlin", whole=True), date(2027, 3, 28)) == []


QUARTERS = st.integers(0, 95).map(lambda number: time(number // 4, number % 4 * 15))
WINDOWS = st.dictionaries(
    st.integers(0, 6), st.lists(st.builds(Hours, QUARTERS, QUARTERS, st.booleans()), max_size=3), max_size=7
)
# Nights in which clocks change somewhere are tried more often than others.
DAYS = st.sampled_from([day - DAY for _zone, day in NO_MIDNIGHT] + [date(2027, 3, 27), date(2027, 10, 2), MONDAY]) | (
    st.dates(date(2026, 1, 1), date(2028, 12, 31))
)


@st.composite
def ranges(draw: st.DrawFn, **more: object) -> tuple[Rules, date, date]:
    """Rules as anybody may write them, and a range of days."""
    first = draw(DAYS)
    last = first + draw(st.integers(0, 5)) * DAY
    some_days = st.frozensets(st.integers(-1, 6).map(lambda number: first + number * DAY), max_size=2)
    away = draw(st.lists(st.builds(Away, st.just(first), st.just(first + DAY), st.sampled_from(ZONES)), max_size=1))
    rules = Rules(
        draw(st.sampled_from(ZONES)),
        draw(st.integers(5, 240)),
        draw(WINDOWS),
        before=draw(st.sampled_from([0, 5, 30])),
        after=draw(st.sampled_from([0, 10, 45])),
        off=draw(some_days),
        extra={first: draw(st.lists(st.builds(Hours, QUARTERS, QUARTERS), max_size=1))},
        away=away,
        closed=draw(some_days),
        clinic_zone=ISTANBUL,
        **more,
    )
    return rules, first, last


def lies_within(rules: Rules, start: datetime, end: datetime) -> bool:
    """Whether some window of that day, or of the evening before, holds all of a time by the clock on the wall."""
    zones = {ZoneInfo(zone) for zone in (rules.zone, *(one.zone for one in rules.away))}
    for zone in zones:
        opens, closes = (moment.astimezone(zone).replace(tzinfo=None) for moment in (start, end))
        for day in (opens.date(), opens.date() - DAY):
            windows = [*rules.windows.get(day.weekday(), ()), *rules.extra.get(day, ())]
            on_that_day = rules.zone_on(day) == zone.key
            # Where the jump over an hour is the end, the wall shows the hour after it.
            if on_that_day and any(_holds(one.on(day), opens, closes, end, zone) for one in windows):
                return True
    return False


def _holds(window: tuple[datetime, datetime], opens: datetime, closes: datetime, end: datetime, zone: ZoneInfo) -> bool:
    before = (end - timedelta.resolution).astimezone(zone).replace(tzinfo=None) + timedelta.resolution
    return window[0] <= opens and min(closes, before) <= window[1]


@settings(max_examples=60)
@given(ranges())
def test_times_are_in_order_with_what_stays_free_around_them(given_rules):
    rules, first, last = given_rules
    found, around = offers(rules, first, last), timedelta(minutes=rules.before + rules.after)
    assert all(one.span.end + around <= two.span.start for one, two in pairwise(found))


@settings(max_examples=60)
@given(ranges())
def test_times_lie_within_their_windows_and_last_as_long_as_they_say(given_rules):
    rules, first, last = given_rules
    length = timedelta(minutes=rules.minutes)
    wrong = [
        one
        for one in offers(rules, first, last)
        if one.span.end - one.span.start != length or not lies_within(rules, one.span.start, one.span.end)
    ]
    assert wrong == []


@settings(max_examples=60)
@given(ranges())
def test_no_time_of_a_range_touches_a_day_on_which_the_clinic_is_closed(given_rules):
    rules, first, last = given_rules
    zone = ZoneInfo(rules.clinic_zone)
    ends = [
        moment.astimezone(zone).date()
        for one in offers(rules, first, last)
        for moment in (one.span.start, one.span.end - timedelta.resolution)
    ]
    assert rules.closed.isdisjoint(ends)


@settings(max_examples=60)
@given(ranges(whole=True))
def test_windows_of_interpreters_are_in_order_and_hold_within_their_hours(given_rules):
    rules, first, last = given_rules
    found = offers(rules, first, last)
    assert all(one.span.end <= two.span.start for one, two in pairwise(found))
    assert all(one.span.start < one.span.end and lies_within(rules, one.span.start, one.span.end) for one in found)


@settings(max_examples=60)
@given(ranges())
def test_a_range_begins_with_its_first_day(given_rules):
    rules, first, last = given_rules
    assert all(first <= one.day <= last + DAY for one in offers(rules, first, last))
