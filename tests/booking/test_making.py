"""Times are made ahead from a calendar's rules; a change of the rules takes nothing from a family."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from portal.booking.models import BY_HAND, BY_RULE, CLOSED, Appointment, Participant, Schedule, Slot, Window
from portal.booking.service import schedules
from portal.booking.service.claims import lapse_expired
from portal.booking.service.making import MAKE, Made
from portal.booking.service.rules_of import EXTRA, OFF, OPEN, TRAVEL
from portal.extensions import db
from portal.jobs.models import Job
from portal.staff.service import find_by_email
from portal.transaction import transaction
from tests.booking.scene import AT_NINE, MONDAY, NOW, Scene
from tests.support.application import both_in_full

pytestmark = both_in_full
DAY, STEP = timedelta(days=1), timedelta(minutes=40)
MINUTE, REST = timedelta(minutes=1), timedelta(minutes=20)
ISTANBUL = ZoneInfo("Europe/Istanbul")


@pytest.fixture
def one(scene: Scene) -> int:
    """The calendar of a coordinator: Mondays from nine to eleven, for two weeks ahead, of which nothing is made yet."""
    schedule_id = scene.coordinator()
    scene.change(Schedule, schedule_id, horizon=8)
    scene.window(schedule_id, "09:00-11:00")
    return schedule_id


def slots() -> list[Slot]:
    db.session.rollback()
    return list(db.session.scalars(db.select(Slot).order_by(Slot.start_at)))


def walls() -> list[str]:
    """When the times begin on the clock in Istanbul: `8 09:00`."""
    return [f"{slot.start_at.astimezone(ISTANBUL):%-d %H:%M}" for slot in slots()]


def at(slot_start: datetime) -> Slot:
    (found,) = [slot for slot in slots() if slot.start_at == slot_start]
    return found


def close(start: datetime) -> None:
    with transaction() as session:
        schedules.close_slot(session, at(start).id, now=NOW)


def rewrite(window: str) -> None:
    """Other hours on the one weekday."""
    begin, end = window.split("-")
    with transaction() as session:
        session.execute(db.update(Window).values(begin=begin, end=end))


def test_times_are_made_from_the_hours_of_the_week(scene, one):
    scene.make(one)
    assert walls() == ["8 09:00", "8 09:40", "8 10:20"]


def test_what_was_made_can_be_chosen(scene, one):
    scene.make(one)
    assert scene.free() == [AT_NINE, AT_NINE + STEP, AT_NINE + 2 * STEP]


def test_making_says_what_it_did(scene, one):
    assert scene.make(one) == Made(added=3, changed=0, removed=0, held=0)


def test_making_twice_changes_nothing(scene, one):
    scene.make(one)
    before = [vars(slot) | {"_sa_instance_state": None} for slot in slots()]
    made = scene.make(one)
    assert (made, [vars(slot) | {"_sa_instance_state": None} for slot in slots()]) == (Made(0, 0, 0, 0), before)


def test_the_horizon_is_how_far_times_are_made(scene, one):
    scene.change(Schedule, one, horizon=14)
    scene.make(one)
    assert {wall.split()[0] for wall in walls()} == {"8", "15"}


def test_each_day_makes_one_day_more(scene, one):
    scene.make(one)
    assert scene.make(one, NOW + 6 * DAY).added == 3


def test_what_has_begun_today_is_not_made(scene, one):
    scene.change(Schedule, one, horizon=0)
    scene.make(one, AT_NINE)
    assert walls() == ["8 09:40", "8 10:20"]


def test_other_hours_take_the_place_of_what_nobody_holds(scene, one):
    scene.make(one)
    rewrite("07:00-08:00")
    assert (scene.make(one), walls()) == (Made(1, 0, 3, 0), ["8 07:00"])


def test_a_held_time_stays_and_is_counted(scene, one):
    scene.make(one)
    scene.hold(scene.family(), AT_NINE + STEP)
    rewrite("07:00-08:00")
    assert (scene.make(one), walls()) == (Made(1, 0, 2, 1), ["8 07:00", "8 09:40"])


def test_a_booked_time_stays_on_a_day_off(scene, one):
    scene.make(one)
    case_id = scene.family()
    scene.hold(case_id)
    scene.book(case_id)
    scene.differ(one, OFF, MONDAY)
    assert (scene.make(one), walls()) == (Made(0, 0, 2, 1), ["8 09:00"])


def test_a_time_whose_hold_ran_out_goes(scene, one):
    scene.make(one)
    scene.hold(scene.family())
    rewrite("07:00-08:00")
    scene.make(one, NOW + timedelta(minutes=15))
    assert walls() == ["8 07:00"]


def test_new_times_find_their_place_beside_a_held_one(scene, one):
    scene.make(one)
    scene.hold(scene.family(), AT_NINE + STEP)
    scene.change(Schedule, one, minutes=30)
    scene.make(one)
    assert walls() == ["8 09:00", "8 09:40", "8 10:30"]


def test_what_was_closed_by_hand_stays_closed(scene, one):
    scene.make(one)
    close(AT_NINE)
    assert (scene.make(one), at(AT_NINE).status) == (Made(0, 0, 0, 0), CLOSED)


def test_what_was_closed_by_hand_is_not_opened_by_other_hours(scene, one):
    scene.make(one)
    close(AT_NINE + STEP)
    scene.change(Schedule, one, minutes=60)
    scene.make(one)
    assert scene.free() == []


def test_what_was_opened_by_hand_stays(scene, one):
    scene.open_day(one, MONDAY + DAY)
    scene.make(one)
    assert {slot.made_by for slot in slots() if slot.day == MONDAY + DAY} == {BY_HAND}


def test_rules_add_nothing_over_what_was_opened_by_hand(scene, one):
    scene.times(one, AT_NINE + timedelta(minutes=20))
    scene.make(one)
    assert walls() == ["8 09:20", "8 10:20"]


@pytest.mark.parametrize("whose", ["own", "clinic"])
def test_what_was_opened_by_hand_goes_on_a_day_off(scene, one, whose):
    scene.open_day(one, MONDAY + DAY)
    scene.differ(one if whose == "own" else None, OFF, MONDAY + DAY)
    scene.make(one)
    assert {slot.day for slot in slots()} == {MONDAY}


def test_what_was_opened_by_hand_beyond_the_horizon_goes_on_a_day_off(scene, one):
    scene.open_day(one, MONDAY + 60 * DAY)
    scene.differ(one, OFF, MONDAY + 60 * DAY)
    scene.make(one)
    assert {slot.day for slot in slots()} == {MONDAY}


def test_what_was_opened_by_hand_until_midnight_stays_before_a_day_off(scene, one):
    scene.times(one, datetime(2027, 3, 9, 20, 20, tzinfo=UTC))
    scene.differ(None, OFF, MONDAY + 2 * DAY)
    scene.make(one)
    assert walls()[-1] == "9 23:20"


@pytest.mark.parametrize("whose", ["own", "clinic"])
def test_what_was_opened_by_hand_over_midnight_goes_before_a_day_off(scene, one, whose):
    scene.times(one, datetime(2027, 3, 9, 20, 40, tzinfo=UTC))
    scene.differ(one if whose == "own" else None, OFF, MONDAY + 2 * DAY)
    scene.make(one)
    assert {slot.day for slot in slots()} == {MONDAY}


def test_what_was_opened_by_hand_over_midnight_stays_before_a_day_off_with_hours_of_its_own(scene, one):
    scene.times(one, datetime(2027, 3, 9, 20, 40, tzinfo=UTC))
    for kind, hours in ((OFF, {}), (EXTRA, {"begin": "10:00", "end": "11:00"})):
        scene.differ(one, kind, MONDAY + 2 * DAY, **hours)
    scene.make(one)
    assert walls()[-1] == "9 23:40"


def test_another_notice_moves_until_when_a_time_can_be_chosen(scene, one):
    scene.make(one)
    scene.change(Schedule, one, notice=24 * 60)
    assert (scene.make(one).changed, at(AT_NINE).closes_at) == (3, AT_NINE - DAY)


def test_another_notice_leaves_the_same_rows(scene, one):
    scene.make(one)
    before = [slot.id for slot in slots()]
    scene.change(Schedule, one, notice=24 * 60)
    scene.make(one)
    assert [slot.id for slot in slots()] == before


def test_another_time_that_stays_free_makes_other_times(scene, one):
    scene.make(one)
    scene.change(Schedule, one, after=20)
    scene.make(one)
    assert (walls(), at(AT_NINE).busy_until) == (["8 09:00", "8 10:00"], AT_NINE + timedelta(minutes=60))


def test_hours_that_become_urgent_make_their_times_urgent(scene, one):
    scene.make(one)
    with transaction() as session:
        session.execute(db.update(Window).values(urgent=True))
    assert (scene.make(one).changed, {slot.urgent for slot in slots()}) == (3, {True})


def test_hours_that_end_take_their_times_along(scene, one):
    scene.make(one)
    with transaction() as session:
        session.execute(db.delete(Window))
    assert (scene.make(one), walls()) == (Made(0, 0, 3, 0), [])


def test_extra_hours_are_made_on_a_day_off(scene, one):
    scene.differ(one, OFF, MONDAY)
    scene.differ(one, EXTRA, MONDAY, begin="15:00", end="16:00")
    scene.make(one)
    assert walls() == ["8 15:00"]


def test_the_day_off_of_one_is_not_anothers(scene, one):
    scene.differ(scene.coordinator("two"), OFF, MONDAY)
    assert scene.make(one).added == 3


def test_a_public_holiday_is_off(scene, one):
    scene.change(Schedule, one, horizon=59, holidays_of="TR")
    scene.window(one, "09:00-10:00", weekday=4)
    scene.make(one)
    assert date(2027, 4, 23) not in {slot.day for slot in slots()}


@pytest.mark.parametrize("whose", ["own", "clinic"])
def test_a_public_holiday_can_be_kept_open(scene, one, whose):
    scene.change(Schedule, one, horizon=59, holidays_of="TR")
    scene.window(one, "09:00-10:00", weekday=4)
    scene.differ(one if whose == "own" else None, OPEN, date(2027, 4, 23))
    scene.make(one)
    assert date(2027, 4, 23) in {slot.day for slot in slots()}


def test_a_day_off_of_ones_own_is_not_opened_by_a_holiday_that_is_worked(scene, one):
    scene.differ(one, OFF, MONDAY)
    scene.differ(None, OPEN, MONDAY)
    assert scene.make(one).added == 0


def test_a_journey_moves_the_times_with_the_wall(scene, one):
    scene.make(one)
    scene.differ(one, TRAVEL, MONDAY, zone="America/New_York")
    scene.make(one)
    assert walls() == ["8 17:00", "8 17:40", "8 18:20"]


def test_a_journey_leaves_a_booked_instant_where_it_is(scene, one):
    scene.make(one)
    case_id = scene.family()
    scene.hold(case_id)
    booked = scene.book(case_id)
    scene.differ(one, TRAVEL, MONDAY, zone="America/New_York")
    scene.make(one)
    assert scene.appointment(booked).start_at == AT_NINE


def test_an_evening_in_the_west_stays_when_a_new_day_begins_at_home(scene, one):
    scene.differ(one, TRAVEL, MONDAY, zone="America/New_York")
    rewrite("19:00-21:00")
    scene.make(one)
    scene.change(Schedule, one, horizon=5)
    # Half past six in the evening in New York is Tuesday already in Istanbul.
    assert scene.make(one, datetime(2027, 3, 8, 23, 30, tzinfo=UTC)) == Made(0, 0, 0, 0)


def test_an_evening_at_the_end_of_the_horizon_stops_before_a_day_off(scene, one):
    scene.window(one, "22:00-02:00", weekday=6)
    scene.change(Schedule, one, horizon=6)
    scene.differ(one, OFF, MONDAY)
    scene.make(one)
    assert walls() == ["7 22:00", "7 22:40", "7 23:20"]


def test_an_evening_at_the_end_of_the_horizon_stops_before_the_clinic_closes(scene, one):
    scene.window(one, "22:00-02:00", weekday=6)
    scene.change(Schedule, one, horizon=6)
    scene.differ(None, OFF, MONDAY)
    scene.make(one)
    assert walls() == ["7 22:00", "7 22:40", "7 23:20"]


def test_an_interpreter_gets_whole_windows(scene):
    interpreter = scene.coordinator(role="interpreter")
    scene.window(interpreter, "09:00-17:00")
    scene.change(Schedule, interpreter, horizon=8)
    scene.make(interpreter)
    assert [slot.minutes for slot in slots()] == [8 * 60] * 2  # today's has begun, and is open until its end


def test_an_interpreters_day_off_is_off_although_a_conversation_stands_in_it(scene):
    interpreter, coordinator = scene.coordinator(role="interpreter"), scene.coordinator("two", speaks=("en",))
    scene.window(interpreter, "09:00-17:00")
    scene.make(interpreter)
    scene.times(coordinator, AT_NINE, AT_NINE + timedelta(hours=2))
    case_id = scene.family()
    scene.hold(case_id)
    scene.book(case_id)
    scene.differ(interpreter, OFF, MONDAY)
    assert (scene.make(interpreter).held, scene.free()) == (1, [])


# What an interpreter's window was before is a part of it


@pytest.fixture
def ear(scene: Scene) -> int:
    """The calendar of an interpreter, who is there on two Mondays from nine to twelve."""
    schedule_id = scene.coordinator("ear", role="interpreter")
    scene.change(Schedule, schedule_id, horizon=8)
    scene.window(schedule_id, "09:00-12:00")
    scene.make(schedule_id)
    return schedule_id


def parts(day: date = MONDAY) -> list[str]:
    """The windows of a day in Istanbul, and how each came to be: `09:00-12:00 hand`."""
    found = [slot for slot in slots() if slot.start_at.astimezone(ISTANBUL).date() == day]
    hours = [[f"{end.astimezone(ISTANBUL):%H:%M}" for end in (slot.start_at, slot.end_at)] for slot in found]
    how = ["closed" if slot.status == CLOSED else slot.made_by for slot in found]
    return [f"{begin}-{end} {one}" for (begin, end), one in zip(hours, how, strict=True)]


def open_again(start: datetime) -> None:
    slot_id = at(start).id
    with transaction() as session:
        schedules.open_again(session, slot_id, clinic_zone="Europe/Istanbul", now=NOW)


@pytest.mark.parametrize("how", ["closed", "hand"])
@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ("09:00-17:00", ["09:00-12:00 {}", "12:00-17:00 rule"]),
        ("08:00-13:00", ["08:00-09:00 rule", "09:00-12:00 {}", "12:00-13:00 rule"]),
        ("10:00-14:00", ["09:00-12:00 {}", "12:00-14:00 rule"]),
        ("10:00-11:00", ["09:00-12:00 {}"]),
        ("12:00-15:00", ["09:00-12:00 {}", "12:00-15:00 rule"]),
    ],
)
def test_beside_a_window_that_was_closed_or_opened_again_the_new_hours_count(scene, ear, how, hours, said):
    close(AT_NINE)
    if how == "hand":
        open_again(AT_NINE)
    rewrite(hours)
    scene.make(ear)
    once = parts()
    assert (scene.make(ear), once, parts()) == (Made(0, 0, 0, 0), *[[one.format(how) for one in said]] * 2)


def test_what_is_left_of_a_night_belongs_to_its_day(scene, ear):
    close(AT_NINE)
    rewrite("11:00-03:00")
    with transaction() as session:
        session.execute(db.update(Slot).where(Slot.status == CLOSED).values(end_at=AT_NINE + timedelta(hours=16)))
    scene.make(ear)
    assert (parts(MONDAY + DAY), slots()[-1].day) == (["01:00-03:00 rule"], MONDAY)


@pytest.mark.parametrize("closed", [False, True])
def test_hours_that_grow_on_the_day_itself_go_on_where_those_of_before_ended(scene, ear, closed):
    if closed:
        close(AT_NINE)
    rewrite("09:00-17:00")
    afternoon = AT_NINE + timedelta(hours=5)
    scene.make(ear, afternoon)
    assert (scene.make(ear, afternoon), parts()[1:]) == (Made(0, 0, 0, 0), ["12:00-17:00 rule"])


def test_what_is_made_is_marked_so(scene, one):
    scene.make(one)
    assert {slot.made_by for slot in slots()} == {BY_RULE}


def test_a_made_time_belongs_to_its_day_on_the_persons_clock(scene, one):
    rewrite("00:00-01:00")
    scene.make(one)
    assert [(slot.day, slot.minute, slot.minutes) for slot in slots()] == [(MONDAY, 21 * 60, 40)]


def test_times_move_with_the_zone_of_the_person(scene, one):
    scene.make(one)
    with transaction() as session:
        find_by_email(session, "one@clinic.example").time_zone = "Asia/Tbilisi"
    scene.make(one)
    assert walls() == ["8 08:00", "8 08:40", "8 09:20"]


def test_a_time_that_stayed_for_a_family_goes_when_the_family_does(scene, one):
    scene.make(one)
    case_id = scene.family()
    scene.hold(case_id)
    scene.book(case_id)
    scene.differ(one, OFF, MONDAY)
    scene.make(one)
    scene.cancel(case_id)
    asked_for = db.session.scalars(db.select(Job.subject).where(Job.kind == MAKE)).all()
    scene.make(one)
    assert (asked_for, scene.free()) == ([str(one)], [])


# What was opened by hand follows the rests and the notice too


def test_another_notice_counts_for_times_that_were_opened_by_hand(scene, one):
    scene.open_day(one, MONDAY + 60 * DAY)
    scene.change(Schedule, one, notice=24 * 60)
    scene.make(one)
    assert {slot.start_at - slot.closes_at for slot in slots()} == {DAY}


def test_longer_rests_count_for_times_that_were_opened_by_hand(scene, one):
    scene.open_day(one, MONDAY + DAY)
    scene.change(Schedule, one, before=5, after=20)
    scene.make(one)
    by_hand = [slot for slot in slots() if slot.made_by == BY_HAND]
    assert {(slot.start_at - slot.busy_from, slot.busy_until - slot.end_at) for slot in by_hand} == {(5 * MINUTE, REST)}


def test_two_families_get_no_times_opened_by_hand_between_which_there_is_no_rest(scene, one):
    scene.open_day(one, MONDAY + DAY)
    scene.change(Schedule, one, after=20)
    scene.make(one)
    scene.hold(scene.family(), AT_NINE + DAY)
    assert AT_NINE + DAY + STEP not in scene.free()


def test_what_was_opened_by_hand_keeps_its_day_and_stays_by_hand(scene, one):
    scene.open_day(one, MONDAY + DAY)
    before = [(slot.id, slot.day, slot.urgent, slot.made_by) for slot in slots()]
    scene.change(Schedule, one, notice=24 * 60, horizon=0)
    scene.make(one)
    assert [(slot.id, slot.day, slot.urgent, slot.made_by) for slot in slots()] == before


def test_what_was_closed_by_hand_is_not_written_again(scene, one):
    scene.make(one)
    close(AT_NINE)
    scene.change(Schedule, one, notice=24 * 60)
    assert scene.make(one).changed == 2


# Rests that are lengthened after a booking


@pytest.fixture
def booked(scene: Scene, one: int) -> str:
    """The consultation of a family at nine twenty, in a calendar without rests; the appointment's id."""
    scene.times(one, AT_NINE + REST)
    return books(scene, AT_NINE + REST)


