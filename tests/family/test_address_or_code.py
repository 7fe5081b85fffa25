"""An address that a family with a code on paper adds; and one that is taken away for a code on paper."""

import re

import pytest

from tests.family.test_address import OVERVIEW, RIGHT, WRONG, change, letters, shown
from tests.support.application import Clock, both_databases
from tests.support.visitor import Visitor


@pytest.fixture
def family(app, clock: Clock) -> Visitor:
    """A family that has an address."""
    return Visitor(app).begin(WRONG)


def test_a_family_with_a_code_on_paper_adds_one_and_keeps_the_code(app, clock):
    visitor = Visitor(app).begin(email="")
    code = code_on(visitor)
    change(visitor)
    kinds = [(one.kind, one.recipient) for _id, one in visitor.work().carried]
    assert (kinds, Visitor(app).post("/resume", case_code=code).status_code) == ([("new_address", RIGHT)], 303)


def code_on(visitor: Visitor) -> str:
    """The case code that is shown until it is written down."""
    return re.search(r"\b\w{4}-\w{4}-\w{4}\b", visitor.page(visitor.open("/start/code")).main)[0]


@both_databases
def test_one_that_takes_it_away_gets_a_code_instead(app, family):
    answer = change(family, WRONG, no_email="y")
    code = code_on(family)
    came = Visitor(app).post("/resume", case_code=code).status_code
    assert (answer.headers["Location"], came, shown(family)) == ("/en/start/code", 303, "")
    assert [one.recipient for one in letters(family, "old_address")] == [WRONG]


def test_an_address_that_is_new_outdoes_the_box(family):
    change(family, RIGHT, no_email="y")
    assert shown(family) == RIGHT


def test_the_box_of_a_family_without_an_address_changes_nothing(app, clock):
    visitor = Visitor(app).begin(email="")
    code = code_on(visitor)
    visitor.post("/start/code")
    there = change(visitor, "", no_email="y").headers["Location"]
    assert (there, Visitor(app).post("/resume", case_code=code).status_code) == (OVERVIEW, 303)
