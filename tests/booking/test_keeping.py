"""A page about a kept time is left, and comes back: free at once, taken again while it can be, never another's."""

from datetime import timedelta

import pytest
from flask import Flask

from portal.booking.models import BOOKED, HELD, LAPSED
from portal.booking.service import keeping, reserve
from portal.extensions import db
from portal.transaction import transaction
from tests.booking.scene import AT_NINE, MONDAY, NOW, Scene, token
from tests.support.application import Clock, both_in_full
from tests.support.visitor import Visitor

LATER = AT_NINE + timedelta(minutes=40)
PHONE = {"channel": "phone", "phone": "+33 1 23 45 67 89"}
SPEAKS = ("en", "fr", "tr", "ar")


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


def mark(scene: Scene, kept: str) -> str:
    """What a page knows that shows this hold."""
    return keeping.mark_of(scene.appointment(kept))


def leave(case_id: str, slot: str, said: str) -> None:
    with transaction() as session:
        keeping.leave_page(session, case_id, slot, said, now=NOW)


def again(case_id: str, slot: str, now=NOW, *, moving: bool = False) -> str:
    with transaction() as session:
        return keeping.take_again(session, case_id, slot, now=now, moving=moving).id


# The service


@both_in_full
def test_a_page_that_is_left_frees_its_time(clinic):
    case_id = clinic.family()
    kept = clinic.hold(case_id)
    leave(case_id, token(), mark(clinic, kept))
    assert (clinic.appointment(kept).status, clinic.free()[0]) == (LAPSED, AT_NINE)


@both_in_full
def test_left_twice_is_left_once(clinic):
    case_id = clinic.family()
    said = mark(clinic, clinic.hold(case_id))
    leave(case_id, token(), said)
    other = clinic.hold(clinic.family("other@family.example"))
    leave(case_id, token(), said)
    assert clinic.appointment(other).status == HELD


@both_in_full
def test_nobody_frees_what_another_family_keeps(clinic):
    kept = clinic.hold(clinic.family())
    leave(clinic.family("other@family.example"), token(), mark(clinic, kept))
    assert clinic.appointment(kept).status == HELD


def test_a_page_about_another_time_frees_nothing(clinic):
    case_id = clinic.family()
    kept = clinic.hold(case_id)
    leave(case_id, token(LATER), mark(clinic, kept))
    assert clinic.appointment(kept).status == HELD


def test_what_was_kept_anew_since_stays(clinic):
    case_id = clinic.family()
    said = mark(clinic, clinic.hold(case_id))
    kept = clinic.hold(case_id, now=NOW + minutes(1))
    leave(case_id, token(), said)
    assert clinic.appointment(kept).status == HELD


def test_a_reload_that_is_heard_before_the_leaving_keeps_the_time(clinic):
    case_id = clinic.family()
    kept = clinic.hold(case_id)
    said = mark(clinic, kept)
    again(case_id, token(), NOW + minutes(1))
    leave(case_id, token(), said)
    assert clinic.appointment(kept).status == HELD


def test_what_is_booked_stays_when_a_page_is_left(clinic):
    case_id = clinic.family()
    kept = clinic.hold(case_id)
    said = mark(clinic, kept)
    clinic.book(case_id)
    leave(case_id, token(), said)
    assert clinic.appointment(kept).status == BOOKED


@both_in_full
def test_a_page_that_comes_back_takes_the_time_again(clinic):
    case_id = clinic.family()
    leave(case_id, token(), mark(clinic, clinic.hold(case_id)))
    assert clinic.appointment(again(case_id, token(), NOW + minutes(1))).held_until == NOW + minutes(11)


def test_a_page_that_comes_back_takes_nothing_from_another_family(clinic):
    case_id = clinic.family()
    leave(case_id, token(), mark(clinic, clinic.hold(case_id)))
    clinic.hold(clinic.family("other@family.example"))
    with pytest.raises(reserve.SlotTaken):
        again(case_id, token())


