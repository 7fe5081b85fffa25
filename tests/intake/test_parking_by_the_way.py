"""A page that saves itself goes on after its access has ended: what is typed is kept, and the page hears of it."""

import pytest
from sqlalchemy import text

from portal.cases.service import parking
from portal.extensions import db
from tests.intake.test_parking import STORY, page_of, parked
from tests.intake.test_sections import KINDS, fields
from tests.support.application import both_databases
from tests.support.journey import WHO
from tests.support.visitor import TICKED, Visitor

QUIET, BACK = f"/en{KINDS}/by-the-way", "/en/resume?kept=1"
MORE = f"{STORY}, and more"


@pytest.fixture
def page(visitor: Visitor, clock) -> dict[str, list[str]]:
    """What an open page sends, whose access has ended by now."""
    sent = page_of(visitor)
    clock.advance(hours=7)
    return sent


def test_the_page_hears_that_it_is_late_that_it_is_kept_and_how_to_go_on(visitor, page):
    answer = visitor.client.post(QUIET, data=page | {"story": STORY})
    assert (answer.status_code, answer.json) == (409, {"late": True, "kept": True, "way_back": BACK})


@both_databases
def test_after_the_code_it_is_there(visitor, page):
    visitor.client.post(QUIET, data=page | {"story": STORY})
    there = visitor.come_back().headers["Location"]
    assert ("/case/section/kinds" in there, fields(visitor)["story"], parked(visitor)) == (True, [STORY], [])


@both_databases
def test_each_field_takes_the_place_of_the_page_before(visitor, page):
    for more in ({"story": STORY}, {"story": MORE}, {"story": MORE, "pain": "3"}):
        visitor.client.post(QUIET, data=page | more)
    number = len(parked(visitor))
    visitor.come_back()
    assert (number, fields(visitor)["story"], fields(visitor)["pain"]) == (1, [MORE], ["3"])


def test_so_does_the_button(visitor, page):
    visitor.client.post(QUIET, data=page | {"story": STORY})
    answer = visitor.client.post(f"/en{KINDS}", data=page | {"story": MORE})
    assert (answer.headers["Location"], len(parked(visitor))) == (BACK, 1)


def test_what_is_taken_back_meanwhile_does_not_come_back(visitor, page):
    visitor.client.post(QUIET, data=page | {"story": STORY})
    visitor.client.post(QUIET, data=page | {"pain": "3"})
    visitor.come_back()
    assert ("story" in fields(visitor), fields(visitor)["pain"]) == (False, ["3"])


def test_another_window_is_another_page(visitor, page):
    visitor.client.post(QUIET, data=page | {"story": STORY})
    visitor.client.post(QUIET, data=page | {"pain": "3", "page": "another"})
    visitor.come_back()
    assert (fields(visitor)["story"], fields(visitor)["pain"]) == ([STORY], ["3"])


def test_a_page_that_does_not_say_which_it_is_takes_no_place(visitor, page):
    for story in (STORY, MORE):
        visitor.client.post(QUIET, data=page | {"story": story, "page": ""})
    assert len(parked(visitor)) == 2


def test_another_browser_takes_nothing_away(visitor, page, app):
    visitor.client.post(QUIET, data=page | {"story": STORY})
    Visitor(app).client.post(QUIET, data=page | {"story": ""})
    visitor.come_back()
    assert fields(visitor)["story"] == [STORY]


def test_it_stands_nowhere_in_clear(visitor, page):
    visitor.client.post(QUIET, data=page | {"story": STORY})
    with visitor.app.app_context():
        rows = db.session.execute(text("SELECT * FROM parked_form")).all()
    assert (len(rows), STORY.encode() in repr(rows).encode()) == (1, False)


def test_with_another_file_of_the_family_open_the_way_leads_to_the_choice(visitor, clock):
    sent = page_of(visitor) | {"story": STORY}
    clock.advance(minutes=1)
    visitor.post("/case/another", **WHO)
    visitor.post("/case/another/agree", once="0" * 32, **TICKED)
    assert visitor.client.post(QUIET, data=sent).json["way_back"] == "/en/case/others?kept=1"


def test_a_page_that_does_not_say_whose_it_is_is_led_away(visitor, page):
    answer = visitor.client.post(QUIET, data=page | {"for": "x"})
    assert (answer.status_code in {303, 400}, parked(visitor)) == (True, [])


@pytest.fixture
def full(visitor, page, monkeypatch) -> dict[str, list[str]]:
    """The page of a case that keeps no more: one is kept already."""
    monkeypatch.setattr(parking, "MOST", 1)
    visitor.client.post(QUIET, data=page | {"story": "first", "page": "first"})
    return page


def test_where_there_is_no_room_the_page_hears_that_it_is_not_kept(visitor, full):
    answer = visitor.client.post(QUIET, data=full | {"story": STORY})
    assert answer.json == {"late": True, "kept": False, "way_back": "/en/resume"}


def test_a_page_that_has_its_place_keeps_it(visitor, full):
    answer = visitor.client.post(QUIET, data=full | {"story": STORY, "page": "first"})
    visitor.come_back()
    assert (answer.json["kept"], fields(visitor)["story"]) == (True, [STORY])


def test_the_button_shows_what_was_typed_and_says_that_it_is_not_kept(visitor, full):
    answer = visitor.client.post(f"/en{KINDS}", data=full | {"story": STORY, "one": "red"})
    seen = visitor.page(answer)
    assert (answer.status_code, seen.headings, STORY in seen.main) == (409, ["This could not be kept"], True)
    assert seen.link("Open my file").endswith("/en/resume")


def test_that_page_tells_nothing_of_the_case(visitor, full, app):
    visitor.post("/case/section/person", given_name="Deniz")
    assert "Deniz" not in Visitor(app).client.post(f"/en{KINDS}", data=full | {"story": STORY}).text


def test_what_the_page_says_then_stands_on_it(visitor):
    seen = visitor.open(KINDS).text
    assert ("What you type is kept" in seen, "what you type is not kept" in seen) == (True, True)
