"""No time suits: the family says what would, waits, is offered a time, takes it or passes it on; without scripts."""

from datetime import timedelta

import pytest
from flask import Flask

from portal.booking.models import LIVE, Appointment, Waiting
from portal.extensions import db
from portal.jobs import queue
from portal.lifecycle.work import SWEEP
from portal.transaction import transaction
from tests.booking.scene import AT_NINE, Scene, token
from tests.booking.waiting_scene import any_time, waits
from tests.support.application import Clock
from tests.support.visitor import Visitor

PHONE = {"channel": "phone", "phone": "+33 1 23 45 67 89", "interpreter": "no"}
SPEAKS = ("en", "fr", "tr", "ar")
DAYS = [str(number) for number in range(7)]
WISH = {"weekdays": DAYS, "begin": "07:00", "end": "22:00", "languages": ["en"], "note": ""}
LATER = AT_NINE + timedelta(minutes=40)


@pytest.fixture
def office(app: Flask, clock: Clock) -> Scene:
    """An office with a coordinator, and no times yet."""
    with app.app_context():
        scene = Scene(app)
        scene.coordinator(speaks=SPEAKS)
    return scene


@pytest.fixture
def family(office: Scene) -> Visitor:
    return Visitor(office.app).begin().answer("person")


@pytest.fixture
def waiting(family: Visitor) -> Visitor:
    family.post("/case/waiting", **WISH)
    return family


@pytest.fixture
def offered(office: Scene, waiting: Visitor) -> Visitor:
    """A family for which nine o'clock is kept."""
    open_times(office)
    waiting.work()
    return waiting


def open_times(office: Scene, *starts) -> None:
    with office.app.app_context():
        schedule_id = office.schedule_of("one@clinic.example")
        office.times(schedule_id, *(starts or [AT_NINE]))
        office.window(schedule_id, "03:00-03:40")  # suits nobody here
        office.make(schedule_id)  # by which a worker looks


def sweep(visitor: Visitor, clock: Clock) -> None:
    """What the worker does every minute, and what follows from it."""
    with visitor.app.app_context(), transaction() as session:
        queue.enqueue(session, SWEEP, "clock", due_at=clock(), now=clock())
    visitor.work()


def main(visitor: Visitor, path: str) -> str:
    return visitor.page(visitor.open(path)).main


def standing(visitor: Visitor) -> list[str]:
    with visitor.app.app_context():
        return [one.status for one in db.session.query(Appointment).filter(LIVE)]


def wishes(visitor: Visitor) -> list[tuple[str, str, str]]:
    with visitor.app.app_context():
        return [(one.weekdays, one.begin, one.end) for one in db.session.query(Waiting)]


def subjects(visitor: Visitor) -> list[str]:
    return [letter.kind for _id, letter in visitor.work().carried]


def test_where_no_time_is_on_offer_the_page_leads_to_the_wish(family):
    page = family.page(family.open("/case/book"))
    assert page.link("Tell us what would suit you").endswith("/case/waiting")


def test_beside_the_free_times_a_link_leads_to_the_wish(office, family):
    open_times(office)
    page = family.page(family.open("/case/book"))
    assert page.link("No time suits us: tell us what would").endswith("/case/waiting")


def test_the_page_can_be_sent_as_it_is(family):
    form = family.page(family.open("/case/waiting")).form()
    family.client.post(form.action, data=form.sent)
    assert wishes(family) == [("0 1 2 3 4 5 6", "07:00", "22:00")]


def test_what_was_asked_for_stands_on_the_page(family):
    family.post("/case/waiting", **WISH | {"weekdays": ["0", "2"], "begin": "18:00", "note": "After school"})
    said = main(family, "/case/waiting")
    for words in ("Monday, Wednesday", "18:00–22:00", "English", "After school", "We cannot say when"):
        assert words in said


def test_the_overview_says_that_the_family_waits(waiting):
    assert "You are on the waiting list" in main(waiting, "/case")


def test_a_family_without_an_address_is_told_to_look_in(office):
    visitor = Visitor(office.app).begin("").answer("person")
    visitor.post("/case/waiting", **WISH)
    assert "You gave no e-mail address" in main(visitor, "/case/waiting")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"weekdays": []}, "weekdays"),
        ({"weekdays": ["9"]}, "weekdays"),
        ({"begin": "seven"}, "begin"),
        ({"end": "25:00"}, "end"),
        ({"begin": "22:00"}, "end"),
        ({"languages": []}, "languages"),
        ({"languages": ["xx"]}, "languages"),
        ({"note": "x" * 501}, "note"),
    ],
)
def test_a_wish_that_cannot_be_is_said_and_keeps_what_was_typed(family, wrong, field):
    page = family.page(family.post("/case/waiting", **{"note": "After school"} | WISH | wrong))
    assert (field in page.errors, wishes(family)) == (True, [])
    assert page.form().controls["note"].chosen == [wrong.get("note", "")]


