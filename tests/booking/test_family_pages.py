"""A family moves its consultation, changes how to talk, cancels with or without a reason; twice is once."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from portal.booking.models import LIVE, Appointment
from portal.booking.service.afterwards import TOOK_PLACE, note_outcome
from portal.extensions import db
from portal.transaction import transaction
from tests.booking.scene import AT_NINE, MONDAY, Scene, token
from tests.support.application import Clock
from tests.support.visitor import Visitor

PHONE = {"channel": "phone", "phone": "+33 1 23 45 67 89"}
SPEAKS = ("en", "fr", "tr", "ar")
LATER = AT_NINE + timedelta(minutes=40)


@pytest.fixture
def booked(app: Flask, clock: Clock) -> Visitor:
    """A family in Paris that has the first of six mornings' times."""
    with app.app_context():
        scene = Scene(app)
        scene.open_day(scene.coordinator(speaks=SPEAKS), last=MONDAY + timedelta(days=5))
    visitor = Visitor(app).begin().answer("person")
    visitor.post("/case/book", slot=token())
    visitor.post("/case/book/confirm", **PHONE)
    visitor.work()
    visitor.carrier.carried.clear()
    return visitor


def standing(visitor: Visitor) -> list[tuple[str, datetime]]:
    with visitor.app.app_context():
        return sorted((one.status, one.start_at) for one in db.session.query(Appointment).filter(LIVE))


def move(visitor: Visitor, start: datetime = LATER) -> Visitor:
    visitor.post("/case/appointment/move", slot=token(start))
    visitor.post("/case/appointment/move/confirm", slot=token(start))
    return visitor


def subjects(visitor: Visitor) -> list[str]:
    return [letter.subject for _id, letter in visitor.work().carried]


BOTH = ["Monday, 8 March 2027, 07:00 (Paris, UTC+1)", "Monday, 8 March 2027, 09:00 (Istanbul, UTC+3)"]


@pytest.mark.parametrize("page", ["/case", "/case/appointment/move", "/case/appointment/move/confirm"])
def test_the_time_that_stands_is_shown_on_both_clocks_while_another_is_chosen(booked, page):
    booked.post("/case/appointment/move", slot=token(LATER))
    main = booked.page(booked.open(page)).main
    assert [one for one in BOTH if one not in main] == []


def test_while_another_time_is_looked_at_the_old_one_stands(booked):
    booked.post("/case/appointment/move", slot=token(LATER))
    assert standing(booked) == [("booked", AT_NINE), ("held", LATER)]


def test_the_time_that_one_has_is_no_choice(booked):
    controls = booked.page(booked.open("/case/appointment/move")).form().controls
    assert (token() in controls["slot"].offered, token(LATER) in controls["slot"].offered) == (False, True)


def test_moving_shows_both_times_before_it_is_done(booked):
    booked.post("/case/appointment/move", slot=token(LATER))
    main = booked.page(booked.open("/case/appointment/move/confirm")).main
    assert ("07:40" in main, "Instead of: Monday, 8 March 2027, 07:00" in main) == (True, True)


def test_moved_the_new_time_stands_and_the_old_one_is_free(booked):
    move(booked)
    offered = booked.page(booked.open("/case/appointment/move")).form().controls["slot"].offered
    assert (standing(booked), token() in offered) == ([("booked", LATER)], True)


def test_moving_writes_one_letter_to_each(booked):
    move(booked)
    booked.post("/case/appointment/move/confirm", slot=token(LATER))
    assert len(subjects(booked)) == 2


def test_a_new_time_that_is_lost_leaves_the_old_one(booked, clock):
    booked.post("/case/appointment/move", slot=token(LATER))
    clock.advance(minutes=11)
    with booked.app.app_context():
        scene = Scene(booked.app)
        scene.hold(scene.family("other@family.example"), LATER, clock())
    page = booked.page(booked.post("/case/appointment/move/confirm", slot=token(LATER)))
    assert (list(page.errors), ("booked", AT_NINE) in standing(booked)) == (["slot"], True)


def test_leaving_frees_the_kept_time_and_nothing_else(booked):
    booked.post("/case/appointment/move", slot=token(LATER))
    answer = booked.post("/case/book/leave")
    assert (standing(booked), "/case/appointment/move" in answer.headers["Location"]) == ([("booked", AT_NINE)], True)


def test_another_number_keeps_the_time_and_tells_both(booked):
    booked.post("/case/appointment/details", channel="phone", phone="+33 1 23 45 67 00", interpreter="no")
    main = booked.page(booked.open("/case/appointment")).main
    assert ("67 00" in main, standing(booked), len(subjects(booked))) == (True, [("booked", AT_NINE)], 2)


def test_the_same_number_tells_nobody(booked):
    booked.post("/case/appointment/details", **PHONE, interpreter="no")
    assert subjects(booked) == []


@pytest.mark.parametrize("reason", ["", "health", "made-up"])
def test_it_can_be_cancelled_with_a_reason_or_without(booked, reason):
    booked.post("/case/appointment/cancel", slot=token(), reason=reason)
    assert standing(booked) == []


def test_a_page_about_an_older_time_cancels_no_newer_one(booked):
    move(booked)
    booked.post("/case/appointment/cancel", slot=token())
    assert standing(booked) == [("booked", LATER)]


def test_near_the_time_the_page_says_whom_to_call(make_app, clock):
    app = make_app(clinic_phone="+90 212 000 00 00")
    app.extensions["portal"].clock = own = Clock()
    own.now = AT_NINE - timedelta(days=2)
    with app.app_context():
        scene = Scene(app)
        scene.times(scene.coordinator(speaks=SPEAKS), AT_NINE)
    visitor = Visitor(app).begin().answer("person")
    visitor.post("/case/book", slot=token())
    visitor.post("/case/book/confirm", **PHONE)
    early = "+90 212 000 00 00" in visitor.page(visitor.open("/case/appointment")).main
    own.now = AT_NINE - timedelta(hours=3)
    visitor.come_back()
    assert (early, "+90 212 000 00 00" in visitor.page(visitor.open("/case/appointment/cancel")).main) == (False, True)


