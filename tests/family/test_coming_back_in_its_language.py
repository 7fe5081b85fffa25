"""Whoever comes back goes on in the language of the draft, whatever language the page for the code was in."""

import pytest

from tests.support.journey import WHO
from tests.support.visitor import TICKED, Visitor

SAFETY = "/case/section/safety"


@pytest.fixture
def family(app, clock) -> Visitor:
    return Visitor(app, "fr").begin()


def test_a_code_that_is_typed_on_an_english_page_leads_to_a_french_draft(app, family):
    assert Visitor(app, "en").come_back().headers["Location"] == "/fr/case"


def test_a_code_on_paper_does_too(app, clock):
    first = Visitor(app, "ar").begin(email="")
    page = first.page(first.open("/start/code"))
    code = next(word for word in page.main.split() if word.count("-") == 2 and len(word) == 14)
    assert Visitor(app, "en").post("/resume", case_code=code).headers["Location"] == "/ar/case"


def test_so_does_a_link(app, family):
    text = next(letter.text for _id, letter in family.work().carried)
    token = text.partition("/resume/")[2].split()[0]
    code = next(word for word in text.split() if word.isdigit() and len(word) == 6)
    assert Visitor(app, "tr").post(f"/resume/{token}", code=code).headers["Location"] == "/fr/case"


def test_who_has_several_cases_chooses_in_that_language(app, family):
    family.post("/case/another", **WHO)
    family.post("/case/another/agree", once="0" * 32, **TICKED)
    assert Visitor(app, "en").come_back().headers["Location"] == "/fr/case/others"


def test_a_page_that_came_too_late_comes_back_in_it(app, family, clock):
    page = family.page(family.open(SAFETY)).form().sent
    clock.advance(hours=7)
    family.client.post(f"/en{SAFETY}", data=page | {"red_flags": "none"})
    family.language = "en"
    assert family.come_back().headers["Location"].startswith(f"/fr{SAFETY}")
