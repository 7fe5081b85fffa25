"""A visit of somebody who has no access yet is dated: hosts whose clocks differ, and one whose clock is set back."""

import re
from datetime import datetime, timedelta

import pytest

from tests.booking.scene import NOW
from tests.staff.colleague import Colleague, employ
from tests.support.application import Clock
from tests.support.journey import WHO
from tests.support.visitor import TICKED, Visitor

MAIL = {"contact_email": "parent@family.example"}
AHEAD = [timedelta(seconds=1), timedelta(seconds=50), timedelta(hours=3)]  # another host, and a clock set back since


@pytest.mark.parametrize("ahead", AHEAD)
def test_whoever_begins_goes_on_under_a_clock_that_is_behind(app, clock, ahead):
    visitor = Visitor(app)
    clock.now = NOW + ahead
    visitor.post("/start/who", **WHO)
    clock.now = NOW
    assert visitor.post("/start/agree", **TICKED, **MAIL).headers.get("Location") == "/en/case"


def test_a_form_that_was_open_while_the_clock_was_set_back_is_taken(app, clock):
    visitor = Visitor(app)
    clock.now = NOW + timedelta(hours=3)
    visitor.post("/start/who", **WHO)
    token = re.search(r'name="csrf_token" value="([^"]+)"', visitor.open("/start/agree").text)[1]
    clock.now = NOW
    answer = visitor.client.post("/en/start/agree", data={"csrf_token": token, **TICKED, **MAIL})
    assert answer.headers.get("Location") == "/en/case"


@pytest.mark.parametrize("ahead", AHEAD)
def test_whoever_asked_for_a_code_is_asked_for_it_under_a_clock_that_is_behind(app, clock, ahead):
    visitor = Visitor(app)
    clock.now = NOW + ahead
    visitor.post("/resume", **MAIL)
    clock.now = NOW
    assert visitor.open("/resume/code").status_code == 200


def asked_for_the_second_factor(app, clock: Clock, then: datetime) -> bool:
    """Whether the desk goes on after the password that is given now."""
    colleague = Colleague(app)
    colleague.give_password(employ(app, "lead"))
    clock.now = then
    return colleague.open("/sign-in/code").status_code == 200


def test_a_password_given_at_a_host_that_is_ahead_counts(app, clock):
    clock.now = NOW + timedelta(seconds=3)
    assert asked_for_the_second_factor(app, clock, NOW)


@pytest.mark.parametrize("after", [timedelta(minutes=11), -timedelta(hours=3)])
def test_a_password_counts_for_ten_minutes_and_under_no_clock_for_longer(app, clock, after):
    assert not asked_for_the_second_factor(app, clock, NOW + after)


@pytest.mark.parametrize("after", [timedelta(hours=7), -timedelta(hours=7)])
def test_a_visit_ends_after_six_hours_and_under_a_clock_set_back_at_last(app, clock, after):
    visitor = Visitor(app)
    visitor.post("/start/who", **WHO)
    clock.now = NOW + after
    assert visitor.open("/start/agree").headers.get("Location") == "/en/start/who"
