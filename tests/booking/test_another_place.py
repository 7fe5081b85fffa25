"""Somebody of the office lives elsewhere by now: the most of a day holds as before, and families go on meanwhile."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

from portal.booking.models import Participant, Schedule, Slot, Window
from portal.booking.service.whereabouts import set_whereabouts
from portal.cases.models import Case
from portal.extensions import db
from portal.transaction import transaction, writing
from tests.booking.meanwhile import (
    LOCK_OF_CALENDAR,
    PATIENCE,
    in_context,
    on_postgresql,
    once_before,
    until_somebody_waits,
)
from tests.booking.scene import AT_NINE, MONDAY, NOW, Scene
from tests.support.application import both_in_full

DAY, STEP = timedelta(days=1), timedelta(minutes=40)
ATHENS, BERLIN, LOS_ANGELES = "Europe/Athens", "Europe/Berlin", "America/Los_Angeles"
AT_EIGHT, AT_NIGHT = datetime(2027, 3, 8, 20, 0, tzinfo=UTC), datetime(2027, 3, 8, 23, 30, tzinfo=UTC)
IN_THE_WEST = datetime(2027, 3, 9, 0, 0, tzinfo=UTC)  # four in the afternoon of that Monday in Los Angeles


def live_in(scene: Scene, schedule_id: int, zone: str) -> None:
    with transaction() as session:
        person = session.get_one(Schedule, schedule_id).staff
        said = [one.language for one in person.languages]
        set_whereabouts(session, person, zone=zone, languages=said, clinic_zone="Europe/Istanbul", now=NOW)


def books(scene: Scene, start: datetime) -> str:
    case_id = scene.family()
    scene.hold(case_id, start)
    scene.book(case_id)
    return case_id


def from_monday(scene: Scene) -> list[datetime]:
    return [start for start in scene.free() if start.date() >= MONDAY]


def counted(schedule_id: int) -> list[date]:
    db.session.rollback()
    return list(db.session.scalars(db.select(Participant.day).where(Participant.schedule_id == schedule_id)))


# The most of a day


@both_in_full
def test_a_nights_window_of_an_interpreter_stays_full(scene):
    ear, english = scene.coordinator("ear", role="interpreter"), scene.coordinator("english", speaks=("en",))
    scene.change(Schedule, ear, most_per_day=1)
    for weekday in (0, 1):
        scene.window(ear, "20:00-06:00", weekday)
    scene.make(ear)
    scene.times(english, AT_EIGHT, AT_NIGHT, AT_EIGHT + DAY)
    books(scene, AT_NIGHT)
    before = scene.free()
    live_in(scene, ear, BERLIN)
    assert (before, scene.free()) == ([AT_EIGHT + DAY], [AT_EIGHT + DAY])


@both_in_full
def test_a_day_of_a_journey_stays_full(scene):
    one = scene.coordinator()
    scene.change(Schedule, one, most_per_day=1, horizon=8)
    scene.differ(one, "travel", MONDAY, zone=LOS_ANGELES)
    for hours in ("09:00-09:40", "16:00-16:40"):
        scene.window(one, hours)
    scene.make(one)
    books(scene, IN_THE_WEST)
    before = from_monday(scene)
    live_in(scene, one, ATHENS)
    assert (before, from_monday(scene)) == ([], [])


@both_in_full
def test_what_lies_in_no_time_any_more_counts_on_the_day_where_the_person_is(scene):
    ear, english = scene.coordinator("ear", role="interpreter"), scene.coordinator("english", speaks=("en",))
    scene.differ(ear, "travel", MONDAY, zone=LOS_ANGELES)
    scene.window(ear, "09:00-17:00")
    scene.make(ear)
    scene.times(english, IN_THE_WEST)
    books(scene, IN_THE_WEST)
    with transaction() as session:
        session.execute(db.delete(Window))
    scene.make(ear)
    live_in(scene, ear, ATHENS)
    assert counted(ear) == [MONDAY]


@both_in_full
def test_a_time_that_is_opened_by_hand_during_a_journey_lies_on_the_day_there(scene):
    one = scene.coordinator()
    scene.differ(one, "travel", MONDAY, zone=LOS_ANGELES)
    scene.open_day(one, MONDAY + DAY)  # nine o'clock in Istanbul
    live_in(scene, one, ATHENS)
    assert set(db.session.scalars(db.select(Slot.day))) == {MONDAY}


# Meanwhile


@on_postgresql
def test_a_familys_move_and_a_change_of_place_do_not_wait_for_each_other_in_a_circle(scene):
    """The move has its hold, and goes on to its consultation once the change of place waits for something."""
    one = scene.coordinator()
    scene.open_day(one)
    case_id = books(scene, AT_NINE)
    scene.hold(case_id, AT_NINE + STEP, moving=True)
    with ThreadPoolExecutor(1) as pool:
        changes = []

        def change_beside() -> None:
            changes.append(pool.submit(in_context, scene.app, live_in, scene, one, BERLIN))
            until_somebody_waits()

        with once_before("DELETE FROM participant", change_beside):
            moved = scene.move(case_id, AT_NINE + STEP)
        changes[0].result(PATIENCE)
    assert scene.appointment(moved).wall == "2027-03-08T07:40 2027-03-08T07:40"


@on_postgresql
def test_who_takes_a_time_while_others_are_waited_for_is_waited_for_too(scene):
    """Behind the calendar's lock it would be too late to ask for the case."""
    one = scene.coordinator()
    scene.open_day(one)
    books(scene, AT_NINE)
    late = scene.family("late@family.example")
    locked: list[str] = []

    def look() -> None:
        with db.engine.connect().execution_options(**writing(db.engine.dialect.name)) as beside:
            free = db.select(Case.id).with_for_update(skip_locked=True)
            locked.extend(set(beside.scalars(db.select(Case.id))) - set(beside.scalars(free)))

    with ThreadPoolExecutor(1) as pool:

        def take() -> None:
            pool.submit(in_context, scene.app, scene.hold, late, AT_NINE + STEP).result(PATIENCE)

        with once_before(LOCK_OF_CALENDAR, take), once_before("UPDATE staff_member", look):
            live_in(scene, one, BERLIN)
    assert late in locked
