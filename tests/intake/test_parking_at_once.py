"""Windows of one browser that are late at the same moment: each one's words come back, and each page has one place."""

from http.cookies import SimpleCookie

import pytest
from werkzeug.test import TestResponse

from portal.cases.models import ParkedForm
from portal.cases.service import parking
from portal.extensions import db
from tests.intake.test_parking import STORY, page_of
from tests.intake.test_sections import KINDS
from tests.support.application import both_databases
from tests.support.pressing import Send, at_once, browsers_like, together
from tests.support.visitor import Visitor

CONTACT, NEW = "/case/contact", "new@family.example"


@pytest.fixture
def family(visitor: Visitor) -> Visitor:
    return visitor


def window(family: Visitor, path: str, **values: str) -> Send:
    """A page that is open by now. What it sends carries the cookies that the browser has by now, too."""
    sent = family.page(family.open(path)).form("main-form").sent | values
    browser = browsers_like(family, "portal_access", "portal_parked")

    def send() -> TestResponse:
        return browser().post(f"/en{path}", data=sent)

    return send


def take_cookies(family: Visitor, answer: TestResponse) -> None:
    """The browser gets what one of its windows was answered."""
    for one in answer.headers.getlist("Set-Cookie"):
        for name, cookie in SimpleCookie(one).items():
            family.client.set_cookie(name, cookie.value)


def test_both_windows_get_their_words_back(family, clock):
    windows = [window(family, KINDS, story=STORY), window(family, CONTACT, contact_email=NEW)]
    clock.advance(hours=7)
    for answer in [one() for one in windows]:
        take_cookies(family, answer)
    family.come_back()
    assert (page_of(family)["story"], NEW in family.open(CONTACT).text) == ([STORY], True)


def test_until_then_nothing_is_looked_for(family):
    assert family.client.get_cookie("portal_parked").value.startswith("0.")


def places(app) -> int:
    with app.app_context():
        return db.session.query(ParkedForm).count()


@both_databases
def test_a_page_that_is_sent_six_times_at_once_takes_one_place(app, family, clock):
    late = window(family, CONTACT, contact_email=NEW)
    clock.advance(hours=7)
    assert ([one.status_code for one in at_once(late, 6)], places(app)) == ([303] * 6, 1)


@both_databases
def test_pages_that_are_late_at_once_take_no_more_places_than_there_are(app, family, clock, monkeypatch):
    monkeypatch.setattr(parking, "MOST", 1)
    windows = [window(family, path) for path in (CONTACT, KINDS)]
    clock.advance(hours=7)
    together(windows * 3)
    assert places(app) == 1
