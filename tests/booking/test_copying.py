"""A week of times opened by hand is copied: the hours stay, what is in the way is passed over, once is enough."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from portal.booking.models import BY_HAND, CLOSED, Schedule, Slot
from portal.booking.service import copying, making, schedules
from portal.booking.service.copying import NothingToCopy, copy_week
from portal.booking.slots import Span
from portal.extensions import db
from portal.transaction import transaction
from tests.booking.scene import MONDAY, NOW, Scene
from tests.support.application import both_in_full

WEEK, DAY, STEP = timedelta(days=7), timedelta(days=1), timedelta(minutes=40)
BERLIN = "Europe/Berlin"
BEFORE_SPRING = date(2027, 3, 22)  # the clocks of Berlin go forward on Sunday, 28 March


def living_in(scene: Scene, zone: str) -> int:
    schedule_id = scene.coordinator()
    with transaction() as session:
        session.get_one(Schedule, schedule_id).staff.time_zone = zone
    return schedule_id


def open_at(scene: Scene, schedule_id: int, zone: str, *walls: str) -> None:
    """Times that were opened by hand, by the person's own clock."""
    with transaction() as session:
        schedule = session.get_one(Schedule, schedule_id)
        for wall in map(datetime.fromisoformat, walls):
            said = {"first": wall.date(), "last": wall.date(), "begin": wall.time(), "minutes": 40, "zone": zone}
            end = (wall + STEP).time()
            schedules.open_slots(session, schedule, end=end, weekdays=frozenset(range(7)), **said)


def copy(
    scene: Scene, schedule_id: int, week: date = MONDAY, into: date | None = None, weeks: int = 1, now: datetime = NOW
) -> tuple[int, int]:
    more = {"clinic_zone": scene.settings.clinic_time_zone, "now": now}
    with transaction() as session:
        schedule = session.get_one(Schedule, schedule_id)
        made = copy_week(session, schedule, week=week, into=into or week + WEEK, weeks=weeks, **more)
    return made.added, made.skipped


def starts(since: date = MONDAY + WEEK) -> list[datetime]:
    """When there are times from a day on."""
    db.session.rollback()
    asked = db.select(Slot.start_at).where(Slot.start_at >= datetime.combine(since, time(), UTC) - DAY)
    return list(db.session.scalars(asked.order_by(Slot.start_at)))


def walls(zone: str, since: date) -> list[str]:
    return [f"{one.astimezone(ZoneInfo(zone)):%a %d %H:%M}" for one in starts(since)]


@both_in_full
def test_the_same_hours_of_the_week_after(clinic):
    clinic.open_day(1, MONDAY + 3 * DAY)
    assert (copy(clinic, 1), len(starts())) == ((6, 0), 6)
    assert {one + WEEK for one in starts(MONDAY) if one.date() < MONDAY + WEEK} == set(starts())


@both_in_full
def test_any_day_of_the_week_names_it(clinic):
    copy(clinic, 1, MONDAY + 6 * DAY, MONDAY + 2 * WEEK + 4 * DAY)
    assert {one.date() for one in starts()} == {MONDAY + 2 * WEEK}


@both_in_full
def test_several_weeks_at_once(clinic):
    assert (copy(clinic, 1, weeks=4), len(starts())) == ((12, 0), 12)


@both_in_full
def test_the_same_once_more_adds_nothing(clinic):
    copy(clinic, 1, weeks=3)
    before = starts(MONDAY)
    assert (copy(clinic, 1, weeks=3), starts(MONDAY)) == ((0, 9), before)


@both_in_full
def test_into_the_same_week_adds_nothing(clinic):
    assert copy(clinic, 1, MONDAY, MONDAY) == (0, 3)


def test_the_hours_stay_when_the_clocks_change(scene):
    one = living_in(scene, BERLIN)
    open_at(scene, one, BERLIN, "2027-03-24 09:00", "2027-03-25 23:40")
    copy(scene, one, BEFORE_SPRING)
    assert walls(BERLIN, BEFORE_SPRING + WEEK) == ["Wed 31 09:00", "Thu 01 23:40"]
    assert starts(BEFORE_SPRING + WEEK)[0] == datetime(2027, 3, 31, 7, 0, tzinfo=UTC)


