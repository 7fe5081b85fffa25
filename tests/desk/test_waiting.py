"""The waiting list at the desk: who waits, in the order of offers; a note only in the case, whose looks are logged."""

from datetime import timedelta

import pytest
from flask import Flask

from portal.accesslog.models import Entry
from portal.cases.models import Case
from portal.extensions import db
from tests.booking.scene import AT_NINE, NOW, Scene
from tests.booking.waiting_scene import any_time, offer, wait, waits
from tests.staff.colleague import Colleague, employ
from tests.support.application import Clock

OFFERED = [
    "Monday, 8 March 2027, 09:00 (Istanbul, UTC+3)",
    "On the family’s clock: Monday, 8 March 2027, 07:00 (Paris, UTC+1)",
    "until Tuesday, 2 March 2027, 12:00 (Istanbul, UTC+3)",
    "On the family’s clock: Tuesday, 2 March 2027, 10:00 (Paris, UTC+1)",
]
NOTE = "Only after her breathing exercises"


@pytest.fixture
def scene(app: Flask, clock: Clock) -> Scene:
    """A coordinator with one time, and two families that wait; the second has written a note."""
    made = Scene(app)
    with app.app_context():
        made.times(made.coordinator(), AT_NINE)
        first = waits(made, "first@family.example", any_time(9, 17, frozenset({0, 2}), ("fr", "tr")))
        second = made.family("second@family.example")
        wait(made, second, now=NOW + timedelta(minutes=1), note=NOTE)
        made.references = [db.session.get_one(Case, one).reference for one in (first, second)]
        made.second = second
    return made


@pytest.fixture
def colleague(scene: Scene) -> Colleague:
    return Colleague(scene.app, "en").sign_in(employ(scene.app, "coordinator"))


def order(scene: Scene, colleague: Colleague) -> list[int]:
    page = colleague.page("/waiting").main
    return sorted((0, 1), key=lambda number: page.index(scene.references[number]))


def test_who_waits_stands_there_with_days_hours_and_languages(colleague):
    said = colleague.page("/waiting").main
    for words in ("Monday, Wednesday", "09:00–17:00", "Paris", "French, Turkish", "Every day", "At any hour"):
        assert words in said


def test_the_order_is_that_of_the_offers(scene, colleague):
    before = order(scene, colleague)
    colleague.post(f"/cases/{scene.references[1]}/urgent")
    assert (before, order(scene, colleague)) == ([0, 1], [1, 0])


def test_what_is_offered_is_marked(scene, colleague):
    with scene.app.app_context():
        offer(scene)
    row, case = (colleague.page(f"/{page}").main for page in ("waiting", f"cases/{scene.references[1]}"))
    assert [[one for one in OFFERED if one not in said] for said in (row, case)] == [[], []]


def test_no_note_stands_in_the_list(colleague):
    assert NOTE not in colleague.open("/waiting").text


def test_a_note_is_read_in_the_case_and_the_look_is_logged(scene, colleague):
    said = colleague.page(f"/cases/{scene.references[1]}").main
    with scene.app.app_context():
        pseudonym = db.session.get_one(Case, scene.second).pseudonym
        looks = db.session.scalars(db.select(Entry.pseudonym).where(Entry.action == "case.read")).all()
    assert (NOTE in said, looks) == (True, [pseudonym])


def test_an_erased_case_breaks_nothing(scene, colleague):
    with scene.app.app_context():
        scene.keyring.destroy_case(scene.second)
    assert colleague.open("/waiting").status_code == 200


def test_without_anybody_the_page_says_so(app, clock):
    colleague = Colleague(app, "en").sign_in(employ(app, "lead"))
    assert "No family waits for a time." in colleague.page("/waiting").main
