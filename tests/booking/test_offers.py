"""A time that is offered to a family that waits: kept for it and from everybody else, taken once, or passed on."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from portal.booking.models import BOOKED, DECLINED, HELD, LAPSED, OFFERED, UNANSWERED, Appointment, Schedule, Slot
from portal.booking.service import reserve
from portal.cases.models import Case
from portal.extensions import db
from portal.transaction import transaction
from tests.booking.scene import AT_NINE, MINUTES, NOW, Scene
from tests.booking.waiting_scene import accept, any_time, decline, offer, offered, rows, stop, sweep, wait, waits
from tests.support.application import both_in_full

pytestmark = both_in_full
HOUR, DAY, STEP = timedelta(hours=1), timedelta(days=1), timedelta(minutes=MINUTES)
END = AT_NINE + STEP


@pytest.fixture
def french(scene: Scene) -> int:
    """The calendar of a coordinator who speaks French; it has one time, at nine."""
    schedule_id = scene.coordinator()
    scene.times(schedule_id, AT_NINE)
    return schedule_id


def states(case_id: str) -> list[str]:
    db.session.rollback()
    found = db.select(Appointment.status).where(Appointment.case_id == case_id).order_by(Appointment.held_since)
    return list(db.session.scalars(found))


# An offer keeps its time


def test_what_is_offered_is_hidden_from_others(scene, french):
    waits(scene, "first@family.example")
    offer(scene)
    assert scene.free() == []


def test_what_is_offered_cannot_be_kept_by_a_stranger(scene, french):
    waits(scene, "first@family.example")
    offer(scene)
    with pytest.raises(reserve.SlotTaken):
        scene.hold(scene.family("stranger@family.example"))


def test_what_is_offered_is_not_on_the_familys_own_list_either(scene, french):
    first = waits(scene, "first@family.example")
    scene.times(french, AT_NINE + DAY)
    offer(scene)
    assert [one.start_at for one in scene.offering(first).times] == [AT_NINE + DAY]


def test_an_offer_counts_for_the_most_of_a_day(scene, french):
    scene.change(Schedule, french, most_per_day=1)
    scene.times(french, AT_NINE + STEP, AT_NINE + DAY)
    waits(scene, "first@family.example")
    offer(scene)
    assert scene.free() == [AT_NINE + DAY]


@pytest.mark.parametrize("swept", [True, False])
def test_an_offer_that_ran_out_hides_nothing_even_where_no_worker_runs(scene, french, swept):
    waits(scene, "first@family.example")
    offer(scene)
    if swept:
        sweep(NOW + DAY)
    assert scene.free(now=NOW + DAY) == [AT_NINE]


def test_a_time_whose_offer_ran_out_can_be_kept_by_another(scene, french):
    first = waits(scene, "first@family.example")
    offer(scene)
    scene.hold(scene.family("stranger@family.example"), now=NOW + DAY)
    assert states(first) == [UNANSWERED]


def test_one_that_a_fast_clock_made_hides_nothing(scene, french):
    first = waits(scene, "first@family.example")
    offer(scene, NOW + 2 * DAY)
    assert (scene.free(), first in offered()) == ([AT_NINE], True)


def test_making_times_leaves_what_is_offered(scene):
    schedule_id = scene.coordinator()
    window = scene.window(schedule_id, "09:00-09:40")
    scene.make(schedule_id)
    first = waits(scene, "first@family.example")
    offer(scene)
    with transaction() as session:
        session.execute(text("DELETE FROM schedule_window WHERE id = :id"), {"id": window})
    start = offered()[first]
    scene.make(schedule_id)
    db.session.rollback()
    assert start in db.session.scalars(db.select(Slot.start_at)).all()


# What becomes of an offer


def test_taking_it_books_it_and_ends_the_waiting(scene, french):
    first = waits(scene, "first@family.example")
    offer(scene)
    taken = accept(scene, first, AT_NINE, END)
    assert (taken.status, taken.start_at, rows(), states(first)) == (BOOKED, AT_NINE, [], [BOOKED])


def test_taken_twice_is_once(scene, french):
    first = waits(scene, "first@family.example")
    offer(scene)
    accept(scene, first, AT_NINE, END)
    with pytest.raises(reserve.AlreadyBooked):
        accept(scene, first, AT_NINE, END)
    assert len(scene.letters("appointment.booked")) == 1


def test_passed_on_it_goes_to_the_next_and_the_place_stays(scene, french):
    first = waits(scene, "first@family.example")
    second = waits(scene, "second@family.example", now=NOW + HOUR)
    offer(scene, NOW + HOUR)
    assert decline(first, AT_NINE, END)
    assert (offer(scene, NOW + HOUR), states(first), len(rows())) == ([second], [DECLINED], 2)


def test_what_was_passed_on_is_not_offered_to_the_same_family_again(scene, french):
    first = waits(scene, "first@family.example")
    offer(scene)
    decline(first, AT_NINE, END)
    assert offer(scene) == []


def test_the_next_time_is_offered_to_who_passed_one_on_first(scene, french):
    first = waits(scene, "first@family.example")
    offer(scene)
    decline(first, AT_NINE, END)
    waits(scene, "second@family.example", any_time(days=frozenset({1})), NOW + HOUR)
    scene.times(french, AT_NINE + DAY)
    assert offer(scene, NOW + HOUR) == [first]


def test_passed_on_twice_is_once(scene, french):
    first = waits(scene, "first@family.example")
    offer(scene)
    assert [decline(first, AT_NINE, END) for _ in range(2)] == [True, False]


def test_an_older_page_passes_on_no_newer_offer(scene, french):
    first = waits(scene, "first@family.example")
    offer(scene)
    decline(first, AT_NINE, END)
    scene.times(french, AT_NINE + DAY)
    offer(scene)
    assert (decline(first, AT_NINE, END), offered()) == (False, {first: AT_NINE + DAY})


def test_without_an_answer_it_goes_to_the_next_after_a_day(scene, french):
    first = waits(scene, "first@family.example")
    second = waits(scene, "second@family.example", now=NOW + HOUR)
    offer(scene, NOW + HOUR)
    assert offer(scene, NOW + DAY) == []
    assert (offer(scene, NOW + DAY + HOUR), states(first)) == ([second], [UNANSWERED])


def test_a_late_answer_still_books_it_while_it_is_free(scene, french):
    first = waits(scene, "first@family.example")
    offer(scene)
    taken = accept(scene, first, AT_NINE, END, NOW + DAY + HOUR)
    assert (taken.status, states(first)) == (BOOKED, [UNANSWERED, BOOKED])


def test_a_late_answer_to_what_another_family_is_asked_about_is_told_so(scene, french):
    first = waits(scene, "first@family.example")
    waits(scene, "second@family.example", now=NOW + HOUR)
    offer(scene, NOW)
    offer(scene, NOW + DAY)
    with pytest.raises(reserve.SlotTaken):
        accept(scene, first, AT_NINE, END, NOW + DAY)
    assert len(rows()) == 2


def test_passed_on_it_cannot_be_taken_by_an_older_page(scene, french):
    first = waits(scene, "first@family.example")
    offer(scene)
    decline(first, AT_NINE, END)
    with pytest.raises(reserve.SlotTaken):
        accept(scene, first, AT_NINE, END)


def test_while_another_time_is_looked_at_the_offer_stands(scene, french):
    first = waits(scene, "first@family.example")
    offer(scene)
    scene.times(french, AT_NINE + DAY)
    scene.hold(first, AT_NINE + DAY)
    assert sorted(states(first)) == [HELD, OFFERED]


def test_booking_another_time_frees_the_offered_one_and_ends_the_waiting(scene, french):
    first = waits(scene, "first@family.example")
    offer(scene)
    scene.times(french, AT_NINE + DAY)
    scene.hold(first, AT_NINE + DAY)
    scene.book(first)
    assert (sorted(states(first)), rows(), scene.free()) == ([BOOKED, LAPSED], [], [AT_NINE])


def test_taking_the_offer_beside_a_kept_time_books_the_offer(scene, french):
    first = waits(scene, "first@family.example")
    offer(scene)
    scene.times(french, AT_NINE + DAY)
    scene.hold(first, AT_NINE + DAY)
    assert accept(scene, first, AT_NINE, END).start_at == AT_NINE


def test_who_waits_no_more_frees_what_was_offered(scene, french):
    first = waits(scene, "first@family.example")
    offer(scene)
    stop(first)
    assert (states(first), scene.free()) == ([LAPSED], [AT_NINE])


def test_who_books_in_any_way_waits_no_more(scene, french):
    first = waits(scene, "first@family.example")
    scene.hold(first)
    scene.book(first)
    assert (rows(), db.session.get_one(Case, first).waits_since) == ([], None)


def test_after_three_offers_without_an_answer_the_next_is_asked_instead(scene, french):
    scene.times(french, *(AT_NINE + number * DAY for number in range(1, 5)))
    first = waits(scene, "first@family.example")
    moments = [NOW + number * DAY for number in range(5)]
    assert [offer(scene, moment) for moment in moments] == [[first], [first], [first], [], []]


def test_who_says_that_it_still_waits_is_asked_again(scene, french):
    scene.times(french, *(AT_NINE + number * DAY for number in range(1, 5)))
    first = waits(scene, "first@family.example")
    for number in range(3):
        offer(scene, NOW + number * DAY)
    wait(scene, first, now=NOW + 4 * DAY)
    assert offer(scene, NOW + 4 * DAY) == [first]
