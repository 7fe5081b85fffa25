"""A form that opens an access, pressed again where its answer arrived and the next page did not: it leads on."""

import re

import pytest
from werkzeug.test import TestResponse

from portal.cases.models import Case
from portal.extensions import db
from portal.staff import service
from portal.transaction import transaction
from tests.staff.colleague import PASSWORD, Colleague, code_of, employ
from tests.staff.test_invitation import PERSON
from tests.support.application import Clock
from tests.support.journey import WHO
from tests.support.visitor import TICKED, Visitor

MAIL = {"contact_email": "parent@family.example"}
CODE = {"no_email": "y"}


@pytest.fixture
def visitor(app, clock: Clock) -> Visitor:
    """Somebody who has said who is filling in."""
    found = Visitor(app)
    found.post("/start/who", **WHO)
    return found


def pressed(browser: Visitor | Colleague, path: str, *presses: dict[str, str]) -> list[TestResponse]:
    """A page is opened once, and its form is sent with each of these words; what came in between was not shown."""
    html = browser.client.get(path).text
    main = html[html.index('id="main-form"') :]
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', main[: main.index("</form>")]))
    return [browser.client.post(path, data=hidden | words) for words in presses]


def led(answers: list[TestResponse]) -> list[str | None]:
    return [one.headers.get("Location") for one in answers]


def cases(app) -> int:
    with app.app_context():
        return db.session.query(Case).count()


@pytest.mark.parametrize(("reach", "there"), [(MAIL, "/en/case"), (CODE, "/en/start/code")])
def test_a_case_is_begun_once_and_the_second_press_leads_there(app, visitor, reach, there):
    answers = pressed(visitor, "/en/start/agree", TICKED | reach, TICKED | reach)
    assert (led(answers), cases(app)) == ([there] * 2, 1)


def test_in_another_language_it_leads_there_too(visitor):
    pressed(visitor, "/en/start/agree", TICKED | MAIL)
    token = {"csrf_token": "of the page before"}
    assert visitor.client.post("/fr/start/agree", data=token | TICKED | MAIL).headers["Location"] == "/en/case"


def test_with_other_words_it_says_that_these_were_not_kept_and_leads_to_the_file(app, visitor):
    first, second = {"contact_email": "a@family.example"}, {"contact_email": "b@family.example"}
    refused = pressed(visitor, "/en/start/agree", TICKED | first, TICKED | second)[1]
    assert (refused.status_code, 'href="/en/case/others"' in refused.text, cases(app)) == (400, True, 1)


def test_a_stranger_with_the_same_words_is_led_nowhere(app, visitor):
    pressed(visitor, "/en/start/agree", TICKED | MAIL)
    assert Visitor(app).client.post("/en/start/agree", data=TICKED | MAIL).status_code == 400


def test_a_code_that_is_not_written_down_yet_comes_before_the_overview(visitor):
    pressed(visitor, "/en/start/agree", TICKED | CODE)
    before = visitor.open("/case").headers.get("Location")
    visitor.post("/start/code")
    assert (before, visitor.open("/case").status_code) == ("/en/start/code", 200)


def code_in_the_letter(visitor: Visitor) -> str:
    letter = visitor.work().carried[-1][1]
    return next(word for word in letter.text.split() if word.isdigit() and len(word) == 6)


@pytest.fixture
def back(app, visitor) -> Visitor:
    """The family in another browser, where it asks for a code."""
    visitor.post("/start/agree", **TICKED, **MAIL)
    found = Visitor(app)
    found.post("/resume", **MAIL)
    return found


def test_a_code_that_opened_the_file_leads_there_again(back):
    code = {"code": code_in_the_letter(back)}
    assert led(pressed(back, "/en/resume/code", code, code)) == ["/en/case"] * 2


def test_a_code_beside_a_link_does_so_too(back):
    code, letter = {"code": code_in_the_letter(back)}, back.carrier.carried[-1][1]
    link = re.search(r"/en/resume/[\w-]{20,}", letter.text)[0]
    assert led(pressed(back, link, code, code)) == ["/en/case"] * 2


def test_a_code_on_paper_does_so_too(app, visitor):
    visitor.post("/start/agree", **TICKED, **CODE)
    code = re.search(r"\b\w{4}-\w{4}-\w{4}\b", visitor.page(visitor.open("/start/code")).main)[0]
    assert led(pressed(Visitor(app), "/en/resume", {"case_code": code}, {"case_code": code})) == ["/en/case"] * 2


def test_the_second_factor_leads_to_the_desk_again(app, clock):
    colleague = Colleague(app)
    colleague.give_password(employ(app, "admin"))
    code = {"code": code_of()}
    assert led(pressed(colleague, "/en/desk/sign-in/code", code, code)) == ["/en/desk/"] * 2


def test_an_invitation_that_was_taken_is_said_to_be_over(app, clock):
    with app.app_context(), transaction() as session:
        token = service.invite(session, app.extensions["portal"].keyring, **PERSON, now=clock())[1]
    browser, path = Colleague(app), f"/en/desk/invitation/{token}"
    key = re.search(r"Key: ((?:[A-Z2-7]{4}-?)+)", browser.page(f"/invitation/{token}").main)[1].replace("-", "")
    words = {"password": PASSWORD, "code": code_of(key)}
    first, second = pressed(browser, path, words, words)
    assert (led([first]), "This invitation is over" in second.text) == (["/en/desk/sign-in"], True)
