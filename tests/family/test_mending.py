"""What could not be read after sending stands on the overview, with the way to its field and straight back."""

import pytest

from portal.cases.models import Case
from portal.extensions import db
from tests.support.journey import SECTIONS
from tests.support.pages import Page
from tests.support.visitor import Visitor

OVERVIEW, CHECK, PERSON = "/case", "/case/check", "/case/section/person"
TITLE = "We could not read this yet"
SEVERAL = "There is more than one version. Please choose which one is right."


@pytest.fixture
def sent(app, clock) -> Visitor:
    visitor = Visitor(app).begin().answer()
    visitor.post(CHECK)
    return visitor


def weigh(visitor: Visitor, weight: str) -> None:
    visitor.post(PERSON, **SECTIONS["person"], weight_kg=weight)


def page(visitor: Visitor, path: str = OVERVIEW) -> Page:
    return visitor.page(visitor.open(path))


def way(visitor: Visitor, path: str = OVERVIEW) -> str:
    """The path behind the link to the field."""
    return page(visitor, path).link("Weight").removeprefix("http://localhost")


def test_after_sending_the_overview_names_it(sent):
    weigh(sent, "about sixty")
    main = page(sent).main
    assert (TITLE in main, "about sixty" in main) == (True, True)


def test_the_words_say_their_language_and_direction(sent):
    sent.client.post(f"/ar{PERSON}", data=sent.page(sent.open(f"/ar{PERSON}")).form().sent | {"weight_kg": "ستين"})
    assert '<span lang="ar" dir="auto">ستين</span>' in sent.open(OVERVIEW).text


def test_it_says_that_the_coordinator_sees_them(sent):
    weigh(sent, "about sixty")
    assert "The coordinator sees your words, but not as an answer." in page(sent).main


def test_the_link_opens_the_field_with_its_fold(sent):
    weigh(sent, "about sixty")
    address = way(sent)
    opened = page(sent, address)
    control = opened.by_id(address.partition("#")[2])
    assert (control.get("name"), opened.link("Back to the overview").endswith("/en/case")) == ("weight_kg", True)


@pytest.mark.parametrize("button", ["next", "skip"])
def test_what_is_mended_comes_straight_back_and_is_gone(sent, button):
    weigh(sent, "about sixty")
    address = way(sent)
    form = page(sent, address).form().sent | {"weight_kg": "60", "_go": button}
    answer = sent.client.post(address.partition("#")[0], data=form)
    assert (answer.headers["Location"], TITLE in page(sent).main) == ("/en/case", False)


def test_without_anything_of_the_kind_it_says_nothing(sent):
    assert TITLE not in page(sent).main


def test_before_sending_the_check_page_says_it_and_not_the_overview(app, clock):
    visitor = Visitor(app).begin().answer()
    weigh(visitor, "about sixty")
    assert (TITLE in page(visitor).main, TITLE in page(visitor, CHECK).main) == (False, True)
    assert "back=check" in way(visitor, CHECK)


def test_from_the_consultation_on_nothing_can_be_mended_and_nothing_is_asked(app, sent, clock):
    weigh(sent, "about sixty")
    with app.app_context():
        db.session.get_one(Case, sent.case_id()).answers_until = clock.now
        db.session.commit()
    assert TITLE not in page(sent).main


def test_of_a_long_text_the_beginning_is_enough(sent):
    sent.post("/case/section/wishes", hopes="a word " * 2000)
    main = page(sent).main
    assert 0 < main.count("a word") < 100


def test_two_versions_are_named_and_asked_about(sent):
    older = page(sent, PERSON).form().sent
    weigh(sent, "about sixty")
    sent.client.post(f"/en{PERSON}", data=older | {"weight_kg": "about 45"})
    main = page(sent).main
    assert [words in main for words in ("about 45 / about sixty", SEVERAL)] == [True, True]


def test_a_version_that_was_taken_away_still_waits_for_a_choice(sent):
    weigh(sent, "40")
    older = page(sent, PERSON).form().sent
    weigh(sent, "60")
    sent.client.post(f"/en{PERSON}", data=older | {"weight_kg": ""})
    assert SEVERAL in page(sent).main
