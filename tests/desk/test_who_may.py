"""Which role comes to which page of the desk, and what a page never shows."""

import pytest

from portal.web.audience import audience_of
from portal.web.routes import describe
from tests.staff.colleague import Colleague, employ
from tests.support.visitor import Visitor

PAGES = ["/cases", "/appointments", "/slots", "/people", "/messages"]
OPEN = {
    "coordinator": {"/cases"},
    "lead": {"/cases", "/messages"},
    "interpreter": {"/appointments"},
    "admin": {"/slots", "/people", "/messages"},
}
WRITES = ["/people/x/revoke", "/people/x/reset", "/slots/x/close", "/messages/x/resend"]


@pytest.fixture(params=sorted(OPEN))
def role(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def colleague(app, clock, role) -> Colleague:
    """Somebody with one role, signed in."""
    return Colleague(app).sign_in(employ(app, role))


def test_a_role_opens_its_own_pages_only(colleague, role):
    answers = {path: colleague.open(path).status_code for path in PAGES}
    assert answers == {path: 200 if path in OPEN[role] else 403 for path in PAGES}


def test_the_desk_begins_with_a_page_of_ones_own(colleague, role):
    assert colleague.open("/").headers["Location"].removeprefix("/en/desk") in OPEN[role]


def test_the_navigation_offers_only_what_opens(colleague, role):
    page = colleague.page(colleague.open("/").headers["Location"].removeprefix("/en/desk"))
    offered = {address.removeprefix("http://localhost/en/desk") for _text, address in page.links}
    assert offered & set(PAGES) == OPEN[role]


@pytest.mark.parametrize("path", WRITES)
def test_only_an_admin_changes_things(app, clock, path):
    colleague = Colleague(app).sign_in(employ(app, "coordinator"))
    assert colleague.post(path).status_code == 403


@pytest.mark.parametrize("path", [*PAGES, "/cases/ABC-DEF", "/cases/ABC-DEF/documents/x"])
def test_a_stranger_is_led_to_the_sign_in_of_the_same_language(app, path):
    assert Colleague(app, "ar").open(path).headers["Location"] == "/ar/desk/sign-in"


def test_a_family_is_a_stranger_here(app, clock):
    family = Visitor(app).begin()
    assert family.open("/en/desk/cases").headers["Location"] == "/en/desk/sign-in"


def test_cases_are_never_for_admins_or_interpreters(app):
    routes = [one for one in describe(app) if "/desk/cases" in one["path"]]
    assert {name for one in routes for name in one["audience"]} == {"coordinator", "lead"}


def test_every_page_of_the_desk_says_whom_it_is_for(app):
    views = {name: view for name, view in app.view_functions.items() if name.startswith("desk.")}
    assert [name for name, view in views.items() if not audience_of(view)] == []


@pytest.mark.parametrize("language", ["en", "fr", "tr", "ar"])
def test_the_desk_speaks_every_language(app, clock, language):
    colleague = Colleague(app, language).sign_in(employ(app, *sorted(OPEN)))
    pages = [colleague.page(path) for path in PAGES]
    assert {(page.lang, len(page.headings), page.status) for page in pages} == {(language, 1, 200)}


def test_the_desk_says_when_no_mail_server_is_set_up(app, clock):
    colleague = Colleague(app).sign_in(employ(app, "lead"))
    assert "No mail server is set up" in colleague.page("/messages").text


def test_the_desk_is_silent_where_there_is_one(make_app):
    app = make_app(mail_server="127.0.0.1", mail_port=2525)
    colleague = Colleague(app).sign_in(employ(app, "lead"))
    assert "No mail server is set up" not in colleague.page("/messages").text
