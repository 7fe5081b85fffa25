"""A journey that is noted, or removed, after times were opened and booked: all of them lie on the days of its clock."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest

from portal.booking.models import CLOSED, Difference, Participant, Schedule, Slot
from portal.booking.service.calendars import Days, add_days, remove_days
from portal.booking.service.copying import copy_week
from portal.extensions import db
from portal.transaction import transaction
from tests.booking.meanwhile import PATIENCE, in_context, on_postgresql, once_before, until_somebody_waits
from tests.booking.scene import AT_NINE, MONDAY, NOW, Scene
from tests.support.application import both_in_full

DAY, STEP, WEEK = timedelta(days=1), timedelta(minutes=40), timedelta(days=7)
SUNDAY = MONDAY - DAY
ISTANBUL, LOS_ANGELES = "Europe/Istanbul", "America/Los_Angeles"


@pytest.fixture
def one(clinic: Scene) -> int:
    """A coordinator with a morning by hand in Istanbul: on Sunday from ten in the evening, in Los Angeles."""
    return db.session.scalars(db.select(Schedule.id)).one()


def journey(schedule_id: int, first: date = SUNDAY, last: date = MONDAY + DAY) -> None:
    with transaction() as session:
        person = session.get_one(Schedule, schedule_id).staff_id
        days = Days("travel", first, last, zone=LOS_ANGELES)
        add_days(session, person, days, clinic_zone=ISTANBUL, now=NOW)


def stay_at_home(schedule_id: int) -> None:
    with transaction() as session:
        person = session.get_one(Schedule, schedule_id).staff_id
        noted = session.scalars(db.select(Difference.id)).one()
        remove_days(session, person, noted, clinic_zone=ISTANBUL, now=NOW)


def days() -> set[date]:
    db.session.rollback()
    return set(db.session.scalars(db.select(Slot.day)))


def books(scene: Scene, start: datetime = AT_NINE) -> str:
    case_id = scene.family()
    scene.hold(case_id, start)
    scene.book(case_id)
    return case_id


@both_in_full
@pytest.mark.parametrize("closed", [False, True])
def test_times_by_hand_lie_on_the_days_of_the_journey_and_at_home_again(one, closed):
    if closed:
        with transaction() as session:
            session.execute(db.update(Slot).values(status=CLOSED))
    journey(one)
    away = days()
    stay_at_home(one)
    assert (away, days()) == ({SUNDAY}, {MONDAY})


@both_in_full
def test_a_copied_week_lies_in_the_week_that_was_asked_for_at_the_hours_of_the_journey(clinic, one):
    journey(one)
    with transaction() as session:
        schedule = session.get_one(Schedule, one)
        week = {"week": SUNDAY, "into": SUNDAY + WEEK, "weeks": 1}
        copy_week(session, schedule, **week, clinic_zone=ISTANBUL, now=NOW)
    # Ten on Sunday evening, in Istanbul by then.
    assert clinic.free()[3:] == [datetime(2027, 3, 14, 19, minute, tzinfo=UTC) for minute in (0, 40)] + [
        datetime(2027, 3, 14, 20, 20, tzinfo=UTC)
    ]


@both_in_full
def test_a_day_of_the_journey_is_full_with_what_was_booked_before(clinic, one):
    clinic.change(Schedule, one, most_per_day=1, horizon=8)
    clinic.window(one, "09:00-09:40", weekday=6)
    books(clinic)
    journey(one)
    assert (clinic.free(), set(db.session.scalars(db.select(Participant.day)))) == ([], {SUNDAY})


@on_postgresql
def test_a_familys_move_and_a_journey_do_not_wait_for_each_other_in_a_circle(clinic, one):
    """The move has its hold, and goes on to its consultation once the journey waits for something."""
    case_id = books(clinic)
    clinic.hold(case_id, AT_NINE + STEP, moving=True)
    with ThreadPoolExecutor(1) as pool:
        changes = []

        def change_beside() -> None:
            changes.append(pool.submit(in_context, clinic.app, journey, one))
            until_somebody_waits()

        with once_before("DELETE FROM participant", change_beside):
            clinic.move(case_id, AT_NINE + STEP)
        changes[0].result(PATIENCE)
    assert set(db.session.scalars(db.select(Participant.day))) == {SUNDAY}
