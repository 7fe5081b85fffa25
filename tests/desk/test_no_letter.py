"""A family that gets no letter: the desk says so before and after, with whom to call, and no button promises one."""

from datetime import timedelta

import pytest
from flask import Flask

from portal.booking.service.afterwards import note_outcome
from portal.extensions import db
from portal.transaction import transaction
from tests.booking.scene import AT_NINE, Scene, token
from tests.staff.colleague import Colleague, employ
from tests.support.application import Clock
from tests.support.visitor import Visitor

LATER = AT_NINE + timedelta(minutes=40)
CALL, NUMBER = "No letter reaches this family", "+33 1 23 45 67 89"
BY_PHONE = {"channel": "phone", "phone": NUMBER}
PROMISES = ("tell the family", "that the family is told", "and the family is told", "gets a kind letter")


@pytest.fixture
def office(app: Flask, clock: Clock) -> Colleague:
    with app.app_context():
        scene = Scene(app)
        scene.open_day(scene.coordinator(speaks=("en",)))
    return Colleague(app, "en").sign_in(employ(app, "coordinator", email="desk@clinic.example", speaks=("sw",)))


def family(office: Colleague, email: str = "", **how: str) -> Visitor:
    """A family that has the first time."""
    visitor = Visitor(office.app).begin(email).answer("person")
    visitor.post("/case/book", slot=token())
    visitor.post("/case/book/confirm", **(how or BY_PHONE))
    return visitor


def place(visitor: Visitor) -> str:
    return f"/cases/{visitor.reference()}"


def promised(main: str) -> list[str]:
    return [words for words in PROMISES if words in main]


def move(office: Colleague, visitor: Visitor) -> str:
    said = {"slot": token(LATER), "was": token(), "reason": "ill"}
    return office.post(f"{place(visitor)}/move-consultation", **said).headers["Location"].removeprefix("/en/desk")


def cancel(office: Colleague, visitor: Visitor) -> str:
    answer = office.post(f"{place(visitor)}/cancel-consultation", slot=token(), reason="ill")
    return answer.headers["Location"].removeprefix("/en/desk")


def miss(office: Colleague, visitor: Visitor) -> str:
    with office.app.app_context():
        here, case_id = office.app.extensions["portal"], visitor.case_id()
        with transaction() as session:
            over = {"settings": here.settings, "now": AT_NINE + timedelta(hours=1)}
            note_outcome(session, here.keyring, case_id, "family", **over)
        db.session.rollback()
    return place(visitor)


@pytest.mark.parametrize("step", ["", "/move-consultation"])
def test_before_it_is_said_that_the_family_must_be_called(office, step):
    main = office.page(f"{place(family(office))}{step}").main
    assert (CALL in main, NUMBER in main, promised(main)) == (True, True, [])


@pytest.mark.parametrize("step", [move, cancel, miss])
def test_after_it_is_said_as_well(office, step):
    main = office.page(step(office, family(office))).main
    assert (CALL in main, NUMBER in main, promised(main)) == (True, True, [])


@pytest.mark.parametrize("step", ["", "/move-consultation"])
def test_whoever_gets_letters_is_told_by_letter(office, step):
    main = office.page(f"{place(family(office, 'parent@family.example'))}{step}").main
    assert (CALL in main, "tell the family" in main) == (False, True)


def test_where_no_number_is_known_that_is_said(make_app, clock):
    app = make_app(meeting_url="https://meet.example/{room}")
    app.extensions["portal"].clock = clock
    with app.app_context():
        scene = Scene(app)
        scene.open_day(scene.coordinator(speaks=("en",)))
    office = Colleague(app).sign_in(employ(app, "coordinator", email="desk@clinic.example", speaks=("sw",)))
    main = office.page(place(family(office, channel="video"))).main
    assert (CALL in main, "it gave no telephone number for this conversation" in main) == (True, True)


def test_a_family_for_which_nothing_is_booked_is_not_to_be_called(office):
    visitor = Visitor(office.app).begin("").answer("person")
    assert CALL not in office.page(place(visitor)).main


def test_the_case_says_whether_the_family_has_seen_a_move(office):
    visitor, words = family(office), "has not said yet that it has seen"
    there = move(office, visitor)
    before = words in office.page(there).main
    visitor.post("/case/appointment/seen", slot=token(LATER), sequence="1")
    assert (before, words in office.page(there).main) == (True, False)


def test_once_the_family_has_booked_anew_nobody_is_called_for_what_was(office):
    visitor = family(office)
    cancel(office, visitor)
    visitor.post("/case/book", slot=token(LATER))
    visitor.post("/case/book/confirm", **BY_PHONE)
    assert "has not said yet" not in office.page(place(visitor)).main
