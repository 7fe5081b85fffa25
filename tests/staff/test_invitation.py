"""How a person of the office begins: one link, one week, a password and an authenticator."""

import re

import pytest

from portal.extensions import db
from portal.staff import service
from portal.transaction import transaction
from tests.staff.colleague import PASSWORD, Colleague, code_of, employ, member, parsed
from tests.support.application import both_databases

ADDRESS = "new@clinic.example"
PERSON = {
    "email": ADDRESS,
    "name": "Test New",
    "language": "tr",
    "time_zone": "Europe/Istanbul",
    "roles": ["coordinator"],
    "languages": ["tr", "fr"],
}


@pytest.fixture
def token(app, clock) -> str:
    """Somebody's invitation."""
    with app.app_context(), transaction() as session:
        return service.invite(session, app.extensions["portal"].keyring, **PERSON, now=clock())[1]


def accept(browser: Colleague, token: str) -> tuple[str, str]:
    """Fill in the page; returns the key that it showed, and the code that was given."""
    page = browser.page(f"/invitation/{token}")
    key = re.search(r"Key: ((?:[A-Z2-7]{4}-?)+)", page.main)[1].replace("-", "")
    code = code_of(key)
    browser.post(f"/invitation/{token}", password=PASSWORD, code=code)
    return key, code


def is_over(browser: Colleague, token: str) -> bool:
    return browser.page(f"/invitation/{token}").headings == ["This invitation is over"]


@both_databases
def test_an_invited_person_sets_up_a_sign_in_and_comes_in(app, token):
    browser = Colleague(app)
    key, _code = accept(browser, token)
    browser.give_password(ADDRESS)
    browser.post("/sign-in/code", code=code_of(key, later=1))
    assert browser.is_in()


def test_the_first_code_does_not_work_a_second_time(app, token):
    browser = Colleague(app)
    _key, code = accept(browser, token)
    browser.give_password(ADDRESS)
    browser.post("/sign-in/code", code=code)
    assert not browser.is_in()


def test_an_invited_person_cannot_sign_in_before(app, token):
    assert "password" in parsed(Colleague(app).give_password(ADDRESS)).errors


def test_an_invitation_works_once(app, token):
    accept(Colleague(app), token)
    assert is_over(Colleague(app), token)


def test_who_has_accepted_already_is_led_to_the_sign_in(app, token):
    browser = Colleague(app)
    accept(browser, token)
    assert browser.page(f"/invitation/{token}").link("Sign in") == "http://localhost/en/desk/sign-in"


def test_an_invitation_is_over_after_a_week(app, token, clock):
    clock.advance(days=7)
    assert is_over(Colleague(app), token)


def test_an_unknown_invitation_looks_the_same(app, clock):
    assert is_over(Colleague(app), "x" * 43)


def test_the_token_is_stored_only_as_a_keyed_hash(app, token):
    with app.app_context():
        kept = member(ADDRESS).invitation_hash
    assert (len(kept), token in kept) == (64, False)


@pytest.mark.parametrize(("password", "code"), [("short", "123456"), (PASSWORD, "12345")], ids=["password", "code"])
def test_what_is_missing_is_said(app, token, password, code):
    page = parsed(Colleague(app).post(f"/invitation/{token}", password=password, code=code))
    assert list(page.errors) == ["password" if password == "short" else "code"]


def test_the_key_stays_the_same_while_the_page_is_filled_in(app, token):
    browser = Colleague(app)
    first = browser.page(f"/invitation/{token}").main
    again = parsed(browser.post(f"/invitation/{token}", password="short", code="1")).main
    assert re.search(r"Key: (\S+)", first)[1] == re.search(r"Key: (\S+)", again)[1]


def test_the_picture_needs_no_other_address(app, token):
    assert 'src="data:image/svg+xml' in Colleague(app).open(f"/invitation/{token}").text


def test_the_name_is_sealed(app, token):
    with app.app_context():
        person = member(ADDRESS)
        assert (b"Test New" in person.name.blob, service.name_of(app.extensions["portal"].keyring, person)) == (
            False,
            "Test New",
        )


@pytest.mark.parametrize(
    "wrong",
    [
        {"roles": []},
        {"roles": ["boss"]},
        {"language": "xx"},
        {"time_zone": "Nowhere/None"},
        {"email": "NEW@clinic.example"},
    ],
    ids=["no role", "unknown role", "language", "zone", "taken"],
)
def test_what_cannot_be_is_refused_with_one_line(app, token, clock, wrong):
    changed = PERSON | {"email": "other@clinic.example"} | wrong
    with app.app_context(), transaction() as session, pytest.raises(ValueError, match=r"^[^\n]+$"):
        service.invite(session, app.extensions["portal"].keyring, **changed, now=clock())


@both_databases
def test_a_reset_ends_sessions_and_forgets_both_factors(app, clock):
    email = employ(app, "lead")
    browser = Colleague(app).sign_in(email)
    with app.app_context(), transaction() as session:
        service.reset(session, app.extensions["portal"].keyring, service.find_by_email(session, email), clock())
    assert (browser.is_in(), "password" in parsed(browser.give_password(email)).errors) == (False, True)


def test_after_a_reset_the_new_authenticator_begins_in_the_same_half_minute(app, clock):
    email = employ(app, "lead")
    Colleague(app).sign_in(email, later=1)
    with app.app_context(), transaction() as session:
        again = service.reset(session, app.extensions["portal"].keyring, service.find_by_email(session, email), clock())
    accept(Colleague(app), again)
    assert is_over(Colleague(app), again)


def test_only_active_people_are_asked_who_speak_the_language(app, clock):
    employ(app, "coordinator", email="one@clinic.example", speaks=("fr",))
    employ(app, "coordinator", email="two@clinic.example", speaks=("tr",))
    employ(app, "lead", email="three@clinic.example", speaks=("fr",))
    gone = employ(app, "coordinator", email="four@clinic.example", speaks=("fr",))
    with app.app_context(), transaction() as session:
        service.revoke(session, service.find_by_email(session, gone), clock())
        found = [one.email for one in service.coordinators_speaking(session, "fr")]
    assert found == ["one@clinic.example"]


def test_leads_are_found(app, clock):
    employ(app, "coordinator")
    lead = employ(app, "lead")
    with app.app_context():
        assert [one.email for one in service.leads(db.session())] == [lead]
