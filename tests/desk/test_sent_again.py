"""What the desk sends again because an answer was lost, or presses twice, gives what it gave first."""

import re

import pytest
from werkzeug.test import TestResponse

from tests.booking.scene import Scene
from tests.staff.colleague import Colleague, calendar_with_hours, employ
from tests.support.application import both_databases
from tests.support.pressing import at_once, button

pytestmark = both_databases


@pytest.fixture
def admin(app, clock) -> Colleague:
    employ(app, "coordinator")
    return Colleague(app).sign_in(employ(app, "admin"))


@pytest.fixture
def calendar(app, admin) -> str:
    """The page of the coordinator's calendar, with hours on Mondays."""
    return calendar_with_hours(admin)


def sent_twice(admin: Colleague, page: str, action: str, **said: object) -> list[str]:
    """One form of a page of the desk, sent twice: where each leads."""
    there, hidden = button(admin.open(page).text, action)
    return [admin.client.post(there, data=hidden | said).headers["Location"] for _ in range(2)]


RULES = {"minutes": "30", "before": "0", "after": "0", "notice": "2", "horizon": "56"}


def test_rules_that_are_sent_again_say_what_the_first_sending_did(admin, calendar):
    first, second = sent_twice(admin, calendar, calendar, **RULES)
    assert (first, "added=0&" in first) == (second, False)


@pytest.mark.parametrize("what", ["hours", "days"])
def test_what_is_removed_once_more_says_what_the_first_press_did(admin, calendar, what):
    admin.post(f"{calendar}/days", kind="off", first="2027-03-08")
    first, second = sent_twice(admin, calendar, f"/{what}/[0-9a-f]+/remove")
    assert (first, "added=0&removed=0" in first) == (second, False)


def test_a_place_that_is_sent_again_says_what_the_first_sending_did(admin, calendar):
    place = f"{calendar.replace('calendars', 'people')}/place"
    first, second = sent_twice(admin, place, place, zone="Asia/Tokyo", speaks=["en", "fr"])
    assert (first, "added=0&" in first) == (second, False)


def pressed_at_once(admin: Colleague, page: str, action: str) -> None:
    there, data = button(admin.open(page).text, action)
    cookie = admin.client.get_cookie("portal_access").value

    def press() -> TestResponse:
        browser = admin.app.test_client()
        browser.set_cookie("portal_access", cookie)
        return browser.post(there, data=data)

    assert [one.status_code for one in at_once(press)] == [303, 303]


def test_a_new_invitation_pressed_twice_is_one_that_opens(app, admin):
    pressed_at_once(admin, "/people", "/reset")
    link = re.search(r"http://localhost(/en/desk/invitation/[\w-]+)", admin.open("/people").text)[1]
    assert 'name="password"' in app.test_client().get(link).text


def test_a_new_invitation_that_is_asked_for_again_is_another(app, admin):
    links = []
    for _ in range(2):
        there, data = button(admin.open("/people").text, "/reset")
        admin.client.post(there, data=data)
        links.append(re.search(r"/desk/invitation/[\w-]+", admin.open("/people").text)[0])
    assert links[0] != links[1]


def test_a_new_address_of_a_calendar_pressed_twice_is_one_that_opens(app, clock):
    office = Colleague(app).sign_in(employ(app, "coordinator"))
    pressed_at_once(office, "/calendar", "/calendar/new")
    address = re.search(r"/api/calendar/[\w-]+\.ics", office.open("/calendar").text)[0]
    assert app.test_client().get(address).status_code == 200


def test_a_removal_that_is_sent_again_still_says_how_many_conversations_need_somebody_else(app, admin, calendar):
    with app.app_context():
        scene = Scene(app)
        case_id = scene.family()
        scene.hold(case_id)
        scene.book(case_id)
    first, second = sent_twice(admin, "/people", f"{calendar.rpartition('/')[2]}/revoke")
    assert (first, second) == ("/en/desk/people?standing=1",) * 2
