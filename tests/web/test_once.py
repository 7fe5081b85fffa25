"""Forms that create something, sent twice: with the answer lost, or both at once, the first result counts."""

import re
from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from portal.booking.models import Difference, Slot
from portal.cases.models import Case
from portal.extensions import db
from portal.jobs.models import Job
from portal.mail.models import OutboxMessage
from portal.staff.models import StaffMember
from portal.transaction import transaction
from portal.web.once import FirstResult, sweep
from tests.staff.colleague import Colleague, calendar_with_hours, employ
from tests.support.application import Clock, both_databases
from tests.support.journey import WHO
from tests.support.pressing import at_once, browsers_like
from tests.support.visitor import TICKED, Visitor

pytestmark = both_databases
MAIL = {"contact_email": "parent@family.example"}
Send = Callable[..., TestResponse]


@pytest.fixture
def visitor(app, clock: Clock) -> Visitor:
    """Somebody who has said who is filling in."""
    family = Visitor(app)
    family.post("/start/who", **WHO)
    return family


@pytest.fixture
def admin(app, clock: Clock) -> Colleague:
    employ(app, "coordinator")
    return Colleague(app).sign_in(employ(app, "admin"))


def count(app, model) -> int:
    with app.app_context():
        return db.session.query(model).count()


def form(html: str) -> dict[str, str]:
    """The hidden fields of the page's main form."""
    main = html[html.index('id="main-form"') :] if 'id="main-form"' in html else html
    return dict(re.findall(r'<input type="hidden" name="(csrf_token|once)" value="([^"]+)"', main))


def sender(visitor: Visitor, path: str, **values: str) -> Send:
    """Sends one form as often as wanted, each time as a browser whose answers were all lost."""
    address = f"/en{path}"
    data = form(visitor.client.get(address).text) | values
    browser = browsers_like(visitor, "portal_visit", "portal_access")

    def send(to: str = path) -> TestResponse:
        return browser().post(f"/en{to}", data=data)

    return send


def test_a_case_is_opened_once(app, visitor):
    send = sender(visitor, "/start/agree", **TICKED, **MAIL)
    answers = [send().headers["Location"] for _ in range(3)]
    assert (answers, count(app, Case), count(app, OutboxMessage)) == (["/en/case"] * 3, 1, 1)


def test_two_presses_at_once_open_one_case(app, visitor):
    answers = at_once(sender(visitor, "/start/agree", **TICKED, **MAIL), 4)
    assert ([one.status_code for one in answers], count(app, Case)) == ([303] * 4, 1)


def test_the_retry_shows_the_same_case_code(app, visitor):
    send = sender(visitor, "/start/agree", **TICKED, no_email="y")
    first, second = send(), send()
    codes = [shown_code(app, answer) for answer in (first, second)]
    assert codes[0] == codes[1] != ""


def shown_code(app, answer: TestResponse) -> str:
    """The code on the page that an answer leads to."""
    browser = app.test_client()
    token = re.search(r"portal_access=([^;]+)", ",".join(answer.headers.getlist("Set-Cookie")))
    browser.set_cookie("portal_access", token[1])
    found = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", browser.get("/en/start/code").text)
    return found[0] if found else ""


def test_a_form_of_another_visit_with_the_same_token_is_another_form(app, visitor):
    sender(visitor, "/start/agree", **TICKED, **MAIL, once="chosen")()
    stranger = Visitor(app)
    stranger.post("/start/who", **WHO)
    sender(stranger, "/start/agree", **TICKED, contact_email="other@family.example", once="chosen")()
    assert count(app, Case) == 2


def test_a_form_without_a_token_is_worked_off_each_time(app, visitor):
    send = sender(visitor, "/resume", **MAIL, once="")
    assert ([send().status_code for _ in range(2)], ways_asked_for(app)) == ([303, 303], 2)


def ways_asked_for(app) -> int:
    with app.app_context():
        return db.session.query(Job).filter_by(kind="cases.mail_way_back").count()


def test_another_address_pressed_four_times_at_once_is_one_change(app, visitor):
    visitor.post("/start/agree", **TICKED, **MAIL)
    answers = at_once(sender(visitor, "/case/contact", contact_email="other@family.example"), 4)
    assert ([one.status_code for one in answers], count(app, OutboxMessage)) == ([303] * 4, 3)


