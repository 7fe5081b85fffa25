"""A person's calendar for other programs: secret, revocable, without names."""

from datetime import timedelta

import icalendar
import pytest

from portal.booking.models import Schedule
from portal.booking.service.afterwards import TOOK_PLACE, note_outcome
from portal.cases.models import Case
from portal.extensions import db
from portal.staff.service import find_by_email
from portal.transaction import transaction
from tests.booking.scene import AT_NINE, Scene, token
from tests.staff.colleague import Colleague, employ
from tests.support.application import both_databases
from tests.support.calendars import Entry, entry_of, read_calendar
from tests.support.visitor import Visitor

PHONE = {"channel": "phone", "phone": "+33 1 23 45 67 89"}


@pytest.fixture
def office(app, clock) -> Colleague:
    """A coordinator who has one consultation."""
    email = employ(app, "coordinator", email="one@clinic.example", speaks=("en", "fr"))
    with app.app_context():
        scene = Scene(app)
        scene.times(scene.schedule_of(email), AT_NINE)
    family = Visitor(app).begin().answer("person")
    family.post("/case/book", slot=token())
    family.post("/case/book/confirm", **PHONE)
    return Colleague(app, "en").sign_in(email)


def address_of(office: Colleague) -> str:
    office.post("/calendar/new")
    html = office.open("/calendar").text
    return html.partition("/api/calendar/")[2].partition("<")[0]


def feed(office: Colleague, address: str) -> str:
    answer = office.app.test_client().get(f"/api/calendar/{address}")
    assert answer.status_code == 200
    return answer.text


def events(office: Colleague, address: str) -> tuple[Entry, ...]:
    return read_calendar(feed(office, address)).entries


def test_it_holds_the_consultations_without_names(office):
    ics = feed(office, address_of(office))
    event = entry_of(ics)
    assert (event.start, "Conversation with" in event.summary, "+33" in ics, "ATTENDEE" in ics) == (
        AT_NINE,
        True,
        False,
        False,
    )


def test_the_address_is_shown_once(office):
    address_of(office)
    assert "/api/calendar/" not in office.open("/calendar").text


def test_asking_for_the_head_does_not_use_it_up(office):
    office.post("/calendar/new")
    office.client.head("/en/desk/calendar")
    assert "/api/calendar/" in office.open("/calendar").text


@pytest.fixture
def admin(app, clock) -> Colleague:
    return Colleague(app, "en").sign_in(employ(app, "admin"))


@pytest.fixture
def leave(app, admin, office):
    """Takes steps with the coordinator at the desk."""

    def go(*steps: str) -> None:
        with app.app_context():
            person = find_by_email(db.session(), "one@clinic.example").id
        for step in steps:
            assert admin.post(f"/people/{person}/{step}").status_code == 303

    return go


@pytest.mark.parametrize("steps", [["reset"], ["revoke"], ["revoke", "reset"]])
@both_databases
def test_whoever_is_removed_or_begins_anew_has_no_address_any_more(app, office, leave, steps):
    address = address_of(office)
    leave(*steps)
    with app.app_context():
        kept = db.session.scalars(db.select(Schedule.feed_hash)).all()
    assert (app.test_client().get(f"/api/calendar/{address}").status_code, kept) == (404, [None])


@pytest.mark.parametrize("command", ["reset", "revoke"])
def test_so_it_is_from_the_command_line(app, office, command):
    address = address_of(office)
    with app.app_context():
        app.test_cli_runner().invoke(args=["portal", "people", command, "one@clinic.example"], catch_exceptions=False)
        kept = db.session.scalars(db.select(Schedule.feed_hash)).all()
    assert (app.test_client().get(f"/api/calendar/{address}").status_code, kept) == (404, [None])


def test_a_new_address_ends_the_old_one(office):
    old, new = address_of(office), address_of(office)
    client = office.app.test_client()
    assert [client.get(f"/api/calendar/{one}").status_code for one in (old, new)] == [404, 200]


def test_a_closed_one_is_no_more_than_one_that_never_was(office):
    address = address_of(office)
    office.post("/calendar/end")
    client = office.app.test_client()
    closed, made_up = (client.get(f"/api/calendar/{one}") for one in (address, "x" * 43 + ".ics"))
    assert (closed.status_code, made_up.status_code) == (404, 404)


def test_what_took_place_stays_in_it_for_a_month(office, clock):
    address = address_of(office)
    clock.now = AT_NINE + timedelta(hours=1)
    with office.app.app_context(), transaction() as session:
        here = office.app.extensions["portal"]
        case_id = session.scalars(db.select(Case.id)).one()
        note_outcome(session, here.keyring, case_id, TOOK_PLACE, settings=here.settings, now=clock())
    assert len(events(office, address)) == 1


@both_databases
def test_it_says_when_an_entry_changed_last(office, clock):
    address, changed = address_of(office), clock.now + timedelta(hours=2)
    with office.app.app_context():
        Scene(office.app).talk(db.session.scalars(db.select(Case.id)).one(), changed, phone="+33 1 98 76 54 32")
    [event] = icalendar.Calendar.from_ical(feed(office, address)).walk("VEVENT")
    assert (event["SEQUENCE"], event["LAST-MODIFIED"].dt, event["DTSTAMP"].dt) == (1, changed, changed)
