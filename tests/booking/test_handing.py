"""The office gives a consultation to a colleague at the same hour: one UID, the time stays, calendars follow."""

from datetime import datetime, timedelta

import pytest

from portal.booking.clocks import clocks_of_family
from portal.booking.models import BOOKED, Appointment, Participant, Schedule
from portal.booking.service import change, reserve
from portal.booking.service.reminders import note_moved_clocks, remind
from portal.booking.ways import OtherWay
from portal.cases.models import Case
from portal.extensions import db
from portal.staff.models import StaffMember
from portal.transaction import transaction
from tests.booking.scene import AT_NINE, NOW, Scene, token
from tests.booking.test_moving_by_office import race
from tests.support.application import both_databases, both_in_full

SOON = NOW + timedelta(minutes=1)


def give(scene: Scene, case_id: str, sequence: int = 0, now: datetime = SOON) -> Appointment:
    more = {"settings": scene.settings, "now": now, "token": token(), "was": token(), "reason": "ill"}
    with transaction() as session:
        given = change.move_by_office(session, scene.keyring, case_id, sequence=str(sequence), **more).id
    return scene.appointment(given)


def leaves(name: str) -> None:
    """Somebody is at the office no more."""
    with transaction() as session:
        session.query(StaffMember).filter_by(email=f"{name}@clinic.example").one().active = False


def needed() -> set[int]:
    db.session.rollback()
    return set(db.session.scalars(db.select(Participant.schedule_id)))


@pytest.fixture
def two(clinic: Scene, case_id: str) -> int:
    """The calendar of a colleague who is free at nine as well."""
    made = clinic.coordinator("two")
    clinic.times(made, AT_NINE)
    return made


@both_databases
@pytest.mark.parametrize("left", [True, False])
def test_a_colleague_has_it_at_the_same_hour(clinic, case_id, two, left):
    before = reserve.booked(db.session(), case_id).id
    db.session.rollback()
    if left:
        leaves("one")
    given = give(clinic, case_id)
    assert (given.id, given.schedule_id, given.start_at, given.status) == (before, two, AT_NINE, BOOKED)
    assert (given.sequence, needed()) == (1, {two})


@pytest.fixture
def with_notice(clinic: Scene, case_id: str) -> int:
    """The calendar of a colleague at nine whom families choose a day before at the latest."""
    made = clinic.coordinator("two")
    with transaction() as session:
        session.get_one(Schedule, made).notice = 24 * 60
    clinic.times(made, AT_NINE)
    return made


@both_databases
def test_notice_keeps_no_colleague_from_it(clinic, case_id, with_notice):
    assert give(clinic, case_id, now=AT_NINE - timedelta(minutes=5)).schedule_id == with_notice


def test_a_family_chooses_no_time_within_the_notice(clinic, case_id, with_notice):
    with pytest.raises(reserve.SlotTaken):
        clinic.hold(clinic.family("other@family.example"), now=AT_NINE - timedelta(minutes=5))


@both_in_full
def test_where_nobody_else_has_the_hour_it_stays(clinic, case_id):
    with pytest.raises(reserve.SlotTaken):
        give(clinic, case_id)
    assert (reserve.booked(db.session(), case_id).sequence, len(clinic.drafts())) == (0, 2)


@both_in_full
def test_a_colleague_whom_another_family_has_then_is_not_asked_for(clinic, case_id, two):
    clinic.hold(clinic.family("other@family.example"))
    with pytest.raises(reserve.SlotTaken):
        give(clinic, case_id)


@both_in_full
def test_a_page_that_knew_it_otherwise_gives_nothing(clinic, case_id, two):
    give(clinic, case_id)
    with pytest.raises(change.StandsThere):
        give(clinic, case_id)
    assert (needed(), len(clinic.drafts("appointment.changed"))) == ({two}, 1)


@both_databases
def test_pressed_many_times_at_once_it_is_given_once(clinic, case_id, two):
    found = race(clinic, *[lambda: give(clinic, case_id)] * 8)
    assert (found["done"], found["StandsThere"], needed()) == (1, 7, {two})


@both_in_full
def test_a_colleague_who_does_not_talk_so_is_passed_over_and_where_there_is_no_other_that_is_said(make_app):
    with make_app(meeting_url="https://meet.example/{room}").app_context() as context:
        scene = Scene(context.app)
        scene.open_day(scene.coordinator())
        case_id, two = scene.family(), scene.coordinator("two")
        scene.hold(case_id)
        scene.book(case_id)
        scene.times(two, AT_NINE)
        scene.change(Schedule, two, channels="video")
        with pytest.raises(OtherWay):
            give(scene, case_id)
        three = scene.coordinator("three")
        scene.times(three, AT_NINE)
        assert give(scene, case_id).schedule_id == three


@both_in_full
def test_one_uid_a_cancel_for_the_one_and_a_request_for_the_other(clinic, case_id, two):
    uid = f"{give(clinic, case_id).id}@localhost"
    found = {
        (one.kind, one.recipient, one.method, one.meeting.uid, one.meeting.sequence) for one in clinic.drafts()[2:]
    }
    assert found == {
        ("appointment.changed", "parent@family.example", "REQUEST", uid, 1),
        ("appointment.cancelled.staff", "one@clinic.example", "CANCEL", uid, 1),
        ("appointment.booked.staff", "two@clinic.example", "REQUEST", uid, 1),
    }


