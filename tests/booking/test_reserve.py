"""Keeping a time and booking it: one hold and one consultation for a case, never two families at one time."""

from datetime import timedelta

import pytest

from portal.booking.models import BOOKED, CANCELLED, HELD, LAPSED, Appointment, Slot
from portal.booking.service import reserve
from portal.booking.service.cancel import NothingBooked
from portal.booking.service.claims import lapse_expired
from portal.booking.slots import token_of
from portal.extensions import db
from portal.transaction import transaction
from tests.booking.scene import AT_NINE, NOW
from tests.support.application import both_databases

pytestmark = both_databases
LATER = AT_NINE + timedelta(minutes=40)


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


def renew(case_id: str, now) -> Appointment | None:
    with transaction() as session:
        found = reserve.renew(session, case_id, now=now)
        return found and found.held_until


def test_a_time_is_kept_for_ten_minutes(clinic):
    kept = clinic.appointment(clinic.hold(clinic.family()))
    assert (kept.status, kept.held_until) == (HELD, NOW + minutes(10))


def test_a_kept_time_is_refused_to_the_next_family(clinic):
    clinic.hold(clinic.family())
    with pytest.raises(reserve.SlotTaken):
        clinic.hold(clinic.family("other@family.example"))


def test_the_next_coordinator_at_that_time_is_tried(clinic):
    second = clinic.coordinator("two")
    clinic.open_day(second)
    clinic.hold(clinic.family())
    kept = clinic.appointment(clinic.hold(clinic.family("other@family.example")))
    assert kept.schedule_id == second


def test_who_has_fewer_consultations_that_day_comes_first(clinic):
    first = clinic.family("busy@family.example")
    clinic.hold(first, LATER)
    clinic.book(first)
    second = clinic.coordinator("two")
    clinic.open_day(second)
    assert clinic.appointment(clinic.hold(clinic.family())).schedule_id == second


def test_a_new_choice_lets_go_of_the_old_one(clinic):
    case_id = clinic.family()
    old = clinic.hold(case_id)
    clinic.hold(case_id, LATER)
    assert (clinic.appointment(old).status, clinic.free()[0]) == (LAPSED, AT_NINE)


def test_a_choice_that_fails_keeps_the_old_one(clinic):
    case_id = clinic.family()
    old = clinic.hold(case_id)
    clinic.hold(clinic.family("other@family.example"), LATER)
    with pytest.raises(reserve.SlotTaken):
        clinic.hold(case_id, LATER)
    assert clinic.appointment(old).status == HELD


def test_choosing_the_kept_time_again_keeps_it_anew(clinic):
    case_id = clinic.family()
    clinic.hold(case_id)
    again = clinic.appointment(clinic.hold(case_id, now=NOW + minutes(7)))
    assert again.held_until == NOW + minutes(17)


def test_choosing_the_kept_time_again_keeps_it_for_half_an_hour_at_most(clinic):
    case_id = clinic.family()
    for passed in (0, 9, 18, 27):
        kept = clinic.hold(case_id, now=NOW + minutes(passed))
    assert clinic.appointment(kept).held_until == NOW + minutes(30)


def test_after_half_an_hour_of_choosing_again_another_family_can_have_the_time(clinic):
    case_id = clinic.family()
    for passed in (0, 9, 18, 27):
        clinic.hold(case_id, now=NOW + minutes(passed))
    assert clinic.free(now=NOW + minutes(30))[0] == AT_NINE


def test_a_time_whose_hold_ran_out_can_be_chosen_by_another(clinic):
    old = clinic.hold(clinic.family())
    new = clinic.hold(clinic.family("other@family.example"), now=NOW + minutes(15))
    assert (clinic.appointment(old).status, clinic.appointment(new).status) == (LAPSED, HELD)


