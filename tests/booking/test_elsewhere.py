"""A family that has moved, or travels: a time is told on its clock of today, beside the one on which it was booked."""

from datetime import timedelta

import pytest
from flask import Flask

from portal.booking.service.reminders import note_moved_clocks, remind
from portal.cases.models import Case
from portal.extensions import db
from portal.transaction import transaction
from tests.booking.scene import AT_NINE, NOW, Scene, token
from tests.booking.waiting_scene import accept, offer, wait
from tests.staff.colleague import Colleague, employ
from tests.support.application import Clock, both_in_full
from tests.support.visitor import Visitor

DAY, STEP = timedelta(days=1), timedelta(minutes=40)
NEW_YORK = "America/New_York"
# Nine o'clock in Istanbul.
THERE, HERE, CLINIC = ("01:00", "New York, UTC−5"), ("07:00", "Paris, UTC+1"), ("09:00", "Istanbul, UTC+3")


@pytest.fixture
def away(clinic: Scene, case_id: str) -> Scene:
    """A family that booked in Paris and is in New York now."""
    clinic.change(Case, case_id, time_zone=NEW_YORK)
    clinic.case_id = case_id
    return clinic


def reminded(scene: Scene) -> str:
    with transaction() as session:
        remind(session, scene.keyring, settings=scene.settings, now=AT_NINE - DAY)
    return "appointment.soon"


def changed(scene: Scene) -> str:
    scene.talk(scene.case_id, channel="whatsapp")
    return "appointment.changed"


def cancelled(scene: Scene) -> str:
    scene.cancel(scene.case_id)
    return "appointment.cancelled"


def said(text: str, *clocks: tuple[str, str]) -> list[bool]:
    lines = text.splitlines()
    return [any(hour in line and zone in line for line in lines) for hour, zone in clocks]


@pytest.mark.parametrize("happens", [reminded, changed, cancelled])
def test_each_letter_says_all_clocks_and_that_of_today_first(away, happens):
    (letter,) = away.letters(happens(away))
    assert said(letter.text, THERE, CLINIC, HERE) == [True] * 3
    assert letter.text.index(THERE[0]) < letter.text.index(HERE[0])


def test_who_talks_with_the_family_reads_its_clock_of_today(away):
    changed(away)
    (letter,) = away.letters("appointment.changed.staff")
    assert (THERE[0] in letter.text, HERE[0] in letter.text) == (True, False)


def test_a_new_time_is_booked_on_the_clock_of_today(away):
    away.hold(away.case_id, AT_NINE + STEP, moving=True)
    away.move(away.case_id, AT_NINE + STEP)
    (letter,) = away.letters("appointment.moved")
    assert ("01:40" in letter.text, "01:00" in letter.text, "Paris" in letter.text) == (True, True, False)


def test_where_both_clocks_agree_one_is_said(clinic, case_id):
    clinic.change(Case, case_id, time_zone="Europe/Berlin")
    clinic.case_id = case_id
    (letter,) = clinic.letters(reminded(clinic))
    assert ("Berlin" in letter.text, "Paris" in letter.text) == (True, False)


def test_a_record_that_says_no_clock_any_more_is_told_on_the_one_of_booking(clinic, case_id):
    clinic.change(Case, case_id, time_zone="")
    clinic.case_id = case_id
    (letter,) = clinic.letters(reminded(clinic))
    assert said(letter.text, HERE) == [True]


@both_in_full
def test_what_was_agreed_by_the_wall_stays_what_it_was(away):
    with transaction() as session:
        assert note_moved_clocks(session, now=NOW) == 0


@both_in_full
def test_an_offer_is_taken_on_the_clock_of_today(scene):
    scene.times(scene.coordinator(), AT_NINE)
    case_id = scene.family()
    wait(scene, case_id)
    offer(scene)
    scene.change(Case, case_id, time_zone=NEW_YORK)
    made = accept(scene, case_id, AT_NINE, AT_NINE + STEP)
    assert (made.time_zone, made.wall) == (NEW_YORK, "2027-03-08T01:00 2027-03-08T09:00")


# Pages


@pytest.fixture
def visitor(app: Flask, clock: Clock) -> Visitor:
    """The same at its pages; it keeps another time for a move."""
    with app.app_context():
        scene = Scene(app)
        scene.open_day(scene.coordinator(speaks=("en", "fr", "tr", "ar")))
    visitor = Visitor(app).begin().answer("person")
    visitor.post("/case/book", slot=token())
    visitor.post("/case/book/confirm", channel="phone", phone="+33 1 23 45 67 89")
    with app.app_context():
        scene.change(Case, db.session.scalars(db.select(Case.id)).one(), time_zone=NEW_YORK)
    visitor.post("/case/appointment/move", slot=token(AT_NINE + STEP))
    return visitor


@pytest.mark.parametrize("page", ["", "/cancel", "/details", "/move", "/move/confirm"])
def test_each_page_says_the_time_on_both_clocks(visitor, page):
    text = visitor.page(visitor.open(f"/case/appointment{page}")).main
    assert [piece in text for piece in (*THERE, *HERE)] == [True] * 4


def test_the_overview_says_it_on_all_clocks_and_that_of_today_first(visitor):
    text = visitor.page(visitor.open("/case")).main
    places = [text.index(piece) for piece in (*THERE, *CLINIC, *HERE)]
    assert places == sorted(places)


@pytest.mark.parametrize("page", ["", "/move-consultation"])
def test_the_desk_reads_the_familys_clock_of_today(app, visitor, page):
    with app.app_context():
        place = f"/cases/{visitor.reference()}{page}"
    text = Colleague(app, "en").sign_in(employ(app, "coordinator")).page(place).main
    assert (THERE[0] in text, THERE[1] in text) == (True, True)
