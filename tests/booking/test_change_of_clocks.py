"""Where a family's clocks change before its time, whatever names that time says so."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from tests.booking.by_the_office import NO_LETTER, SPEAKS, book, move
from tests.booking.scene import AT_NINE, Scene
from tests.booking.test_waiting_pages import WISH
from tests.staff.colleague import Colleague, employ
from tests.support.application import Clock
from tests.support.visitor import Visitor

AFTER = datetime(2027, 4, 5, 6, 0, tzinfo=UTC)  # Paris changes its clocks on 28 March
SAID = "Your clocks change before this appointment, on Sunday, 28 March 2027."


@pytest.fixture
def office(app: Flask, clock: Clock) -> Scene:
    """A coordinator with a time before the change and one after it."""
    with app.app_context():
        scene = Scene(app)
        scene.times(scene.coordinator(speaks=SPEAKS), AT_NINE, AFTER)
    return scene


@pytest.fixture
def family(office: Scene) -> Visitor:
    return Visitor(office.app).begin().answer()


def said_on(family: Visitor, *paths: str) -> list[bool]:
    return [SAID in family.page(family.open(path)).main for path in paths]


def test_every_page_about_a_booked_time_says_it(family):
    book(family, AFTER)
    assert said_on(family, "/case", "/case/appointment", "/case/check") == [True] * 3


def test_so_do_the_pages_and_the_letter_after_sending(family):
    book(family, AFTER).post("/case/check")
    letters = {one.kind: one for _id, one in family.work().carried}
    assert said_on(family, "/case", "/case/sent") == [True] * 2
    assert [SAID in letters[kind].text for kind in ("appointment.booked", "intake.received")] == [True] * 2


def test_before_the_change_nothing_of_it_is_said(family):
    book(family)
    assert said_on(family, "/case", "/case/appointment", "/case/check") == [False] * 3


def test_news_of_a_new_time_says_it(app, office):
    family = book(Visitor(app).begin(NO_LETTER).write_down().answer("person"))
    colleague = Colleague(app).sign_in(employ(app, "coordinator", email="desk@clinic.example"))
    move(colleague, family, AFTER)
    main = family.page(family.open("/case")).main
    news = main.partition("given your conversation a new time")[2].partition("The time before")[0]
    assert SAID in news


def test_an_offer_says_it_wherever_it_stands(app, clock):
    with app.app_context():
        scene = Scene(app)
        calendar = scene.coordinator(speaks=SPEAKS)
    family = Visitor(app).begin().answer("person")
    family.post("/case/waiting", **WISH)
    with app.app_context():
        scene.times(calendar, AFTER)
        scene.window(calendar, "03:00-03:40")  # suits nobody here
        scene.make(calendar)  # by which a worker looks
    family.work()
    with app.app_context():
        scene.times(calendar, AFTER.replace(day=6))
    assert said_on(family, "/case", "/case/waiting", "/case/offer", "/case/book") == [True] * 4
