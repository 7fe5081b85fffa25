"""How earlier consultations ended, on the page of a case: each on both clocks, the later first, and whom to call."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from portal.booking.service.afterwards import CLINIC, FAMILY, TOOK_PLACE, note_outcome
from portal.booking.service.cancel import cancel
from portal.cases.models import Case
from portal.extensions import db
from portal.transaction import transaction
from tests.booking.scene import AT_NINE, NOW, Scene
from tests.staff.colleague import Colleague, employ
from tests.support.application import Clock, both_in_full

AFTER = AT_NINE + timedelta(hours=1)
NEXT = AT_NINE + timedelta(days=1)
OLD, NEW = "+33 1 11 11 11 11", "+33 1 22 22 22 22"
MONDAY = "Monday, 8 March 2027, 09:00 (Istanbul, UTC+3): "
MONDAY_THERE = "On the family’s clock: Monday, 8 March 2027, 07:00 (Paris, UTC+1)"
TUESDAY = "Tuesday, 9 March 2027, 09:00 (Istanbul, UTC+3): "
TUESDAY_THERE = "On the family’s clock: Tuesday, 9 March 2027, 07:00 (Paris, UTC+1)"
ILL = "cancelled (the coordinator is ill)"


@pytest.fixture
def booked(app: Flask, clock: Clock) -> Scene:
    """A family in Paris without an address that has booked Monday; Tuesday is free as well."""
    with app.app_context():
        scene = Scene(app)
        scene.open_day(scene.coordinator(), last=NEXT.date())
        scene.case_id = scene.family(email=None)
    book(scene, AT_NINE, NOW, OLD)
    return scene


def book(scene: Scene, start: datetime, now: datetime, phone: str) -> None:
    with scene.app.app_context():
        scene.hold(scene.case_id, start, now)
        scene.book(scene.case_id, now, phone=phone)


def cancelled_by_office(scene: Scene, now: datetime) -> None:
    with scene.app.app_context(), transaction() as session:
        about = {"settings": scene.settings, "now": now, "reason": "ill", "by_staff": True}
        cancel(session, scene.keyring, scene.case_id, **about)


def ended_so(scene: Scene, outcome: str) -> None:
    with scene.app.app_context(), transaction() as session:
        note_outcome(session, scene.keyring, scene.case_id, outcome, settings=scene.settings, now=AFTER)


def on_page(scene: Scene, clock: Clock, now: datetime) -> str:
    """What a coordinator reads in the case at that time."""
    clock.now = now
    with scene.app.app_context():
        reference = db.session.get_one(Case, scene.case_id).reference
    return Colleague(scene.app).sign_in(employ(scene.app, "lead")).page(f"/cases/{reference}").main


@both_in_full
def test_after_an_absence_and_a_later_cancel_the_number_is_the_later_one(booked, clock):
    ended_so(booked, CLINIC)
    book(booked, NEXT, AFTER, NEW)
    cancelled_by_office(booked, AFTER)
    main = on_page(booked, clock, AFTER)
    assert ("Please call as well" in main, NEW in main, OLD in main) == (True, True, False)


def test_after_a_cancel_and_a_later_absence_the_number_is_the_later_one(booked, clock):
    cancelled_by_office(booked, NOW)
    book(booked, AT_NINE, NOW, NEW)
    ended_so(booked, FAMILY)
    main = on_page(booked, clock, AFTER)
    assert ("Please call as well" in main, NEW in main, OLD in main) == (True, True, False)


@both_in_full
def test_a_cancel_after_an_absence_stands_with_its_reason_above_it(booked, clock):
    ended_so(booked, CLINIC)
    book(booked, NEXT, AFTER, NEW)
    cancelled_by_office(booked, AFTER)
    main = on_page(booked, clock, AFTER)
    lines = [f"{TUESDAY}{ILL}", TUESDAY_THERE, f"{MONDAY}Nobody of us was there", MONDAY_THERE]
    places = [main.find(line) for line in lines]
    assert (-1 not in places, places == sorted(places)) == (True, True)


def test_while_another_one_stands_both_are_named_too(booked, clock):
    cancelled_by_office(booked, NOW)
    book(booked, AT_NINE, NOW, OLD)
    ended_so(booked, FAMILY)
    book(booked, NEXT, AFTER, NEW)
    main = on_page(booked, clock, AFTER)
    assert [line in main for line in (f"{MONDAY}The family was not there", f"{MONDAY}{ILL}")] == [True, True]


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (TOOK_PLACE, "It took place"),
        (FAMILY, "The family was not there"),
        (CLINIC, "Nobody of us was there"),
    ],
)
def test_what_became_of_one_is_said_on_both_clocks(booked, clock, outcome, words):
    ended_so(booked, outcome)
    main = on_page(booked, clock, AFTER)
    assert [line in main for line in (f"{MONDAY}{words}", MONDAY_THERE)] == [True, True]


def test_one_that_was_cancelled_is_said_on_both_clocks(booked, clock):
    cancelled_by_office(booked, NOW)
    main = on_page(booked, clock, NOW)
    assert [line in main for line in (f"{MONDAY}{ILL}", MONDAY_THERE)] == [True, True]
