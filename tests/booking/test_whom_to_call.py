"""A change so near that a letter may come too late: every page about it says whom to call, or where to write."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from tests.booking.scene import AT_NINE, MONDAY, Scene, token
from tests.support.application import Clock
from tests.support.visitor import Visitor

PHONE = {"channel": "phone", "phone": "+33 1 23 45 67 89"}
SPEAKS = ("en", "fr", "tr", "ar")
OFFICE = "+90 212 000 00 00"
LATER = AT_NINE + timedelta(days=2)
PAGES = ["appointment", "appointment/cancel", "appointment/move", "appointment/move/confirm", "appointment/details"]
Family = Callable[..., Visitor]


@pytest.fixture
def family(make_app: Callable[..., Flask]) -> Family:
    """A family with a consultation so long before it, that keeps a later time for a move."""

    def begin(before: timedelta = timedelta(hours=3), **settings: str) -> Visitor:
        app = make_app(**settings)
        app.extensions["portal"].clock = own = Clock()
        own.now = AT_NINE - timedelta(days=2)
        with app.app_context():
            scene = Scene(app)
            scene.open_day(scene.coordinator(speaks=SPEAKS), last=MONDAY + timedelta(days=5))
        visitor = Visitor(app).begin().answer("person")
        visitor.post("/case/book", slot=token())
        visitor.post("/case/book/confirm", **PHONE)
        visitor.work().carried.clear()
        own.now = AT_NINE - before
        visitor.come_back()
        visitor.post("/case/appointment/move", slot=token(LATER))
        return visitor

    return begin


def says(visitor: Visitor, page: str, place: str) -> bool:
    return place in visitor.page(visitor.open(f"/case/{page}")).main


def move(visitor: Visitor) -> str:
    """Take the later time; where the page leads."""
    return visitor.post("/case/appointment/move/confirm", slot=token(LATER)).headers["Location"]


def letter(visitor: Visitor) -> str:
    (found,) = [one for _id, one in visitor.work().carried if one.kind == "appointment.moved"]
    return found.text


def test_every_page_that_changes_it_says_whom_to_call(family):
    visitor = family(clinic_phone=OFFICE)
    assert [page for page in PAGES if not says(visitor, page, OFFICE)] == []


def test_without_a_telephone_they_say_where_to_write(family):
    visitor = family(controller_contact="office@clinic.example")
    assert [page for page in PAGES if not says(visitor, page, "write to us as well")] == []


def test_with_neither_they_say_the_address_that_letters_come_from(family):
    assert says(
        family(controller_contact="", mail_default_sender="mail@clinic.example"),
        "appointment/move",
        "mail@clinic.example",
    )


def test_two_days_before_no_page_asks_for_a_call(family):
    visitor = family(timedelta(days=2), clinic_phone=OFFICE)
    assert [page for page in PAGES if says(visitor, page, OFFICE)] == []


def test_a_late_move_that_is_sent_again_still_says_it(family):
    visitor = family(clinic_phone=OFFICE)
    shown = visitor.page(visitor.open("/case/appointment/move/confirm")).form().sent
    answers = [visitor.client.post("/en/case/appointment/move/confirm", data=shown) for _ in range(2)]
    assert [one.headers["Location"] for one in answers] == ["/en/case/appointment?moved=late"] * 2


def test_after_a_late_move_the_page_and_the_letter_still_say_it(family):
    visitor = family(clinic_phone=OFFICE)
    there = move(visitor)
    page = visitor.page(visitor.open(there)).main
    assert ("less than a day away" in page, OFFICE in page, OFFICE in letter(visitor)) == (True, True, True)


def test_after_a_move_in_good_time_neither_does(family):
    visitor = family(timedelta(hours=25), clinic_phone=OFFICE)
    there = move(visitor)
    assert (OFFICE in visitor.page(visitor.open(there)).main, OFFICE in letter(visitor)) == (False, False)
