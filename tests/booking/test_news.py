"""What the office did to a consultation stands on the family's pages, with the reason, until the family knows."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from portal.accesslog.models import Entry
from portal.cases.models import Case
from portal.extensions import db
from tests.booking.by_the_office import (
    LATER,
    LATEST,
    LETTER,
    NO_LETTER,
    PHONE,
    SPEAKS,
    absent,
    at_the_desk,
    book,
    cancel,
    move,
)
from tests.booking.scene import AT_NINE, Scene, token
from tests.booking.test_handing import leaves
from tests.staff.colleague import Colleague, employ
from tests.support.application import Clock, both_in_full
from tests.support.visitor import Visitor

NINE = ["Monday, 8 March 2027, 07:00 (Paris, UTC+1)", "Monday, 8 March 2027, 09:00 (Istanbul, UTC+3)"]
TEN = ["07:40–08:20 Your time (Paris, UTC+1)", "09:40 (Istanbul, UTC+3)"]
REASON = "The reason: a technical reason on our side."
MOVED, CANCELLED = "The office has given your conversation a new time", "The office had to cancel your conversation"
OVERVIEW, TIMES, CONSULTATION, OTHERS = "/case", "/case/book", "/case/appointment", "/case/appointment/move"


def read(family: Visitor, path: str) -> str:
    return family.page(family.open(path)).main


def told(family: Visitor, path: str, *words: str) -> list[str]:
    """Which of these words a page does not say."""
    main = read(family, path)
    return [one for one in words if one not in main]


def seen_on(family: Visitor) -> dict[str, list[str]]:
    """What the button of the overview would send, as that stands now."""
    return family.page(family.open(OVERVIEW)).form("seen").sent


def press(family: Visitor, sent: dict[str, Any]) -> None:
    family.post("/case/appointment/seen", **sent)


def silent(family: Visitor) -> bool:
    pages = [read(family, path) for path in (OVERVIEW, TIMES, CONSULTATION) if family.open(path).status_code == 200]
    return not any(words in page for page in pages for words in (MOVED, CANCELLED, REASON, "We missed each other"))


# Cancelled


@pytest.mark.parametrize("email", [NO_LETTER, LETTER])
def test_what_the_office_cancelled_every_family_reads_with_the_hour_and_the_reason(office, email):
    family = book(Visitor(office.app).begin(email).write_down().answer("person"))
    cancel(office, family)
    assert [told(family, path, CANCELLED, *NINE, REASON) for path in (OVERVIEW, TIMES)] == [[], []]


def test_where_no_time_is_free_it_is_read_too(office, family):
    cancel(office, family)
    with office.app.app_context():
        leaves("one")
    assert told(family, TIMES, "No free time just now", CANCELLED, REASON) == []


def test_looking_does_not_use_it_up(office, family):
    cancel(office, family)
    for path in (OVERVIEW, TIMES, CONSULTATION, OVERVIEW):
        family.open(path)
    assert told(family, OVERVIEW, CANCELLED) == []


@both_in_full
def test_it_is_told_until_the_family_books_anew(office, family):
    cancel(office, family)
    book(family, LATER)
    assert silent(family)


def test_what_the_family_cancels_itself_is_not_told(family):
    family.post("/case/appointment/cancel", slot=token(), reason="time")
    assert silent(family)


# Moved


@pytest.mark.parametrize("email", [NO_LETTER, LETTER])
def test_what_the_office_moved_every_family_reads_with_both_hours_and_the_reason(office, email):
    family = book(Visitor(office.app).begin(email).write_down().answer("person"))
    move(office, family)
    before = [f"The time before is no longer yours: {NINE[0]}", f"On the clinic’s clock: {NINE[1]}"]
    words = [MOVED, *TEN, *before, REASON]
    assert [told(family, path, *words) for path in (OVERVIEW, CONSULTATION, OTHERS)] == [[]] * 3


def test_an_overview_after_sending_tells_it_too(office, family):
    family.answer().post("/case/check")
    move(office, family)
    assert told(family, OVERVIEW, MOVED, NINE[0], REASON) == []


@both_in_full
def test_a_move_is_told_until_the_family_says_that_it_has_seen_it(office, family):
    move(office, family)
    looked = [told(family, path, MOVED) for path in (OVERVIEW, CONSULTATION, OVERVIEW)]
    press(family, seen_on(family))
    assert (looked, silent(family)) == ([[]] * 3, True)


def test_that_it_was_seen_is_logged_once(office, family):
    move(office, family)
    for _ in range(2):
        press(family, {"slot": token(LATER), "sequence": "1"})
    with office.app.app_context():
        assert db.session.query(Entry).filter_by(action="appointment.seen").count() == 1


def test_a_page_about_another_time_has_shown_nothing_of_a_second_move(office, family):
    move(office, family)
    move(office, family, LATEST, LATER)
    for slot in ("", "junk", token(), token(LATER)):
        press(family, {"slot": slot, "sequence": "2"})
    assert told(family, CONSULTATION, MOVED) == []


def test_after_two_moves_both_hours_are_said_to_be_over(office, family):
    move(office, family)
    move(office, family, LATEST, LATER)
    over = ["The time before is no longer yours: Monday, 8 March 2027, 07:00", "yours: Monday, 8 March 2027, 07:40"]
    assert told(family, CONSULTATION, "08:20–09:00 Your time (Paris, UTC+1)", *over) == []


def test_moved_back_only_the_hour_between_is_over(office, family):
    move(office, family)
    move(office, family, AT_NINE, LATER)
    main = read(family, CONSULTATION)
    over = [f"no longer yours: Monday, 8 March 2027, {hour}" in main for hour in ("07:00", "07:40")]
    assert (MOVED in main, over) == (True, [False, True])


def test_what_was_moved_and_then_cancelled_tells_the_first_hour_too(office, family):
    move(office, family)
    cancel(office, family, LATER)
    assert told(family, OVERVIEW, CANCELLED, "07:40", f"The time before is no longer yours: {NINE[0]}") == []


def test_an_hour_that_was_booked_on_another_clock_stands_on_that_one_too(office, family):
    with office.app.app_context():
        Scene(office.app).change(Case, family.case_id(), time_zone="Asia/Tokyo")
    move(office, family)
    on_its_own = "On the clock on which you booked it: Monday, 8 March 2027, 07:00 (Paris, UTC+1)"
    assert told(family, OVERVIEW, "Monday, 8 March 2027, 15:00 (Tokyo, UTC+9)", on_its_own) == []


def longer(office: Colleague, family: Visitor) -> None:
    """The office moves it to a colleague who has an hour from the same beginning."""
    with office.app.app_context():
        scene = Scene(office.app)
        scene.times(scene.coordinator("two", speaks=SPEAKS), AT_NINE, minutes=60)
    place = {"slot": token(minutes=60), "was": token(), "reason": "technical"}
    at_the_desk(office, family, "move-consultation", **place)


@both_in_full
def test_a_time_that_only_ends_later_is_told_with_its_end_and_none_is_said_to_be_over(office, family):
    longer(office, family)
    words = [MOVED, "Monday, 8 March 2027 07:00–08:00 Your time (Paris, UTC+1)", REASON]
    assert [told(family, path, *words) for path in (OVERVIEW, CONSULTATION)] == [[], []]
    assert "no longer yours" not in read(family, OVERVIEW)


def test_its_letter_names_the_end_too(office):
    family = book(Visitor(office.app).begin(LETTER).answer("person"))
    longer(office, family)
    (letter,) = [one for _id, one in family.work().carried if one.kind == "appointment.moved"]
    said = [["07:00–08:00" in body, "no longer yours" in body] for body in (letter.text, letter.html)]
    assert said == [[True, False]] * 2


def test_after_a_move_of_its_own_there_is_nothing_to_tell(office, family):
    move(office, family)
    family.post("/case/appointment/move", slot=token(LATEST))
    family.post("/case/appointment/move/confirm", slot=token(LATEST))
    assert silent(family)


def test_what_has_begun_is_not_told_any_more(office, family, clock):
    soon = clock() + timedelta(hours=3)
    with office.app.app_context():
        Scene(office.app).times(1, soon)
    move(office, family, soon)
    assert told(family, CONSULTATION, MOVED) == []
    clock.now = soon
    assert silent(family)


# Given to a colleague


ROOM = re.compile(r"https://meet\.example/\S+")
ROOM_CHANGED = "The address for the video has changed too."


def give(office: Colleague, family: Visitor, start=AT_NINE, sequence: int = 0) -> None:
    at_the_desk(office, family, "move-consultation", slot=token(start), was=token(start), sequence=str(sequence))


def two_colleagues(make_app: Callable[..., Flask], how: dict[str, str]) -> tuple[Colleague, Visitor]:
    """A family that has the first time, and two colleagues who have it and the next one."""
    app = make_app(meeting_url="https://meet.example/{room}")
    app.extensions["portal"].clock = Clock()
    with app.app_context():
        scene = Scene(app)
        for name in ("one", "two"):
            scene.times(scene.coordinator(name, speaks=SPEAKS), AT_NINE, LATER)
    office = Colleague(app).sign_in(employ(app, "coordinator", email="desk@clinic.example", speaks=("sw",)))
    return office, book(Visitor(app).begin(NO_LETTER).write_down().answer("person"), **how)


def talk_with_another(make_app: Callable[..., Flask], how: dict[str, str]) -> Visitor:
    """A family whose consultation was given to a colleague at its own hour."""
    office, family = two_colleagues(make_app, how)
    give(office, family)
    return family


def test_where_only_the_room_for_the_video_is_another_one_that_is_told(make_app):
    family = talk_with_another(make_app, {"channel": "video"})
    words = ["A small change at our office", ROOM_CHANGED, ROOM.search(read(family, CONSULTATION))[0]]
    assert [told(family, path, *words) for path in (OVERVIEW, CONSULTATION)] == [[], []]


def test_where_nothing_changed_for_the_family_it_reads_nothing(make_app):
    family = talk_with_another(make_app, PHONE)
    assert "A small change at our office" not in read(family, CONSULTATION)


@both_in_full
def test_a_page_with_the_room_of_before_has_shown_nothing_of_the_new_one(make_app):
    office, family = two_colleagues(make_app, {"channel": "video"})
    move(office, family)
    old, before = seen_on(family), ROOM.search(read(family, OVERVIEW))[0]
    give(office, family, LATER, 1)
    press(family, old)
    after = ROOM.search(read(family, CONSULTATION))[0]
    assert (told(family, OVERVIEW, MOVED, ROOM_CHANGED, after), before != after) == ([], True)


def test_once_the_new_room_was_shown_the_press_counts(make_app):
    office, family = two_colleagues(make_app, {"channel": "video"})
    move(office, family)
    give(office, family, LATER, 1)
    press(family, seen_on(family))
    assert (silent(family), ROOM_CHANGED in read(family, CONSULTATION)) == (True, False)


# Absent


@pytest.mark.parametrize(
    ("who", "words"),
    [("family", "We could not reach you at the time that we had agreed"), ("clinic", "That was our fault.")],
)
def test_whoever_was_absent_the_family_reads_it_kindly_and_how_to_go_on(app, family, who, words):
    absent(app, family, who)
    kindly = [words, *NINE, "You can choose another time whenever it suits you."]
    assert [told(family, path, *kindly) for path in (OVERVIEW, TIMES)] == [[], []]


def test_after_the_second_absence_it_reads_whom_to_write_to(app, family):
    absent(app, family, "family")
    book(family, LATER)
    absent(app, family, "family")
    assert told(family, OVERVIEW, "Please write or call, and we find a time together.", "privacy@clinic.example") == []


@both_in_full
def test_absent_and_booked_anew_nothing_is_told_any_more(app, family):
    absent(app, family, "clinic")
    book(family, LATER)
    assert silent(family)


def test_of_what_took_place_there_is_no_news(office, family):
    move(office, family)
    absent(office.app, family, "took_place")
    assert silent(family)


# How it is kept, and what it costs


def test_neither_hour_nor_reason_stands_in_clear(office, family):
    cancel(office, family)
    with office.app.app_context():
        news = db.session.get_one(Case, family.case_id()).news
    assert [word for word in (b"technical", b"2027", b"cancelled") if word in news.blob] == []


def asked(family: Visitor, path: str) -> int:
    """How many statements a page takes."""
    statements = []
    with family.app.app_context():
        engine = db.engine

    def note(*said) -> None:
        statements.append(said[2])

    event.listen(engine, "before_cursor_execute", note)
    family.open(path)
    event.remove(engine, "before_cursor_execute", note)
    return len(statements)


def test_telling_it_asks_the_database_nothing_more(office, family):
    before = [asked(family, path) for path in (OVERVIEW, CONSULTATION)]
    move(office, family)
    assert [asked(family, path) for path in (OVERVIEW, CONSULTATION)] == before


@pytest.mark.parametrize(("language", "reason"), [("fr", "La raison : "), ("tr", "Nedeni: "), ("ar", "السبب: ")])
def test_each_family_reads_it_in_its_language(office, language, reason):
    family = book(Visitor(office.app, language).begin(NO_LETTER).write_down().answer("person"))
    move(office, family)
    assert told(family, OVERVIEW, reason) == []
