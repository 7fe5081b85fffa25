"""Twenty families at once and one coordinator or interpreter: without the database's guard all win, with it one."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from portal.booking.models import BOOKED, HELD, LIVE, Appointment, Participant, Schedule
from portal.booking.service import reserve
from portal.extensions import db
from portal.transaction import DatabaseBusy, transaction
from tests.booking.scene import AT_NINE, MINUTES, NOW, Scene, token
from tests.support.application import both_databases

pytestmark = both_databases
FAMILIES = 20
GUARDS = {
    "sqlite": (
        "DROP TRIGGER participant_no_overlap_insert",
        "DROP TRIGGER participant_no_overlap_update",
    ),
    "postgresql": ("ALTER TABLE participant DROP CONSTRAINT participant_no_overlap",),
}
# Each begins a minute after the one before, so that all overlap and no two begin together.
OVERLAPPING = [AT_NINE + timedelta(minutes=number) for number in range(FAMILIES)]
SAME = [AT_NINE] * FAMILIES
# Beside each other, and so within the rest that stays free around each.
BACK_TO_BACK = [AT_NINE, AT_NINE + timedelta(minutes=MINUTES)] * (FAMILIES // 2)
REST = timedelta(minutes=15)
Claim = Callable[[str, datetime, Barrier], None]


@pytest.fixture
def families(scene: Scene) -> list[str]:
    return [scene.family(f"family{number}@family.example") for number in range(FAMILIES)]


def race(scene: Scene, families: list[str], starts: list[datetime], claim: Claim) -> Counter[str]:
    """Let every family claim its time at the same moment; returns what became of the claims, by name."""
    barrier = Barrier(len(families))

    def run(case_id: str, start: datetime) -> str:
        with scene.app.app_context():
            try:
                claim(case_id, start, barrier)
            except (reserve.SlotTaken, IntegrityError, DatabaseBusy) as fault:
                return type(fault).__name__
        return "won"

    with ThreadPoolExecutor(len(families)) as pool:
        return Counter(pool.map(run, families, starts))


def live() -> list[str]:
    db.session.rollback()
    return [one.status for one in db.session.query(Appointment).filter(LIVE)]


def check_then_insert(schedule_id: int, rest: timedelta = timedelta()) -> Claim:
    """What a portal does that trusts its own look: see that the time is free, then take it."""

    def claim(case_id: str, start: datetime, barrier: Barrier) -> None:
        end = start + timedelta(minutes=MINUTES)
        beside = Appointment.start_at < end + 2 * rest, Appointment.end_at > start - 2 * rest
        overlapping = db.session.query(Appointment).filter(LIVE, *beside)
        free = overlapping.count() == 0
        db.session.rollback()
        barrier.wait()
        if free:
            with transaction() as session:
                made = Appointment(
                    case_id=case_id,
                    schedule_id=schedule_id,
                    start_at=start,
                    end_at=end,
                    status=BOOKED,
                    sequence=0,
                    language="fr",
                    time_zone="Europe/Paris",
                )
                session.add(made)
                session.flush()
                needed = Participant(
                    appointment_id=made.id,
                    schedule_id=schedule_id,
                    busy_from=start - rest,
                    busy_until=end + rest,
                    day=start.date(),
                )
                session.add(needed)

    return claim


def by_service(scene: Scene) -> Claim:
    """What ours does."""

    def claim(case_id: str, start: datetime, barrier: Barrier) -> None:
        barrier.wait()
        with transaction() as session:
            reserve.hold(session, case_id, token(start), now=NOW)

    return claim


def test_with_the_guard_off_a_look_before_the_write_lets_several_in(scene, families, database_kind):
    with transaction() as session:
        for statement in GUARDS[database_kind]:
            session.execute(text(statement))
    race(scene, families, OVERLAPPING, check_then_insert(scene.coordinator()))
    assert len(live()) > 1


def test_with_the_guard_on_the_same_code_lets_one_in(scene, families):
    race(scene, families, OVERLAPPING, check_then_insert(scene.coordinator()))
    assert live() == [BOOKED]


def test_of_twenty_overlapping_choices_one_is_kept_and_the_others_are_told(scene, families):
    scene.times(scene.coordinator(), *OVERLAPPING)
    assert race(scene, families, OVERLAPPING, by_service(scene)) == {"won": 1, "SlotTaken": 19}


def test_of_twenty_choices_of_one_time_one_is_kept(scene, families):
    scene.times(scene.coordinator(), AT_NINE)
    assert race(scene, families, SAME, by_service(scene)) == {"won": 1, "SlotTaken": 19}


def test_three_coordinators_at_one_time_serve_three_families(scene, families):
    for name in ("one", "two", "three"):
        scene.times(scene.coordinator(name), AT_NINE)
    assert race(scene, families, SAME, by_service(scene)) == {"won": 3, "SlotTaken": 17}


@pytest.fixture
def ear(scene: Scene) -> int:
    """An interpreter who needs a rest on both sides, beside two who speak English and have a time each."""
    for name, start in zip(("one", "two"), BACK_TO_BACK, strict=False):
        scene.times(scene.coordinator(name, speaks=("en",)), start)
    schedule_id = scene.coordinator("ear", role="interpreter")
    scene.times(schedule_id, AT_NINE, minutes=4 * 60)
    scene.change(Schedule, schedule_id, before=REST.seconds // 60, after=REST.seconds // 60)
    return schedule_id


def test_with_the_guard_off_an_interpreter_gets_several_without_a_rest(scene, families, ear, database_kind):
    with transaction() as session:
        for statement in GUARDS[database_kind]:
            session.execute(text(statement))
    race(scene, families, BACK_TO_BACK, check_then_insert(ear, REST))
    assert len(live()) > 1


def test_with_the_guard_on_the_same_code_gives_an_interpreter_one(scene, families, ear):
    race(scene, families, BACK_TO_BACK, check_then_insert(ear, REST))
    assert live() == [BOOKED]


def test_of_twenty_choices_back_to_back_an_interpreter_has_one(scene, families, ear):
    assert race(scene, families, BACK_TO_BACK, by_service(scene)) == {"won": 1, "SlotTaken": 19}


def test_one_family_in_many_windows_keeps_one_time(clinic):
    both = [AT_NINE, AT_NINE + timedelta(minutes=MINUTES)]
    race(clinic, [clinic.family()] * 8, both * 4, by_service(clinic))
    assert live() == [HELD]


def test_one_family_that_confirms_in_many_windows_books_once(clinic):
    case_id = clinic.family()
    clinic.hold(case_id)

    def confirm(case_id: str, _start: datetime, barrier: Barrier) -> None:
        barrier.wait()
        try:
            clinic.book(case_id)
        except reserve.AlreadyBooked as fault:
            raise reserve.SlotTaken from fault

    assert race(clinic, [case_id] * 8, [AT_NINE] * 8, confirm) == {"won": 1, "SlotTaken": 7}
