"""The waiting list: who is on it, and in which order what is free is offered."""

from datetime import datetime, timedelta

import pytest

from portal.booking.models import Appointment, Schedule, Slot
from portal.booking.service import keeping, offering, reserve
from portal.booking.service.afterwards import TOOK_PLACE, note_outcome
from portal.booking.service.calendars import set_rules
from portal.booking.service.copying import copy_week
from portal.booking.service.freed import OFFER
from portal.booking.service.whereabouts import set_whereabouts
from portal.cases.models import CLOSED, Case
from portal.desk.service import set_urgency
from portal.extensions import db
from portal.jobs.loop import Work, Worker
from portal.jobs.models import Job
from portal.lifecycle.work import build_work
from portal.mail.carrier import MemoryCarrier
from portal.transaction import transaction
from tests.booking.scene import AT_NINE, MINUTES, MONDAY, NOW, Scene, token
from tests.booking.waiting_scene import (
    accept,
    any_time,
    decline,
    offer,
    offer_to,
    offered,
    rows,
    stop,
    suiting,
    wait,
    waits,
)
from tests.support.application import both_in_full

pytestmark = both_in_full
HOUR, DAY, STEP = timedelta(hours=1), timedelta(days=1), timedelta(minutes=MINUTES)
MINUTE, END = timedelta(minutes=1), AT_NINE + STEP


@pytest.fixture
def french(scene: Scene) -> int:
    """The calendar of a coordinator who speaks French; it has one time, at nine."""
    schedule_id = scene.coordinator()
    scene.times(schedule_id, AT_NINE)
    return schedule_id


def looks_due() -> bool:
    db.session.rollback()
    return db.session.scalar(db.select(Job.id).where(Job.kind == OFFER)) is not None


def forget_jobs() -> None:
    with transaction() as session:
        session.execute(db.delete(Job))


# The place on the list


def test_what_would_suit_is_kept_and_the_note_is_sealed(scene):
    case_id = scene.family()
    wait(scene, case_id, any_time(9, 17, frozenset({0, 3}), ("fr", "en")), note="After school, please")
    (row,) = rows()
    assert (row.weekdays, row.begin, row.end, row.languages) == ("0 3", "09:00", "17:00", "fr en")
    assert scene.keyring.case(case_id).read(row, "note") == "After school, please"
    assert b"school" not in row.note.blob


def test_another_wish_keeps_the_place(scene):
    case_id = waits(scene, "first@family.example")
    wait(scene, case_id, any_time(9, 17), NOW + HOUR)
    assert (len(rows()), db.session.get_one(Case, case_id).waits_since) == (1, NOW)


def test_the_office_is_told_once(scene):
    scene.coordinator()
    case_id = waits(scene, "first@family.example")
    wait(scene, case_id, any_time(9, 17), NOW + HOUR)
    assert [one.recipient for one in scene.letters("waiting.wished")] == ["one@clinic.example"]


def test_who_goes_and_comes_back_tells_the_office_once_a_day(scene):
    scene.coordinator()
    case_id = waits(scene, "first@family.example")
    for moment in (NOW + HOUR, NOW + 2 * HOUR, NOW + DAY + HOUR):
        stop(case_id, moment)
        wait(scene, case_id, now=moment)
    assert len(scene.drafts("waiting.wished")) == 2


def test_where_nobody_speaks_the_language_a_lead_is_told(scene):
    scene.coordinator("boss", role="lead", speaks=())
    waits(scene, "first@family.example")
    assert [one.recipient for one in scene.letters("waiting.wished")] == ["boss@clinic.example"]


def test_who_has_a_time_does_not_wait_for_one(scene, french):
    case_id = scene.family()
    scene.hold(case_id)
    scene.book(case_id)
    with pytest.raises(reserve.AlreadyBooked):
        wait(scene, case_id)


def test_who_has_had_its_conversation_does_not_wait_for_one(scene, french):
    case_id = scene.family()
    scene.hold(case_id)
    scene.book(case_id)
    with transaction() as session:
        about = {"settings": scene.settings, "now": END}
        note_outcome(session, scene.keyring, case_id, TOOK_PLACE, **about)
    with pytest.raises(reserve.NoMore):
        wait(scene, case_id, now=END)


def test_waiting_ends_when_the_family_says_so(scene):
    case_id = waits(scene, "first@family.example")
    assert (stop(case_id), stop(case_id), rows()) == (True, False, [])
    assert db.session.get_one(Case, case_id).waits_since is None


# Who is offered what


