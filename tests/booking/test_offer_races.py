"""Workers, families and strangers at one time at once: it is one family's, and it is booked and told once."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from portal.booking.emails import booked_letters
from portal.booking.models import BOOKED, LIVE, OFFERED, Appointment, Participant
from portal.booking.service import reserve, waiting
from portal.booking.service.offers import asker_of, free_times
from portal.booking.told import Booked
from portal.cases.models import Case
from portal.extensions import db
from portal.mail import outbox
from portal.transaction import DatabaseBusy, transaction
from tests.booking.scene import AT_NINE, MINUTES, NOW, Scene
from tests.booking.test_overlap import GUARDS
from tests.booking.waiting_scene import accept, offer, sweep, waits
from tests.support.application import both_databases

pytestmark = both_databases
MANY = 8
ROUNDS = [0, *(pytest.param(number, marks=pytest.mark.exhaustive) for number in range(1, 20))]
DAY, END = timedelta(days=1), AT_NINE + timedelta(minutes=MINUTES)
REFUSED = (reserve.SlotTaken, reserve.AlreadyBooked, reserve.OtherTimeKept, IntegrityError, DatabaseBusy)
Step = Callable[[Barrier], object]


@pytest.fixture
def families(scene: Scene) -> list[str]:
    """Eight families that wait for the one time that there is."""
    scene.times(scene.coordinator(), AT_NINE)
    return [waits(scene, f"f{n}@family.example", now=NOW + timedelta(seconds=n)) for n in range(MANY)]


def at_once(scene: Scene, *steps: Step) -> Counter[str]:
    """Let all go at one moment; what became of each, by name."""
    barrier = Barrier(len(steps))

    def run(step: Step) -> str:
        with scene.app.app_context():
            try:
                step(barrier)
            except REFUSED as fault:
                return type(fault).__name__
        return "won"

    with ThreadPoolExecutor(len(steps)) as pool:
        return Counter(pool.map(run, steps))


def after(do: Callable[[], object]) -> Step:
    """Something that begins when all are there."""

    def step(barrier: Barrier) -> object:
        barrier.wait()
        return do()

    return step


def live() -> list[tuple[str, str]]:
    db.session.rollback()
    found = db.session.scalars(db.select(Appointment).where(LIVE).order_by(Appointment.held_since))
    return [(one.case_id, one.status) for one in found]


def guard_off(kind: str) -> None:
    with transaction() as session:
        for statement in GUARDS[kind]:
            session.execute(text(statement))


def look_then_offer(case_id: str) -> Step:
    """What a worker does that trusts its own look: see that the time is free, then offer it."""

    def step(barrier: Barrier) -> None:
        found = free_times(db.session(), asker_of(db.session.get_one(Case, case_id)), now=NOW, most=1).times
        schedule_id = db.session.scalars(db.text("SELECT schedule_id FROM slot")).one()
        db.session.rollback()
        barrier.wait()
        for one in found:
            with transaction() as session:
                times = {"start_at": one.start_at, "end_at": one.end_at, "held_since": NOW, "held_until": NOW + DAY}
                clock = {"language": "fr", "time_zone": "Europe/Paris"}
                made = Appointment(case_id=case_id, schedule_id=schedule_id, status=OFFERED, **times, **clock)
                session.add(made)
                session.flush()
                busy = {"busy_from": one.start_at, "busy_until": one.end_at, "day": one.start_at.date()}
                session.add(Participant(appointment_id=made.id, schedule_id=schedule_id, **busy))

    return step


def look_then_take(scene: Scene, case_id: str) -> Step:
    """What a page does that trusts its own look: see that the time is offered, then book it and write."""

    def step(barrier: Barrier) -> None:
        found = waiting.offer_of(db.session(), case_id, now=NOW)
        assert found is not None
        offered_id = found.id
        db.session.rollback()
        barrier.wait()
        with transaction() as session:
            mine = session.get_one(Appointment, offered_id)
            mine.status, mine.booked_at = BOOKED, NOW
            session.flush()
            of = Booked(scene.keyring, session.get_one(Case, case_id), mine, scene.settings, NOW)
            scope = outbox.case_scope(case_id)
            outbox.post_all(session, scene.keyring, booked_letters(of), scope=scope, now=NOW)

    return step


def test_with_the_guard_off_workers_that_look_first_offer_one_time_to_several(scene, families, database_kind):
    guard_off(database_kind)
    at_once(scene, *map(look_then_offer, families))
    assert len(live()) > 1


def test_with_the_guard_on_the_same_code_offers_it_to_one(scene, families):
    at_once(scene, *map(look_then_offer, families))
    assert [status for _case, status in live()] == [OFFERED]


def test_of_many_workers_that_offer_one_time_one_does_and_to_the_first(scene, families):
    at_once(scene, *[after(partial(offer, scene, NOW + timedelta(minutes=1)))] * MANY)
    assert (live(), len(scene.drafts("appointment.offered"))) == ([(families[0], OFFERED)], 1)


def test_pages_that_look_first_book_and_write_several_times(scene, families):
    offer(scene)
    at_once(scene, *[look_then_take(scene, families[0])] * MANY)
    assert len(scene.drafts("appointment.booked")) > 1


def test_taken_in_many_windows_at_once_it_is_booked_and_told_once(scene, families):
    offer(scene)
    told = at_once(scene, *[after(partial(accept, scene, families[0], AT_NINE, END))] * MANY)
    assert told == {"won": 1, "AlreadyBooked": MANY - 1}
    assert (live(), len(scene.drafts("appointment.booked"))) == ([(families[0], BOOKED)], 1)


@pytest.mark.parametrize("round_", ROUNDS)
def test_taken_while_it_runs_out_it_is_still_one_familys(scene, families, round_):
    offer(scene)
    late = NOW + DAY + timedelta(seconds=MANY)

    def pass_on() -> None:
        sweep(late)
        offer(scene, late)

    at_once(scene, after(partial(accept, scene, families[0], AT_NINE, END, late)), after(pass_on))
    assert len(live()) == 1
    assert live()[0] in {(families[0], BOOKED), (families[1], OFFERED)}


@pytest.mark.parametrize("round_", ROUNDS)
def test_a_stranger_who_chooses_it_while_it_is_offered_gets_it_or_does_not(scene, families, round_):
    strangers = [scene.family(f"s{number}@family.example") for number in range(3)]
    told = at_once(scene, *(after(partial(scene.hold, one)) for one in strangers), *[after(partial(offer, scene))] * 3)
    assert (len(live()), told["SlotTaken"] in {2, 3}) == (1, True)


def test_what_is_offered_no_stranger_gets(scene, families):
    strangers = [scene.family(f"s{number}@family.example") for number in range(MANY)]
    offer(scene)
    assert at_once(scene, *(after(partial(scene.hold, one)) for one in strangers)) == {"SlotTaken": MANY}
