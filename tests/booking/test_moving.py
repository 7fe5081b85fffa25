"""A consultation moves to a time that is kept for it; the old one stands until the new one does. Calendars follow."""

from datetime import datetime, timedelta

import pytest

from portal.booking.models import BOOKED, Appointment, Participant, Schedule
from portal.booking.service import change, reserve
from portal.booking.service.cancel import NothingBooked
from portal.booking.told import wishes
from portal.cases.models import Case
from portal.extensions import db
from portal.mail.draft import Draft
from portal.staff.service import find_by_email, revoke
from portal.transaction import transaction
from tests.booking.scene import AT_NINE, NOW, Scene
from tests.support.application import both_in_full

DAY, MINUTE, STEP = timedelta(days=1), timedelta(minutes=1), timedelta(minutes=40)
LATER = AT_NINE + 2 * STEP
SOON = NOW + MINUTE


def move(scene: Scene, case_id: str, start: datetime = LATER) -> Appointment:
    scene.hold(case_id, start, SOON, moving=True)
    return scene.appointment(scene.move(case_id, start, SOON))


def change_details(scene: Scene, case_id: str, **said: str | None) -> Appointment:
    said = {"channel": "phone", "phone": "+33 1 23 45 67 89", "interpreter": "no", **said}
    more = {"settings": scene.settings, "now": SOON}
    with transaction() as session:
        changed = change.change_details(session, scene.keyring, case_id, **said, **more).id
    return scene.appointment(changed)


def booked(scene: Scene, case_id: str) -> Appointment:
    db.session.rollback()
    return reserve.booked(db.session(), case_id)


def told(scene: Scene, what: str) -> list[tuple[str, str, str]]:
    """Kind, recipient and method of the letters that came after the booking's own two."""
    return sorted((one.kind, one.recipient, one.method) for one in scene.drafts()[2:] if what in one.kind)


def meetings(drafts: list[Draft], recipient: str) -> list[tuple[str, int, str]]:
    """Which entry of somebody's calendar, its sequence, and what is asked for."""
    return [(one.meeting.uid, one.meeting.sequence, one.method) for one in drafts if one.recipient == recipient]


def newest(scene: Scene) -> tuple[int, str]:
    """What the family's calendar keeps of all that is told: the highest sequence, and what is asked for."""
    return max((sequence, method) for _uid, sequence, method in meetings(scene.drafts(), "parent@family.example"))


def room_of(scene: Scene, case_id: str) -> str:
    return scene.keyring.case(case_id).read(booked(scene, case_id), "room")


# The time: what the database keeps apart


@both_in_full
def test_the_consultation_stands_at_the_new_time(clinic, case_id):
    assert move(clinic, case_id).start_at == LATER


@both_in_full
def test_it_stays_the_same_consultation(clinic, case_id):
    before = booked(clinic, case_id).id
    assert (move(clinic, case_id).id, booked(clinic, case_id).status) == (before, BOOKED)


@both_in_full
def test_the_old_time_is_free_afterwards_and_the_new_one_taken(clinic, case_id):
    move(clinic, case_id)
    assert clinic.free() == [AT_NINE, AT_NINE + STEP]


@both_in_full
def test_another_family_can_have_the_old_time(clinic, case_id):
    move(clinic, case_id)
    other = clinic.hold(clinic.family())
    assert clinic.appointment(other).start_at == AT_NINE


@both_in_full
def test_while_it_is_being_moved_both_times_are_taken(clinic, case_id):
    clinic.hold(case_id, LATER, moving=True)
    assert clinic.free() == [AT_NINE + STEP]


@both_in_full
def test_who_leaves_without_moving_keeps_the_old_time_alone(clinic, case_id):
    clinic.hold(case_id, LATER, moving=True)
    with transaction() as session:
        reserve.let_time_go(session, case_id, now=NOW)
    assert (clinic.free(), booked(clinic, case_id).start_at) == ([AT_NINE + STEP, LATER], AT_NINE)