def test_who_has_left_gets_no_mail(clinic, case_id, two):
    leaves("one")
    give(clinic, case_id)
    assert [one for one in clinic.drafts()[2:] if one.recipient == "one@clinic.example"] == []


def test_the_family_reads_that_the_time_stays_and_not_that_it_changed_how_to_talk(scene):
    scene.open_day(scene.coordinator(speaks=("en",)))
    case_id = scene.family(language="en")
    scene.hold(case_id)
    scene.book(case_id)
    scene.times(scene.coordinator("two", speaks=("en",)), AT_NINE)
    give(scene, case_id)
    (letter,) = scene.letters("appointment.changed")
    assert ["The time stays" in body and "you changed" not in body for body in (letter.text, letter.html)] == [True] * 2


# What was agreed about the hour


@pytest.fixture
def moved_by_law(clinic: Scene, case_id: str, two: int) -> str:
    """A family that agreed on eight by its wall, which a country has made seven since, and the office knows it."""
    with transaction() as session:
        found = reserve.booked(session, case_id)
        found.wall = found.wall.replace("T07:00", "T08:00")
    assert looked_at_clocks() == 1
    return case_id


def looked_at_clocks() -> int:
    with transaction() as session:
        return note_moved_clocks(session, now=SOON)


@both_in_full
def test_what_a_country_changed_is_still_to_be_settled(clinic, moved_by_law):
    before = reserve.booked(db.session(), moved_by_law)
    flag, booked_at = before.clock_moved_at, before.booked_at
    given = give(clinic, moved_by_law)
    assert (given.clock_moved_at, given.booked_at, given.wall) == (flag, booked_at, "2027-03-08T08:00 2027-03-08T09:00")


def test_what_nobody_has_noted_yet_is_found_afterwards(clinic, moved_by_law):
    with transaction() as session:
        reserve.booked(session, moved_by_law).clock_moved_at = None
    give(clinic, moved_by_law)
    assert looked_at_clocks() == 1


def test_a_colleague_elsewhere_has_it_on_its_own_wall(clinic, case_id, two):
    with transaction() as session:
        session.get_one(Schedule, two).staff.time_zone = "Europe/Berlin"
    assert give(clinic, case_id).wall == "2027-03-08T07:00 2027-03-08T07:00"
    assert looked_at_clocks() == 0


def test_a_family_that_is_elsewhere_by_now_still_reads_the_clock_on_which_it_booked(clinic, case_id, two):
    clinic.change(Case, case_id, time_zone="America/New_York")
    given = give(clinic, case_id)
    said = clocks_of_family(given, db.session.get_one(Case, case_id), "Europe/Istanbul", "en")
    assert (said["booked_at"], given.time_zone) == ("Monday, 8 March 2027, 07:00", "Europe/Paris")


def test_a_reminder_that_was_sent_is_not_sent_again(clinic, case_id, two):
    day = AT_NINE - timedelta(days=1)
    for now in (day, day + timedelta(minutes=10)):
        with transaction() as session:
            remind(session, clinic.keyring, settings=clinic.settings, now=now)
        if now == day:
            give(clinic, case_id, now=now + timedelta(minutes=5))
    assert len(clinic.drafts("appointment.soon")) == 1


# With an interpreter


@pytest.fixture
def pair(scene: Scene) -> tuple[str, dict[str, int]]:
    """A family that talks in English with an interpreter at nine; the case, and everybody's calendars."""
    people = {name: scene.coordinator(name, speaks=("en",)) for name in ("first", "second")}
    people |= {name: scene.coordinator(name, role="interpreter") for name in ("ear", "other_ear")}
    scene.times(people["first"], AT_NINE)
    scene.times(people["ear"], AT_NINE, minutes=180)
    case_id = scene.family()
    scene.hold(case_id)
    scene.book(case_id)
    return case_id, people


@both_in_full
def test_the_interpreter_stays_where_the_coordinator_has_left(scene, pair):
    case_id, people = pair
    scene.times(people["second"], AT_NINE)
    leaves("first")
    give(scene, case_id)
    assert needed() == {people["second"], people["ear"]}
    told = {(one.kind, one.recipient) for one in scene.drafts()[3:]}
    assert ("appointment.changed.staff", "ear@clinic.example") in told


@both_databases
def test_the_coordinator_stays_where_the_interpreter_has_left(scene, pair):
    case_id, people = pair
    scene.times(people["second"], AT_NINE)
    scene.times(people["other_ear"], AT_NINE, minutes=180)
    leaves("ear")
    given = give(scene, case_id)
    assert (given.interpreter_id, needed()) == (people["other_ear"], {people["first"], people["other_ear"]})


@both_in_full
def test_what_others_are_offered_stays_as_it_was(clinic, case_id, two):
    clinic.hold(case_id, AT_NINE + timedelta(minutes=40), moving=True)
    give(clinic, case_id)
    assert clinic.free() == [AT_NINE, AT_NINE + timedelta(minutes=40), AT_NINE + timedelta(minutes=80)]


def test_an_interpreter_who_stays_reads_from_when_to_when(scene, pair):
    case_id, people = pair
    scene.times(people["second"], AT_NINE, minutes=60)
    leaves("first")
    more = {"settings": scene.settings, "now": SOON, "token": token(minutes=60), "was": token(), "reason": "ill"}
    with transaction() as session:
        change.move_by_office(session, scene.keyring, case_id, **more)
    (letter,) = scene.letters("appointment.moved.staff")
    assert ["\n09:00–10:00\n" in letter.text, "09:00–09:40 (" in letter.text] == [True, True]
