"""A list of free times across a change of clocks: what the page says at its top, and where a day or a time differs."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from portal.booking.choices import Day, show
from portal.booking.slots import by_day, free_time
from portal.desk import moving
from tests.booking.scene import Scene
from tests.support.journey import SECTIONS
from tests.support.pages import text_of
from tests.support.visitor import Visitor

HOUR = timedelta(hours=1)
ISTANBUL, BERLIN, PARIS = "Europe/Istanbul", "Europe/Berlin", "Europe/Paris"
BEFORE, AFTER = "2027-10-29T09:00", "2027-11-01T09:00"
# 02:30 in Berlin, and 02:30 again.
NIGHT = ("2027-10-31T00:30", "2027-10-31T01:30")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def days_of(zone: str, clinic: str, *starts: str) -> list[Day]:
    times = [free_time(at(start), at(start) + HOUR) for start in starts]
    return show(by_day(times, zone), None, zone=zone, clinic=clinic, language="en", chosen=None).days


def opened(app: Flask, *starts: str) -> Visitor:
    """A family in Berlin, and these times."""
    with app.app_context():
        scene = Scene(app)
        scene.times(scene.coordinator(speaks=("en",)), *map(at, starts))
    family = Visitor(app).begin()
    family.post("/case/section/person", **SECTIONS["person"] | {"country": "DE", "timezone": BERLIN})
    return family


@pytest.mark.parametrize(
    ("zone", "clinic", "own", "there"),
    [
        (PARIS, ISTANBUL, "Paris, UTC+1", ""),
        (ISTANBUL, BERLIN, "", "Berlin, UTC+1"),
        (PARIS, BERLIN, "Paris, UTC+1", "Berlin, UTC+1"),
        (BERLIN, BERLIN, "Berlin, UTC+1", ""),
        (ISTANBUL, ISTANBUL, "", ""),
    ],
)
def test_a_day_names_the_clocks_that_are_not_as_the_page_says_them(app, zone, clinic, own, there):
    with app.test_request_context("/en/"):
        before, after = days_of(zone, clinic, BEFORE, AFTER)
    assert [(one.own, one.clinic) for one in (before, after)] == [("", ""), (own, there)]


def test_on_a_day_with_both_each_choice_says_its_own_and_the_day_none(app):
    with app.test_request_context("/en/"):
        _, day, _ = days_of(BERLIN, ISTANBUL, BEFORE, *NIGHT, AFTER)
    assert (day.own, *(day.choices.count(f">{said}<") for said in ("UTC+2", "UTC+1"))) == ("", 1, 1)


def test_where_the_clinics_clocks_change_within_a_day_each_choice_says_the_clinics(app):
    with app.test_request_context("/en/"):
        [day] = days_of(ISTANBUL, BERLIN, *NIGHT)
    assert [f"Clinic: {said}<" in day.choices for said in ("02:30, UTC+2", "02:30, UTC+1")] == [True, True]


def test_a_day_without_a_change_says_no_clock_beside_its_hours(app):
    with app.test_request_context("/en/"):
        [day] = days_of(BERLIN, ISTANBUL, BEFORE)
    assert (day.own, day.clinic, ">UTC" in day.choices) == ("", "", False)


def test_the_page_names_the_new_clock_beside_each_day_after_the_change(app, clock):
    page = (family := opened(app, "2027-03-27T09:00", "2027-03-29T09:00")).page(family.open("/case/book"))
    legends = [text_of(one) for one in page.root.iter("legend")]
    assert ["Berlin, UTC+2" in one for one in legends] == [False, True]


def test_two_hours_of_one_name_show_which_of_the_two_they_are(app, clock):
    page = opened(app, *NIGHT).open("/case/book?all=1").text
    assert [f">{said}</span>" in page for said in ("UTC+2", "UTC+1")] == [True, True]


# The desk's list of times for a move: its own clock first, the family's beside each time


def at_the_desk(own: str, family: str, *starts: str) -> list[dict[str, Any]]:
    times = by_day([free_time(at(start), at(start) + HOUR) for start in starts], own)
    return moving.shown(times, None, stands=at(BEFORE), own=own, family=family).days


@pytest.mark.parametrize(
    ("own", "family", "here", "there"),
    [
        (ISTANBUL, PARIS, "", "Paris, UTC+1"),
        (BERLIN, ISTANBUL, "Berlin, UTC+1", ""),
        (BERLIN, PARIS, "Berlin, UTC+1", "Paris, UTC+1"),
        (ISTANBUL, ISTANBUL, "", ""),
    ],
)
def test_a_day_at_the_desk_names_the_clocks_that_are_not_as_at_the_top(app, own, family, here, there):
    with app.test_request_context("/en/"):
        before, after = at_the_desk(own, family, BEFORE, AFTER)
    assert [(one["own"], one["there"]) for one in (before, after)] == [("", ""), (here, there)]


def test_on_a_day_with_both_each_time_at_the_desk_says_its_own(app):
    with app.test_request_context("/en/"):
        [day] = at_the_desk(ISTANBUL, BERLIN, *NIGHT)
        [_, own, _] = at_the_desk(BERLIN, ISTANBUL, BEFORE, *NIGHT, AFTER)
    assert [one["there"] for one in day["times"]] == ["02:30, UTC+2", "02:30, UTC+1"]
    assert [one["offset"] for one in own["times"]] == ["UTC+2", "UTC+1"]
