"""Slots last as long as they say, in every zone and in the nights when the clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.booking.hours import spans_of_days
from portal.booking.slots import BadToken, Span, span_of, token_of

EVERY_DAY = frozenset(range(7))
ZONES = [
    "Europe/Istanbul",
    "Europe/Berlin",
    "America/Santiago",
    "Africa/Cairo",
    "Asia/Beirut",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Asia/Kathmandu",
]


def spans(day: date, begin: str, end: str, minutes: int, zone: str) -> list[Span]:
    return spans_of_days(
        first=day,
        last=day,
        begin=time.fromisoformat(begin),
        end=time.fromisoformat(end),
        minutes=minutes,
        weekdays=EVERY_DAY,
        zone=zone,
    )


def walls(found: list[Span], zone: str) -> list[str]:
    return [f"{one.start.astimezone(ZoneInfo(zone)):%H:%M}" for one in found]


def test_a_morning_is_cut_into_whole_slots():
    found = spans(date(2027, 3, 8), "09:00", "11:00", 40, "Europe/Istanbul")
    assert walls(found, "Europe/Istanbul") == ["09:00", "09:40", "10:20"]


def test_what_does_not_fit_before_the_end_is_left():
    assert walls(spans(date(2027, 3, 8), "09:00", "10:00", 40, "Europe/Istanbul"), "Europe/Istanbul") == ["09:00"]


def test_only_chosen_weekdays_are_opened():
    week = {"first": date(2027, 3, 8), "last": date(2027, 3, 14), "begin": time(9), "end": time(10), "minutes": 60}
    found = spans_of_days(**week, weekdays=frozenset({0, 4}), zone="Europe/Istanbul")
    assert [one.start.day for one in found] == [8, 12]


def test_an_hour_that_the_clocks_jump_over_is_no_slot():
    found = spans(date(2027, 3, 28), "01:00", "05:00", 60, "Europe/Berlin")
    assert walls(found, "Europe/Berlin") == ["01:00", "03:00", "04:00"]


def test_a_slot_over_the_jump_lasts_an_hour_and_the_next_waits_for_it():
    found = spans(date(2027, 3, 28), "01:30", "05:30", 60, "Europe/Berlin")
    assert walls(found, "Europe/Berlin") == ["01:30", "03:30", "04:30"]


def test_the_hour_that_comes_twice_is_offered_once():
    found = spans(date(2027, 10, 31), "01:00", "04:00", 60, "Europe/Berlin")
    assert walls(found, "Europe/Berlin") == ["01:00", "02:00", "03:00"]


def test_a_half_hour_change_leaves_no_overlap():
    found = spans(date(2027, 10, 3), "01:00", "04:00", 30, "Australia/Lord_Howe")
    assert walls(found, "Australia/Lord_Howe") == ["01:00", "01:30", "02:30", "03:00", "03:30"]


@pytest.mark.parametrize(
    ("zone", "day"),
    [("America/Santiago", date(2026, 9, 6)), ("Africa/Cairo", date(2027, 4, 30)), ("Asia/Beirut", date(2027, 3, 28))],
)
def test_a_day_without_midnight_begins_with_its_first_hour(zone, day):
    assert walls(spans(day, "00:00", "03:00", 60, zone), zone) == ["01:00", "02:00"]


def test_a_closing_time_that_does_not_exist_is_never_passed():
    found = spans(date(2027, 3, 28), "00:00", "02:30", 30, "Europe/Berlin")
    assert found[-1].end <= datetime(2027, 3, 28, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize("minutes", [0, -5, 241])
def test_a_slot_of_no_length_or_of_half_a_day_is_refused(minutes):
    with pytest.raises(ValueError, match="minutes"):
        spans(date(2027, 3, 8), "09:00", "11:00", minutes, "Europe/Istanbul")


def test_an_unknown_zone_is_an_error_and_not_utc():
    with pytest.raises(KeyError):
        spans(date(2027, 3, 8), "09:00", "11:00", 40, "Europe/Nowhere")


@given(
    zone=st.sampled_from(ZONES),
    first=st.dates(date(2026, 1, 1), date(2028, 12, 31)),
    begin=st.times(timezones=st.none()),
    end=st.times(timezones=st.none()),
    minutes=st.integers(5, 240),
)
def test_slots_never_overlap_and_last_as_long_as_they_say(zone, first, begin, end, minutes):
    days = {"first": first, "last": first + timedelta(days=2), "weekdays": EVERY_DAY}
    found = spans_of_days(**days, begin=begin, end=end, minutes=minutes, zone=zone)
    assert all(one.end <= two.start for one, two in pairwise(found))
    assert {one.end - one.start for one in found} <= {timedelta(minutes=minutes)}


def test_a_token_says_its_time():
    start = datetime(2027, 3, 8, 6, 0, tzinfo=UTC)
    assert span_of(token_of(start, start + timedelta(minutes=40))) == Span(start, start + timedelta(minutes=40))


@pytest.mark.parametrize(
    "token",
    [
        "",
        "-",
        "a-",
        "-a",
        "0-14",
        "gg",
        "zzzzzzzzzzzz-1",
        "ABC-14",
        "g.4-14",
        "gchxf0-zz",
        "١-١٤",
        "1-zzzzzzzzzz",
        "zz-111111111111",
    ],
)
def test_what_is_no_token_is_named_so(token):
    with pytest.raises(BadToken):
        span_of(token)
