"""The office cancels a consultation for a reason out of a list, which nobody gives by not choosing."""

import pytest
from flask import Flask

from portal.accesslog.models import Entry
from portal.booking.models import BOOKED, Appointment
from portal.extensions import db
from tests.booking.scene import Scene, token
from tests.staff.colleague import Colleague, employ, parsed
from tests.support.application import Clock

MESSAGE = "Please choose the reason that the family is told."


@pytest.fixture
def place(app: Flask, clock: Clock) -> str:
    """The page of a case with a consultation at nine."""
    with app.app_context():
        return Scene(app).booked_case()


@pytest.fixture
def colleague(app: Flask, clock: Clock) -> Colleague:
    return Colleague(app, "en").sign_in(employ(app, "coordinator"))


def stands(app: Flask) -> int:
    with app.app_context():
        return db.session.query(Appointment).filter_by(status=BOOKED).count()


def test_no_reason_is_chosen_before_somebody_chooses_one(colleague, place):
    form = colleague.page(place).form("cancel-consultation")
    assert form.controls["reason"].chosen == [""]


@pytest.mark.parametrize("reason", ["", "because I say so", "time"])
def test_without_a_reason_of_the_list_nothing_is_cancelled_and_it_is_said(app, colleague, place, reason):
    page = parsed(colleague.post(f"{place}/cancel-consultation", slot=token(), reason=reason))
    assert (page.errors, stands(app)) == ({"reason": MESSAGE}, 1)


def test_the_look_at_the_page_that_says_so_is_logged(app, colleague, place):
    colleague.post(f"{place}/cancel-consultation", slot=token())
    with app.app_context():
        assert db.session.query(Entry).filter_by(action="case.read").count() == 1


def test_another_language_keeps_what_was_chosen(app, colleague, place):
    page = parsed(colleague.post(f"{place}/cancel-consultation", slot=token(), reason="closed", _switch="1"))
    form = page.form("cancel-consultation")
    assert (page.errors, form.controls["reason"].chosen, stands(app)) == ({}, ["closed"], 1)


def test_where_nothing_is_booked_any_more_the_page_says_how_it_stands(app, colleague, place):
    said = {"slot": token(), "reason": "closed"}
    answers = [colleague.post(f"{place}/cancel-consultation", **one) for one in (said, said, {"slot": token()})]
    assert [one.headers["Location"].removeprefix(f"/en/desk{place}") for one in answers] == ["?cancelled=1", "", ""]
