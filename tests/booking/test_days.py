"""A page of free times: the first seven days that have any, each of them whole, read in as few looks as that takes."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from portal.booking.bands import day_of
from portal.booking.service.days import FIRST_LOOK, Days, first_days
from portal.booking.service.offers import Asker
from portal.booking.slots import free_time
from portal.extensions import db
from tests.booking.scene import AT_NINE, NOW, Scene, token
from tests.support.application import both_in_full

pytestmark = both_in_full
MINUTES = 10
ISTANBUL = "Europe/Istanbul"


def opened(scene: Scene, numbers: list[int], speaks: str = "fr") -> None:
    """So many times on each day from Monday on, at nine, ten past nine and so on."""
    schedule = scene.coordinator(speaks=(speaks,))
    for day, number in enumerate(numbers):
        first = AT_NINE + timedelta(days=day)
        scene.times(schedule, *(first + timedelta(minutes=MINUTES * one) for one in range(number)), minutes=MINUTES)


def page(zone: str = ISTANBUL, language: str = "fr", **more: object) -> Days:
    db.session.rollback()
    about = {"zone": zone, "now": NOW, "band": day_of(zone, NOW)} | more
    return first_days(db.session(), Asker((language,)), **about)


def numbers(found: Days) -> list[int]:
    return [len(of_day) for of_day in found.days]


@pytest.fixture
def looks(scene: Scene) -> list[str]:
    """What the database is asked meanwhile."""
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    return asked


@pytest.mark.parametrize(
    "opened_on",
    [
        pytest.param([2] * 9, id="few"),
        pytest.param([20] * 9, id="more than one look"),
        pytest.param([60, FIRST_LOOK - 60, 1, 1, 1, 1, 1, 1], id="one look ends with a day"),
        pytest.param([1, 1, 1, 1, 1, 1, 78, 60], id="the last is full"),
        pytest.param([1, 1, 0, 0, 1, 1, 1, 60, 60, 3], id="days without any in between"),
        pytest.param([50, 49, 0, 2, 78, 1, 1, 1, 1], id="the later the fuller"),
    ],
)
def test_a_page_is_the_first_seven_days_that_have_times_and_they_are_whole(scene, opened_on):
    opened(scene, opened_on)
    assert numbers(page()) == [number for number in opened_on if number][:7]


def test_the_next_page_begins_with_the_day_after(scene):
    opened(scene, [20] * 9)
    later = page().later
    assert (later, numbers(page(after=later.start_at))) == (
        free_time(AT_NINE + timedelta(days=7), AT_NINE + timedelta(days=7, minutes=MINUTES)),
        [20, 20],
    )


def test_the_last_page_leads_nowhere(scene):
    opened(scene, [20] * 7)
    assert (page().later, len(page().times)) == (None, 7 * 20)


def test_a_day_is_one_of_the_zone(scene):
    opened(scene, [60] * 2)  # from nine to seven in Istanbul, over midnight in Auckland
    assert [of_day[0].start_at.hour for of_day in page("Pacific/Auckland", band=None).days] == [6, 11, 11]


def test_a_time_that_is_not_asked_for_makes_no_day(scene):
    opened(scene, [1, *[20] * 8])
    found = page(but=token(minutes=MINUTES))
    assert (numbers(found), found.later.start_at) == ([20] * 7, AT_NINE + timedelta(days=8))


@pytest.mark.parametrize(("on_each_day", "number"), [(14, 1), (20, 2), (40, 2)])
def test_most_offices_are_read_in_one_look_and_others_in_two(scene, looks, on_each_day, number):
    opened(scene, [on_each_day] * 8)
    looks.clear()
    page()
    assert len([one for one in looks if one.lstrip().startswith("WITH")]) == number


def test_it_goes_on_with_an_interpreter_where_it_began_with_one(scene):
    opened(scene, [20] * 8, speaks="en")
    ear = scene.coordinator("ear", speaks=("ar",), role="interpreter")
    for day in range(8):
        for hours in (0, 4):
            scene.times(ear, AT_NINE + timedelta(days=day, hours=hours), minutes=240)
    found = page(language="ar")
    assert (numbers(found), found.interpreted) == ([20] * 7, True)


def test_it_goes_on_at_any_hour_where_there_is_no_other(scene):
    opened(scene, [20] * 8)
    found = page("America/New_York", else_any_hour=True)
    assert (len(found.times), found.any_hour) == (7 * 20, True)