@both_in_full
def test_nobody_chooses_a_second_time_without_moving(clinic, case_id):
    with pytest.raises(reserve.AlreadyBooked):
        clinic.hold(case_id, LATER)


@both_in_full
def test_a_hold_that_ran_out_is_tried_once_more(clinic, case_id):
    clinic.hold(case_id, LATER, moving=True)
    clinic.move(case_id, LATER, NOW + 20 * MINUTE)
    assert booked(clinic, case_id).start_at == LATER


@both_in_full
def test_a_lost_hold_leaves_the_old_time(clinic, case_id):
    clinic.hold(case_id, LATER, moving=True)
    clinic.hold(clinic.family(), LATER, NOW + 15 * MINUTE)
    with pytest.raises(reserve.SlotTaken):
        clinic.move(case_id, LATER, NOW + 20 * MINUTE)
    assert (booked(clinic, case_id).start_at, clinic.free(now=NOW + 20 * MINUTE)) == (AT_NINE, [AT_NINE + STEP])


@both_in_full
def test_a_lost_hold_tells_nobody(clinic, case_id):
    clinic.hold(case_id, LATER, moving=True)
    clinic.hold(clinic.family(), LATER, NOW + 15 * MINUTE)
    with pytest.raises(reserve.SlotTaken):
        clinic.move(case_id, LATER, NOW + 20 * MINUTE)
    assert told(clinic, "") == []


@both_in_full
def test_another_time_than_the_page_showed_moves_nothing(clinic, case_id):
    clinic.hold(case_id, AT_NINE + STEP, moving=True)
    with pytest.raises(reserve.OtherTimeKept):
        clinic.move(case_id, LATER)
    assert booked(clinic, case_id).start_at == AT_NINE


@both_in_full
def test_nothing_that_is_not_booked_is_moved(clinic):
    case_id = clinic.family()
    clinic.hold(case_id)
    with pytest.raises(NothingBooked):
        clinic.move(case_id, AT_NINE)


@both_in_full
def test_moving_twice_is_moving_once(clinic, case_id):
    move(clinic, case_id)
    letters = len(clinic.drafts())
    clinic.move(case_id, LATER, SOON + MINUTE)
    assert (len(clinic.drafts()), booked(clinic, case_id).sequence) == (letters, 1)


@both_in_full
def test_it_can_be_moved_back(clinic, case_id):
    move(clinic, case_id)
    assert move(clinic, case_id, AT_NINE).start_at == AT_NINE


@both_in_full
def test_a_moved_consultation_is_cancelled_like_any_other(clinic, case_id):
    move(clinic, case_id)
    clinic.cancel(case_id, SOON + MINUTE)
    assert clinic.free() == [AT_NINE, AT_NINE + STEP, LATER]


@both_in_full
def test_what_was_kept_for_the_move_is_over(clinic, case_id):
    move(clinic, case_id)
    rows = db.session.scalars(db.select(Appointment.status).where(Appointment.case_id == case_id)).all()
    assert rows == [BOOKED]


@both_in_full
def test_the_database_needs_the_coordinator_once(clinic, case_id):
    moved = move(clinic, case_id)
    needed = db.session.execute(db.select(Participant.appointment_id, Participant.busy_from)).all()
    assert needed == [(moved.id, LATER)]


@both_in_full
def test_what_stays_free_moves_along(scene):
    one = scene.coordinator()
    scene.change(Schedule, one, after=15)
    scene.times(one, AT_NINE, AT_NINE + STEP, AT_NINE + DAY)
    case_id = scene.family()
    scene.hold(case_id)
    scene.book(case_id)
    move(scene, case_id, AT_NINE + DAY)
    assert scene.free() == [AT_NINE, AT_NINE + STEP]


@both_in_full
def test_the_room_is_another_one(clinic, case_id):
    before = room_of(clinic, case_id)
    move(clinic, case_id)
    assert room_of(clinic, case_id) not in {before, None, ""}


@both_in_full
def test_how_to_talk_stays_as_it_was(clinic, case_id):
    move(clinic, case_id)
    case = db.session.get_one(Case, case_id)
    said = wishes(clinic.keyring, case, booked(clinic, case_id))
    assert said == {"channel": "phone", "phone": "+33 1 23 45 67 89", "interpreter": "no"}