def books(scene: Scene, start: datetime, email: str = "parent@family.example") -> str:
    case_id = scene.family(email)
    scene.hold(case_id, start)
    return scene.book(case_id)


def rests(scene: Scene, schedule_id: int, **minutes: int) -> None:
    scene.change(Schedule, schedule_id, **minutes)
    scene.make(schedule_id)


def needed(appointment_id: str) -> tuple[timedelta, timedelta]:
    """How much before and after its time a consultation needs its coordinator."""
    db.session.rollback()
    found = db.session.get_one(Appointment, appointment_id)
    row = db.session.get_one(Participant, (appointment_id, found.schedule_id))
    return found.start_at - row.busy_from, row.busy_until - found.end_at


def test_longer_rests_are_kept_around_what_is_booked_already(scene, one, booked):
    rests(scene, one, before=10, after=20)
    assert needed(booked) == (10 * MINUTE, REST)


def test_a_time_that_is_opened_again_has_the_rests_and_the_notice_of_today(scene, one):
    scene.make(one)
    close(AT_NINE)
    rests(scene, one, before=20, after=20, notice=24 * 60)
    open_again(AT_NINE)
    slot = at(AT_NINE)
    found = slot.start_at - slot.busy_from, slot.busy_until - slot.end_at, slot.start_at - slot.closes_at
    assert found == (REST, REST, DAY)