def test_an_hour_that_the_clocks_jump_over_is_passed_over(scene):
    one = living_in(scene, BERLIN)
    open_at(scene, one, BERLIN, "2027-03-21 02:20", "2027-03-21 09:00")
    assert (copy(scene, one, date(2027, 3, 15)), walls(BERLIN, date(2027, 3, 28))) == ((1, 1), ["Sun 28 09:00"])


def test_an_hour_that_comes_twice_means_the_first(scene):
    one = living_in(scene, BERLIN)
    open_at(scene, one, BERLIN, "2027-10-24 02:20")
    copy(scene, one, date(2027, 10, 18))
    assert starts(date(2027, 10, 31)) == [datetime(2027, 10, 31, 0, 20, tzinfo=UTC)]


def test_both_of_an_hour_that_comes_twice_become_one(scene):
    one, first = living_in(scene, BERLIN), datetime(2027, 10, 31, 0, 0, tzinfo=UTC)
    scene.times(one, first, first + timedelta(hours=1))
    assert (copy(scene, one, date(2027, 10, 25)), walls(BERLIN, date(2027, 11, 2))) == ((1, 1), ["Sun 07 02:00"])


def test_midnight_that_does_not_exist_is_passed_over(scene):
    one = living_in(scene, "Africa/Cairo")
    open_at(scene, one, "Africa/Cairo", "2027-04-23 00:00")
    assert copy(scene, one, date(2027, 4, 19)) == (0, 1)


def test_who_travels_takes_the_hours_along(scene):
    one = living_in(scene, BERLIN)
    open_at(scene, one, BERLIN, "2027-03-09 09:00")
    scene.differ(one, "travel", MONDAY + WEEK, MONDAY + WEEK + 6 * DAY, zone="Asia/Tokyo")
    copy(scene, one)
    assert (walls("Asia/Tokyo", MONDAY + WEEK), db.session.scalars(db.select(Slot.day)).all()[-1]) == (
        ["Tue 16 09:00"],
        date(2027, 3, 16),
    )


@both_in_full
@pytest.mark.parametrize("status", ["free", CLOSED])
def test_what_overlaps_is_passed_over(clinic, status):
    clinic.times(1, datetime(2027, 3, 15, 6, 30, tzinfo=UTC))
    with transaction() as session:
        session.execute(db.update(Slot).where(Slot.minute == 390).values(status=status))
    assert copy(clinic, 1) == (1, 2)


@both_in_full
@pytest.mark.parametrize("whose", [1, None])
def test_days_off_and_closed_days_are_passed_over(clinic, whose):
    clinic.open_day(1, MONDAY + DAY)
    clinic.differ(whose, "off", MONDAY + WEEK)
    assert (copy(clinic, 1), {one.date() for one in starts()}) == ((3, 3), {MONDAY + WEEK + DAY})


@both_in_full
def test_a_public_holiday_is_passed_over_unless_it_is_kept_open(clinic):
    clinic.change(Schedule, 1, holidays_of="TR")
    labour_day = date(2027, 5, 1)
    clinic.open_day(1, labour_day - WEEK)
    first = copy(clinic, 1, labour_day - WEEK)
    clinic.differ(1, "open", labour_day)
    assert (first, copy(clinic, 1, labour_day - WEEK)) == ((0, 3), (3, 0))


@both_in_full
def test_what_is_over_is_passed_over(clinic):
    at = datetime(2027, 3, 15, 6, 0, tzinfo=UTC)
    assert copy(clinic, 1, now=at) == (2, 1)


@both_in_full
def test_what_rules_made_and_what_was_closed_is_not_copied(clinic):
    clinic.window(1, "14:00-16:00")
    clinic.make(1)
    with transaction() as session:
        session.execute(db.update(Slot).where(Slot.minute == 360).values(status=CLOSED))
    assert (copy(clinic, 1, MONDAY, date(2027, 6, 7)), len(starts(date(2027, 6, 1)))) == ((2, 0), 2)


@both_in_full
def test_a_week_without_times_by_hand_is_said_to_have_none(clinic):
    with pytest.raises(NothingToCopy):
        copy(clinic, 1, MONDAY + WEEK)


