"""A time that was offered in a language the family wished for is asked for in it ever after, whatever is tried."""

from datetime import timedelta

import pytest
from flask import Flask

from portal.booking.models import BOOKED, Appointment
from portal.booking.service import change, keeping, reserve
from portal.booking.service.handing import colleagues
from portal.cases.models import Case
from portal.extensions import db
from portal.staff.models import StaffMember
from portal.transaction import transaction
from tests.booking.scene import AT_NINE, NOW, Scene, token
from tests.booking.test_waiting import forget_jobs, looks_due
from tests.booking.waiting_scene import accept, any_time, offer, stop, waits
from tests.staff.colleague import Colleague, employ
from tests.support.application import Clock, both_in_full
from tests.support.visitor import Visitor

END = AT_NINE + timedelta(minutes=40)
NEXT, IN_FRENCH = AT_NINE + timedelta(days=1), AT_NINE + timedelta(days=2)
RAN_OUT = NOW + timedelta(hours=25)
PHONE = {"channel": "phone", "phone": "+33 1 23 45 67 89"}
TURKISH = any_time(languages=("tr",))


@pytest.fixture
def turkish(scene: Scene) -> str:
    """A French family to which a time in Turkish is offered, for it waits for that; there is one in French later."""
    scene.times(scene.coordinator("turkish", speaks=("tr",)), AT_NINE)
    scene.times(scene.coordinator("french", speaks=("fr",)), IN_FRENCH)
    case_id = waits(scene, "parent@family.example", TURKISH)
    offer(scene)
    return case_id


@pytest.fixture
def booked(scene: Scene, turkish: str) -> str:
    """The same after it has taken the offer; a colleague who speaks Turkish too has that hour and another one."""
    accept(scene, turkish, AT_NINE, END)
    scene.times(scene.coordinator("second", speaks=("tr",)), AT_NINE, NEXT)
    return turkish


def standing(case_id: str) -> Appointment:
    db.session.rollback()
    return reserve.booked(db.session(), case_id)


def moved_by_office(scene: Scene, case_id: str, slot: str) -> Appointment:
    more = {"settings": scene.settings, "now": NOW, "token": slot, "was": token(), "sequence": "0", "reason": "ill"}
    with transaction() as session:
        change.move_by_office(session, scene.keyring, case_id, **more)
    return standing(case_id)


@both_in_full
def test_an_offer_that_ran_out_is_taken_all_the_same_while_the_time_is_free(scene, turkish):
    found = accept(scene, turkish, AT_NINE, END, RAN_OUT)
    assert (found.status, found.schedule.staff.email) == (BOOKED, "turkish@clinic.example")


@both_in_full
def test_a_page_about_such_a_time_that_comes_back_takes_it_again(scene, turkish):
    stop(turkish)
    case, chosen = db.session.get_one(Case, turkish), keeping.chosen_last(db.session(), turkish)
    assert keeping.can_have_again(db.session(), case, chosen, now=NOW)
    db.session.rollback()
    with transaction() as session:
        assert keeping.take_again(session, turkish, token(), now=NOW).start_at == AT_NINE


@both_in_full
def test_a_familys_own_move_goes_to_a_time_in_that_language(scene, booked):
    scene.hold(booked, NEXT, moving=True)
    scene.move(booked, NEXT)
    found = standing(booked)
    assert (found.start_at, found.schedule.staff.email, found.asked) == (NEXT, "second@clinic.example", "tr")


@both_in_full
def test_a_familys_move_that_ran_out_is_made_all_the_same(scene, booked):
    scene.hold(booked, NEXT, moving=True)
    scene.move(booked, NEXT, NOW + timedelta(minutes=20))
    assert standing(booked).start_at == NEXT


@both_in_full
def test_the_office_moves_it_to_a_time_in_that_language(scene, booked):
    assert moved_by_office(scene, booked, token(NEXT)).start_at == NEXT


@both_in_full
def test_a_colleague_of_that_language_can_have_its_hour(scene, booked):
    with transaction() as session:
        session.query(StaffMember).filter_by(email="turkish@clinic.example").one().active = False
    case, found = db.session.get_one(Case, booked), standing(booked)
    assert len(colleagues(db.session(), case, found, now=NOW)) == 1
    db.session.rollback()
    assert moved_by_office(scene, booked, token()).schedule.staff.email == "second@clinic.example"


def test_a_time_that_was_chosen_from_the_list_is_asked_for_in_the_familys_languages(clinic, case_id):
    assert standing(case_id).asked == ""


@both_in_full
def test_what_else_was_kept_is_offered_to_others_when_an_offer_that_ran_out_is_taken(scene, turkish):
    scene.hold(turkish, IN_FRENCH, RAN_OUT)
    waits(scene, "other@family.example", now=RAN_OUT)
    forget_jobs()
    accept(scene, turkish, AT_NINE, END, RAN_OUT)
    assert looks_due()


# The pages


@pytest.fixture
def family(app: Flask, clock: Clock) -> Visitor:
    """A family that writes English and has taken a time in Turkish; others in both languages are free."""
    visitor = Visitor(app).begin().answer("person")
    with app.app_context():
        scene = Scene(app)
        scene.times(scene.coordinator("turkish", speaks=("tr",)), AT_NINE, NEXT)
        scene.times(scene.coordinator("english", speaks=("en",)), IN_FRENCH)
    visitor.post("/case/waiting", weekdays=list("0123456"), begin="00:00", end="24:00", languages="tr")
    visitor.work()
    visitor.post("/case/offer", slot=token(), **PHONE)
    return visitor


def offered(page) -> list[str]:
    return page.form().controls["slot"].offered


def test_the_family_chooses_another_time_among_those_in_that_language(family):
    assert offered(family.page(family.open("/case/appointment/move"))) == [token(NEXT)]


def test_the_office_chooses_among_the_same(app, family):
    colleague = Colleague(app).sign_in(employ(app, "coordinator", speaks=("en",)))
    assert offered(colleague.page(f"/cases/{family.reference()}/move-consultation")) == [token(NEXT)]