@both_in_full
def test_the_walls_of_the_new_time_are_kept(clinic, case_id):
    # 07:20 UTC, in winter still: Paris an hour, Istanbul three hours ahead.
    assert move(clinic, case_id).wall == "2027-03-08T08:20 2027-03-08T10:20"


@both_in_full
def test_answers_may_be_changed_until_the_new_time(clinic, case_id):
    move(clinic, case_id)
    assert db.session.get_one(Case, case_id).answers_until == LATER


@both_in_full
def test_reminders_begin_anew(clinic, case_id):
    clinic.change(Appointment, booked(clinic, case_id).id, reminded=7)
    assert move(clinic, case_id).reminded == 0


@both_in_full
def test_english_with_an_interpreter_takes_both_along(scene):
    english, ear = scene.coordinator("english", speaks=("en",)), scene.coordinator("ear", role="interpreter")
    scene.times(english, AT_NINE, LATER)
    scene.times(ear, AT_NINE, minutes=180)
    case_id = scene.family()
    scene.hold(case_id)
    scene.book(case_id)
    move(scene, case_id)
    needed = db.session.execute(db.select(Participant.schedule_id, Participant.busy_from)).all()
    assert sorted(needed) == [(english, LATER), (ear, LATER)]


# What calendars learn


def test_family_and_coordinator_each_learn_of_the_move_once(clinic, case_id):
    move(clinic, case_id)
    assert told(clinic, "") == [
        ("appointment.moved", "parent@family.example", "REQUEST"),
        ("appointment.moved.staff", "one@clinic.example", "REQUEST"),
    ]


@pytest.mark.parametrize("recipient", ["parent@family.example", "one@clinic.example"])
def test_a_move_changes_the_same_entry_with_a_higher_sequence(clinic, case_id, recipient):
    uid = f"{move(clinic, case_id).id}@localhost"
    assert meetings(clinic.drafts(), recipient) == [(uid, 0, "REQUEST"), (uid, 1, "REQUEST")]


def test_every_further_change_has_a_higher_sequence(clinic, case_id):
    found = [newest(clinic)]
    for happens in (
        lambda: move(clinic, case_id),
        lambda: change_details(clinic, case_id, channel="video"),
        lambda: move(clinic, case_id, AT_NINE + STEP),
        lambda: clinic.cancel(case_id, SOON),
    ):
        happens()
        found.append(newest(clinic))
    assert found == [
        (0, "REQUEST"),
        (1, "REQUEST"),
        (2, "REQUEST"),
        (3, "REQUEST"),
        (4, "CANCEL"),
    ]


def test_the_calendar_file_says_the_new_time(clinic, case_id):
    move(clinic, case_id)
    assert {one.meeting.start for one in clinic.drafts() if "moved" in one.kind} == {LATER}


def test_letters_about_a_move_tell_the_old_time_too(clinic, case_id):
    move(clinic, case_id)
    (draft,) = clinic.drafts("appointment.moved")
    assert draft.values["before"] != draft.values["when"]


@pytest.fixture
def two(clinic: Scene, case_id: str) -> Scene:
    """Beside the first coordinator there is a second one, who alone has a time on the next day."""
    clinic.times(clinic.coordinator("two"), AT_NINE + DAY)
    return clinic


def test_another_coordinator_takes_over(two, case_id):
    moved = move(two, case_id, AT_NINE + DAY)
    assert moved.schedule.staff.email == "two@clinic.example"


def test_who_had_it_learns_that_it_is_gone_and_who_has_it_that_it_is_there(two, case_id):
    move(two, case_id, AT_NINE + DAY)
    assert told(two, "") == [
        ("appointment.booked.staff", "two@clinic.example", "REQUEST"),
        ("appointment.cancelled.staff", "one@clinic.example", "CANCEL"),
        ("appointment.moved", "parent@family.example", "REQUEST"),
    ]


