"""A page that disagrees goes on saving itself: what stands on it is what is kept, and nothing is chosen unasked."""

import pytest

from tests.intake.test_kept_words import quietly
from tests.intake.test_sections import KINDS, fields
from tests.intake.test_two_people import page_of, said, send
from tests.support.application import both_in_full
from tests.support.visitor import Visitor

pytestmark = both_in_full

Page = dict[str, list[str]]


@pytest.fixture
def page(visitor) -> Page:
    """A window that disagrees about one question, and has heard so."""
    page = page_of(visitor)
    send(visitor, page_of(visitor), story="theirs")
    assert quietly(visitor, page, story="mine").status_code == 409
    return page | {"story": ["mine"]}


@pytest.fixture
def asking(visitor, page) -> Page:
    """The same window after its button: it shows both versions."""
    asked = visitor.page(send(visitor, page)).form().sent
    assert asked["_choose.story"] == ["mine"]
    return asked


@pytest.fixture(params=["skip", "documents.genetic_report", "later"])
def left(visitor, asking, request) -> str:
    """Where a button leads that leaves the page which shows both versions, with one field more filled in."""
    answer = send(visitor, asking, pain="3", _go=request.param)
    return answer.headers["Location"] if answer.status_code == 303 else ""


def offered(visitor: Visitor) -> list[str]:
    """The versions that the page shows when it is opened."""
    form = visitor.page(visitor.open(KINDS)).form()
    return form.controls["_choose.story"].offered if "_choose.story" in form.names else []


def test_what_is_typed_in_other_fields_is_kept(visitor, page):
    answer = quietly(visitor, page, pain="3", some=["north"])
    assert (answer.json["conflict"], fields(visitor)["pain"], fields(visitor)["some"]) == (True, ["3"], ["north"])


def test_so_are_more_words_where_it_disagrees(visitor, page):
    quietly(visitor, page, story="mine, at length")
    assert (fields(visitor)["story"], said(visitor, "story")) == (["mine, at length"], "theirs")


def test_what_was_ticked_and_unticked_again_is_not_kept_as_ticked(visitor, page):
    quietly(visitor, page, some=["north"])
    quietly(visitor, page)
    assert visitor.page(visitor.open(KINDS)).form().controls["some"].chosen == []


def test_who_takes_back_what_it_is_about_has_nothing_to_choose(visitor, page):
    answer = quietly(visitor, page, story="")
    assert (answer.status_code, offered(visitor), fields(visitor)["story"]) == (200, [], ["theirs"])


def test_two_windows_that_go_on_typing_make_two_versions(visitor):
    one, other = page_of(visitor), page_of(visitor)
    for number in range(3):
        quietly(visitor, one, story=f"one {number}")
        quietly(visitor, other, story=f"other {number}")
    assert (fields(visitor)["story"], offered(visitor)) == (["other 2"], ["mine", "saved", "0"])


def test_a_page_that_asks_says_where_it_is_saved(visitor, page):
    assert f'data-by-the-way="/en{KINDS}/by-the-way"' in send(visitor, page).text


def test_a_page_that_asks_saves_itself_and_chooses_nothing(visitor, asking):
    answer = quietly(visitor, asking, pain="3", **{"_choose.story": "saved"})
    assert (answer.status_code, offered(visitor)) == (409, ["mine", "saved"])
    assert (fields(visitor)["pain"], said(visitor, "pain")) == (["3"], None)


@pytest.mark.parametrize(("choice", "kept"), [("mine", "mine, mended"), ("saved", "theirs")])
def test_a_choice_counts_though_its_page_saved_itself_meanwhile(visitor, asking, choice, kept):
    mended = asking | {"story": ["mine, mended"]}
    quietly(visitor, mended)
    assert send(visitor, mended, **{"_choose.story": choice}).status_code == 303
    assert (said(visitor, "story"), offered(visitor)) == (kept, [])


def test_but_not_over_what_somebody_else_wrote_meanwhile(visitor, asking):
    other = page_of(visitor)
    quietly(visitor, asking, story="mine, mended")
    quietly(visitor, other, story="of a third")
    answer = send(visitor, asking, story="mine, mended", **{"_choose.story": "mine"})
    assert "_choose.story" in visitor.page(answer).form().names


def test_a_button_that_leaves_the_page_chooses_nothing(visitor, left):
    assert (left != "", said(visitor, "story"), offered(visitor)) == (True, "theirs", ["mine", "saved"])


def test_and_what_else_is_on_it_is_kept(visitor, left):
    assert (fields(visitor)["story"], fields(visitor)["pain"]) == (["mine"], ["3"])


def test_a_page_that_disagrees_hears_how_long_it_is_open(visitor, page):
    heard = quietly(visitor, page).json
    assert (heard["until"] > "20", heard["last"], heard["urgent"]) == (True, False, False)
