"""Where somebody of the office is, and the languages spoken with families: asked at the invitation, changed later."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from portal.accesslog.models import Entry
from portal.booking.models import BY_RULE, Appointment, Participant, Schedule, Slot
from portal.booking.service.freed import OFFER
from portal.booking.service.reminders import note_moved_clocks
from portal.extensions import db
from portal.jobs.models import Job
from portal.staff.models import StaffMember
from portal.transaction import transaction
from tests.booking.scene import AT_NINE, MONDAY, NOW, Scene
from tests.booking.waiting_scene import any_time, waits
from tests.staff.colleague import Colleague, employ, member, parsed
from tests.support.application import Clock, both_in_full

BERLIN, TOKYO = "Europe/Berlin", "Asia/Tokyo"
STAYS = {"zone": "Europe/Istanbul", "speaks": ["fr"]}


@pytest.fixture
def admin(app: Flask, clock: Clock) -> Colleague:
    return Colleague(app).sign_in(employ(app, "admin"))


@pytest.fixture
def office(app: Flask, clock: Clock) -> SimpleNamespace:
    """A coordinator in Istanbul with hours on Mondays from nine to eleven, and the page where that is changed."""
    with app.app_context():
        scene = Scene(app)
        schedule_id = scene.coordinator()
        scene.change(Schedule, schedule_id, horizon=8)
        scene.window(schedule_id, "09:00-11:00")
        scene.make(schedule_id)
        place = f"/people/{member('one@clinic.example').id}/place"
    return SimpleNamespace(scene=scene, schedule_id=schedule_id, place=place)


def walls(app: Flask, zone: str) -> list[str]:
    with app.app_context():
        found = db.session.scalars(db.select(Slot.start_at).order_by(Slot.start_at))
        return [f"{start.astimezone(ZoneInfo(zone)):%-d %H:%M}" for start in found]


def book(app: Flask, office: SimpleNamespace) -> str:
    with app.app_context():
        case_id = office.scene.family()
        office.scene.hold(case_id)
        return office.scene.book(case_id)


def of(app: Flask, appointment_id: str) -> Appointment:
    with app.app_context():
        return db.session.get_one(Appointment, appointment_id)


def moved_clocks(app: Flask) -> int:
    with app.app_context(), transaction() as session:
        return note_moved_clocks(session, now=NOW)


def test_an_invitation_asks_for_the_place_and_proposes_the_clinics(admin):
    assert admin.page("/people").form().controls["zone"].chosen == ["Europe/Istanbul"]


@pytest.mark.parametrize(("said", "kept"), [(BERLIN, BERLIN), ("Asia/Calcutta", "Asia/Kolkata")])
def test_who_is_invited_has_the_place_under_its_name_of_today(app, admin, said, kept):
    new = {"email": "new@clinic.example", "name": "New", "language": "tr", "roles": ["coordinator"], "speaks": ["tr"]}
    admin.post("/people", zone=said, **new)
    with app.app_context():
        assert member("new@clinic.example").time_zone == kept


@pytest.mark.parametrize("page", ["/people", "calendar"])
def test_the_way_there_stands_beside_the_person_and_in_the_calendar(admin, office, page):
    path = office.place.replace("people", "calendars").removesuffix("/place") if page == "calendar" else page
    assert f'href="/en/desk{office.place}"' in admin.open(path).text


def test_the_page_says_what_is_so(admin, office):
    form = admin.page(office.place).form()
    assert {name: form.controls[name].chosen for name in STAYS} == {"zone": ["Europe/Istanbul"], "speaks": ["fr"]}


@both_in_full
def test_the_weekly_hours_are_meant_on_the_clock_of_the_new_place_at_once(app, admin, office):
    answer = admin.post(office.place, **STAYS | {"zone": BERLIN})
    page = admin.page(answer.headers["Location"].removeprefix("/en/desk"))
    said = "Saved. Times added: 4, taken out: 3." in page.main
    assert (walls(app, BERLIN), said) == (["1 10:20", "8 09:00", "8 09:40", "8 10:20"], True)


@both_in_full
def test_what_is_booked_stays_at_its_hour_and_counts_as_no_countrys_change(app, admin, office):
    booked = book(app, office)
    admin.post(office.place, **STAYS | {"zone": BERLIN})
    found = of(app, booked)
    assert (found.start_at, found.wall, moved_clocks(app)) == (AT_NINE, "2027-03-08T07:00 2027-03-08T07:00", 0)


@both_in_full
@pytest.mark.parametrize("wall", ["2027-03-08T08:00 2027-03-08T09:00", "2027-03-08T07:00 2027-03-08T08:00"])
def test_what_a_country_has_changed_is_still_said(app, admin, office, wall):
    booked = book(app, office)
    with app.app_context(), transaction() as session:
        session.get_one(Appointment, booked).wall = wall
    admin.post(office.place, **STAYS | {"zone": BERLIN})
    assert of(app, booked).clock_moved_at == NOW


def test_a_move_to_another_place_is_as_often_as_one_likes(app, admin, office):
    booked = book(app, office)
    for zone in (TOKYO, "Asia/Tbilisi", BERLIN):
        admin.post(office.place, **STAYS | {"zone": zone})
    assert (of(app, booked).wall, moved_clocks(app)) == ("2027-03-08T07:00 2027-03-08T07:00", 0)


@both_in_full
def test_times_by_hand_and_what_is_booked_lie_on_the_days_of_the_new_clock(app, admin, office):
    late = datetime(2027, 3, 10, 18, 0, tzinfo=UTC)  # on Thursday, in Tokyo
    with app.app_context():
        office.scene.times(office.schedule_id, late, late + timedelta(minutes=40))
        case_id = office.scene.family()
        office.scene.hold(case_id, late)
        office.scene.book(case_id)
    admin.post(office.place, **STAYS | {"zone": TOKYO})
    with app.app_context():
        days = db.session.scalars(db.select(Slot.day).where(Slot.made_by != BY_RULE)).all()
        assert (days, db.session.query(Participant).one().day) == ([date(2027, 3, 11)] * 2, date(2027, 3, 11))


@both_in_full
def test_languages_are_added_and_taken_away_and_families_are_asked_in_them(app, admin, office):
    admin.post(office.place, **STAYS | {"speaks": ["ar", "fr"]})
    with app.app_context():
        first = (office.scene.free("ar"), office.scene.free("fr"))
    admin.post(office.place, **STAYS | {"speaks": ["ar"]})
    with app.app_context():
        assert (first[0] == first[1] != [], len(office.scene.free("ar")), office.scene.free("fr")) == (True, 3, [])


def test_a_worker_looks_who_waits_for_the_new_language(app, admin, office):
    with app.app_context():
        waits(office.scene, "first@family.example", any_time(languages=("ar",)))
        with transaction() as session:
            session.execute(db.delete(Job))
    admin.post(office.place, **STAYS | {"speaks": ["ar"]})
    with app.app_context():
        assert db.session.query(Job).filter_by(kind=OFFER).count() == 1


def test_who_has_no_calendar_can_be_elsewhere_too(app, admin):
    with app.app_context():
        own = member("admin@clinic.example").id
    admin.post(f"/people/{own}/place", zone=TOKYO)
    with app.app_context():
        found = db.session.get_one(StaffMember, own)
        assert (found.time_zone, found.languages, db.session.query(Schedule).count()) == (TOKYO, [], 0)


@pytest.mark.parametrize("zone", ["UTC", "Etc/GMT+3", "EST", "Factory", "localtime"])
def test_a_clock_that_is_nobodys_home_is_no_place(app, admin, office, zone):
    new = {"email": "new@clinic.example", "name": "New", "language": "tr", "roles": ["coordinator"], "speaks": ["tr"]}
    journey = {"kind": "travel", "first": "2027-03-08"}
    days = office.place.replace("people", "calendars").replace("/place", "/days")
    sent = [(office.place, STAYS), ("/people", new), (days, journey)]
    answers = [parsed(admin.post(where, **said | {"zone": zone})) for where, said in sent]
    assert [list(page.errors) for page in answers] == [["zone"]] * 3


@pytest.mark.parametrize(
    ("changes", "field"), [({"zone": ""}, "zone"), ({"zone": "Mars/Olympus"}, "zone"), ({"speaks": ["<b>"]}, "speaks")]
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_changes(app, admin, office, changes, field):
    page = parsed(admin.post(office.place, **STAYS | changes))
    with app.app_context():
        found = member("one@clinic.example")
        kept = found.time_zone, [one.language for one in found.languages]
    assert (list(page.errors), kept) == ([field], ("Europe/Istanbul", ["fr"]))


def test_where_the_calendar_would_run_over_nothing_changes(app, admin, office, monkeypatch):
    with app.app_context():
        office.scene.differ(office.schedule_id, "off", MONDAY, MONDAY)
        office.scene.make(office.schedule_id)
    monkeypatch.setattr("portal.booking.service.whereabouts.MOST_TIMES", 0)
    with app.app_context():
        office.scene.window(office.schedule_id, "00:00-03:00", weekday=1)
    page = parsed(admin.post(office.place, **STAYS | {"zone": TOKYO}))
    with app.app_context():
        assert (list(page.errors), member("one@clinic.example").time_zone) == (["zone"], "Europe/Istanbul")


def test_it_is_logged(app, admin, office):
    admin.post(office.place, **STAYS)
    with app.app_context():
        entry = db.session.scalars(db.select(Entry).where(Entry.action == "people.changed")).one()
    assert (entry.actor.startswith("staff:"), entry.object_id in office.place) == (True, True)


@pytest.mark.parametrize("who", ["coordinator", "lead", "interpreter"])
def test_nobody_else_may(app, admin, office, who):
    assert Colleague(app).sign_in(employ(app, who, email="else@clinic.example")).open(office.place).status_code == 403