@both_in_full
def test_more_than_a_calendar_holds_is_refused(clinic):
    with transaction() as session:
        session.execute(db.update(Schedule).values(minutes=40))
        said = {"begin": time(0), "end": time(23, 59), "minutes": 5, "zone": "Europe/Istanbul"}
        schedule = session.get_one(Schedule, 1)
        week = {"first": MONDAY + DAY, "last": MONDAY + 6 * DAY, "weekdays": frozenset(range(7))}
        schedules.open_slots(session, schedule, **week, **said)
    with pytest.raises(schedules.TooManyTimes):
        copy(clinic, 1, weeks=52)


@both_in_full
def test_copies_are_times_by_hand_and_follow_the_calendars_rests(clinic):
    clinic.change(Schedule, 1, after=15, notice=60)
    copy(clinic, 1)
    last = db.session.scalars(db.select(Slot).order_by(Slot.start_at.desc()).limit(1)).one()
    rest, notice = last.busy_until - last.end_at, last.start_at - last.closes_at
    assert (last.made_by, rest, notice) == (BY_HAND, timedelta(minutes=15), timedelta(hours=1))


@both_in_full
def test_another_calendar_is_left_alone(clinic):
    other = clinic.coordinator("two")
    clinic.open_day(other)
    copy(clinic, 1)
    assert db.session.query(Slot).filter_by(schedule_id=other).count() == 3


@both_in_full
def test_what_was_copied_is_made_no_more_and_removed_by_no_rule(clinic):
    clinic.window(1, "14:00-16:00")
    copy(clinic, 1)
    clinic.make(1)
    assert {(one.hour, one.minute) for one in starts() if one.date() == MONDAY + WEEK} >= {(6, 0), (6, 40), (7, 20)}


ZONES = ["Europe/Istanbul", BERLIN, "America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca", "America/Santiago"]
MOMENTS = st.tuples(st.integers(0, 6), st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))


@pytest.mark.exhaustive
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    zone=st.sampled_from(ZONES),
    week=st.integers(0, 52),
    distance=st.integers(1, 30),
    weeks=st.integers(1, 3),
    moments=st.lists(MOMENTS, min_size=1, max_size=6, unique=True),
)
def test_whatever_is_copied_keeps_its_hour_never_overlaps_and_is_there_once(
    scene, zone, week, distance, weeks, moments
):
    monday, number = MONDAY + week * WEEK, db.session.query(Schedule).count()
    one = scene.coordinator(f"p{number}")
    with transaction() as session:
        session.get_one(Schedule, one).staff.time_zone = zone
    wanted = [f"{monday + day * DAY} {hour:02}:{minute:02}" for day, hour, minute in moments]
    open_at(scene, one, zone, *wanted)
    own = Slot.schedule_id == one
    source = {_wall(start, zone) for start in db.session.scalars(db.select(Slot.start_at).where(own))}
    if not source:
        return
    first = copy(scene, one, monday, monday + distance * WEEK, weeks)
    rows = db.session.execute(db.select(Slot.start_at, Slot.end_at).where(own).order_by(Slot.start_at)).all()
    spans = [Span(*row) for row in rows]
    assert not any(before.end > after.start for before, after in pairwise(spans))
    assert {_wall(span.start, zone) for span in spans} == source
    assert copy(scene, one, monday, monday + distance * WEEK, weeks) == (0, sum(first))


def _wall(start: datetime, zone: str) -> tuple[int, time]:
    there = start.astimezone(ZoneInfo(zone))
    return there.weekday(), there.time().replace(tzinfo=None)


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
@pytest.mark.parametrize(("locked", "what"), [(False, "IntegrityError"), (True, "(0, 3)")])
def test_of_two_who_copy_at_once_the_second_adds_nothing(clinic, monkeypatch, locked, what):
    """Without the lock both have looked before either writes, and the database refuses the second."""
    if not locked:
        both = Barrier(2)
        monkeypatch.setattr(copying, "lock_schedule", lambda *_rows: None)
        monkeypatch.setattr(making, "lock_schedule", lambda *_rows: None)
        monkeypatch.setattr(making, "_write", _after(both))

    def run(_number: int) -> str:
        with clinic.app.app_context():
            try:
                return str(copy(clinic, 1))
            except IntegrityError as fault:
                return type(fault).__name__

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(run, range(2))) == sorted(["(3, 0)", what])


def _after(barrier: Barrier):
    write = making._write

    def waiting(session, changes):
        barrier.wait(10)
        write(session, changes)

    return waiting