def test_the_first_on_the_list_is_offered_what_is_free(scene, french):
    first = waits(scene, "first@family.example")
    waits(scene, "second@family.example", now=NOW + HOUR)
    assert (offer(scene, NOW + HOUR), offered()) == ([first], {first: AT_NINE})


def test_whom_the_staff_holds_to_be_urgent_comes_before(scene, french):
    waits(scene, "first@family.example")
    second = waits(scene, "second@family.example", now=NOW + HOUR)
    scene.change(Case, second, urgent_by="0" * 32, urgent_at=NOW + HOUR)
    assert offer(scene, NOW + HOUR) == [second]


def test_whom_it_does_not_suit_is_passed_over(scene, french):
    waits(scene, "first@family.example", any_time(days=frozenset({5})))
    second = waits(scene, "second@family.example", now=NOW + HOUR)
    assert offer(scene, NOW + HOUR) == [second]


def test_each_family_gets_one_offer_at_a_time(scene, french):
    scene.times(french, AT_NINE + DAY, AT_NINE + 2 * DAY)
    first, second = (waits(scene, f"{name}@family.example") for name in ("first", "second"))
    assert (sorted(offer(scene)), offer(scene)) == (sorted([first, second]), [])


def test_a_time_reserved_for_urgent_cases_is_offered_to_none_but_them(scene, french):
    with transaction() as session:
        session.execute(db.update(Slot).values(urgent=True))
    waits(scene, "first@family.example")
    second = waits(scene, "second@family.example", now=NOW + HOUR)
    scene.change(Case, second, urgent_by="0" * 32, urgent_at=NOW)
    assert offer(scene, NOW + HOUR) == [second]


def test_a_language_that_only_the_wish_names_counts(scene):
    scene.times(scene.coordinator(speaks=("de",)), AT_NINE)
    first = waits(scene, "first@family.example", any_time(languages=("fr", "de")))
    assert offer(scene) == [first]


def test_a_language_that_the_wish_leaves_out_does_not_count(scene):
    scene.times(scene.coordinator(speaks=("ar",)), AT_NINE)
    waits(scene, "first@family.example", any_time(languages=("fr",)), language="ar")
    assert offer(scene) == []


def test_an_interpreter_is_kept_with_the_time(scene):
    english, ear = scene.coordinator(speaks=("en",)), scene.coordinator("ear", role="interpreter")
    scene.times(english, AT_NINE)
    scene.times(ear, AT_NINE - HOUR, minutes=180)
    first = waits(scene, "first@family.example")
    offer(scene)
    found = db.session.scalars(db.select(Appointment).where(Appointment.case_id == first)).one()
    assert (found.schedule_id, found.interpreter_id) == (english, ear)


def test_what_begins_too_soon_is_not_offered_by_letter(scene, french):
    waits(scene, "first@family.example", now=AT_NINE - 3 * HOUR + timedelta(minutes=1))
    assert offer(scene, AT_NINE - 3 * HOUR + timedelta(minutes=1)) == []


def kept_at_most(scene: Scene, notice: timedelta, now: datetime) -> datetime | None:
    """Until when the one time is offered, where its calendar has this notice."""
    scene.change(Schedule, scene.schedule_of("one@clinic.example"), notice=int(notice / MINUTE))
    scene.make(scene.schedule_of("one@clinic.example"))
    waits(scene, "first@family.example", now=now)
    offer(scene, now)
    return db.session.scalar(db.select(Appointment.held_until))


def test_an_offer_ends_when_the_time_can_be_chosen_no_more(scene, french):
    assert kept_at_most(scene, 3 * DAY, AT_NINE - 74 * HOUR) == AT_NINE - 72 * HOUR


def test_a_late_answer_books_nothing_that_nobody_else_could_choose(scene, french):
    kept_at_most(scene, 3 * DAY, AT_NINE - 74 * HOUR)
    [first] = offered()
    with pytest.raises(reserve.SlotTaken):
        accept(scene, first, AT_NINE, END, AT_NINE - 71 * HOUR)


@pytest.mark.parametrize(("left", "is_offered"), [(HOUR, True), (HOUR - MINUTE, False)])
def test_a_time_that_leaves_less_than_an_hour_to_answer_is_not_offered(scene, french, left, is_offered):
    until = kept_at_most(scene, 3 * DAY, AT_NINE - 72 * HOUR - left)
    assert until == (AT_NINE - 72 * HOUR if is_offered else None)


def test_a_time_with_too_little_notice_gives_way_to_the_next(scene, french):
    scene.change(Schedule, french, notice=3 * 24 * 60)
    scene.times(french, AT_NINE + DAY)
    with transaction() as session:
        session.execute(db.update(Slot).where(Slot.start_at == AT_NINE).values(closes_at=AT_NINE - 3 * DAY))
    first = waits(scene, "first@family.example")
    assert (offer(scene, AT_NINE - 72.5 * HOUR), offered()[first]) == ([first], AT_NINE + DAY)


