"""Password, second factor, and the end of a session."""

import re

import pytest
from argon2 import Type, extract_parameters

from portal.accesslog.models import Entry
from portal.extensions import db
from portal.staff import service, sign_in
from portal.transaction import transaction
from portal.web.session_rows import WebSession
from tests.staff.colleague import Colleague, code_of, employ, member, parsed
from tests.support.application import both_databases

LOCKED = "There were many tries. Please wait a quarter of an hour."
WRONG = "Address and password do not belong together."


@pytest.fixture
def email(app, clock) -> str:
    """A lead, who can sign in."""
    return employ(app, "lead")


def rows(app) -> int:
    with app.app_context():
        return db.session.query(WebSession).count()


@both_databases
def test_password_and_code_open_the_desk(app, email):
    assert Colleague(app).sign_in(email).is_in()


def test_the_address_is_found_however_it_is_typed(app, email):
    assert Colleague(app).sign_in(f" {email.upper()} ").is_in()


def test_the_password_alone_opens_nothing(app, email):
    browser = Colleague(app)
    browser.give_password(email)
    assert not browser.is_in()


def test_a_code_without_the_password_leads_back(app, email):
    assert Colleague(app).post("/sign-in/code", code=code_of()).headers["Location"].endswith("/en/desk/sign-in")


@pytest.mark.parametrize("who", ["lead@clinic.example", "nobody@clinic.example"], ids=["known", "unknown"])
def test_the_answer_is_the_same_for_a_wrong_password_and_an_unknown_address(app, email, who):
    assert parsed(Colleague(app).give_password(who, "not this one, sorry")).errors == {"password": WRONG}


def test_an_unknown_address_costs_a_whole_check_too(app, email, monkeypatch):
    asked = []
    real = sign_in.verify_password
    monkeypatch.setattr(sign_in, "verify_password", lambda given, stored: asked.append(stored) or real(given, stored))
    Colleague(app).give_password("nobody@clinic.example")
    assert [stored[:8] for stored in asked] == ["$argon2i"]


def test_a_wrong_code_is_said(app, email):
    browser = Colleague(app)
    browser.give_password(email)
    wrong = f"{(int(code_of()) + 1) % 10**6:06}"
    assert list(parsed(browser.post("/sign-in/code", code=wrong)).errors) == ["code"]


def test_a_code_may_be_typed_in_the_digits_of_its_reader(app, email):
    browser = Colleague(app, "ar")
    browser.give_password(email)
    browser.post("/sign-in/code", code=code_of().translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")))
    assert browser.is_in()


@both_databases
def test_a_code_works_once(app, email):
    code = code_of()
    first, second = Colleague(app), Colleague(app)
    for browser in (first, second):
        browser.give_password(email)
        browser.post("/sign-in/code", code=code)
    assert (first.is_in(), second.is_in()) == (True, False)


def test_the_password_is_forgotten_after_ten_minutes(app, email, clock):
    browser = Colleague(app)
    browser.give_password(email)
    clock.advance(minutes=11)
    assert browser.post("/sign-in/code", code=code_of()).headers["Location"].endswith("/sign-in")


def test_after_many_tries_even_the_right_password_waits(app, email):
    browser = Colleague(app)
    for _ in range(10):
        browser.give_password(email, "not this one, sorry")
    assert parsed(browser.give_password(email)).errors == {"password": LOCKED}


def test_a_stranger_elsewhere_locks_nobody_out(app, email):
    stranger = Colleague(app, address="10.9.9.9")
    for _ in range(12):
        stranger.give_password(email, "not this one, sorry")
    assert Colleague(app).sign_in(email).is_in()


def test_codes_are_limited_too(app, email):
    browser = Colleague(app)
    browser.give_password(email)
    wrong = f"{(int(code_of()) + 1) % 10**6:06}"
    for _ in range(10):
        browser.post("/sign-in/code", code=wrong)
    assert parsed(browser.post("/sign-in/code", code=code_of())).errors == {"code": LOCKED}


def test_a_new_session_begins_with_the_sign_in(app, email):
    browser = Colleague(app)
    browser.give_password(email)
    before = browser.client.get_cookie("portal_access")
    browser.post("/sign-in/code", code=code_of())
    assert (before, browser.client.get_cookie("portal_visit"), rows(app)) == (None, None, 1)


def test_an_idle_session_ends(app, email, clock):
    browser = Colleague(app).sign_in(email)
    clock.advance(minutes=46)
    assert not browser.is_in()


def test_signing_out_kills_the_cookie_on_the_server(app, email):
    browser = Colleague(app).sign_in(email)
    stolen = browser.client.get_cookie("portal_access").value
    browser.post("/sign-out")
    browser.client.set_cookie("portal_access", stolen)
    assert (browser.is_in(), rows(app)) == (False, 0)


@both_databases
def test_a_removed_person_is_out_at_once(app, email, clock):
    browser = Colleague(app).sign_in(email)
    with app.app_context(), transaction() as session:
        service.revoke(session, service.find_by_email(session, email), clock())
    assert (browser.is_in(), rows(app)) == (False, 0)


def test_a_removed_person_does_not_come_in_again(app, email, clock):
    with app.app_context(), transaction() as session:
        service.revoke(session, service.find_by_email(session, email), clock())
    assert parsed(Colleague(app).give_password(email)).errors == {"password": WRONG}


def test_a_person_removed_between_the_steps_does_not_come_in(app, email, clock):
    browser = Colleague(app)
    browser.give_password(email)
    with app.app_context(), transaction() as session:
        service.revoke(session, service.find_by_email(session, email), clock())
    browser.post("/sign-in/code", code=code_of())
    assert not browser.is_in()


def test_signing_in_and_out_is_logged(app, email):
    Colleague(app).sign_in(email).post("/sign-out")
    with app.app_context():
        told = [(one.actor, one.action) for one in db.session.query(Entry).order_by(Entry.seq)]
        actor = f"staff:{member(email).id}"
    assert told == [(actor, "staff.signed_in"), (actor, "staff.signed_out")]


def test_a_try_at_a_stolen_password_costs_nineteen_megabytes_at_least(app):
    """OWASP's least for argon2id. The people of these tests have quicker ones."""
    with app.app_context():
        costs = extract_parameters(sign_in.hash_password("four plain words here"))
    assert (costs.type, costs.memory_cost >= 19 * 1024, costs.time_cost >= 2) == (Type.ID, True, True)


def test_password_and_second_factor_are_not_stored_in_clear(app, email):
    with app.app_context():
        person = member(email)
    assert person.password.startswith("$argon2id$")
    assert "JBSWY3DPEHPK3PXP" not in person.tf_totp_secret


def test_another_language_on_the_way_keeps_the_address(app, email):
    answer = Colleague(app, "fr").post("/sign-in", email=email, password="", _switch="1")
    page = parsed(answer)
    assert (page.lang, page.errors, page.form().controls["email"].chosen) == ("fr", {}, [email])


def test_the_password_is_never_written_back_into_the_page(app, email):
    answer = Colleague(app).give_password(email, "not this one, sorry")
    assert not re.search("not this one", answer.text)
