"""Asking for a way back costs the database the same for an address that is known here and for one that is not."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event

from portal.cases.models import Respondent
from portal.extensions import db
from tests.access.scene import Browser
from tests.support.application import Clock, both_in_full
from tests.support.visitor import Visitor

pytestmark = both_in_full

KNOWN, TWICE, ERASED, UNKNOWN = (f"{who}@family.example" for who in ("known", "twice", "erased", "unknown"))


@pytest.fixture
def office(app: Flask, clock: Clock) -> Flask:
    """One family with a case, one parent with two, one whose case was erased."""
    for email in (KNOWN, TWICE, TWICE, ERASED):
        clock.advance(seconds=1)
        last = Visitor(app).begin(email)
    app.extensions["portal"].keyring.destroy_case(last.case_id())
    return app


@contextmanager
def statements(app: Flask) -> Iterator[list[tuple[str, int]]]:
    """What the database is told meanwhile, each with the number of its values."""
    told: list[tuple[str, int]] = []

    def note(_connection, _cursor, statement: str, values, *_more: object) -> None:
        told.append((statement, len(values)))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield told
    event.remove(engine, "before_cursor_execute", note)


def cost_of(app: Flask, email: str) -> list[tuple[str, int]]:
    """What the database is told when a new browser asks for a way back to an address."""
    browser = Browser(app)
    browser.form_token = browser.token()
    with statements(app) as told:
        answer = browser.post_again("/resume", contact_email=email)
    assert answer.location == "/en/resume/code"
    return told


@pytest.mark.parametrize("email", [KNOWN, TWICE, ERASED])
def test_asking_costs_the_same_for_a_known_and_an_unknown_address(office, email):
    cost_of(office, "first@family.example")  # what is only made once, whoever asks first
    assert cost_of(office, email) == cost_of(office, UNKNOWN)


@pytest.mark.parametrize("email", [KNOWN, UNKNOWN])
def test_no_statement_of_the_request_looks_for_a_respondent(office, email):
    told = [statement for statement, _values in cost_of(office, email)]
    assert (told != [], [one for one in told if Respondent.__tablename__ in one]) == (True, [])
