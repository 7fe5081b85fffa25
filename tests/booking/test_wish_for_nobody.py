"""A time in a language that the family wished for, after nobody is left who speaks it: what can be had then."""

from datetime import timedelta

import pytest
from flask import Flask

from portal.booking.bands import day_of
from portal.booking.models import Appointment
from portal.booking.service import change, keeping, reserve
from portal.booking.service.handing import colleagues
from portal.booking.service.offers import Asker, Offering, asker_again, free_times, go_on
from portal.cases.models import Case
from portal.extensions import db
from portal.transaction import transaction
from tests.booking.scene import AT_NINE, NOW, Scene, token
from tests.booking.test_handing import give, leaves
from tests.booking.test_wished_languages import RAN_OUT, moved_by_office, offered, standing
from tests.booking.waiting_scene import accept, any_time, offer, waits
from tests.staff.colleague import Colleague, employ
from tests.support.application import Clock, both_in_full
from tests.support.visitor import Visitor

END = AT_NINE + timedelta(minutes=40)
LATER, LATEST = AT_NINE + timedelta(days=1), AT_NINE + timedelta(days=2)
PHONE = {"channel": "phone", "phone": "+33 1 23 45 67 89"}


@pytest.fixture
def alone(scene: Scene) -> str:
    """A French family that has a time in Turkish, as it wished; who had it has left. There is French then too."""
    scene.times(scene.coordinator("turkish", speaks=("tr",)), AT_NINE)
    case_id = waits(scene, "parent@family.example", any_time(languages=("tr",)))
    offer(scene)
    accept(scene, case_id, AT_NINE, END)
    leaves("turkish")
    scene.times(scene.coordinator("french", speaks=("fr",)), AT_NINE, LATER, LATEST)
    return case_id


def asker(case_id: str) -> Asker:
    return asker_again(db.session.get_one(Case, case_id), standing(case_id))


def listed(case_id: str, **more: object) -> Offering:
    """What it can move to."""
    found = free_times(db.session(), asker(case_id), **{"now": NOW, "most": 9} | more)
    db.session.rollback()
    return found


def given_to(case_id: str) -> list[int]:
    case, found = db.session.get_one(Case, case_id), standing(case_id)
    return [one.schedule_id for one in colleagues(db.session(), case, found, now=NOW)]


@pytest.fixture
def second(scene: Scene, alone: str) -> str:
    """The same with somebody who speaks Turkish after all."""
    scene.times(scene.coordinator("second", speaks=("tr",)), LATEST)
    return alone


@both_in_full
def test_what_is_listed_is_in_the_languages_of_the_record(alone):
    found = listed(alone)
    assert ([one.start_at for one in found.times], found.otherwise) == ([AT_NINE, LATER, LATEST], True)


@both_in_full
def test_a_list_that_goes_on_goes_on_in_these(alone):
    more = go_on(db.session(), asker(alone), listed(alone, most=1), now=NOW, band=None, most=9)
    assert [one.start_at for one in more] == [LATER, LATEST]


@both_in_full
def test_it_moves_to_one_of_these_and_what_it_wished_for_stays(scene, alone):
    scene.hold(alone, LATER, moving=True)
    scene.move(alone, LATER)
    found = standing(alone)
    assert (found.start_at, found.schedule.staff.email, found.asked) == (LATER, "french@clinic.example", "tr")


@both_in_full
def test_the_office_moves_it_to_one_of_these(scene, alone):
    assert moved_by_office(scene, alone, token(LATER)).schedule.staff.email == "french@clinic.example"


@both_in_full
def test_the_office_gives_its_hour_to_a_colleague_of_the_record(scene, alone):
    assert give(scene, alone).schedule.staff.email == "french@clinic.example"


@both_in_full
def test_in_english_with_an_interpreter_where_no_coordinator_speaks_a_language_of_the_record(scene, alone):
    leaves("french")
    scene.times(scene.coordinator("english", speaks=("en",)), LATER)
    scene.times(scene.coordinator("ear", role="interpreter"), LATER, minutes=60)
    found = listed(alone)
    assert ([one.start_at for one in found.times], found.interpreted, found.otherwise) == ([LATER], True, True)
    scene.hold(alone, LATER, moving=True)
    scene.move(alone, LATER)
    assert standing(alone).interpreter_id is not None


@both_in_full
def test_while_one_time_is_free_in_that_language_it_is_all_that_can_be_had(scene, second):
    found = listed(second)
    assert ([one.start_at for one in found.times], found.otherwise, given_to(second)) == ([LATEST], False, [])
    with pytest.raises(reserve.SlotTaken):
        scene.hold(second, LATER, moving=True)
    with pytest.raises(reserve.SlotTaken):
        moved_by_office(scene, second, token(LATER))