def test_what_leaves_a_day_to_answer_comes_before_what_is_nearer(scene, french):
    scene.times(french, AT_NINE + 2 * DAY)
    first = waits(scene, "first@family.example", now=AT_NINE - 4 * HOUR)
    assert (offer(scene, AT_NINE - 4 * HOUR), offered()[first]) == ([first], AT_NINE + 2 * DAY)


def test_who_keeps_a_time_at_this_moment_is_left_to_it(scene, french):
    scene.times(french, AT_NINE + DAY)
    first = waits(scene, "first@family.example")
    scene.hold(first)
    assert (offer(scene), offer(scene, NOW + timedelta(minutes=11))) == ([], [first])


@pytest.mark.parametrize("change", [{"state": CLOSED}, {"time_zone": ""}])
def test_a_closed_case_is_offered_nothing(scene, french, change):
    scene.change(Case, waits(scene, "first@family.example"), **change)
    second = waits(scene, "second@family.example", now=NOW + HOUR)
    assert offer(scene, NOW + HOUR) == [second]


@pytest.mark.parametrize("what", ["case", "family"])
def test_an_erased_case_is_offered_nothing_and_stops_nobody(scene, french, what):
    first = waits(scene, "first@family.example")
    second = waits(scene, "second@family.example", now=NOW + HOUR)
    if what == "case":
        scene.keyring.destroy_case(first)
    else:
        scene.keyring.destroy_family(db.session.get_one(Case, first).family_id)
    assert offer(scene, NOW + HOUR) == [second]


def test_a_wish_that_changed_meanwhile_counts(scene, french):
    first = waits(scene, "first@family.example")
    times = suiting(first)
    wait(scene, first, any_time(days=frozenset({5})))
    assert (len(times), offer_to(scene, first, times)) == (1, None)


def test_an_offer_made_while_another_worker_is_at_it_is_one(scene, french):
    first = waits(scene, "first@family.example")
    times = suiting(first)
    assert [offer_to(scene, first, times) is not None for _ in range(2)] == [True, False]


# More who wait than times that are tried for each


def worked_off(scene: Scene, now: datetime = NOW) -> None:
    """Let a worker do what is due, and what becomes due by that; of a look without an end it does a hundred."""
    work = build_work(scene.app, scene.app.extensions["portal"], MemoryCarrier())
    worker = Worker(scene.app, Work(work.handlers))
    for _job in range(100):
        if not worker.run_due(now):
            break


def test_where_those_before_took_all_that_was_tried_the_next_look_is_at_once(scene, french, monkeypatch):
    monkeypatch.setattr(offering, "TRIED", 2)
    times = [AT_NINE + number * STEP for number in range(5)]
    scene.times(french, *times[1:])
    families = [waits(scene, f"{number}@family.example", now=NOW + number * MINUTE) for number in range(5)]
    worked_off(scene, NOW + HOUR)
    assert offered() == dict(zip(families, times, strict=True))


def test_whoever_waits_longer_has_what_suits_it_before_another(scene, french, monkeypatch):
    monkeypatch.setattr(offering, "TRIED", 1)
    scene.times(french, AT_NINE + DAY)
    first, second = (waits(scene, f"{number}@family.example", now=NOW + number * MINUTE) for number in range(2))
    waits(scene, "last@family.example", any_time(days=frozenset({1})), now=NOW + HOUR)
    worked_off(scene, NOW + HOUR)
    assert offered() == {first: AT_NINE, second: AT_NINE + DAY}


def test_where_nothing_can_be_offered_the_worker_does_not_look_again_and_again(scene, french, monkeypatch):
    monkeypatch.setattr(offering, "TRIED", 1)
    scene.times(french, AT_NINE + STEP)
    with transaction() as session:
        session.execute(db.update(Slot).values(closes_at=NOW + 30 * MINUTE))
    waits(scene, "first@family.example")
    worked_off(scene)
    assert (looks_due(), offered()) == (False, {})


# Taken, while another time is kept in another window


def takes_the_offer_beside(scene: Scene) -> str:
    scene.times(scene.schedule_of("one@clinic.example"), AT_NINE + DAY)
    first = waits(scene, "first@family.example")
    offer(scene)
    scene.hold(first, AT_NINE + DAY)
    waits(scene, "second@family.example")
    forget_jobs()
    accept(scene, first, AT_NINE, END)
    return first


