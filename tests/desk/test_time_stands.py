"""A country changes its clocks after a time was booked: the list says so, and somebody who has asked lets it stand."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import update

from portal.accesslog.models import Entry
from portal.booking.models import Appointment
from portal.booking.service.reminders import note_moved_clocks
from portal.extensions import db
from portal.staff.models import StaffMember
from portal.transaction import transaction
from tests.access.scene import statements
from tests.booking.scene import AT_NINE, NOW, Scene, token
from tests.staff.colleague import Colleague, employ
from tests.support.application import Clock, both_in_full

IN_LIST = "The clocks were changed by law: ask the family which hour it meant."
ON_PAGE = "The clocks were changed by law since this was booked"


@pytest.fixture
def place(app: Flask, clock: Clock) -> str:
    """The page of a case whose family agreed on another hour than the one that its clock says by now."""
    with app.app_context():
        address = Scene(app).booked_case()
        with transaction() as session:
            session.query(Appointment).one().wall = "2027-03-08T08:00 2027-03-08T09:00"
        look()
        return address


@pytest.fixture
def colleague(app: Flask, clock: Clock) -> Colleague:
    return Colleague(app, "en").sign_in(employ(app, "coordinator"))


def look() -> int:
    with transaction() as session:
        return note_moved_clocks(session, now=NOW)


def logged(app: Flask) -> list[Entry]:
    with app.app_context():
        return list(db.session.scalars(db.select(Entry).where(Entry.action == "appointment.time_stands")))


def test_the_list_and_the_case_say_it(colleague, place):
    assert (IN_LIST in colleague.page("/cases").main, ON_PAGE in colleague.page(place).main) == (True, True)


@both_in_full
def test_once_somebody_has_asked_neither_says_it_and_it_is_not_found_again(app, colleague, place):
    form = colleague.page(place).form("time-stands")
    there = colleague.post(f"{place}/time-stands", **form.sent).headers["Location"].removeprefix("/en/desk")
    pages = (colleague.page("/cases").main, colleague.page(there).main)
    assert (IN_LIST in pages[0], ON_PAGE in pages[1], "It is noted that the time stands" in pages[1]) == (
        False,
        False,
        True,
    )
    with app.app_context():
        assert look() == 0


def test_pressed_twice_is_noted_once_by_name_and_says_the_same(app, colleague, place):
    form = colleague.page(place).form("time-stands")
    answers = {colleague.post(f"{place}/time-stands", **form.sent).headers["Location"] for _ in range(2)}
    (entry,) = logged(app)
    assert (len(answers), entry.actor.startswith("staff:"), entry.pseudonym != "") == (1, True, True)


def test_a_page_about_another_time_settles_nothing(app, colleague, place):
    colleague.post(f"{place}/time-stands", slot=token(NOW))
    assert (IN_LIST in colleague.page("/cases").main, logged(app)) == (True, [])


def test_where_nothing_was_moved_there_is_nothing_to_settle(app, colleague, place):
    for _ in range(2):
        colleague.post(f"{place}/time-stands", slot=token())
    assert len(logged(app)) == 1


def test_what_is_marked_costs_the_list_no_statement_more(app, colleague, place):
    colleague.open("/cases")  # the first look of a visit costs more
    with statements(SimpleNamespace(app=app)) as before:
        colleague.open("/cases")
    with app.app_context():
        scene = Scene(app)
        for number in (1, 2):
            case_id = scene.family(f"family{number}@family.example")
            scene.hold(case_id, AT_NINE + number * timedelta(minutes=40))
            scene.book(case_id)
        with transaction() as session:
            session.execute(update(Appointment).values(clock_moved_at=NOW))
            session.execute(update(StaffMember).where(StaffMember.email == "one@clinic.example").values(active=False))
    with statements(SimpleNamespace(app=app)) as after:
        page = colleague.page("/cases")
    assert (page.main.count(IN_LIST), page.main.count("Nobody of the office"), len(after)) == (3, 3, len(before))
