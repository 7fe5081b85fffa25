"""A family's own consultation is not in the way of its move: it may have what lies over it, and nobody else gets in."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import combinations
from random import Random
from threading import Barrier

import pytest

from portal.booking.models import BOOKED, HELD, Appointment, Participant, Schedule, Slot
from portal.booking.service import change, reserve
from portal.booking.service.afterwards import TOOK_PLACE, note_outcome
from portal.booking.service.cancel import NothingBooked
from portal.booking.service.over import without
from portal.booking.slots import Span
from portal.extensions import db
from portal.transaction import transaction
from tests.booking.scene import AT_NINE, NOW, Scene, token
from tests.support.application import both_in_full

MINUTE, STEP = timedelta(minutes=1), timedelta(minutes=40)
SOON = NOW + MINUTE
LATER = AT_NINE + 20 * MINUTE  # lies half over the first time


@pytest.fixture
def one(scene: Scene) -> int:
    """A coordinator with times that lie over each other: at nine, and twenty and forty minutes after."""
    schedule_id = scene.coordinator()
    scene.times(schedule_id, AT_NINE, LATER, AT_NINE + STEP)
    return schedule_id


@pytest.fixture
def case_id(scene: Scene, one: int) -> str:
    """A family that has the time at nine."""
    return booked_at(scene, AT_NINE)


def booked_at(scene: Scene, start: datetime, email: str = "parent@family.example") -> str:
    case_id = scene.family(email)
    scene.hold(case_id, start)
    scene.book(case_id)
    return case_id


def offered(scene: Scene, case_id: str) -> list[datetime]:
    return [one.start_at for one in scene.offering(case_id).times]


def needed() -> list[tuple[datetime, datetime]]:
    """When the coordinator is needed, by whomever."""
    db.session.rollback()
    asked = db.select(Participant.busy_from, Participant.busy_until).order_by(Participant.busy_from)
    return [tuple(row) for row in db.session.execute(asked)]


def stands(case_id: str) -> datetime:
    db.session.rollback()
    return reserve.booked(db.session(), case_id).start_at


def by_office(scene: Scene, case_id: str, start: datetime) -> None:
    more = {"settings": scene.settings, "now": SOON, "reason": "technical", "token": token(start)}
    with transaction() as session:
        change.move_by_office(session, scene.keyring, case_id, **more)


@pytest.mark.parametrize(
    ("busy", "own", "left"),
    [
        ((0, 40), None, (0, 40)),
        ((0, 40), (40, 80), (0, 40)),
        ((20, 60), (0, 40), (40, 60)),
        ((0, 40), (20, 60), (0, 20)),
        ((0, 40), (0, 40), None),
        ((10, 30), (0, 40), None),
        ((0, 60), (0, 40), (40, 60)),
        ((0, 60), (20, 60), (0, 20)),
        ((0, 60), (20, 40), (0, 60)),
    ],
)
def test_what_of_a_time_lies_beside_another(busy, own, left):
    def span(minutes: tuple[int, int] | None) -> Span | None:
        return minutes and Span(*(AT_NINE + one * MINUTE for one in minutes))

    assert without(span(busy), span(own)) == span(left)


@both_in_full
def test_what_lies_over_its_own_time_is_offered_to_the_family_alone(scene, case_id):
    assert (offered(scene, case_id), scene.free()) == ([LATER, AT_NINE + STEP], [AT_NINE + STEP])


@both_in_full
def test_rests_around_its_own_time_hide_nothing_from_it(scene):
    schedule_id = scene.coordinator()
    scene.change(Schedule, schedule_id, before=15, after=15)
    scene.times(schedule_id, AT_NINE, AT_NINE + STEP)
    case_id = booked_at(scene, AT_NINE)
    assert (offered(scene, case_id), scene.free()) == ([AT_NINE + STEP], [])


@both_in_full
def test_its_own_time_does_not_fill_the_day_for_its_move(scene, one, case_id):
    scene.change(Schedule, one, most_per_day=1)
    assert (offered(scene, case_id), scene.free()) == ([LATER, AT_NINE + STEP], [])


@both_in_full
def test_the_time_that_it_has_is_no_choice(scene, case_id):
    assert AT_NINE not in offered(scene, case_id)


@both_in_full
def test_a_time_beyond_its_own_on_both_sides_is_neither_listed_nor_kept(scene):
    schedule_id = scene.coordinator()
    scene.times(schedule_id, LATER)
    scene.times(schedule_id, AT_NINE, minutes=90)
    case_id = booked_at(scene, LATER)
    assert offered(scene, case_id) == []
    with pytest.raises(reserve.SlotTaken), transaction() as session:
        reserve.hold(session, case_id, token(AT_NINE, 90), now=SOON, moving=True)


@both_in_full
def test_while_it_is_moved_both_times_are_nobody_elses(scene, case_id):
    scene.hold(case_id, LATER, SOON, moving=True)
    assert (scene.free(), needed()) == ([], [(AT_NINE, AT_NINE + STEP), (AT_NINE + STEP, LATER + STEP)])


@both_in_full
def test_once_moved_the_whole_new_time_is_needed_and_the_rest_is_free(scene, one, case_id):
    scene.times(one, AT_NINE - 20 * MINUTE)
    scene.hold(case_id, LATER, SOON, moving=True)
    scene.move(case_id, LATER, SOON)
    assert (stands(case_id), needed(), scene.free()) == (LATER, [(LATER, LATER + STEP)], [AT_NINE - 20 * MINUTE])


@both_in_full
def test_a_time_within_its_own_is_needed_as_such_once_moved(scene):
    schedule_id = scene.coordinator()
    scene.times(schedule_id, AT_NINE, minutes=90)
    scene.times(schedule_id, LATER)
    case_id = scene.family()
    with transaction() as session:
        reserve.hold(session, case_id, token(AT_NINE, 90), now=NOW)
    scene.book(case_id)
    scene.hold(case_id, LATER, SOON, moving=True)
    meanwhile = needed()
    scene.move(case_id, LATER, SOON)
    assert (meanwhile, needed()) == ([(AT_NINE, AT_NINE + 90 * MINUTE)], [(LATER, LATER + STEP)])


@both_in_full
def test_rests_are_needed_in_full_once_moved(scene):
    schedule_id = scene.coordinator()
    scene.change(Schedule, schedule_id, before=10, after=15)
    scene.times(schedule_id, AT_NINE, AT_NINE + STEP)
    case_id = booked_at(scene, AT_NINE)
    scene.hold(case_id, AT_NINE + STEP, SOON, moving=True)
    scene.move(case_id, AT_NINE + STEP, SOON)
    assert needed() == [(AT_NINE + 30 * MINUTE, AT_NINE + 95 * MINUTE)]


@both_in_full
def test_longer_rests_since_then_take_nothing_from_others(scene, one, case_id):
    scene.hold(case_id, LATER, SOON, moving=True)
    scene.times(one, LATER + STEP)
    scene.hold(scene.family(), LATER + STEP, SOON)
    with transaction() as session:
        session.execute(db.update(Slot).values(busy_until=Slot.end_at, busy_from=Slot.start_at))
        late = db.select(Slot).where(Slot.start_at == LATER)
        session.scalars(late).one().busy_until = LATER + STEP + 30 * MINUTE
    scene.move(case_id, LATER, SOON)
    assert needed() == [(LATER, LATER + STEP), (LATER + STEP, LATER + 2 * STEP)]


@both_in_full
def test_the_same_interpreter_goes_along(scene):
    english, ear = scene.coordinator("english", speaks=("en",)), scene.coordinator("ear", role="interpreter")
    scene.times(english, AT_NINE, LATER)
    scene.times(ear, AT_NINE - STEP, minutes=180)
    case_id = booked_at(scene, AT_NINE)
    scene.hold(case_id, LATER, SOON, moving=True)
    scene.move(case_id, LATER, SOON)
    rows = db.session.execute(db.select(Participant.schedule_id, Participant.busy_from, Participant.busy_until)).all()
    assert sorted(rows) == [(english, LATER, LATER + STEP), (ear, LATER, LATER + STEP)]


@both_in_full
def test_the_office_moves_it_there_too(scene, case_id):
    by_office(scene, case_id, LATER)
    assert (stands(case_id), needed()) == (LATER, [(LATER, LATER + STEP)])


@both_in_full
def test_a_hold_that_ran_out_is_tried_once_more(scene, case_id):
    scene.hold(case_id, LATER, NOW, moving=True)
    scene.move(case_id, LATER, NOW + 20 * MINUTE)
    assert (stands(case_id), needed()) == (LATER, [(LATER, LATER + STEP)])


@both_in_full
def test_what_is_lost_meanwhile_leaves_the_old_time(scene, case_id):
    scene.hold(case_id, LATER, NOW, moving=True)
    scene.hold(scene.family(), AT_NINE + STEP, NOW + 15 * MINUTE)
    with pytest.raises(reserve.SlotTaken):
        scene.move(case_id, LATER, NOW + 20 * MINUTE)
    assert (stands(case_id), needed()[0]) == (AT_NINE, (AT_NINE, AT_NINE + STEP))


# What ends the consultation ends the hold that counts on it


@both_in_full
def test_a_cancel_ends_the_hold(scene, case_id):
    scene.hold(case_id, LATER, SOON, moving=True)
    scene.cancel(case_id, SOON)
    assert (needed(), scene.free()) == ([], [AT_NINE, LATER, AT_NINE + STEP])


@both_in_full
def test_after_a_cancel_the_time_that_was_kept_is_had_in_full(scene, case_id):
    scene.hold(case_id, LATER, SOON, moving=True)
    scene.cancel(case_id, SOON)
    scene.book(case_id, SOON)
    assert needed() == [(LATER, LATER + STEP)]


@both_in_full
def test_a_consultation_that_took_place_ends_the_hold(scene, case_id):
    scene.hold(case_id, LATER, AT_NINE - 3 * STEP, moving=True)
    with transaction() as session:
        note_outcome(session, scene.keyring, case_id, TOOK_PLACE, settings=scene.settings, now=AT_NINE + MINUTE)
    assert needed() == []


# Nobody gets in between


@both_in_full
@pytest.mark.parametrize("guarded", [False, True])
def test_nobody_gets_in_while_one_moves_over_its_own_time(scene, one, monkeypatch, guarded):
    """The guard is that the hold needs what is beside the old time; without it another family is let in there."""
    if not guarded:
        monkeypatch.setattr("portal.booking.service.claims.without", lambda busy, own: None if own else busy)
    case_id = booked_at(scene, AT_NINE)
    scene.hold(case_id, LATER, SOON, moving=True)
    others = [scene.family(f"family{number}@family.example") for number in range(8)]
    barrier = Barrier(len(others))

    def run(other: str) -> str:
        with scene.app.app_context():
            barrier.wait()
            try:
                scene.hold(other, AT_NINE + STEP, SOON)
            except reserve.SlotTaken:
                return "SlotTaken"
        return "won"

    with ThreadPoolExecutor(len(others)) as pool:
        found = Counter(pool.map(run, others))
    assert found == ({"SlotTaken": 8} if guarded else {"won": 1, "SlotTaken": 7})


@both_in_full
def test_moves_over_ones_own_time_and_claims_beside_it_at_once_never_overlap(scene, one):
    scene.times(one, AT_NINE + 80 * MINUTE, AT_NINE + 100 * MINUTE)
    families = [booked_at(scene, start, f"{start:%H%M}@family.example") for start in (AT_NINE, AT_NINE + STEP)]
    others = [scene.family(f"family{number}@family.example") for number in range(4)]
    steps = [
        lambda: hold_and_move(scene, families[0], LATER),
        lambda: by_office(scene, families[1], AT_NINE + 80 * MINUTE),
        *[
            lambda other=other, start=start: scene.hold(other, start, SOON)
            for other, start in zip(others, [AT_NINE, LATER, AT_NINE + STEP, AT_NINE + 80 * MINUTE], strict=True)
        ],
    ]
    barrier = Barrier(len(steps))

    def run(step) -> None:
        with scene.app.app_context():
            barrier.wait()
            with suppress(reserve.SlotTaken, reserve.OtherTimeKept):
                step()

    with ThreadPoolExecutor(len(steps)) as pool:
        list(pool.map(run, steps))
    assert overlapping() == []
    assert all(stands(one) is not None for one in families)


def hold_and_move(scene: Scene, case_id: str, start: datetime) -> None:
    scene.hold(case_id, start, SOON, moving=True)
    scene.move(case_id, start, SOON)


def overlapping(now: datetime = SOON) -> list[tuple[Span, Span]]:
    """Pairs of live appointments of one coordinator that share a moment, by their own times and not by what is needed.

    A family's hold for its move may lie over its own consultation.
    """
    db.session.rollback()
    live = [
        one
        for one in db.session.query(Appointment)
        if one.status == BOOKED or (one.status == HELD and now < one.held_until)
    ]
    return [
        (first.start_at, second.start_at)
        for first, second in combinations(live, 2)
        if first.schedule_id == second.schedule_id
        and first.case_id != second.case_id
        and Span(first.start_at, first.end_at).overlaps(Span(second.start_at, second.end_at))
    ]


REFUSALS = (
    reserve.SlotTaken,
    reserve.AlreadyBooked,
    reserve.OtherTimeKept,
    NothingBooked,
    change.StandsThere,
)
STEPS = {"hold": 4, "hold to move": 6, "book": 4, "move": 8, "office": 3, "cancel": 1}


def step(scene: Scene, what: str, who: str, start: datetime, now: datetime) -> None:
    """One thing that a family or the office does."""
    match what:
        case "hold" | "hold to move":
            scene.hold(who, start, now, moving=what != "hold")
        case "book":
            scene.book(who, now)
        case "move":
            last = db.select(Appointment.start_at).where(Appointment.case_id == who, Appointment.status != BOOKED)
            kept = db.session.scalar(last.order_by(Appointment.held_since.desc()).limit(1))
            scene.move(who, kept or start, now)
        case "office":
            by_office(scene, who, start)
        case "cancel":
            scene.cancel(who, now)


def uncovered() -> list[Appointment]:
    """Consultations whose coordinator is not needed for all of their time."""
    asked = db.select(Appointment, Participant).join(Participant, Participant.appointment_id == Appointment.id)
    rows = db.session.execute(
        asked.where(Appointment.status == BOOKED, Participant.schedule_id == Appointment.schedule_id)
    )
    found = {one.id for one, row in rows if row.busy_from <= one.start_at and row.busy_until >= one.end_at}
    return [one for one in db.session.query(Appointment).filter_by(status=BOOKED) if one.id not in found]


@pytest.mark.exhaustive
@both_in_full
@pytest.mark.parametrize("seed", range(6))
def test_whatever_families_and_office_do_in_whatever_order_nobody_is_needed_twice(scene, seed):
    chance = Random(seed)  # to choose, not to guard
    people = [scene.coordinator("one"), scene.coordinator("two")]
    scene.change(Schedule, people[0], after=10)
    starts = [AT_NINE + number * 20 * MINUTE for number in range(9)]
    for schedule_id in people:
        scene.times(schedule_id, *starts)
    families = [scene.family(f"family{number}@family.example") for number in range(4)]
    now, done = NOW, Counter()
    for _number in range(100):
        now += chance.choice([MINUTE, 4 * MINUTE])
        (what,) = chance.choices(list(STEPS), list(STEPS.values()))
        with suppress(*REFUSALS):
            step(scene, what, chance.choice(families), chance.choice(starts), now)
            done[what] += 1
        assert (overlapping(now), uncovered()) == ([], [])
    assert (done["move"] > 0, done["office"] > 0, done["cancel"] > 0) == (True, True, True)