def test_a_page_that_comes_back_keeps_its_time_for_half_an_hour_at_most(clinic):
    case_id = clinic.family()
    kept = clinic.hold(case_id)
    for passed in (9, 18, 27):
        again(case_id, token(), NOW + minutes(passed))
    assert clinic.appointment(kept).held_until == NOW + minutes(30)


def test_a_page_that_comes_back_lets_no_newer_choice_go(clinic):
    case_id = clinic.family()
    kept = clinic.hold(case_id, LATER)
    with pytest.raises(reserve.OtherTimeKept):
        again(case_id, token())
    assert clinic.appointment(kept).status == HELD


def test_a_page_from_before_the_booking_keeps_no_second_time(clinic):
    case_id = clinic.family()
    clinic.hold(case_id)
    clinic.book(case_id)
    with pytest.raises(reserve.AlreadyBooked):
        again(case_id, token(LATER))


def test_a_move_that_was_made_is_not_kept_again(clinic):
    case_id = clinic.family()
    clinic.hold(case_id)
    clinic.book(case_id)
    with pytest.raises(reserve.AlreadyBooked):
        again(case_id, token(), moving=True)


def test_nothing_is_kept_for_the_move_of_what_was_cancelled(clinic):
    case_id = clinic.family()
    clinic.hold(case_id)
    clinic.book(case_id)
    clinic.cancel(case_id, NOW + minutes(1))
    with pytest.raises(reserve.NothingBooked):
        again(case_id, token(LATER), NOW + minutes(2), moving=True)


# The pages


@pytest.fixture
def family(app: Flask, clock: Clock) -> Visitor:
    """A family in Paris that keeps the first time of six mornings."""
    with app.app_context():
        scene = Scene(app)
        scene.open_day(scene.coordinator(speaks=SPEAKS), last=MONDAY + timedelta(days=5))
    visitor = Visitor(app).begin().answer("person")
    visitor.post("/case/book", slot=token())
    return visitor


def shown(family: Visitor, path: str = "/case/book/confirm") -> dict[str, str]:
    """What the page has for its script."""
    page = family.page(family.open(path))
    [place] = [one for one in page.root.iter() if one.get("data-kept")]
    return {"slot": place.get("data-kept"), "mark": place.get("data-mark", "")}


def left(family: Visitor, **said: str) -> int:
    return family.post("/case/book/left", **(said or shown(family))).status_code


def another_takes(family: Visitor, start=AT_NINE) -> None:
    with family.app.app_context():
        scene = Scene(family.app)
        scene.hold(scene.family("other@family.example"), start, family.app.extensions["portal"].clock())


def live(family: Visitor) -> list[str]:
    with family.app.app_context():
        return list(db.session.scalars(db.text("SELECT status FROM appointment WHERE status IN ('held', 'booked')")))


def test_the_page_that_is_left_says_so_and_nobody_reads_the_answer(family):
    assert (left(family), live(family)) == (204, [])


def test_what_a_page_says_that_was_left_long_ago_changes_nothing(family, clock):
    said = shown(family)
    left(family, **said)
    clock.advance(minutes=1)
    family.post("/case/book", slot=token())
    assert (left(family, **said), live(family)) == (204, ["held"])


@pytest.mark.parametrize("said", [{}, {"slot": "junk", "mark": "x" * 3000}, {"slot": token(), "mark": "2027"}])
def test_words_that_no_page_says_free_nothing(family, said):
    assert (left(family, **({"slot": ""} | said)), live(family)) == (204, ["held"])


def test_without_a_token_of_its_form_nothing_is_freed(family):
    answer = family.client.post("/en/case/book/left", data=shown(family))
    assert (answer.status_code, live(family)) == (400, ["held"])


def test_loaded_again_the_page_shows_the_same_time_and_keeps_nothing_by_itself(family):
    left(family)
    assert (shown(family), live(family)) == ({"slot": token(), "mark": ""}, [])


def test_its_script_takes_the_time_again(family):
    left(family)
    answer = family.post("/case/book/keep", slot=token(), again="1")
    assert (answer.json["until"], live(family)) == ("10:10", ["held"])