def test_what_is_gone_leaves_the_calendar_with_a_higher_sequence(two, case_id):
    uid = f"{move(two, case_id, AT_NINE + DAY).id}@localhost"
    assert meetings(two.drafts(), "one@clinic.example") == [(uid, 0, "REQUEST"), (uid, 1, "CANCEL")]


def test_who_takes_over_gets_the_same_entry(two, case_id):
    uid = f"{move(two, case_id, AT_NINE + DAY).id}@localhost"
    assert meetings(two.drafts(), "two@clinic.example") == [(uid, 1, "REQUEST")]


def test_what_is_gone_is_gone_at_the_old_time(two, case_id):
    move(two, case_id, AT_NINE + DAY)
    (draft,) = [one for one in two.drafts() if one.method == "CANCEL"]
    assert draft.meeting.start == AT_NINE


def test_the_first_coordinators_morning_is_free_again(two, case_id):
    move(two, case_id, AT_NINE + DAY)
    assert two.free() == [AT_NINE, AT_NINE + STEP, LATER]


def test_who_has_left_the_office_hears_nothing_of_a_move(two, case_id):
    with transaction() as session:
        revoke(session, find_by_email(session, "one@clinic.example"), NOW)
    move(two, case_id, AT_NINE + DAY)
    assert "one@clinic.example" not in {recipient for _kind, recipient, _method in told(two, "")}


# How to talk


def test_another_way_to_talk_is_kept(clinic, case_id):
    changed = change_details(clinic, case_id, channel="video", phone=None)
    said = wishes(clinic.keyring, db.session.get_one(Case, case_id), changed)
    assert said == {"channel": "video", "phone": None, "interpreter": "no"}


def test_another_way_to_talk_leaves_time_and_room(clinic, case_id):
    room = room_of(clinic, case_id)
    change_details(clinic, case_id, channel="video", phone=None)
    assert (booked(clinic, case_id).start_at, room_of(clinic, case_id)) == (AT_NINE, room)


def test_family_and_coordinator_each_learn_of_another_number(clinic, case_id):
    change_details(clinic, case_id, phone="+33 1 98 76 54 32")
    assert told(clinic, "") == [
        ("appointment.changed", "parent@family.example", "REQUEST"),
        ("appointment.changed.staff", "one@clinic.example", "REQUEST"),
    ]


def test_another_number_changes_the_same_entry_with_a_higher_sequence(clinic, case_id):
    [before] = meetings(clinic.drafts("appointment.booked.staff"), "one@clinic.example")
    uid = f"{change_details(clinic, case_id, phone='+33 1 98 76 54 32').id}@localhost"
    [after] = meetings(clinic.drafts("appointment.changed.staff"), "one@clinic.example")
    assert (before, after) == ((uid, 0, "REQUEST"), (uid, 1, "REQUEST"))


def test_no_draft_and_no_calendar_carries_the_number(clinic, case_id):
    change_details(clinic, case_id, phone="+33 1 98 76 54 32")
    assert "98 76" not in str([one.to_json() for one in clinic.drafts()])


def test_the_same_again_tells_nobody(clinic, case_id):
    change_details(clinic, case_id)
    assert (told(clinic, ""), booked(clinic, case_id).sequence) == ([], 0)


def test_twice_the_same_change_tells_once(clinic, case_id):
    change_details(clinic, case_id, channel="video")
    change_details(clinic, case_id, channel="video")
    assert (len(told(clinic, "changed")), booked(clinic, case_id).sequence) == (2, 1)


def test_without_a_consultation_there_is_nothing_to_change(clinic):
    case_id = clinic.family()
    with pytest.raises(NothingBooked):
        change_details(clinic, case_id, channel="video")


@pytest.mark.parametrize("kind", ["moved", "moved.staff", "changed", "changed.staff"])
def test_what_is_told_can_be_written_out(clinic, case_id, kind):
    move(clinic, case_id)
    change_details(clinic, case_id, channel="video")
    (letter,) = clinic.letters(f"appointment.{kind}")
    assert letter.calendar.method == "REQUEST"