def test_windows_that_change_the_address_at_once_end_with_one_of_them(app, visitor):
    visitor.post("/start/agree", **TICKED, **MAIL)
    answers = at_once(sender(visitor, "/case/contact", contact_email="other@family.example", once=""), 3)
    assert ([one.status_code for one in answers], count(app, OutboxMessage)) == ([303] * 3, 3)


def test_windows_that_agree_for_the_same_person_begin_one_case(app, visitor):
    sends = [sender(visitor, "/start/agree", **TICKED, **MAIL) for _ in range(2)]
    assert ([send().status_code for send in sends], count(app, Case)) == ([303, 303], 1)


def test_another_address_in_the_same_visit_begins_another_case(app, visitor):
    sends = [sender(visitor, "/start/agree", **TICKED, contact_email=f"{one}@family.example") for one in "ab"]
    assert ([send().status_code for send in sends], count(app, Case)) == ([303, 303], 2)


def test_a_refused_form_leaves_its_token_free(app, visitor):
    data = form(visitor.client.get("/en/start/agree").text)
    refused = visitor.client.post("/en/start/agree", data={**data, **MAIL})
    taken = visitor.client.post("/en/start/agree", data={**data, **MAIL, **TICKED})
    assert (refused.status_code, taken.status_code, count(app, Case)) == (200, 303, 1)


def test_a_way_back_is_asked_for_once(app, visitor):
    send = sender(visitor, "/resume", **MAIL)
    send(), send()
    assert ways_asked_for(app) == 1


def test_times_are_opened_once_and_the_retry_says_how_many(app, admin):
    html = admin.open("/slots").text
    coordinator = re.search(r'name="coordinator".*?<option value="([0-9a-f]{32})"', html, re.DOTALL)[1]
    times = {"first": "2027-03-08", "last": "2027-03-08", "begin": "09:00", "end": "11:00", "minutes": "40"}
    data = form(html) | times | {"coordinator": coordinator, "weekdays": ["0"]}
    answers = [admin.client.post("/en/desk/slots", data=data).headers["Location"] for _ in range(2)]
    assert (answers, count(app, Slot)) == (["/en/desk/slots?added=3&skipped=0"] * 2, 3)


def test_a_person_is_invited_once_and_the_retry_shows_the_same_link(app, admin):
    new = {"email": "new@clinic.example", "name": "New", "language": "en", "roles": ["lead"]}
    new |= {"zone": "Europe/Istanbul"}
    data = form(admin.open("/people").text) | new
    links = []
    for _ in range(2):
        admin.client.post("/en/desk/people", data=data)
        links.append(re.search(r"/desk/invitation/[\w-]+", admin.open("/people").text)[0])
    assert (links[0], count(app, StaffMember)) == (links[1], 3)


@pytest.fixture
def family(visitor, clock) -> Visitor:
    """A family that has said who fills in for its second child."""
    visitor.post("/start/agree", **TICKED, **MAIL)
    clock.advance(minutes=1)
    visitor.post("/case/another", **WHO)
    return visitor


def led(answers: list[TestResponse]) -> list[tuple[int, str]]:
    return [(one.status_code, one.headers.get("Location", "")) for one in answers]


FIRST = [(303, "/en/case")] * 2


def test_a_second_child_is_begun_once_and_the_retry_with_the_old_cookie_leads_there_too(app, family):
    send = sender(family, "/case/another/agree", **TICKED)
    answers = [send(), send()]
    assert (led(answers), count(app, Case), family.open("/case").status_code) == (FIRST, 2, 200)


def test_two_presses_at_once_begin_one_second_child(app, family):
    answers = at_once(sender(family, "/case/another/agree", **TICKED))
    assert (led(answers), count(app, Case), family.open("/case").status_code) == (FIRST, 2, 200)


def test_the_same_window_pressed_twice_begins_one_second_child(app, family):
    data = form(family.open("/case/another/agree").text) | TICKED
    answers = [family.client.post("/en/case/another/agree", data=data) for _ in range(2)]
    assert (led(answers), count(app, Case)) == (FIRST, 2)


def first_reference(app) -> str:
    with app.app_context():
        return db.session.scalars(db.select(Case.reference).order_by(Case.created_at)).first()


def test_another_child_is_opened_and_the_retry_with_the_old_cookie_leads_there_too(app, family):
    family.post("/case/another/agree", **TICKED)
    send = sender(family, "/case/others", reference=first_reference(app))
    assert led([send("/case/open"), send("/case/open")]) == FIRST