def test_its_button_takes_the_time_too(family):
    left(family)
    family.post("/case/book/confirm", slot=token(), **PHONE)
    assert live(family) == ["booked"]


def test_a_time_that_ran_out_is_still_shown_while_it_is_free(family, clock):
    clock.advance(minutes=40)
    assert "07:00" in family.page(family.open("/case/book/confirm")).main


def test_a_time_that_is_gone_meanwhile_leads_to_the_nearest_others(family):
    left(family)
    another_takes(family)
    place = family.open("/case/book/confirm").headers["Location"]
    page = family.page(family.open(place))
    assert ("not free any more" in page.main, page.form().controls["slot"].offered[0]) == (True, token(LATER))


def test_its_script_is_told_where_the_others_are(family):
    left(family)
    another_takes(family)
    answer = family.post("/case/book/keep", slot=token(), again="1")
    assert answer.json == {"until": None, "next": f"/en/case/book?gone={token()}"}


def test_the_nearest_others_begin_a_day_before(family):
    friday = AT_NINE + timedelta(days=4)
    another_takes(family, friday)
    page = family.page(family.post("/case/book", slot=token(friday)))
    assert page.form().controls["slot"].offered[0] == token(AT_NINE + timedelta(days=3))


def test_where_nothing_later_is_free_the_first_ones_are_shown(family):
    gone = token(AT_NINE + timedelta(days=60))
    assert token() in family.page(family.open(f"/case/book?gone={gone}")).form().controls["slot"].offered


@pytest.mark.parametrize("gone", ["junk", "", "x" * 3000, token()])
def test_nobody_is_told_that_a_free_time_or_none_at_all_is_gone(family, gone):
    assert "not free any more" not in family.page(family.open(f"/case/book?gone={gone}")).main


def test_the_same_time_in_another_window_is_not_said_to_be_kept_by_this_one(family, clock):
    family.post("/case/book", slot=token(LATER))
    assert family.post("/case/book/keep", slot=token()).json == {"until": None}


def test_a_page_that_comes_back_leads_to_what_was_chosen_since(family):
    family.post("/case/book", slot=token(LATER))
    assert family.post("/case/book/keep", slot=token(), again="1").json["next"] == "/en/case/book/confirm"


def test_a_page_that_comes_back_after_the_booking_leads_to_it(family):
    family.post("/case/book/confirm", **PHONE)
    assert family.post("/case/book/keep", slot=token(), again="1").json["next"] == "/en/case/appointment"


@pytest.fixture
def moving(family: Visitor, clock: Clock) -> Visitor:
    """A family that has booked, and keeps another time for a move."""
    family.post("/case/book/confirm", **PHONE)
    clock.advance(minutes=1)
    family.post("/case/appointment/move", slot=token(LATER))
    return family


def test_a_move_that_is_left_frees_the_new_time_alone(moving):
    left(moving, **shown(moving, "/case/appointment/move/confirm"))
    assert live(moving) == ["booked"]


def test_a_move_that_comes_back_takes_the_new_time_again(moving):
    left(moving, **shown(moving, "/case/appointment/move/confirm"))
    answer = moving.post("/case/book/keep", slot=token(LATER), again="1", moving="1")
    assert (answer.json["until"], sorted(live(moving))) == ("10:11", ["booked", "held"])


def test_a_move_whose_time_is_gone_leads_to_the_others(moving):
    left(moving, **shown(moving, "/case/appointment/move/confirm"))
    another_takes(moving, LATER)
    answer = moving.open("/case/appointment/move/confirm")
    assert answer.headers["Location"] == f"/en/case/appointment/move?gone={token(LATER)}"


def test_a_move_that_was_made_is_not_offered_once_more(moving):
    moving.post("/case/appointment/move/confirm", slot=token(LATER))
    assert moving.open("/case/appointment/move/confirm").headers["Location"] == "/en/case/appointment/move"
