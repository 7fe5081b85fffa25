"""The desk says which consultations nobody has any more: to whoever removes a person, in the list and in the case."""

import pytest
from flask import Flask

from tests.booking.scene import AT_NINE, Scene
from tests.staff.colleague import Colleague, employ, member
from tests.support.application import Clock

NOBODY = "Nobody of the office has this conversation any more: choose another time or person."
NO_INTERPRETER = "The interpreter of this conversation has left the office: choose another time or person."


@pytest.fixture
def booked(app: Flask, clock: Clock) -> str:
    """A family talks in English at nine, with an interpreter; returns the case's reference."""
    with app.app_context():
        scene = Scene(app)
        scene.times(scene.coordinator("one", speaks=("en",)), AT_NINE)
        scene.times(scene.schedule_of(employ(app, "interpreter", email="ear@clinic.example")), AT_NINE, minutes=180)
        case_id = scene.family()
        scene.hold(case_id)
        scene.book(case_id)
        return scene.drafts()[0].values["reference"]


@pytest.fixture
def admin(app: Flask, clock: Clock) -> Colleague:
    return Colleague(app).sign_in(employ(app, "admin"))


@pytest.fixture
def lead(app: Flask, clock: Clock) -> Colleague:
    return Colleague(app).sign_in(employ(app, "lead"))


def who(app: Flask, name: str) -> str:
    with app.app_context():
        return member(f"{name}@clinic.example").id


def remove(app: Flask, admin: Colleague, name: str = "one") -> str:
    return admin.post(f"/people/{who(app, name)}/revoke").headers["Location"].removeprefix("/en/desk")


def test_how_many_stand_with_each_is_said_before(admin, booked):
    page = admin.page("/people").main
    assert (page.count("Booked conversations: 1"), "keeps no time for a family any more" in page) == (2, True)


def test_where_nothing_is_booked_nothing_is_said(app, admin):
    with app.app_context():
        Scene(app).coordinator()
    assert (remove(app, admin), "somebody else now" in admin.page("/people").main) == ("/people", False)


def test_how_many_stood_and_which_is_said_afterwards_without_a_way_for_an_admin(app, admin, booked):
    page = admin.page(remove(app, admin))
    assert "A booked conversation stood with this person; it needs somebody else now." in page.main
    assert [one for one in page.links if booked in one[0]] == []
    assert f"{booked} Monday, 8 March 2027, 09:00 (Istanbul, UTC+3)" in page.main
    assert "On the family’s clock: Monday, 8 March 2027, 07:00 (Paris, UTC+1)" in page.main


def test_who_reads_cases_too_is_led_to_them(app, booked):
    both = Colleague(app).sign_in(employ(app, "admin", "lead"))
    assert both.page(remove(app, both)).link(booked).endswith(f"/desk/cases/{booked}")


@pytest.mark.parametrize(("name", "words"), [("one", NOBODY), ("ear", NO_INTERPRETER)])
def test_the_case_and_the_list_say_it_until_the_person_is_let_in_again(app, admin, lead, booked, name, words):
    pages = ("/cases", f"/cases/{booked}")
    remove(app, admin, name)
    assert [words in lead.page(place).main for place in pages] == [True, True]
    admin.post(f"/people/{who(app, name)}/reset")
    assert [words in lead.page(place).main for place in pages] == [False, False]


def test_the_interpreter_who_stays_reads_it_too(app, admin, booked):
    interpreter = Colleague(app).sign_in("ear@clinic.example")
    before = interpreter.page("/appointments").main
    remove(app, admin)
    assert (booked in before, NOBODY in before, NOBODY in interpreter.page("/appointments").main) == (True, False, True)


def test_a_consultation_that_is_over_is_not_said_to_be_anybodys(app, admin, lead, booked, clock):
    remove(app, admin)
    clock.now = AT_NINE
    assert NOBODY not in Colleague(app).sign_in("lead@clinic.example", later=1).page("/cases").main
