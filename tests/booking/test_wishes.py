"""What suits a family: days and hours on its own clock, whatever the clocks do; and how long an offer is kept."""

from datetime import UTC, datetime, time, timedelta

import pytest

from portal.booking.slots import free_time
from portal.booking.wishes import Wish, kept_until, suits

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
MONDAY, SUNDAY = 0, 6


def wish(begin: int, end: int, *weekdays: int) -> Wish:
    return Wish(frozenset(weekdays or range(7)), time(begin), time(end % 24), ("fr",))


def at(day: int, hour: int, minute: int = 0, minutes: int = 40, month: int = 3):
    start = datetime(2027, month, day, hour, minute, tzinfo=UTC)
    return free_time(start, start + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("hour", "minute", "fits"), [(6, 0, True), (5, 59, False), (8, 20, True), (8, 21, False), (9, 0, False)]
)
def test_all_of_a_conversation_lies_within_the_hours(hour, minute, fits):
    assert suits(wish(9, 12), at(8, hour, minute), "Europe/Istanbul") is fits


@pytest.mark.parametrize(("zone", "fits"), [("Europe/Istanbul", False), ("America/New_York", True)])
def test_the_hours_are_those_of_the_familys_clock(zone, fits):
    assert suits(wish(1, 3), at(8, 6), zone) is fits


@pytest.mark.parametrize(("zone", "fits"), [("Pacific/Auckland", False), ("America/Los_Angeles", True)])
def test_the_day_is_that_of_the_familys_clock(zone, fits):
    # Eight in the evening on a Sunday in UTC is Monday in Auckland, and still Sunday in Los Angeles.
    assert suits(wish(0, 24, SUNDAY), at(7, 20), zone) is fits


@pytest.mark.parametrize(("day", "hour", "fits"), [(8, 23, True), (9, 0, True), (9, 2, False), (8, 1, False)])
def test_hours_past_midnight_belong_to_the_day_on_which_they_begin(day, hour, fits):
    assert suits(wish(22, 2, MONDAY), at(day, hour), "UTC") is fits


def test_a_whole_day_ends_at_midnight():
    assert [suits(wish(0, 24, MONDAY), at(*start), "UTC") for start in ((8, 0), (8, 23, 20), (8, 23, 21))] == [
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(("day", "hour", "fits"), [(26, 8, True), (26, 7, False), (29, 7, True), (29, 6, False)])
def test_nine_stays_nine_when_the_clocks_change(day, hour, fits):
    # In Paris the clocks change on Sunday, 28 March 2027.
    assert suits(wish(9, 12), at(day, hour), "Europe/Paris") is fits


def test_an_hour_that_comes_twice_is_within_the_hours_both_times():
    # In Paris half past two comes twice on Sunday, 31 October 2027.
    first, second = at(31, 0, 30, 20, month=10), at(31, 1, 30, 20, month=10)
    assert [suits(wish(2, 3), one, "Europe/Paris") for one in (first, second)] == [True, True]


@pytest.mark.parametrize(("before", "kept"), [(24 * 30, 24), (96, 24), (48, 12), (8, 2), (3, 1)])
def test_an_offer_is_kept_for_a_day_and_shorter_when_the_time_is_near(before, kept):
    assert kept_until(NOW + timedelta(hours=before), NOW) == NOW + timedelta(hours=kept)
