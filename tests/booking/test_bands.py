"""A family's day is from seven to ten in the evening on its own clock, however its clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.booking.bands import LOOK_AHEAD, MOST_CHANGES, NEVER, OPENS, day_of, next_change
from portal.booking.hours import FURTHEST
from portal.i18n import zones

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
AHEAD = FURTHEST // MINUTE
TO_SUMMER, TO_WINTER = datetime(2027, 3, 28, 1, tzinfo=UTC), datetime(2027, 10, 31, 1, tzinfo=UTC)
ZONES = [
    "Europe/Istanbul",
    "Europe/Berlin",
    "America/New_York",
    "America/Santiago",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Europe/Dublin",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
]


def opens_at(zone: str, instant: datetime, now: datetime = NOW) -> int:
    """The minute of the UTC day at which the band lets the family's day begin."""
    band = day_of(zone, now)
    return band.opens[sum(instant >= change for change in band.changes)]


@pytest.mark.parametrize(
    ("zone", "minute"),
    [
        ("UTC", 7 * 60),
        ("Europe/Istanbul", 4 * 60),
        ("America/New_York", 12 * 60),
        ("Asia/Kathmandu", 75),
        ("Asia/Tokyo", 22 * 60),
        ("Pacific/Kiritimati", 17 * 60),
        ("Pacific/Pago_Pago", 18 * 60),
    ],
)
def test_seven_in_the_morning_has_its_minute_of_the_utc_day(zone, minute):
    assert day_of(zone, NOW).opens[0] == minute


def test_a_zone_whose_clocks_never_change_has_one_opening():
    band = day_of("Europe/Istanbul", NOW)
    assert (set(band.opens), set(band.changes)) == ({4 * 60}, {NEVER})


def test_a_year_with_summer_time_has_two_changes():
    assert day_of("Europe/Berlin", NOW).changes[:2] == (TO_SUMMER, TO_WINTER)


def test_in_summer_the_day_opens_an_hour_earlier_in_utc():
    assert day_of("Europe/Berlin", NOW).opens[:3] == (6 * 60, 5 * 60, 6 * 60)


def test_half_an_hour_is_a_change_too():
    assert day_of("Australia/Lord_Howe", NOW).opens[:3] == (20 * 60, 20 * 60 + 30, 20 * 60)


def test_the_clocks_of_casablanca_change_for_ramadan():
    changes = day_of("Africa/Casablanca", datetime(2027, 2, 1, tzinfo=UTC)).changes[:2]
    assert changes == (datetime(2027, 2, 7, 2, tzinfo=UTC), datetime(2027, 3, 14, 2, tzinfo=UTC))


@pytest.mark.parametrize(
    ("zone", "change"),
    [
        ("America/Santiago", datetime(2026, 9, 6, 4, tzinfo=UTC)),
        ("Africa/Cairo", datetime(2027, 4, 29, 22, tzinfo=UTC)),
        ("Asia/Beirut", datetime(2027, 3, 27, 22, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2027, 4, 3, 15, tzinfo=UTC)),
    ],
)
def test_a_change_is_found_to_the_minute(zone, change):
    assert next_change(zone, change - timedelta(days=9, minutes=7, seconds=13), change + timedelta(days=9)) == change


def test_a_change_at_this_very_moment_has_happened():
    assert next_change("Europe/Berlin", TO_SUMMER, TO_SUMMER + timedelta(days=30)) is None


def test_a_change_after_the_span_of_time_is_none_of_it():
    assert next_change("Europe/Berlin", TO_SUMMER - timedelta(days=2), TO_SUMMER - timedelta(hours=1)) is None


def test_a_zone_without_summer_time_has_no_next_change():
    assert next_change("Europe/Istanbul", NOW, NOW + timedelta(days=400)) is None


def test_a_day_of_the_change_begins_before_it():
    band = day_of("Europe/Berlin", TO_SUMMER + timedelta(hours=5))
    assert (band.changes[0], opens_at("Europe/Berlin", TO_SUMMER - MINUTE, TO_SUMMER)) == (TO_SUMMER, 6 * 60)


def test_a_prepared_statement_takes_it_by_name():
    names = {"opens_0"} | {f"{name}_{number}" for name in ("opens", "change") for number in range(1, MOST_CHANGES + 1)}
    assert set(day_of("Europe/Berlin", NOW).values) == names


def test_in_two_years_a_day_opens_as_the_clocks_of_then_say():
    assert opens_at("Europe/Berlin", datetime(2028, 5, 11, 5, tzinfo=UTC)) == 5 * 60


def test_an_unknown_zone_is_an_error_and_not_utc():
    with pytest.raises(KeyError):
        day_of("Europe/Nowhere", NOW)


@settings(max_examples=100)
@given(
    zone=st.sampled_from(ZONES),
    now=st.integers(-400 * 1440, 600 * 1440).map(lambda minutes: NOW + minutes * MINUTE),
    ahead=st.integers(0, AHEAD),
)
def test_when_the_band_opens_the_wall_shows_seven(zone, now, ahead):
    instant = now + ahead * MINUTE
    opens = opens_at(zone, instant, now)
    wall = instant.astimezone(ZoneInfo(zone))
    since = (instant.hour * 60 + instant.minute - opens) % 1440
    assert since == (wall.hour * 60 + wall.minute - OPENS * 60) % 1440


def changes(zone: str, years: int) -> list[datetime]:
    """When the clocks of a zone change, as far as the zone database knows."""
    found, since, until = [], datetime(2026, 1, 1, tzinfo=UTC), datetime(2026 + years, 1, 1, tzinfo=UTC)
    while change := next_change(zone, since, until):
        found.append(change)
        since = change
    return found


def too_often(zone: str, years: int) -> bool:
    """Whether more changes than a band knows lie as near together as times are opened."""
    found = changes(zone, years)
    return any(last - first <= LOOK_AHEAD for first, last in zip(found, found[MOST_CHANGES:], strict=False))


@pytest.mark.parametrize("zone", ZONES)
def test_no_clock_changes_more_often_than_a_band_knows(zone):
    assert not too_often(zone, 6)


@pytest.mark.exhaustive
def test_no_clock_of_the_world_changes_more_often_than_a_band_knows():
    assert [zone for zone, _place, _others in zones("en") if too_often(zone, 12)] == []


@pytest.mark.exhaustive
@settings(max_examples=600)
@given(
    zone=st.sampled_from([zone for zone, _place, _others in zones("en")]),
    now=st.integers(0, 1200 * 1440).map(lambda minutes: NOW + minutes * MINUTE),
    ahead=st.integers(0, AHEAD),
)
def test_in_every_zone_of_the_world_the_wall_shows_seven_when_the_band_opens(zone, now, ahead):
    instant = now + ahead * MINUTE
    wall = instant.astimezone(ZoneInfo(zone))
    since = (instant.hour * 60 + instant.minute - opens_at(zone, instant, now)) % 1440
    assert since == (wall.hour * 60 + wall.minute - OPENS * 60) % 1440
