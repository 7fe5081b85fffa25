"""An admin copies a week of times: how many were made and how many passed over, and what is wrong at its field."""

from datetime import timedelta

import pytest
from flask import Flask

from portal.accesslog.models import Entry
from portal.booking.models import Slot
from portal.extensions import db
from tests.booking.scene import MONDAY
from tests.staff.colleague import Colleague, employ, member, parsed
from tests.support.application import Clock, both_in_full

SAID = {"week": "2027-03-08", "into": "", "weeks": "1"}
MORNING = {"first": "2027-03-08", "last": "2027-03-09", "begin": "09:00", "end": "11:00", "minutes": "60"}


@pytest.fixture
def admin(app: Flask, clock: Clock) -> Colleague:
    """An admin of a clinic whose coordinator has two mornings."""
    employ(app, "coordinator")
    colleague = Colleague(app).sign_in(employ(app, "admin"))
    colleague.post("/slots", coordinator=whose(app), weekdays=["0", "1"], **MORNING)
    return colleague


def whose(app: Flask) -> str:
    with app.app_context():
        return member("coordinator@clinic.example").id


def times(app: Flask) -> int:
    with app.app_context():
        return db.session.query(Slot).count()


def copy(app: Flask, admin: Colleague, **changes: str):
    return admin.post("/slots/copy", **{"calendar": whose(app)} | SAID | changes)


@both_in_full
def test_left_empty_it_is_the_week_after(app, admin):
    place = copy(app, admin).headers["Location"]
    with app.app_context():
        last = db.session.scalar(db.select(db.func.max(Slot.day)))
    assert (place, last) == ("/en/desk/slots/copy?added=4&skipped=0", MONDAY + timedelta(days=8))


def test_how_many_were_made_and_passed_over_is_said(app, admin):
    copy(app, admin)
    place = copy(app, admin, weeks="2").headers["Location"].removeprefix("/en/desk")
    assert "Added: 4. Passed over: 4." in admin.page(place).main


def test_pressed_twice_is_copied_once_and_says_the_same(app, admin):
    once = admin.page("/slots/copy").form().controls["once"].chosen[0]
    first, second = (copy(app, admin, once=once).headers["Location"] for _ in range(2))
    assert (first, times(app)) == (second, 8)


def test_it_is_logged(app, admin):
    copy(app, admin)
    with app.app_context():
        entry = db.session.scalars(db.select(Entry).where(Entry.action == "slots.copied")).one()
    assert (entry.actor.startswith("staff:"), entry.object_id) == (True, whose(app))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"into": "2029-03-02"}, "into"),
        ({"into": "2029-02-26", "weeks": "2"}, "weeks"),
        ({"calendar": "x"}, "calendar"),
        ({"week": "32.13."}, "week"),
        ({"week": "1999-01-01"}, "week"),
        ({"week": "2027-04-05"}, "week"),  # no time of it was opened by hand
        ({"into": "soon"}, "into"),
        ({"into": "2127-01-01"}, "into"),
        ({"weeks": "0"}, "weeks"),
        ({"weeks": "53"}, "weeks"),
        ({"weeks": "x"}, "weeks"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_copied(app, admin, changes, field):
    page = parsed(copy(app, admin, **changes))
    assert (list(page.errors), times(app)) == ([field], 4)


def test_another_language_keeps_what_was_typed(app, admin):
    page = parsed(copy(app, admin, weeks="3", _switch="1"))
    assert (page.errors, page.form().controls["weeks"].chosen, times(app)) == ({}, ["3"], 4)


def test_a_link_cannot_put_words_on_the_page(admin):
    assert "call this" not in admin.page("/slots/copy?added=call%20this&skipped=call%20this").text


def test_the_page_of_times_leads_there(admin):
    assert admin.page("/slots").link("Copy a week of them to other weeks").endswith("/slots/copy")


@pytest.mark.parametrize("path", ["/slots", "/slots/copy"])
def test_only_coordinators_have_times_by_hand_and_the_pages_say_so(app, admin, path):
    employ(app, "interpreter")
    with app.app_context():
        ear = member("interpreter@clinic.example").id
    page = admin.page(path)
    choice = page.form().controls["coordinator" if path == "/slots" else "calendar"].offered
    said = "An interpreter is there for whole hours" in page.main
    assert (whose(app) in choice, ear in choice, said) == (True, False, True)


def test_no_week_of_an_interpreter_is_copied(app, admin):
    employ(app, "interpreter")
    with app.app_context():
        ear = member("interpreter@clinic.example").id
    assert list(parsed(copy(app, admin, calendar=ear)).errors) == ["calendar"]
