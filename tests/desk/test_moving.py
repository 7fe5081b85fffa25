"""A coordinator moves a family's consultation: the times on both clocks, a reason, once, and the log says who."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from portal.accesslog.models import Entry
from portal.booking.models import BOOKED, Appointment
from portal.extensions import db
from tests.booking.scene import AT_NINE, MONDAY, Scene, token
from tests.staff.colleague import Colleague, employ, parsed
from tests.support.application import Clock, both_in_full
from tests.support.visitor import Visitor

LATER = AT_NINE + timedelta(minutes=40)
AT_NIGHT = datetime(2027, 3, 8, 0, 0, tzinfo=UTC)  # three o'clock in Istanbul, one o'clock in Paris
NOTHING_DONE = "This press changed nothing."
SAID = {"slot": token(LATER), "was": token(), "reason": "technical"}


@pytest.fixture
def family(app: Flask, clock: Clock) -> Visitor:
    """A family in Paris that has the first of six mornings' times; there is one at night, too."""
    with app.app_context():
        scene = Scene(app)
        one = scene.coordinator(speaks=("en", "fr", "tr", "ar"))
        scene.open_day(one, last=MONDAY + timedelta(days=5))
        scene.times(one, AT_NIGHT)
    visitor = Visitor(app).begin().answer("person")
    visitor.post("/case/book", slot=token())
    visitor.post("/case/book/confirm", channel="phone", phone="+33 1 23 45 67 89")
    visitor.work()
    visitor.carrier.carried.clear()
    return visitor


@pytest.fixture
def colleague(app: Flask, clock: Clock) -> Colleague:
    return Colleague(app, "en").sign_in(employ(app, "coordinator"))


@pytest.fixture
def place(app: Flask, family: Visitor) -> str:
    with app.app_context():
        return f"/cases/{family.reference()}/move-consultation"


def stands(app: Flask) -> list[datetime]:
    with app.app_context():
        return [one.start_at for one in db.session.query(Appointment).filter_by(status=BOOKED)]


def at(colleague: Colleague, there: str) -> str:
    """What the page says to which an answer leads."""
    return colleague.page(there.removeprefix("/en/desk")).main


def moves(app: Flask) -> list[Entry]:
    with app.app_context():
        return list(db.session.scalars(db.select(Entry).where(Entry.action == "appointment.moved")))


def test_a_time_is_chosen_on_both_clocks(colleague, place):
    page = colleague.page(place)
    assert ("Monday, 8 March 2027" in page.main, "Family: 07:40" in page.main) == (True, True)


def test_a_time_says_when_it_ends(colleague, place):
    page = colleague.page(place).main
    assert ["09:00–09:40" in page, "09:40–10:20" in page] == [True, True]


def test_times_outside_of_the_familys_day_are_there_and_said_to_be(colleague, place):
    assert "03:00–03:40, Istanbul, UTC+3Family: 01:00early or late there" in colleague.page(place).main.replace(
        " early", "early"
    )


def test_the_time_that_stands_is_no_choice(colleague, place):
    assert token() not in colleague.page(place).form().controls["slot"].offered


def test_a_page_is_seven_whole_days_of_the_colleagues_clock(app, colleague, place):
    with app.app_context():
        scene = Scene(app)
        second = scene.coordinator("two", speaks=("en", "fr"))
        for day in range(6):
            first = AT_NINE + timedelta(days=day, hours=3)
            scene.times(second, *(first + timedelta(minutes=10 * one) for one in range(20)))
        scene.times(second, AT_NINE + timedelta(days=6), AT_NINE + timedelta(days=7))
    page = colleague.page(place)
    offered = page.form().controls["slot"].offered
    assert (len(offered), "from=" in page.link("Later days")) == (6 * (3 + 20) + 1, True)


def test_nobody_types_a_time_and_nobody_is_moved_without_a_reason(app, colleague, place):
    page = parsed(colleague.post(place, was=token()))
    assert (list(page.errors), stands(app)) == (["slot", "reason"], [AT_NINE])


def test_a_reason_that_is_not_in_the_list_is_none(app, colleague, place):
    page = parsed(colleague.post(place, **SAID | {"reason": "because I say so"}))
    assert (list(page.errors), page.form().controls["slot"].chosen, stands(app)) == (
        ["reason"],
        [token(LATER)],
        [AT_NINE],
    )


@both_in_full
def test_it_stands_at_the_new_time_and_the_page_says_so(app, colleague, place):
    there = colleague.post(place, **SAID).headers["Location"]
    page = colleague.page(there.removeprefix("/en/desk")).main
    assert (stands(app), "has a new time, and the family is told" in page, "09:40" in page) == ([LATER], True, True)


def test_the_family_reads_it_in_its_language(family, colleague, place):
    colleague.post(place, **SAID)
    (letter,) = [one for _id, one in family.work().carried if one.kind == "appointment.moved"]
    assert (letter.language, "The reason: a technical reason on our side." in letter.text) == ("en", True)


def test_it_is_logged_by_name_under_the_cases_pseudonym(app, colleague, place):
    colleague.post(place, **SAID)
    (entry,) = moves(app)
    assert (entry.actor.startswith("staff:"), entry.pseudonym != "") == (True, True)


