"""Cases that may be the same person's are shown to the desk, quietly, and nothing is ever blocked by it."""

import pytest
from flask import Flask
from sqlalchemy import event

from portal.extensions import db
from tests.booking.scene import Scene, token
from tests.staff.colleague import Colleague, employ
from tests.support.application import Clock, both_in_full
from tests.support.visitor import Visitor

MAY_BE = "may be the same person as"


@pytest.fixture
def two(app: Flask, clock: Clock) -> list[str]:
    """The references of two cases with the same contact and month of birth."""
    return [begin(app) for _ in range(2)]


@pytest.fixture
def colleague(app: Flask, clock: Clock) -> Colleague:
    return Colleague(app, "en").sign_in(employ(app, "coordinator"))


def begin(app: Flask, email: str = "parent@family.example") -> str:
    app.extensions["portal"].clock.advance(seconds=1)
    return Visitor(app).begin(email).answer("person").reference()


@both_in_full
def test_the_list_names_the_other_one_beside_each(colleague, two):
    page = colleague.page("/cases")
    assert [f"{MAY_BE} {one}" in page.main for one in two] == [True, True]


def test_each_cases_page_leads_to_the_other_one(colleague, two):
    first, second = two
    assert colleague.page(f"/cases/{first}").link(second).endswith(f"/desk/cases/{second}")


def test_all_that_may_be_the_same_are_named_on_the_page(app, colleague, two):
    third = begin(app)
    main = colleague.page(f"/cases/{third}").main
    assert ([one in main for one in two], "It can also be twins" in main) == ([True, True], True)


def test_a_case_like_no_other_says_nothing(app, colleague, two):
    alone = begin(app, "alone@family.example")
    main = colleague.page(f"/cases/{alone}").main
    assert ("same person" in main, colleague.page("/cases").main.count(MAY_BE)) == (False, 2)


def test_nothing_is_blocked_by_it(app, clock, two):
    with app.app_context():
        scene = Scene(app)
        scene.open_day(scene.coordinator(speaks=("en",)))
    third = Visitor(app).begin().answer("person")
    third.post("/case/book", slot=token())
    assert third.open("/case/book/confirm").status_code == 200


def test_a_long_list_asks_no_more_often_than_a_short_one(app, colleague, two):
    def statements() -> int:
        told = []
        with app.app_context():
            engine = db.engine

        def note(*said: object) -> None:
            told.append(said[2])

        event.listen(engine, "before_cursor_execute", note)
        colleague.open("/cases")
        event.remove(engine, "before_cursor_execute", note)
        return len(told)

    colleague.open("/cases")
    before = statements()
    for number in range(6):
        begin(app, f"parent{number % 3}@family.example")
    assert statements() == before
