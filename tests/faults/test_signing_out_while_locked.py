"""Whoever signs out while the database is locked is out of this browser, and one button ends the access on our side."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Connection, text

from portal import transaction as unit
from portal.extensions import db
from portal.web.session_rows import WebSession
from tests.staff.colleague import Colleague, employ
from tests.support.application import Clock
from tests.support.pages import Page
from tests.support.visitor import Visitor

HERE = "http://localhost"
SIGN_IN, CLOSED = "/en/desk/sign-in", "/en/signed-out"
Lock = Callable[[], Connection]


@pytest.fixture
def lock(app, clock: Clock, monkeypatch) -> Iterator[Lock]:
    """Has another program write and not finish, until what it gives is rolled back."""
    monkeypatch.setattr(unit, "BUSY_TIMEOUT_MS", 200)
    app.testing = False  # an error behind the view gets its page, as behind a server
    taken: list[Connection] = []
    with app.app_context():
        engine = db.engine

    def take() -> Connection:
        other = engine.connect().execution_options(**unit.writing(engine.dialect.name))
        other.execute(text("UPDATE job SET attempts = attempts"))
        taken.append(other)
        return other

    yield take
    for one in taken:
        one.close()


@pytest.fixture
def colleague(app, lock) -> Colleague:
    found = Colleague(app).sign_in(employ(app, "admin", "coordinator"))
    found.open("/people")  # its forms have their token from now on
    return found


@pytest.fixture
def family(app, lock) -> Visitor:
    found = Visitor(app).begin()
    found.open("/case")
    return found


def signed_out(browser: Visitor | Colleague, page: str) -> Page:
    """The answer to the button on that page."""
    form = Page(HERE, browser.client.get(page).text).form("/sign-out")
    return Page(HERE, (answer := browser.client.post(form.action, data=form.sent)).text, answer.status_code)


def pressed(browser: Visitor | Colleague, refused: Page, address: str) -> str | None:
    """Where the button of the error page leads."""
    form = next(one for one in refused.forms() if one.buttons[0].text == "Send it again")
    return browser.client.post(address, data=form.sent).headers.get("Location")


def rows(app) -> int:
    with app.app_context():
        return db.session.query(WebSession).count()


def test_a_colleague_is_out_at_once_and_the_page_says_so(colleague, lock):
    lock()
    page = signed_out(colleague, "/en/desk/people")
    assert (page.status, page.headings, colleague.is_in()) == (503, ["You are signed out in this browser"], False)


def test_one_button_ends_a_colleagues_access(app, colleague, lock):
    other = lock()
    page = signed_out(colleague, "/en/desk/people")
    other.rollback()
    before = rows(app)
    assert (before, pressed(colleague, page, "/en/desk/sign-out"), rows(app)) == (1, SIGN_IN, 0)


def test_a_family_is_out_at_once_and_one_button_ends_its_access(app, family, lock):
    other = lock()
    page = signed_out(family, "/en/case")
    inside = family.open("/case").headers.get("Location")
    other.rollback()
    assert (page.status, inside, rows(app)) == (503, "/en/resume", 1)
    assert (pressed(family, page, "/en/sign-out"), rows(app)) == (CLOSED, 0)


def test_pressed_while_it_is_still_locked_it_can_be_pressed_again(app, colleague, lock):
    other = lock()
    page = signed_out(colleague, "/en/desk/people")
    pressed(colleague, page, "/en/desk/sign-out")
    other.rollback()
    assert (pressed(colleague, page, "/en/desk/sign-out"), rows(app)) == (SIGN_IN, 0)


def test_what_stays_in_the_browser_opens_nothing(family, lock):
    lock()
    signed_out(family, "/en/case")
    family.client.set_cookie("portal_access", family.client.get_cookie("portal_leaving").value)
    assert family.open("/case").headers.get("Location") == "/en/resume"


def test_it_is_taken_back_with_the_access(family, lock):
    other = lock()
    page = signed_out(family, "/en/case")
    other.rollback()
    pressed(family, page, "/en/sign-out")
    assert family.client.get_cookie("portal_leaving") is None


def test_any_button_of_the_desk_can_be_pressed_again(app, colleague, lock):
    form = Page(HERE, colleague.open("/calendar").text).form("/calendar/new")
    other = lock()
    answer = colleague.client.post(form.action, data=form.sent)
    other.rollback()
    again = pressed(colleague, Page(HERE, answer.text), form.action)
    assert (answer.status_code, again, "What you have just typed" in answer.text) == (503, "/en/desk/calendar", False)
