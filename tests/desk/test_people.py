"""An admin adds people, removes them and gives them a new start."""

import re

import pytest

from portal.accesslog.models import Entry
from portal.extensions import db
from portal.staff.models import StaffMember
from tests.staff.colleague import Colleague, employ, member, parsed
from tests.support.application import both_in_full

NEW = {
    "email": "new@clinic.example",
    "name": "Test New",
    "language": "tr",
    "zone": "Europe/Berlin",
    "roles": ["coordinator"],
    "speaks": ["tr"],
}


@pytest.fixture
def admin(app, clock) -> Colleague:
    return Colleague(app).sign_in(employ(app, "admin"))


def id_of(app, email: str) -> str:
    with app.app_context():
        return member(email).id


@both_in_full
def test_a_new_person_gets_a_link_that_opens(app, admin):
    admin.post("/people", **NEW)
    link = re.search(r"http://localhost(/tr/desk/invitation/[\w-]+)", admin.page("/people").main)
    assert Colleague(app).client.get(link[1]).status_code == 200


def test_the_link_is_shown_once(admin):
    admin.post("/people", **NEW)
    assert ["invitation/" in admin.page("/people").main for _ in range(2)] == [True, False]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "half@"}, "email"),
        ({"email": ""}, "email"),
        ({"email": "ADMIN@clinic.example"}, "email"),
        ({"name": " "}, "name"),
        ({"language": "xx"}, "language"),
        ({"roles": []}, "roles"),
        ({"roles": ["boss"]}, "roles"),
        ({"speaks": ["<b>"]}, "speaks"),
        ({"zone": ""}, "zone"),
        ({"zone": "Mars/Olympus"}, "zone"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nobody_is_added(app, admin, changes, field):
    page = parsed(admin.post("/people", **(NEW | changes)))
    with app.app_context():
        assert (list(page.errors), db.session.query(StaffMember).count()) == ([field], 1)


@both_in_full
def test_removing_somebody_ends_their_session(app, admin):
    other = Colleague(app).sign_in(employ(app, "coordinator"))
    admin.post(f"/people/{id_of(app, 'coordinator@clinic.example')}/revoke")
    assert not other.is_in()


def test_a_new_invitation_ends_the_session_and_shows_a_link(app, admin):
    other = Colleague(app).sign_in(employ(app, "coordinator"))
    admin.post(f"/people/{id_of(app, 'coordinator@clinic.example')}/reset")
    assert (other.is_in(), "invitation/" in admin.page("/people").main) == (False, True)


def test_nobody_removes_themselves(app, admin):
    assert admin.post(f"/people/{id_of(app, 'admin@clinic.example')}/revoke").status_code == 403
    assert admin.is_in()


@pytest.mark.parametrize("what", ["revoke", "reset"])
def test_an_unknown_person_is_not_found(admin, what):
    assert admin.post(f"/people/none/{what}").status_code == 404


def test_what_an_admin_does_is_logged(app, admin):
    admin.post("/people", **NEW)
    admin.post(f"/people/{id_of(app, NEW['email'])}/revoke")
    with app.app_context():
        told = [one.action for one in db.session.query(Entry).order_by(Entry.seq)]
    assert told == ["staff.signed_in", "people.added", "people.revoked"]
