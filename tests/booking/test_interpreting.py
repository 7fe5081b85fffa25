"""An interpreter's calendar counts as a coordinator's does: rests, the most of a day, notice; also in both roles."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from portal.booking.models import Appointment, Participant, Schedule, Slot
from portal.booking.service import reserve
from portal.booking.service.change import move_by_office
from portal.booking.service.handing import colleagues
from portal.booking.service.schedules import SlotHeld, close_slot
from portal.booking.slots import token_of
from portal.cases.models import Case
from portal.extensions import db
from portal.transaction import transaction
from tests.booking.scene import AT_NINE, MONDAY, NOW, Scene
from tests.booking.waiting_scene import offer, waits
from tests.support.application import both_in_full

pytestmark = both_in_full
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
STEP, REST = 40 * MINUTE, 15 * MINUTE
BESIDE = AT_NINE + STEP


@pytest.fixture
def ear(scene: Scene) -> int:
    """The calendar of an interpreter from French, who is there from eight to five on two days."""
    schedule_id = scene.coordinator("ear", role="interpreter")
    scene.times(schedule_id, AT_NINE - HOUR, AT_NINE - HOUR + DAY, minutes=9 * 60)
    return schedule_id


@pytest.fixture
def english(scene: Scene) -> SimpleNamespace:
    """Two coordinators who speak English and have times of their own, at nine and just after."""
    first, second = (scene.coordinator(name, speaks=("en",)) for name in ("first", "second"))
    scene.times(first, AT_NINE)
    scene.times(second, BESIDE)
    return SimpleNamespace(first=first, second=second)


def books(scene: Scene, start: datetime = AT_NINE, email: str = "parent@family.example") -> str:
    case_id = scene.family(email)
    scene.hold(case_id, start)
    return scene.book(case_id)


def needed(schedule_id: int) -> list[tuple[datetime, datetime]]:
    db.session.rollback()
    asked = db.select(Participant.busy_from, Participant.busy_until).where(Participant.schedule_id == schedule_id)
    return [tuple(row) for row in db.session.execute(asked.order_by(Participant.busy_from))]


# Rests


@pytest.mark.parametrize(("before", "after"), [(15, 0), (0, 15), (15, 15), (1, 0)])
def test_what_lies_within_an_interpreters_rest_is_neither_offered_nor_kept(scene, ear, english, before, after):
    scene.change(Schedule, ear, before=before, after=after)
    scene.hold(scene.family())
    with pytest.raises(reserve.SlotTaken):
        scene.hold(scene.family("other@family.example"), BESIDE)
    assert scene.free() == []


def test_rests_of_two_neighbours_add_up_and_what_touches_is_beside(scene, ear, english):
    scene.change(Schedule, ear, before=15, after=15)
    scene.times(english.second, BESIDE + 2 * REST - MINUTE, BESIDE + 2 * REST)
    scene.hold(scene.family())
    assert scene.free() == [BESIDE + 2 * REST]


def test_an_interpreter_is_needed_with_the_rests_of_that_calendar(scene, ear, english):
    scene.change(Schedule, ear, before=10, after=15)
    books(scene)
    assert (needed(ear), needed(english.first)) == (
        [(AT_NINE - 10 * MINUTE, AT_NINE + STEP + REST)],
        [(AT_NINE, AT_NINE + STEP)],
    )


def test_rests_may_lie_beyond_the_window(scene, english):
    ear = scene.coordinator("short", role="interpreter")
    scene.change(Schedule, ear, before=15, after=15)
    scene.times(ear, AT_NINE)
    assert scene.free() == [AT_NINE]


def test_a_second_interpreter_takes_what_lies_in_the_rest_of_the_first(scene, ear, english):
    scene.change(Schedule, ear, after=15)
    other = scene.coordinator("other", role="interpreter")
    scene.times(other, AT_NINE - HOUR, minutes=240)
    kept = [scene.hold(scene.family(), start) for start in (AT_NINE, BESIDE)]
    assert [scene.appointment(one).interpreter_id for one in kept] == [ear, other]


def test_the_database_itself_refuses_what_lies_within_an_interpreters_rest(scene, ear, english):
    scene.change(Schedule, ear, after=15)
    scene.hold(scene.family())
    other = scene.coordinator("other", role="interpreter")
    scene.times(other, BESIDE, minutes=40)
    scene.hold(scene.family(), BESIDE)
    moved = update(Participant).where(Participant.schedule_id == other).values(schedule_id=ear)
    with pytest.raises(IntegrityError, match="participant_no_overlap"), transaction() as session:
        session.execute(moved)


def test_a_hold_that_ran_out_is_taken_up_again_only_beside_the_rest(scene, ear, english):
    first, second = scene.family(), scene.family("other@family.example")
    scene.hold(first, BESIDE)
    scene.change(Schedule, ear, after=15)
    scene.hold(second, now=NOW + 11 * MINUTE)
    with pytest.raises(reserve.SlotTaken):
        scene.book(first, NOW + 12 * MINUTE)


def test_a_consultation_moves_into_the_rest_of_its_own_old_time(scene, ear, english):
    scene.change(Schedule, ear, before=15, after=15)
    case_id = scene.family()
    scene.hold(case_id)
    scene.book(case_id)
    scene.hold(case_id, BESIDE, moving=True)
    scene.move(case_id, BESIDE)
    assert needed(ear) == [(BESIDE - REST, BESIDE + STEP + REST)]


def test_its_own_time_is_not_offered_with_another_coordinator_for_a_move(scene, ear, english):
    scene.times(english.second, AT_NINE)
    booked = books(scene)
    scene.change(Schedule, ear, before=15, after=15)  # nothing has been brought to that yet
    assert AT_NINE not in [one.start_at for one in scene.offering(scene.appointment(booked).case_id).times]


# The most of a day, and notice


def test_a_day_takes_no_more_than_its_interpreter_does(scene, ear, english):
    scene.change(Schedule, ear, most_per_day=1)
    scene.times(english.second, AT_NINE + DAY)
    scene.hold(scene.family())
    with pytest.raises(reserve.SlotTaken):
        scene.hold(scene.family("other@family.example"), BESIDE)
    assert scene.free() == [AT_NINE + DAY]


def test_the_day_is_the_interpreters_own(scene, english):
    """A night's window counts as one day; the coordinator's days are others."""
    ear = scene.coordinator("night", role="interpreter")
    scene.change(Schedule, ear, most_per_day=1)
    scene.times(ear, datetime.combine(MONDAY, AT_NINE.timetz()) + 12 * HOUR, minutes=8 * 60)
    scene.times(english.first, AT_NINE + 13 * HOUR, AT_NINE + 19 * HOUR)
    scene.hold(scene.family(), AT_NINE + 13 * HOUR)
    with transaction() as session:
        days = session.scalars(db.select(Participant.day).where(Participant.schedule_id == ear)).all()
    assert (days, scene.free()) == ([date(2027, 3, 8)], [])


def test_what_is_nearer_than_an_interpreters_notice_is_neither_offered_nor_kept(scene, ear, english):
    scene.change(Schedule, ear, notice=24 * 60)
    assert scene.free(now=AT_NINE - DAY) == [BESIDE]
    with pytest.raises(reserve.SlotTaken):
        scene.hold(scene.family(), now=AT_NINE - DAY)


def test_an_offer_ends_when_its_interpreter_can_be_asked_no_more(scene, ear, english):
    scene.change(Schedule, ear, notice=24 * 60)
    now = AT_NINE - DAY - 5 * HOUR
    waits(scene, "first@family.example", now=now)
    offer(scene, now)
    assert db.session.query(Appointment).one().held_until == AT_NINE - DAY


# An interpreter who stays


@pytest.fixture
def handing(scene: Scene, ear: int, english: SimpleNamespace) -> SimpleNamespace:
    """A consultation at nine, another one just after it with the same interpreter, and a colleague who has nine too."""
    booked = books(scene)
    books(scene, BESIDE, "other@family.example")
    scene.times(english.second, AT_NINE)
    return SimpleNamespace(booked=booked, case_id=scene.appointment(booked).case_id)


def give(scene: Scene, handing: SimpleNamespace, now: datetime) -> Appointment:
    said = {"token": token_of(AT_NINE, BESIDE), "reason": "", "sequence": "0"}
    with transaction() as session:
        return move_by_office(session, scene.keyring, handing.case_id, settings=scene.settings, now=now, **said)


@pytest.mark.parametrize(("rules", "now"), [({"before": 15, "after": 15}, NOW), ({"notice": 720}, AT_NINE - 3 * HOUR)])
def test_who_interprets_stays_whatever_rests_and_notice_say_by_now(scene, ear, english, handing, rules, now):
    scene.change(Schedule, ear, **rules)
    given = give(scene, handing, now)
    assert (given.schedule_id, given.interpreter_id, needed(ear)) == (
        english.second,
        ear,
        [(AT_NINE, BESIDE), (BESIDE, BESIDE + STEP)],
    )


def test_the_rests_that_it_has_stay_with_it(scene, ear, english):
    scene.change(Schedule, ear, before=15, after=15)
    booked = books(scene)
    scene.times(english.second, AT_NINE)
    give(scene, SimpleNamespace(case_id=scene.appointment(booked).case_id), NOW)
    assert needed(ear) == [(AT_NINE - REST, BESIDE + REST)]


def test_nobody_else_can_have_what_the_one_who_stays_has(scene, ear, english, handing):
    with transaction() as session:
        found = session.get_one(Appointment, handing.booked)
        (one,) = colleagues(session, session.get_one(Case, handing.case_id), found, now=NOW)
    assert one.interpreter_id == ear


# Both roles


@pytest.fixture
def both(scene: Scene, english: SimpleNamespace) -> int:
    """The calendar of somebody who talks with families in French, and interprets from it; so far for urgent cases."""
    schedule_id = scene.coordinator("both", role="coordinator interpreter")
    scene.change(Schedule, schedule_id, before=15, after=15)
    scene.times(schedule_id, AT_NINE, BESIDE, BESIDE + STEP)
    urgent(True)
    return schedule_id


def urgent(said: bool) -> None:
    with transaction() as session:
        own = Schedule.staff_id == session.scalar(
            db.select(Schedule.staff_id).join(Schedule.staff).where(db.text("email = 'both@clinic.example'"))
        )
        of_both = db.select(Schedule.id).where(own).scalar_subquery()
        session.execute(update(Slot).where(Slot.schedule_id == of_both).values(urgent=said))


def test_rests_around_what_is_interpreted_keep_ones_own_times_free(scene, both):
    books(scene)
    urgent(False)
    assert (needed(both), scene.free()) == ([(AT_NINE - REST, BESIDE + REST)], [BESIDE + STEP])


def test_rests_around_ones_own_conversation_keep_what_one_would_interpret_free(scene, both):
    urgent(False)
    books(scene)
    urgent(True)
    scene.times(scene.coordinator("third", speaks=("en",)), BESIDE + 2 * REST - MINUTE, BESIDE + 2 * REST)
    assert (needed(both), scene.free()) == ([(AT_NINE - REST, BESIDE + REST)], [BESIDE + 2 * REST])


def test_what_is_interpreted_counts_for_the_most_of_ones_own_day(scene, both):
    scene.change(Schedule, both, most_per_day=1, before=0, after=0)
    books(scene)
    urgent(False)
    assert (len(needed(both)), scene.free()) == (1, [])


def test_ones_own_time_within_the_rest_of_what_one_interprets_is_not_closed_unseen(scene, both):
    books(scene)
    with transaction() as session:
        beside = session.scalar(db.select(Slot.id).where(Slot.schedule_id == both, Slot.start_at == BESIDE))
    with pytest.raises(SlotHeld), transaction() as session:
        close_slot(session, beside, now=NOW)