def asked(family: Visitor) -> list[tuple[str, str]]:
    with family.app.app_context():
        return [(one.begin, one.end) for one in db.session.query(Waiting)]


def test_the_same_page_after_leaving_the_list_puts_the_family_on_it_again(family):
    shown = family.page(family.open("/case/waiting")).form().sent
    family.post("/case/waiting", **shown | WISH)
    family.post("/case/waiting/end")
    family.post("/case/waiting", **shown | WISH)
    assert asked(family) == [("07:00", "22:00")]


def test_of_one_page_sent_with_one_wish_and_another_and_the_first_again_the_last_counts(family):
    shown = family.page(family.open("/case/waiting")).form().sent
    for begin in ("07:00", "14:00", "07:00"):
        family.post("/case/waiting", **shown | WISH | {"begin": begin})
    assert asked(family) == [("07:00", "22:00")]


def test_sent_twice_it_is_one_wish_and_one_letter(family):
    form = family.page(family.open("/case/waiting")).form()
    for _ in range(2):
        family.client.post(form.action, data=form.sent)
    assert (len(wishes(family)), subjects(family).count("waiting.wished")) == (1, 1)


def test_back_and_sent_with_other_words_it_is_a_change(family):
    form = family.page(family.open("/case/waiting")).form()
    family.client.post(form.action, data=form.sent)
    family.client.post(form.action, data={**form.sent, "begin": "18:00"})
    assert wishes(family) == [("0 1 2 3 4 5 6", "18:00", "22:00")]


def test_hours_to_the_end_of_the_day_read_so_again(family):
    family.post("/case/waiting", **WISH | {"begin": "20:00", "end": "24:00"})
    assert ("20:00–24:00" in main(family, "/case/waiting"), wishes(family)[0][1:]) == (True, ("20:00", "00:00"))


def test_a_wish_can_be_changed_and_ended(waiting):
    waiting.post("/case/waiting", **WISH | {"weekdays": ["5"]})
    changed = wishes(waiting)
    answer = waiting.post("/case/waiting/end")
    assert (changed[0][0], wishes(waiting)) == ("5", [])
    assert "You are no longer on the waiting list" in main(waiting, answer.headers["Location"])


@pytest.mark.parametrize("page", ["/case", "/case/waiting", "/case/book"])
def test_an_offer_stands_on_every_page_about_times(office, offered, page):
    open_times(office, LATER)
    assert "It is kept for you until Tuesday, 2 March 2027, 10:00" in main(offered, page)


@pytest.mark.parametrize("page", ["/case", "/case/waiting", "/case/book"])
def test_an_offer_is_shown_on_both_clocks(office, offered, page):
    open_times(office, LATER)
    said = main(offered, page)
    clocks = ["Monday, 8 March 2027, 09:00 (Istanbul, UTC+3)", "Monday, 8 March 2027, 07:00Your time (Paris, UTC+1)"]
    assert [one for one in clocks if one not in said.replace("07:00 Your", "07:00Your")] == []


def test_what_was_typed_for_an_offer_that_is_gone_stands_beside_the_time_that_is_chosen_instead(office, offered, clock):
    clock.advance(hours=25)
    offered.come_back()
    open_times(office, LATER)
    with office.app.app_context():
        office.hold(office.family("other@family.example", "en"), AT_NINE, clock())
    offered.post("/case/offer", slot=token(), **PHONE | {"phone": "+49 30 901820"})
    offered.post("/case/book", slot=token(LATER))
    page = offered.page(offered.open("/case/book/confirm"))
    assert page.form().controls["phone"].chosen == ["+49 30 901820"]


def test_the_page_of_an_offer_shows_both_clocks(offered):
    said = main(offered, "/case/offer")
    assert ("07:00" in said, "09:00" in said) == (True, True)


def test_taking_it_books_it(offered):
    answer = offered.post("/case/offer", slot=token(), **PHONE)
    assert (standing(offered), answer.headers["Location"].endswith("/case/appointment")) == (["booked"], True)
    assert (wishes(offered), subjects(offered).count("appointment.booked")) == ([], 1)


def test_taken_twice_it_is_booked_and_told_once(offered):
    for _ in range(2):
        answer = offered.post("/case/offer", slot=token(), **PHONE)
    assert answer.headers["Location"].endswith("/case/appointment")
    assert (standing(offered), subjects(offered).count("appointment.booked")) == (["booked"], 1)