def test_whoever_takes_an_offer_keeps_no_other_time(scene, french):
    first = takes_the_offer_beside(scene)
    with transaction() as session:
        assert reserve.renew(session, first, now=NOW + MINUTE) is None
    assert scene.free() == [AT_NINE + DAY]


def test_what_it_kept_is_offered_to_who_waits(scene, french):
    takes_the_offer_beside(scene)
    assert looks_due()


# When a worker looks


def pass_on(scene: Scene, case_id: str) -> None:
    decline(case_id, AT_NINE, END)


def make_times(scene: Scene, case_id: str) -> None:
    schedule_id = scene.schedule_of("one@clinic.example")
    scene.window(schedule_id, "12:00-13:00")
    scene.make(schedule_id)


def copy_times(scene: Scene, case_id: str) -> None:
    schedule_id = scene.schedule_of("one@clinic.example")
    with transaction() as session:
        schedule = session.get_one(Schedule, schedule_id)
        weeks = {"week": MONDAY, "into": MONDAY + 7 * DAY, "weeks": 1}
        copy_week(session, schedule, **weeks, clinic_zone="Europe/Istanbul", now=NOW)


def talk_more_often(scene: Scene, case_id: str) -> None:
    with transaction() as session:
        person = session.scalars(db.select(Schedule.staff_id)).one()
        set_rules(session, person, clinic_zone="Europe/Istanbul", now=NOW, most_per_day=3)


def live_elsewhere_and_learn_arabic(scene: Scene, case_id: str) -> None:
    with transaction() as session:
        person = session.scalars(db.select(Schedule)).one().staff
        said = {"zone": "Europe/Berlin", "languages": ["ar", "fr"]}
        set_whereabouts(session, person, **said, clinic_zone="Europe/Istanbul", now=NOW)


def mark_as_urgent(scene: Scene, case_id: str) -> None:
    with transaction() as session:
        set_urgency(session, session.get_one(Case, case_id), "0" * 32, now=NOW)


def wait_no_more(scene: Scene, case_id: str) -> None:
    waits(scene, "second@family.example")
    forget_jobs()
    stop(case_id)


@pytest.mark.parametrize(
    "happens",
    [
        pass_on,
        make_times,
        copy_times,
        talk_more_often,
        live_elsewhere_and_learn_arabic,
        mark_as_urgent,
        wait_no_more,
        wait,
    ],
)
def test_a_worker_looks_after_whatever_may_suit_somebody(scene, french, happens):
    first = waits(scene, "first@family.example")
    offer(scene)
    forget_jobs()
    happens(scene, first)
    assert looks_due()


def lets_go(scene: Scene, case_id: str) -> None:
    with transaction() as session:
        reserve.let_time_go(session, case_id, now=NOW)


def leaves_its_page(scene: Scene, case_id: str) -> None:
    with transaction() as session:
        kept = reserve.held(session, case_id, now=NOW)
        keeping.leave_page(session, case_id, token(), keeping.mark_of(kept), now=NOW)


def chooses_another(scene: Scene, case_id: str) -> None:
    scene.hold(case_id, AT_NINE + STEP)


LETTING_GO = pytest.mark.parametrize("happens", [lets_go, leaves_its_page, chooses_another])


@pytest.fixture
def keeping_one(scene: Scene, french: int) -> str:
    """A family that keeps the first of two times, of which the second is free."""
    scene.times(french, AT_NINE + STEP)
    case_id = scene.family("other@family.example")
    scene.hold(case_id)
    return case_id


@LETTING_GO
def test_a_worker_looks_when_a_kept_time_is_let_go(scene, keeping_one, happens):
    waits(scene, "first@family.example")
    forget_jobs()
    happens(scene, keeping_one)
    assert looks_due()


@LETTING_GO
def test_where_nobody_waits_a_time_that_is_let_go_asks_no_worker(scene, keeping_one, happens):
    happens(scene, keeping_one)
    assert not looks_due()


@pytest.mark.parametrize("start", [AT_NINE, AT_NINE + STEP])
def test_whoever_kept_nothing_frees_nothing_by_choosing(scene, keeping_one, start):
    waits(scene, "first@family.example")
    lets_go(scene, keeping_one)
    forget_jobs()
    scene.hold(keeping_one, start)
    assert not looks_due()


def test_the_same_choice_again_frees_nothing(scene, keeping_one):
    waits(scene, "first@family.example")
    forget_jobs()
    scene.hold(keeping_one)
    assert not looks_due()


def test_where_nobody_waits_no_worker_looks(scene, french):
    make_times(scene, "")
    assert not looks_due()