def test_a_retry_after_the_hour_asks_again_and_begins_nothing(app, family, clock):
    send = sender(family, "/case/another/agree", **TICKED)
    send()
    with app.app_context(), transaction() as session:
        sweep(session, now=clock.advance(minutes=61))
    assert (send().status_code, count(app, Case)) == (400, 2)


@pytest.fixture
def calendar(app, admin) -> str:
    """The page of the coordinator's calendar, which is free on the public holidays of a country."""
    page = calendar_with_hours(admin)
    admin.post(page, minutes="40", before="0", after="0", notice="2", horizon="56", holidays_of="TR")
    return page


def days(app) -> int:
    return count(app, Difference)


def test_hours_are_added_once_and_the_retry_says_how_many_times_there_are_more(app, admin, calendar):
    data = form_to(admin, calendar, "/hours") | {"weekdays": ["2"], "begin": "09:00", "end": "11:00"}
    answers = [admin.client.post(f"/en/desk{calendar}/hours", data=data).headers["Location"] for _ in range(2)]
    assert (answers[0], "added=0" in answers[0]) == (answers[1], False)


@pytest.mark.parametrize("whose", ["own", "clinic"])
def test_days_that_differ_are_noted_once_and_the_retry_says_the_same(app, admin, calendar, whose):
    page = calendar if whose == "own" else "/calendars/clinic"
    data = form_to(admin, page, "/days") | {"kind": "off", "first": "2027-03-08"}
    answers = [admin.client.post(f"/en/desk{page}/days", data=data).headers["Location"] for _ in range(3)]
    assert (set(answers), "removed=3" in answers[0], days(app)) == ({answers[0]}, True, 1)


@pytest.mark.parametrize("whose", ["own", "clinic"])
def test_days_that_are_sent_at_once_are_noted_once(app, admin, calendar, whose):
    page = calendar if whose == "own" else "/calendars/clinic"
    data = form_to(admin, page, "/days") | {"kind": "off", "first": "2027-03-08"}
    cookie = admin.client.get_cookie("portal_access").value

    def send() -> TestResponse:
        browser = app.test_client()
        browser.set_cookie("portal_access", cookie)
        return browser.post(f"/en/desk{page}/days", data=data)

    assert ([one.status_code for one in at_once(send, 4)], days(app)) == ([303] * 4, 1)


def test_days_that_are_sent_from_two_windows_are_noted_once(app, admin, calendar):
    for _ in range(2):
        data = form_to(admin, calendar, "/days") | {"kind": "off", "first": "2027-03-08"}
        admin.client.post(f"/en/desk{calendar}/days", data=data)
    assert days(app) == 1


def test_a_holiday_is_kept_open_once(app, admin, calendar):
    data = form_to(admin, calendar, "/days", last=True)
    [admin.client.post(f"/en/desk{calendar}/days", data=data) for _ in range(3)]
    assert (data["kind"], days(app)) == ("open", 1)


def test_two_buttons_of_one_page_with_a_fault_are_two_forms(app, admin, calendar):
    refused = admin.client.post(f"/en/desk{calendar}/days", data=form_to(admin, calendar, "/days"))
    opening = [one for one in forms_in(refused.text, "/days") if one.get("kind") == "open"][:2]
    for data in opening:
        admin.client.post(f"/en/desk{calendar}/days", data=data)
    assert (opening[0]["once"], days(app)) == (opening[1]["once"], 2)


def form_to(admin: Colleague, page: str, action: str, *, last: bool = False) -> dict[str, str]:
    """The hidden fields of a page's first (or last) form that leads there."""
    return forms_in(admin.open(page).text, action)[-1 if last else 0]


def forms_in(html: str, action: str) -> list[dict[str, str]]:
    found = re.findall(rf'<form method="post" action="[^"]*{action}".*?</form>', html, re.DOTALL)
    return [dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', one)) for one in found]


def test_results_are_forgotten_after_an_hour(app, visitor, clock):
    sender(visitor, "/start/agree", **TICKED, **MAIL)()
    with app.app_context(), transaction() as session:
        sweep(session, now=clock.advance(minutes=61))
    assert count(app, FirstResult) == 0


def test_a_result_is_stored_sealed(app, visitor):
    sender(visitor, "/start/agree", **TICKED, no_email="y")()
    with app.app_context():
        (row,) = db.session.scalars(db.select(FirstResult))
        assert row.result.key_id == "c1"
