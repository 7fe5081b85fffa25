"""A page sends itself again and again: what was held up on its way does not take the place of what came before it."""

import pytest

from portal.intake.service.sheet import EMPTY, MOST_PAGES
from tests.intake.test_kept_words import quietly, switch
from tests.intake.test_parking import parked
from tests.intake.test_sections import fields, intake
from tests.intake.test_two_people import page_of, said, send
from tests.support.application import both_databases, both_in_full
from tests.support.visitor import Visitor

HOW = pytest.mark.parametrize("how", [send, quietly, switch])

Page = dict[str, list[str]]


@pytest.fixture
def page(visitor) -> Page:
    """What a page sends; each test says for the how manieth time."""
    return page_of(visitor)


def is_as(visitor: Visitor, story: str) -> bool:
    """Whether the page shows this, and nothing waits for a choice."""
    return fields(visitor).get("story", [""]) == [story] and not intake(visitor).sheets["kinds"].beside


@both_in_full
@HOW
def test_an_older_save_that_arrives_last_changes_nothing(visitor, page, how):
    how(visitor, page, story="the whole sentence", sending="2")
    answer = quietly(visitor, page, story="the wh", sending="1")
    assert (answer.status_code, is_as(visitor, "the whole sentence")) == (200, True)


@both_in_full
@HOW
def test_nor_does_it_where_the_page_disagrees_with_another(visitor, page, how):
    send(visitor, page_of(visitor), story="theirs")
    how(visitor, page, story="the whole sentence", sending="2")
    quietly(visitor, page, story="the wh", sending="1")
    assert (fields(visitor)["story"], said(visitor, "story")) == (["the whole sentence"], "theirs")


def test_nor_after_its_words_were_set_beside_those_of_another(visitor, page):
    other = page_of(visitor)
    send(visitor, page_of(visitor), story="theirs")
    quietly(visitor, page, story="the whole sentence", sending="2")
    quietly(visitor, other, story="of a third", sending="1")
    quietly(visitor, page, story="the wh", sending="1")
    assert intake(visitor).sheets["kinds"].beside["story"] == [{"story": ["the whole sentence"]}]


@both_databases
def test_nor_one_that_was_taken_back_before_it_came(visitor, page):
    quietly(visitor, page, sending="2")
    quietly(visitor, page, story="on second thoughts, no", sending="1")
    assert is_as(visitor, "")


@pytest.mark.parametrize("quiet", ["/by-the-way", ""])
def test_a_sign_that_was_ticked_meanwhile_stays_ticked(app, clock, quiet):
    family, safety = Visitor(app).begin(), "/case/section/safety"
    page = page_of(family, safety)
    send(family, page, safety, red_flags="blue_lips", sending="2")
    send(family, page, f"{safety}{quiet}", sending="1")
    assert intake(family).answers["red_flags"]["value"] == ["blue_lips"]


def test_what_the_page_hears_then_takes_nothing_from_it(visitor, page):
    quietly(visitor, page, **{"one.state": "unknown"}, sending="2")
    assert quietly(visitor, page, one="red", sending="1").json["counts"] == {}


def test_a_press_that_was_held_up_shows_what_stands(visitor, page):
    quietly(visitor, page, story="the whole sentence", sending="3")
    answer = send(visitor, page, story="the wh", sending="2")
    assert (answer.status_code, visitor.page(answer).form().sent["story"]) == (200, ["the whole sentence"])


@pytest.mark.parametrize("go", ["skip", "later"])
def test_one_that_leaves_the_page_leaves_it(visitor, page, go):
    quietly(visitor, page, story="the whole sentence", sending="3")
    answer = send(visitor, page, story="the wh", sending="2", _go=go)
    assert (answer.status_code, is_as(visitor, "the whole sentence")) == (303, True)


@pytest.mark.parametrize("number", ["0", "2", "junk", "-1", "9" * 40])
def test_a_press_that_is_sent_again_counts(visitor, page, number):
    send(visitor, page, story="before", sending=number)
    assert send(visitor, page, story="after", sending=number).status_code == 303
    assert is_as(visitor, "after")


def test_a_page_that_is_opened_anew_begins_to_count_anew(visitor, page):
    quietly(visitor, page, story="before", sending="7")
    assert quietly(visitor, page_of(visitor), story="after", sending="1").status_code == 200
    assert is_as(visitor, "after")


@both_databases
def test_a_page_that_came_too_late_keeps_its_last_words_as_well(visitor, page, clock):
    clock.advance(hours=7)
    quietly(visitor, page, story="the whole sentence", sending="2")
    heard = quietly(visitor, page, story="the wh", sending="1").json
    number = len(parked(visitor))
    visitor.come_back()
    assert (heard["kept"], number, is_as(visitor, "the whole sentence")) == (True, 1, True)


def test_and_they_are_laid_over_nothing_newer_of_the_page(visitor, page, clock):
    quietly(visitor, page, story="the whole sentence", sending="2")
    clock.advance(hours=7)
    quietly(visitor, page, story="the wh", sending="1")
    visitor.come_back()
    assert is_as(visitor, "the whole sentence")


def test_only_the_newest_pages_are_known():
    sheet = EMPTY
    for number in range(MOST_PAGES + 1):
        sheet = sheet.noted(f"page {number}", 1).noted("in use", number + 1)
    known = (sheet.has_newer("page 0", 0), sheet.has_newer(f"page {MOST_PAGES}", 0), sheet.has_newer("in use", 1))
    assert (known, len(sheet.sendings)) == ((False, True, True), MOST_PAGES)


def test_without_scripts_nothing_is_noted(visitor, page):
    send(visitor, page, story="said")
    assert (page["sending"], intake(visitor).sheets["kinds"].sendings) == (["0"], {})