def test_a_number_that_cannot_be_keeps_the_offer_and_what_was_typed(offered):
    page = offered.page(offered.post("/case/offer", slot=token(), **PHONE | {"phone": "12"}))
    assert ("phone" in page.errors, standing(offered)) == (True, ["offered"])
    assert page.form().controls["phone"].chosen == ["12"]


def test_passed_on_the_place_stays(offered):
    answer = offered.post("/case/offer/pass-on", slot=token())
    said = main(offered, answer.headers["Location"])
    assert ("your place on the list stays yours" in said, standing(offered), len(wishes(offered))) == (True, [], 1)


def test_passed_on_it_is_offered_to_the_next_family(office, offered):
    with office.app.app_context():
        second = waits(office, "second@family.example", any_time(languages=("en",)))
    offered.post("/case/offer/pass-on", slot=token())
    offered.work()
    with office.app.app_context():
        assert [one.case_id for one in db.session.query(Appointment).filter(LIVE)] == [second]


def test_a_cancelled_time_is_offered_by_the_worker(office, family):
    open_times(office)
    family.post("/case/book", slot=token())
    family.post("/case/book/confirm", slot=token(), **PHONE)
    second = Visitor(office.app).begin("second@family.example").answer("person")
    second.post("/case/waiting", **WISH | {"weekdays": ["0"]})
    second.work()
    before = standing(family)
    family.post("/case/appointment/cancel", slot=token())
    second.work()
    assert (before, standing(family)) == (["booked"], ["offered"])


def test_a_moved_consultation_leaves_its_time_to_who_waits(office, family):
    open_times(office, AT_NINE, AT_NINE + timedelta(days=1))
    family.post("/case/book", slot=token())
    family.post("/case/book/confirm", slot=token(), **PHONE)
    second = Visitor(office.app).begin("second@family.example").answer("person")
    second.post("/case/waiting", **WISH | {"weekdays": ["0"]})
    later = token(AT_NINE + timedelta(days=1))
    family.post("/case/appointment/move", slot=later)
    family.post("/case/appointment/move/confirm", slot=later)
    second.work()
    assert sorted(standing(family)) == ["booked", "offered"]


def test_an_offer_that_ran_out_goes_to_the_next_by_itself(office, offered, clock):
    first = offered.case_id()
    second = Visitor(office.app).begin("second@family.example").answer("person")
    second.post("/case/waiting", **WISH | {"weekdays": ["0"]})
    second.work()
    clock.advance(hours=25)
    sweep(second, clock)
    with office.app.app_context():
        found = [one.case_id for one in db.session.query(Appointment).filter(LIVE)]
    assert (len(found), first in found) == (1, False)


def test_a_late_answer_to_what_another_family_has_is_told_kindly(office, offered, clock):
    clock.advance(hours=25)
    with office.app.app_context():
        office.hold(office.family("stranger@family.example", language="en"), AT_NINE, clock())
    offered.come_back()
    page = offered.page(offered.post("/case/offer", slot=token(), **PHONE))
    assert (standing(offered), len(wishes(offered)), page.status) == (["held"], 1, 200)


def test_without_an_offer_the_page_leads_to_the_list(waiting):
    assert waiting.open("/case/offer").headers["Location"].endswith("/case/waiting")


def test_booking_another_time_is_said_to_free_the_offered_one(office, offered):
    open_times(office, LATER)
    assert "that one goes to another family" in main(offered, "/case/book")


def test_who_has_a_time_is_led_to_it(office, offered):
    offered.post("/case/offer", slot=token(), **PHONE)
    assert offered.open("/case/waiting").headers["Location"].endswith("/case/appointment")


def test_after_three_offers_without_an_answer_the_page_asks(office, waiting, clock):
    open_times(office, *(AT_NINE + timedelta(days=number) for number in range(5)))
    waiting.work()
    for _ in range(4):
        clock.advance(hours=25)
        sweep(waiting, clock)
    waiting.come_back()
    assert "Do you still need a time?" in main(waiting, "/case/waiting")


def test_another_language_keeps_what_is_ticked(family):
    switch = family.page(family.open("/case/waiting")).form().button("_switch=fr")
    said = WISH | {"weekdays": ["5"], "csrf_token": family.token(), "_switch": "fr"}
    page = family.page(family.client.post(switch.action, data=said))
    assert (wishes(family), page.form().controls["weekdays"].chosen) == ([], ["5"])
    assert "Quels jours" in page.main