def test_no_time_is_offered_within_the_longer_rest_of_what_is_booked(scene, one, booked):
    scene.times(one, AT_NINE + REST + STEP)
    rests(scene, one, after=20)
    assert scene.free() == []


def test_shorter_rests_take_nothing_from_what_is_booked(scene, one, booked):
    rests(scene, one, before=10, after=20)
    rests(scene, one, before=0, after=0)
    assert needed(booked) == (10 * MINUTE, REST)


@pytest.mark.parametrize("end", [Scene.hold, Scene.book])
def test_where_another_family_is_in_the_way_what_is_booked_stays(scene, one, booked, end):
    scene.times(one, AT_NINE + REST + STEP)
    other = scene.family("other@family.example")
    scene.hold(other, AT_NINE + REST + STEP)
    if end is Scene.book:
        scene.book(other)
    rests(scene, one, before=10, after=20)
    assert needed(booked) == (10 * MINUTE, 0 * MINUTE)


def test_a_rest_grows_as_far_as_the_neighbour(scene, one, booked):
    scene.times(one, AT_NINE + REST + STEP + 10 * MINUTE)
    other = books(scene, AT_NINE + REST + STEP + 10 * MINUTE, "other@family.example")
    rests(scene, one, before=15, after=20)
    assert (needed(booked), needed(other)) == ((15 * MINUTE, 10 * MINUTE), (0 * MINUTE, REST))