@pytest.mark.parametrize("token", ["", "junk", token_of(AT_NINE + minutes(5), AT_NINE + minutes(45))])
def test_a_time_that_was_never_offered_is_taken(clinic, token):
    case_id = clinic.family()
    with pytest.raises(reserve.SlotTaken), transaction() as session:
        reserve.hold(session, case_id, token, now=NOW)


def test_a_used_page_keeps_its_time(clinic):
    case_id = clinic.family()
    clinic.hold(case_id)
    assert renew(case_id, NOW + minutes(7)) == NOW + minutes(17)


def test_a_time_is_kept_for_half_an_hour_at_most(clinic):
    case_id = clinic.family()
    clinic.hold(case_id)
    for passed in (9, 18):
        renew(case_id, NOW + minutes(passed))
    assert renew(case_id, NOW + minutes(26)) == NOW + minutes(30)


def test_what_ran_out_is_not_renewed(clinic):
    case_id = clinic.family()
    clinic.hold(case_id)
    assert renew(case_id, NOW + minutes(15)) is None


@pytest.fixture
def to_the_last(clinic):
    """A calendar without notice: a time can be chosen until it begins."""
    with transaction() as session:
        for slot in session.scalars(db.select(Slot)):
            slot.closes_at = slot.start_at
    return clinic


def test_a_time_is_kept_until_it_begins_at_most(to_the_last):
    case_id = to_the_last.family()
    kept = to_the_last.hold(case_id, now=AT_NINE - minutes(5))
    assert (to_the_last.appointment(kept).held_until, renew(case_id, AT_NINE - minutes(1))) == (AT_NINE, AT_NINE)


@pytest.mark.parametrize("until", [AT_NINE, AT_NINE + minutes(5)])  # as it was kept before that rule
def test_nobody_books_a_time_that_has_begun(to_the_last, until):
    case_id = to_the_last.family()
    kept = to_the_last.hold(case_id, now=AT_NINE - minutes(5))
    with transaction() as session:
        session.get_one(Appointment, kept).held_until = until
    with pytest.raises(reserve.SlotTaken):
        to_the_last.book(case_id, AT_NINE + minutes(4))


def test_no_consultation_moves_to_a_time_that_has_begun(to_the_last):
    case_id = to_the_last.family()
    to_the_last.hold(case_id, LATER)
    to_the_last.book(case_id)
    kept = to_the_last.hold(case_id, AT_NINE, now=AT_NINE - minutes(5), moving=True)
    with transaction() as session:
        session.get_one(Appointment, kept).held_until = AT_NINE + minutes(5)
    with pytest.raises(reserve.SlotTaken):
        to_the_last.move(case_id, AT_NINE, AT_NINE + minutes(4))


def test_confirming_books_at_once(clinic):
    case_id = clinic.family()
    kept = clinic.hold(case_id)
    booked = clinic.appointment(clinic.book(case_id, NOW + minutes(5)))
    assert (booked.id, booked.status, booked.booked_at) == (kept, BOOKED, NOW + minutes(5))


def test_language_and_zone_of_the_family_are_kept_with_the_consultation(clinic):
    booked = clinic.appointment(clinic.hold(clinic.family(zone="America/Toronto")))
    assert (booked.language, booked.time_zone) == ("fr", "America/Toronto")


def test_how_to_talk_is_sealed(clinic):
    case_id = clinic.family()
    clinic.hold(case_id)
    booked = clinic.appointment(clinic.book(case_id, interpreter="sign"))
    said = clinic.keyring.case(case_id).read_json(booked, "details")
    assert said == {"channel": "phone", "phone": "+33 1 23 45 67 89", "interpreter": "sign"}
    assert b"23 45" not in booked.details.blob


def test_each_consultation_has_a_room_of_its_own(clinic):
    rooms = set()
    for email, start in (("one@family.example", AT_NINE), ("two@family.example", LATER)):
        case_id = clinic.family(email)
        clinic.hold(case_id, start)
        rooms.add(clinic.keyring.case(case_id).read(clinic.appointment(clinic.book(case_id)), "room"))
    assert [len(room) for room in rooms] == [22, 22]


