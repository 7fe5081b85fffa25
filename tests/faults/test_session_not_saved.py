"""The database is locked after a view has committed, before the session is saved: one button finds what was done."""

from urllib.parse import urlencode

import pytest
from flask import Flask, Response
from sqlalchemy import Connection

from portal import transaction as unit
from portal.cases.models import Case
from portal.extensions import db
from portal.mail.models import OutboxMessage
from tests.support.application import Clock
from tests.support.journey import WHO
from tests.support.visitor import TICKED, Visitor

MAIL = {"contact_email": "parent@family.example"}


class Lock:
    """Another program that takes the database as soon as a view is done, and lets go when it is told to."""

    def __init__(self, app: Flask, *, short: bool) -> None:
        self.armed, self.short, self._other = False, short, None
        app.testing = False  # an error behind the view gets its page, as behind a server
        app.after_request(self._meet)

    def _meet(self, response: Response) -> Response:
        if self._other is not None and self.short:
            self.let_go()
        elif self.armed:
            self.armed, self._other = False, self._take()
        return response

    def _take(self) -> Connection:
        other = db.engine.connect().execution_options(**unit.writing(db.engine.dialect.name))
        other.begin()
        return other

    def let_go(self) -> None:
        """The database may be written again."""
        if self._other is not None:
            self._other.close()
            self._other = None


@pytest.fixture(params=["until the error page is made", "for longer"])
def lock(app, clock: Clock, monkeypatch, request):
    monkeypatch.setattr(unit, "BUSY_TIMEOUT_MS", 200)
    made = Lock(app, short=request.param != "for longer")
    yield made
    made.let_go()


@pytest.fixture
def visitor(app, lock) -> Visitor:
    """Somebody who has said who fills in."""
    found = Visitor(app)
    found.post("/start/who", **WHO)
    return found


@pytest.fixture
def family(visitor) -> Visitor:
    visitor.post("/start/agree", **TICKED, **MAIL)
    return visitor


def main_form(visitor: Visitor, path: str) -> dict[str, str]:
    """The hidden fields of a page's main form."""
    return dict(visitor.page(visitor.open(path)).form("main-form").fields)


def sent_again(visitor: Visitor, lock: Lock, path: str, data: dict[str, str]) -> tuple[int, str | None]:
    """What the button of the error page gives, when a form is sent after which nothing can be saved."""
    lock.armed = True
    refused = visitor.page(visitor.client.post(f"/en{path}", data=data))
    lock.let_go()
    fields = next(one for one in refused.forms() if one.buttons[0].text == "Send it again").fields
    again = visitor.client.post(f"/en{path}", data=urlencode(fields), content_type="application/x-www-form-urlencoded")
    return (again.status_code, again.headers.get("Location")) if refused.status == 503 else (refused.status, None)


def count(app, model) -> int:
    with app.app_context():
        return db.session.query(model).count()


def test_a_case_that_was_begun_is_opened(app, visitor, lock):
    data = main_form(visitor, "/start/agree") | TICKED | MAIL
    again = sent_again(visitor, lock, "/start/agree", data)
    opened = visitor.open("/case").status_code
    assert (again, opened, count(app, Case), count(app, OutboxMessage)) == ((303, "/en/case"), 200, 1, 1)


def test_its_code_is_shown(app, visitor, lock):
    data = main_form(visitor, "/start/agree") | TICKED | {"no_email": "y"}
    again = sent_again(visitor, lock, "/start/agree", data)
    shown = visitor.open("/start/code")
    assert (again, "case-code" in shown.text, count(app, Case)) == ((303, "/en/start/code"), True, 1)


def test_a_second_child_that_was_begun_is_opened(app, family, lock):
    family.post("/case/another", **WHO)
    data = main_form(family, "/case/another/agree") | TICKED
    again = sent_again(family, lock, "/case/another/agree", data)
    assert (again, family.open("/case").status_code, count(app, Case)) == ((303, "/en/case"), 200, 2)


def test_another_child_is_opened(family, lock, clock):
    first = family.reference()
    clock.advance(minutes=1)
    family.post("/case/another", **WHO)
    family.post("/case/another/agree", **TICKED)
    data = dict(family.page(family.open("/case/others")).form("/case/open").fields) | {"reference": first}
    again = sent_again(family, lock, "/case/open", data)
    assert (again, first in family.open("/case").text) == ((303, "/en/case"), True)


def test_an_address_that_was_taken_away_leads_to_the_code_that_is_there_instead(family, lock):
    data = main_form(family, "/case/contact") | {"contact_email": "", "no_email": "y"}
    again = sent_again(family, lock, "/case/contact", data)
    assert (again, "case-code" in family.open("/start/code").text) == ((303, "/en/start/code"), True)