@both_in_full
@pytest.mark.parametrize("more", [{"after": LATEST + timedelta(days=1)}, {"band": day_of("America/Los_Angeles", NOW)}])
def test_nor_does_a_page_without_any_of_them_go_on_to_others(scene, second, more):
    scene.times(scene.coordinator("late", speaks=("fr",)), LATEST + timedelta(days=2, hours=-8))
    assert listed(second, **more).times == []


@both_in_full
def test_who_has_it_still_but_no_other_time_is_not_in_the_way_of_others(scene, clinic):
    case_id = waits(scene, "parent@family.example", any_time(languages=("tr",)))
    scene.times(scene.coordinator("turkish", speaks=("tr",)), LATER)
    offer(scene)
    accept(scene, case_id, LATER, LATER + timedelta(minutes=40))
    scene.times(french := scene.coordinator("french", speaks=("fr",)), LATER)
    found = listed(case_id)
    assert (found.otherwise, len(found.times), given_to(case_id)) == (True, 4, [french])


@both_in_full
def test_one_of_these_that_was_chosen_is_taken_again_though_somebody_speaks_it_by_now(scene, alone):
    scene.hold(alone, LATER, moving=True)
    scene.times(scene.coordinator("second", speaks=("tr",)), LATEST)
    scene.move(alone, LATER, NOW + timedelta(minutes=20))
    assert standing(alone).start_at == LATER


@both_in_full
def test_what_was_chosen_in_that_language_is_not_taken_again_in_another(scene, alone):
    scene.times(scene.coordinator("second", speaks=("tr",)), LATER)
    scene.hold(alone, LATER, moving=True)
    leaves("second")
    with pytest.raises(reserve.SlotTaken), transaction() as session:
        change.move(session, scene.keyring, alone, settings=scene.settings, now=NOW, token=token(LATER))


@both_in_full
def test_nor_is_an_offer_that_ran_out(scene):
    scene.times(scene.coordinator("turkish", speaks=("tr",)), AT_NINE)
    case_id = waits(scene, "parent@family.example", any_time(languages=("tr",)))
    offer(scene)
    leaves("turkish")
    scene.times(scene.coordinator("french", speaks=("fr",)), AT_NINE)
    with pytest.raises(reserve.SlotTaken):
        accept(scene, case_id, AT_NINE, END, RAN_OUT)
    case, chosen = db.session.get_one(Case, case_id), db.session.scalars(db.select(Appointment)).one()
    assert not keeping.can_have_again(db.session(), case, chosen, now=RAN_OUT)


# The pages

SAID = "No other time is free just now in a language that you asked for."
SAID_AT_DESK = "No other time is free in the languages that the family wished for."


@pytest.fixture
def family(app: Flask, clock: Clock) -> Visitor:
    """A family that writes English and has a time in Turkish; another one is in English."""
    visitor = Visitor(app).begin().answer("person")
    with app.app_context():
        scene = Scene(app)
        scene.times(scene.coordinator("turkish", speaks=("tr",)), AT_NINE)
    visitor.post("/case/waiting", weekdays=list("0123456"), begin="00:00", end="24:00", languages="tr")
    visitor.work()
    visitor.post("/case/offer", slot=token(), **PHONE)
    with app.app_context():
        scene.times(scene.coordinator("english", speaks=("en",)), LATER)
    return visitor


def test_the_familys_page_lists_them_and_says_so(family):
    page = family.page(family.open("/case/appointment/move"))
    assert (offered(page), SAID in page.main) == ([token(LATER)], True)


def test_the_desks_page_does_as_well(app, family):
    colleague = Colleague(app).sign_in(employ(app, "coordinator", speaks=("ar",)))
    page = colleague.page(f"/cases/{family.reference()}/move-consultation")
    assert (offered(page), SAID_AT_DESK in page.main) == ([token(LATER)], True)


def test_neither_says_so_of_times_in_that_language(app, family):
    with app.app_context():
        scene = Scene(app)
        scene.times(scene.coordinator("second", speaks=("tr",)), LATEST)
    colleague = Colleague(app).sign_in(employ(app, "coordinator", speaks=("ar",)))
    page = colleague.page(f"/cases/{family.reference()}/move-consultation")
    assert (SAID in family.open("/case/appointment/move").text, SAID_AT_DESK in page.main) == (False, False)