@pytest.mark.parametrize("swept", [False, True])
def test_once_nobody_is_in_the_way_the_rest_grows(scene, one, booked, swept):
    scene.times(one, AT_NINE + REST + STEP)
    scene.hold(scene.family("other@family.example"), AT_NINE + REST + STEP)
    rests(scene, one, after=20)
    if swept:
        with transaction() as session:
            lapse_expired(session, NOW + 15 * MINUTE)
    scene.make(one, NOW + 15 * MINUTE)
    assert needed(booked) == (0 * MINUTE, REST)


def test_what_is_only_kept_grows_when_it_is_booked_and_not_before(scene, one):
    scene.times(one, AT_NINE + REST)
    case_id = scene.family()
    kept = scene.hold(case_id, AT_NINE + REST)
    rests(scene, one, after=20)
    held = needed(kept)
    booked = scene.book(case_id)
    scene.make(one)
    assert (held, needed(booked)) == ((0 * MINUTE, 0 * MINUTE), (0 * MINUTE, REST))


def test_longer_rests_are_kept_around_what_is_interpreted_already_too(scene, one):
    ear = scene.coordinator("ear", role="interpreter")
    scene.times(ear, AT_NINE, minutes=180)
    scene.times(scene.coordinator("english", speaks=("en",)), AT_NINE + REST)
    booked = books(scene, AT_NINE + REST)
    rests(scene, ear, before=10, after=20)
    row = db.session.get_one(Participant, (booked, ear))
    assert (row.busy_from, row.busy_until) == (AT_NINE + REST - 10 * MINUTE, AT_NINE + REST + STEP + REST)


def test_a_consultation_with_longer_rests_moves_over_its_own_time(scene, one, booked):
    rests(scene, one, before=10, after=20)
    scene.times(one, AT_NINE + STEP)
    case_id = scene.appointment(booked).case_id
    scene.hold(case_id, AT_NINE + STEP, moving=True)
    scene.move(case_id, AT_NINE + STEP)
    assert (scene.appointment(booked).start_at, needed(booked)) == (AT_NINE + STEP, (10 * MINUTE, REST))