@both_in_full
def test_pressed_twice_is_moved_once(app, family, colleague, place):
    answers = [colleague.post(place, **SAID).headers["Location"] for _ in range(2)]
    letters = [one for _id, one in family.work().carried if one.kind == "appointment.moved"]
    assert (len(set(answers)), len(letters), len(moves(app))) == (1, 1, 1)


@both_in_full
def test_moved_back_and_moved_once_more_from_the_page_of_the_first_time_it_is_moved_again(
    app, family, colleague, place
):
    shown = colleague.page(place).form().sent
    for said in (SAID, {"slot": token(), "was": token(LATER), "reason": "ill"}, SAID):
        colleague.post(place, **shown | said)
        family.work()
    letters = [one for _id, one in family.carrier.carried if one.kind == "appointment.moved"]
    assert (stands(app), len(letters)) == ([LATER], 3)


def test_another_time_from_the_page_to_which_one_went_back_is_not_said_to_be_done(app, colleague, place):
    shown = colleague.page(place).form().sent
    answers = [
        colleague.post(place, **shown | SAID | {"slot": token(slot)}).headers["Location"]
        for slot in (LATER, LATER + timedelta(days=1))
    ]
    assert (["moved" in one for one in answers], stands(app)) == ([True, False], [LATER])


def test_two_windows_move_it_once(app, family, colleague, place):
    for _ in range(2):
        colleague.post(place, **SAID)
    letters = [one for _id, one in family.work().carried if one.kind == "appointment.moved"]
    assert (len(letters), len(moves(app))) == (1, 1)


def test_a_page_about_another_time_changes_nothing_and_that_is_said(app, family, colleague, place):
    family.post("/case/appointment/move", slot=token(LATER))
    family.post("/case/appointment/move/confirm", slot=token(LATER))
    there = colleague.post(place, **SAID | {"slot": token(LATER + timedelta(minutes=40))}).headers["Location"]
    assert (stands(app), NOTHING_DONE in at(colleague, there)) == ([LATER], True)


def test_a_familys_page_about_another_time_changes_nothing(app, family, colleague, place):
    family.post("/case/appointment/move", slot=token(LATER))
    shown = family.page(family.open("/case/appointment/move/confirm")).form().sent
    colleague.post(place, **SAID | {"slot": token(LATER + timedelta(days=1))})
    family.post("/case/appointment/move/confirm", slot=token(LATER), was=shown["was"][0])
    assert stands(app) == [LATER + timedelta(days=1)]


def test_a_time_just_taken_keeps_what_was_said_and_shows_the_others(app, colleague, place):
    with app.app_context():
        scene = Scene(app)
        scene.hold(scene.family(), LATER)
    page = parsed(colleague.post(place, **SAID))
    controls = page.form().controls
    assert (stands(app), "has just been taken" in page.main, controls["reason"].chosen) == (
        [AT_NINE],
        True,
        ["technical"],
    )


def test_where_nothing_is_booked_there_is_nothing_to_move(app, family, colleague, place):
    family.post("/case/appointment/cancel", slot=token())
    answers = [colleague.open(place), colleague.post(place, **SAID)]
    case = f"/en/desk{place.removesuffix('/move-consultation')}"
    assert [one.headers["Location"] for one in answers] == [case, f"{case}?overtaken=1"]


def test_another_language_keeps_what_was_chosen(app, colleague, place):
    page = parsed(colleague.post(place, **SAID | {"reason": ""}, _switch="1"))
    assert (page.errors, page.form().controls["slot"].chosen, stands(app)) == ({}, [token(LATER)], [AT_NINE])


def test_the_cases_page_leads_there(colleague, place):
    case = colleague.page(place.removesuffix("/move-consultation"))
    assert case.link("Move to another time").endswith(place)


@pytest.fixture
def second(app: Flask, family: Visitor) -> None:
    """A colleague has the family's hour, too."""
    with app.app_context():
        scene = Scene(app)
        scene.times(scene.coordinator("two", speaks=("en",)), AT_NINE)


def test_the_same_hour_with_a_colleague_is_a_choice(app, colleague, place, second):
    page = colleague.page(place)
    assert (token() in page.form().controls["slot"].offered, "The same time, with somebody else" in page.main) == (
        True,
        True,
    )


@both_in_full
def test_it_passes_to_the_colleague_once_and_the_page_says_so(app, family, colleague, place, second):
    said = colleague.page(place).form().sent | {"slot": token(), "reason": ""}
    answers = [colleague.post(place, **said).headers["Location"].removeprefix("/en/desk") for _ in range(2)]
    page = colleague.page(answers[0]).main
    assert (["given" in one for one in answers], len(moves(app)), stands(app)) == ([True, False], 1, [AT_NINE])
    assert ("The time stays, and calendars follow." in page, "Coordinator: Test two" in page) == (True, True)


def test_what_the_family_changed_meanwhile_is_not_given_and_that_is_said(family, colleague, place, second):
    said = colleague.page(place).form().sent | {"slot": token(), "reason": ""}
    family.post("/case/appointment/details", channel="phone", phone="+33 1 99 99 99 99")
    page = at(colleague, colleague.post(place, **said).headers["Location"])
    assert (NOTHING_DONE in page, "Coordinator: Test one" in page, "+33 1 99 99 99 99" in page) == (True, True, True)