@pytest.mark.parametrize("page", ["/case/appointment/move", "/case/appointment/details", "/case/appointment/cancel"])
def test_from_its_beginning_on_nothing_can_be_changed(booked, clock, page):
    clock.now = AT_NINE + timedelta(minutes=1)
    booked.come_back()
    answer = booked.open(page)
    assert (answer.status_code, "/case/appointment" in answer.headers["Location"]) == (303, True)


def test_what_is_outside_of_the_familys_day_comes_on_request(app, clock):
    with app.app_context():
        scene = Scene(app)
        scene.times(scene.coordinator(speaks=SPEAKS), datetime(2027, 3, 8, 3, tzinfo=UTC), AT_NINE)
    visitor = Visitor(app).begin().answer("person")
    day = visitor.page(visitor.open("/case/book")).form().controls["slot"].offered
    everything = visitor.page(visitor.open("/case/book?all=1")).form().controls["slot"].offered
    assert (len(day), len(everything)) == (1, 2)


def test_a_change_of_the_clocks_before_the_time_is_said(app, clock):
    with app.app_context():
        scene = Scene(app)
        scene.times(scene.coordinator(speaks=SPEAKS), datetime(2027, 3, 29, 9, tzinfo=UTC))
    visitor = Visitor(app).begin().answer("person")
    assert "Your clocks change on Sunday, 28 March 2027" in visitor.page(visitor.open("/case/book")).main


def test_after_it_took_place_a_page_that_was_still_open_says_so(booked, clock):
    page = {"slot": token(LATER), **PHONE}
    clock.now = AT_NINE + timedelta(hours=1)
    with booked.app.app_context(), transaction() as session:
        about = {"settings": booked.app.config["PORTAL_SETTINGS"], "now": clock()}
        note_outcome(session, booked.app.extensions["portal"].keyring, booked.case_id(), TOOK_PLACE, **about)
    booked.come_back()
    booked.post("/case/book/confirm", **page)
    main = booked.page(booked.client.get("/en/case/book", follow_redirects=True)).main
    assert "Your conversation took place on Monday, 8 March 2027" in main


def test_a_cancelled_conversation_is_said_to_be_cancelled(booked):
    answer = booked.post("/case/appointment/cancel", slot=token())
    assert "The conversation is cancelled." in booked.page(booked.open(answer.headers["Location"])).main


def test_a_cancel_that_is_sent_again_is_told_the_same(booked):
    shown = booked.page(booked.open("/case/appointment/cancel")).form().sent
    answers = [booked.client.post("/en/case/appointment/cancel", data=shown) for _ in range(2)]
    assert [one.headers["Location"] for one in answers] == ["/en/case/book?cancelled=1"] * 2


def test_a_cancel_that_is_sent_again_after_another_booking_leads_to_that_one(booked):
    shown = booked.page(booked.open("/case/appointment/cancel")).form().sent
    booked.client.post("/en/case/appointment/cancel", data=shown)
    booked.post("/case/book", slot=token(LATER))
    booked.post("/case/book/confirm", **PHONE)
    answer = booked.client.post("/en/case/appointment/cancel", data=shown)
    assert ("cancelled" in answer.headers["Location"], standing(booked)) == (False, [("booked", LATER)])


def test_pressed_twice_nothing_is_said_to_be_cancelled_again(booked):
    move(booked)
    answer = booked.post("/case/appointment/cancel", slot=token())
    assert "cancelled" not in answer.headers["Location"]


def test_after_just_taken_the_next_choice_on_that_page_is_kept(app, clock):
    with app.app_context():
        scene = Scene(app)
        scene.open_day(scene.coordinator(speaks=SPEAKS))
    family = Visitor(app).begin().answer("person")
    family.post("/case/book", slot=token())
    clock.advance(minutes=11)
    with app.app_context():
        scene.hold(scene.family("other@family.example"), AT_NINE, clock())
    page = family.page(family.post("/case/book/confirm", slot=token(), **PHONE))
    form = page.form()
    answer = family.client.post(form.action, data=form.sent | {"slot": token(LATER)})
    assert answer.headers["Location"].endswith("/case/book/confirm")


def test_a_call_by_whatsapp_is_called_so(make_app, clock):
    app = make_app(whatsapp=True)
    app.extensions["portal"].clock = clock
    with app.app_context():
        scene = Scene(app)
        scene.open_day(scene.coordinator(speaks=SPEAKS))
    family = Visitor(app).begin().answer("person")
    family.post("/case/book", slot=token())
    family.post("/case/book/confirm", **PHONE | {"channel": "whatsapp"})
    letters = [letter.text for _id, letter in family.work().carried]
    assert [("WhatsApp" in text, "telephone" in text) for text in letters[-2:]] == [(True, False)] * 2


def test_when_it_has_taken_place_the_overview_asks_for_no_other_time(booked, clock):
    clock.now = AT_NINE + timedelta(hours=1)
    with booked.app.app_context(), transaction() as session:
        about = {"settings": booked.app.config["PORTAL_SETTINGS"], "now": clock()}
        note_outcome(session, booked.app.extensions["portal"].keyring, booked.case_id(), TOOK_PLACE, **about)
    booked.come_back()
    main = booked.page(booked.open("/case")).main
    assert ("It took place" in main, "Choose a time" in main) == (True, False)
