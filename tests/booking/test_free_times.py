"""What a family is offered: distinct instants, nearest first, with somebody who speaks its language."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from portal.booking.bands import day_of
from portal.booking.models import CLOSED, Slot
from portal.booking.service import schedules
from portal.booking.service.offers import Asker, Offering, free_times
from portal.extensions import db
from portal.staff.service import find_by_email, revoke
from portal.transaction import transaction
from tests.booking.scene import AT_NINE, MONDAY, NOW, Scene
from tests.support.application import both_in_full

pytestmark = both_in_full
STEP = timedelta(minutes=40)
MORNING = [AT_NINE, AT_NINE + STEP, AT_NINE + 2 * STEP]


def slot_ids() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(db.select(Slot.id).order_by(Slot.start_at)))


def close(slot_id: str) -> None:
    with transaction() as session:
        schedules.close_slot(session, slot_id, now=NOW)


def asked_by(scene: Scene) -> list[tuple[str, tuple]]:
    asked: list[tuple[str, tuple]] = []
    event.listen(db.engine, "before_cursor_execute", lambda *given: asked.append((given[2], given[3])))
    scene.free()
    return [one for one in asked if one[0].lstrip().startswith(("SELECT", "WITH"))]


def test_times_come_nearest_first(clinic):
    assert clinic.free() == MORNING


def test_two_coordinators_at_one_time_are_one_choice(clinic):
    clinic.open_day(clinic.coordinator("two"))
    assert clinic.free() == MORNING


def test_who_does_not_speak_the_language_is_not_offered(clinic):
    assert clinic.free("ar") == []


def test_who_is_no_coordinator_is_not_offered(scene):
    scene.open_day(scene.coordinator(role="lead"))
    assert scene.free() == []


def test_who_has_left_is_not_offered(clinic):
    with transaction() as session:
        revoke(session, find_by_email(session, "one@clinic.example"), NOW)
    assert clinic.free() == []


def test_a_time_within_two_hours_is_too_soon(clinic):
    assert clinic.free(now=AT_NINE - timedelta(hours=2)) == MORNING[1:]


def test_a_kept_time_is_not_offered_to_others(clinic):
    clinic.hold(clinic.family())
    assert clinic.free() == MORNING[1:]


def test_a_kept_time_is_still_offered_to_who_keeps_it(clinic):
    case_id = clinic.family()
    clinic.hold(case_id)
    assert clinic.free(case_id=case_id) == MORNING


def test_a_hold_that_ran_out_is_offered_before_anything_swept_it(clinic):
    clinic.hold(clinic.family())
    assert clinic.free(now=NOW + timedelta(minutes=15)) == MORNING


def test_a_time_stays_on_offer_while_a_second_coordinator_has_it(clinic):
    clinic.open_day(clinic.coordinator("two"))
    clinic.hold(clinic.family())
    assert clinic.free() == MORNING


def test_a_time_that_overlaps_with_a_consultation_is_not_offered(scene: Scene):
    schedule = scene.coordinator()
    scene.times(schedule, AT_NINE, AT_NINE + timedelta(minutes=20), AT_NINE + STEP)
    scene.hold(scene.family())
    assert scene.free() == [AT_NINE + STEP]


def test_a_closed_time_is_not_offered(clinic):
    close(slot_ids()[0])
    assert clinic.free() == MORNING[1:]


def test_a_kept_time_cannot_be_closed(clinic):
    clinic.hold(clinic.family())
    with pytest.raises(schedules.SlotHeld):
        close(slot_ids()[0])


def test_a_time_whose_hold_ran_out_can_be_closed(clinic):
    clinic.hold(clinic.family(), now=NOW - timedelta(minutes=15))
    close(slot_ids()[0])
    assert db.session.get_one(Slot, slot_ids()[0]).status == CLOSED


def test_an_unknown_time_cannot_be_closed(clinic):
    with pytest.raises(LookupError):
        close("0" * 32)


def test_opening_a_day_twice_adds_nothing(clinic):
    with transaction() as session:
        schedule = session.scalars(db.select(schedules.Schedule)).one().id
    assert clinic.open_day(schedule) == schedules.Opened(0, 3)


def test_opening_a_longer_range_adds_what_is_missing(clinic):
    with transaction() as session:
        schedule = session.scalars(db.select(schedules.Schedule)).one().id
    assert clinic.open_day(schedule, last=MONDAY + timedelta(days=1)) == schedules.Opened(3, 3)


def test_a_calendar_is_made_once(clinic):
    with transaction() as session:
        person = find_by_email(session, "one@clinic.example")
        assert schedules.schedule_of(session, person.id) is schedules.schedule_of(session, person.id)


def test_free_times_are_asked_for_with_one_query(clinic):
    assert len(asked_by(clinic)) == 1


def test_sqlite_finds_slots_and_what_takes_them_by_index(clinic, database_kind):
    if database_kind == "sqlite":
        ((statement, values),) = asked_by(clinic)
        plan = str(db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all())
        assert ("ix_slot_status_start_at_end_at" in plan, "ix_participant_schedule_id_busy_from" in plan) == (
            True,
            True,
        )


def looks_of(language: str) -> tuple[Offering, int]:
    """What there is within a day in Paris, else at any hour, and how often that was looked for."""
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    about = {"now": NOW, "band": day_of("Europe/Paris", NOW), "else_any_hour": True, "most": 101}
    found = free_times(db.session(), Asker((language,)), **about)
    return found, len([one for one in asked if one.lstrip().startswith("WITH")])


@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_empty_list_is_looked_for_twice(scene, language):
    assert looks_of(language) == (Offering([]), 2)


@pytest.mark.parametrize("speaks", ["fr", "en"])
@pytest.mark.parametrize("hours", [(1,), (9,), (1, 9)])
def test_one_by_night_or_with_an_interpreter_is_looked_for_no_more_often(scene, speaks, hours):
    starts = [AT_NINE.replace(hour=hour) for hour in hours]
    scene.times(scene.coordinator(speaks=(speaks,)), *starts)
    scene.times(scene.coordinator("ear", role="interpreter"), *starts)
    found, looks = looks_of("fr")
    assert ([one.start_at.hour for one in found.times], found.interpreted, found.any_hour, looks <= 2) == (
        [hours[-1]],
        speaks == "en",
        hours == (1,),
        True,
    )