def test_without_a_choice_nothing_is_booked(clinic):
    with pytest.raises(reserve.SlotTaken):
        clinic.book(clinic.family())


def test_a_late_confirmation_takes_the_time_again_while_it_is_free(clinic):
    case_id = clinic.family()
    clinic.hold(case_id)
    booked = clinic.appointment(clinic.book(case_id, NOW + timedelta(hours=3)))
    assert (booked.status, booked.start_at) == (BOOKED, AT_NINE)


def test_a_late_confirmation_after_the_sweep_takes_the_time_again(clinic):
    case_id = clinic.family()
    clinic.hold(case_id)
    with transaction() as session:
        assert lapse_expired(session, NOW + minutes(15)) == 1
    assert clinic.appointment(clinic.book(case_id, NOW + minutes(16))).status == BOOKED


def test_a_late_confirmation_of_a_time_that_is_gone_is_told_so(clinic):
    case_id = clinic.family()
    clinic.hold(case_id)
    clinic.hold(clinic.family("other@family.example"), now=NOW + minutes(20))
    with pytest.raises(reserve.SlotTaken):
        clinic.book(case_id, NOW + minutes(21))


def test_a_time_other_than_the_page_showed_is_not_booked(clinic):
    case_id = clinic.family()
    clinic.hold(case_id)
    clinic.hold(case_id, LATER, NOW + minutes(1))
    with pytest.raises(reserve.OtherTimeKept):
        clinic.book(case_id, NOW + minutes(2), token=token_of(AT_NINE, AT_NINE + minutes(40)))


def test_a_case_books_once(clinic):
    case_id = clinic.family()
    clinic.hold(case_id)
    clinic.book(case_id)
    with pytest.raises(reserve.AlreadyBooked):
        clinic.book(case_id)


def test_a_case_that_has_booked_chooses_nothing_more(clinic):
    case_id = clinic.family()
    clinic.hold(case_id)
    clinic.book(case_id)
    with pytest.raises(reserve.AlreadyBooked):
        clinic.hold(case_id, LATER)


def test_a_sweep_leaves_what_is_still_kept_or_booked(clinic):
    booked, kept = clinic.family(), clinic.family("other@family.example")
    clinic.hold(booked)
    clinic.book(booked)
    clinic.hold(kept, LATER)
    with transaction() as session:
        assert lapse_expired(session, NOW + minutes(9)) == 0


def test_a_cancelled_time_is_free_again(clinic):
    case_id = clinic.family()
    clinic.hold(case_id)
    clinic.book(case_id)
    gone = clinic.appointment(clinic.cancel(case_id))
    assert (gone.status, gone.sequence, clinic.free()[0]) == (CANCELLED, 1, AT_NINE)


def test_after_cancelling_the_same_time_can_be_booked_again(clinic):
    case_id = clinic.family()
    for moment in (NOW, NOW + minutes(5)):
        clinic.hold(case_id, now=moment)
        clinic.book(case_id, moment)
        if moment == NOW:
            clinic.cancel(case_id, NOW + minutes(1))
    db.session.rollback()
    found = db.session.scalars(db.select(Appointment.status).order_by(Appointment.held_since)).all()
    assert found == [CANCELLED, BOOKED]


def test_a_page_from_before_the_cancellation_books_nothing(clinic):
    case_id = clinic.family()
    clinic.hold(case_id, LATER)
    clinic.hold(case_id, now=NOW + minutes(1))
    clinic.book(case_id, NOW + minutes(2))
    clinic.cancel(case_id, NOW + minutes(3))
    with pytest.raises(NothingBooked):
        clinic.book(case_id, NOW + minutes(4))


def test_nothing_booked_cannot_be_cancelled(clinic):
    with pytest.raises(NothingBooked):
        clinic.cancel(clinic.family())
