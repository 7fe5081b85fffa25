"""A page that is sent after its access has ended: what it holds waits sealed, and comes back after the code."""

import pytest
from sqlalchemy import text

from portal.cases.models import Case, ParkedForm
from portal.cases.service import parking
from portal.extensions import db
from portal.transaction import transaction
from tests.intake.test_sections import KINDS, fields, intake
from tests.support.application import both_databases
from tests.support.journey import WHO
from tests.support.visitor import TICKED, Visitor

STORY = "What we typed for an hour"


def page_of(visitor: Visitor) -> dict[str, list[str]]:
    return visitor.page(visitor.open(KINDS)).form().sent


def send_late(visitor: Visitor, clock, **values: str):
    """Open a page, let the access end, send the page."""
    sent = page_of(visitor) | values
    clock.advance(hours=7)
    return visitor.client.post(f"/en{KINDS}", data=sent)


def parked(visitor: Visitor) -> list[ParkedForm]:
    with visitor.app.app_context():
        return list(db.session.scalars(db.select(ParkedForm)))


def test_a_late_page_asks_for_the_code_and_says_what_is_kept(visitor, clock):
    answer = send_late(visitor, clock, story=STORY)
    page = visitor.page(visitor.open(answer.headers["Location"]))
    assert (answer.status_code, page.status, "What you typed is kept" in page.main) == (303, 200, True)


def test_after_the_code_the_family_is_where_it_was(visitor, clock):
    send_late(visitor, clock, story=STORY)
    answer = visitor.come_back()
    assert "/case/section/kinds" in answer.headers["Location"]
    assert fields(visitor)["story"] == [STORY]
    assert parked(visitor) == []


def test_it_stands_nowhere_in_clear(visitor, clock):
    send_late(visitor, clock, story=STORY)
    with visitor.app.app_context():
        rows = db.session.execute(text("SELECT * FROM parked_form")).all()
    assert rows
    assert STORY.encode() not in repr(rows).encode()


def test_another_browser_gets_nothing_of_it(visitor, clock, app):
    send_late(visitor, clock, story=STORY)
    other = Visitor(app)
    other.come_back()
    assert "story" not in fields(other)


def test_a_page_of_another_child_stays_away(visitor, clock, app):
    sent = page_of(visitor) | {"story": STORY}
    other = Visitor(app).begin("second@family.example")
    sent["for"] = page_of(other)["for"]
    clock.advance(hours=7)
    visitor.client.post(f"/en{KINDS}", data=sent)
    visitor.come_back()
    assert "story" not in fields(visitor)


@pytest.mark.parametrize("given", ["", "x", "a.b", "é.ü", "0" * 32 + "." + "0" * 32])
def test_a_page_that_does_not_say_whose_it_is_is_not_kept(visitor, clock, given):
    answer = send_late(visitor, clock, story=STORY, **{"for": given})
    assert (answer.status_code in {303, 400}, parked(visitor)) == (True, [])


def test_there_is_room_for_so_many_and_no_more(visitor, clock, monkeypatch):
    monkeypatch.setattr(parking, "MOST", 2)
    sent = page_of(visitor) | {"story": STORY}
    clock.advance(hours=7)
    answers = [visitor.client.post(f"/en{KINDS}", data=sent | {"page": f"page{n}"}).status_code for n in range(3)]
    assert (answers, len(parked(visitor))) == ([303, 303, 409], 2)


def test_what_nobody_comes_back_for_is_removed(visitor, clock):
    send_late(visitor, clock, story=STORY)
    with visitor.app.app_context(), transaction() as session:
        parking.sweep_parked(session, now=clock.advance(days=3))
    assert parked(visitor) == []


@both_databases
def test_on_both_databases(visitor, clock):
    send_late(visitor, clock, story=STORY)
    visitor.come_back()
    assert fields(visitor)["story"] == [STORY]


def test_a_late_page_empties_nothing_that_it_did_not_touch(visitor, clock):
    page = page_of(visitor)
    visitor.post(KINDS, story="saved by somebody else")
    clock.advance(hours=7)
    visitor.client.post(f"/en{KINDS}", data=page | {"pain": "3"})
    visitor.come_back()
    assert (fields(visitor)["story"], fields(visitor)["pain"]) == (["saved by somebody else"], ["3"])


def test_two_late_windows_both_come_back(visitor, clock):
    first, second = page_of(visitor), page_of(visitor)
    clock.advance(hours=7)
    visitor.client.post(f"/en{KINDS}", data=first | {"story": STORY})
    visitor.client.post(f"/en{KINDS}", data=second | {"pain": "3"})
    visitor.come_back()
    assert (fields(visitor)["story"], fields(visitor)["pain"]) == ([STORY], ["3"])


def test_two_late_windows_that_say_different_things_both_come_back(visitor, clock):
    first, second = page_of(visitor), page_of(visitor)
    clock.advance(hours=7)
    visitor.client.post(f"/en{KINDS}", data=first | {"story": STORY})
    visitor.client.post(f"/en{KINDS}", data=second | {"story": "Something else"})
    visitor.come_back()
    page = visitor.page(visitor.open(KINDS))
    assert (fields(visitor)["story"], page.form().controls["_choose.story"].offered, STORY in page.main) == (
        ["Something else"],
        ["mine", "0"],
        True,
    )


def test_the_first_of_them_can_be_chosen(visitor, clock):
    first, second = page_of(visitor), page_of(visitor)
    clock.advance(hours=7)
    visitor.client.post(f"/en{KINDS}", data=first | {"story": STORY})
    visitor.client.post(f"/en{KINDS}", data=second | {"story": "Something else"})
    visitor.come_back()
    answer = visitor.client.post(f"/en{KINDS}", data=page_of(visitor) | {"_choose.story": "0"})
    assert (answer.status_code, intake(visitor).answers["story"]) == (303, {"value": STORY})


def test_a_late_page_that_is_sent_twice_comes_back_once(visitor, clock):
    page = page_of(visitor)
    clock.advance(hours=7)
    for story in (STORY, f"{STORY}, and more"):
        visitor.client.post(f"/en{KINDS}", data=page | {"story": story})
    visitor.come_back()
    back = visitor.page(visitor.open(KINDS)).form()
    assert (fields(visitor)["story"], "_choose.story" in back.names) == ([f"{STORY}, and more"], False)


def test_a_page_of_a_sibling_comes_back_when_that_file_is_opened(visitor, clock, app):
    page = page_of(visitor)
    clock.advance(minutes=1)
    with app.app_context():
        reference = db.session.scalars(db.select(Case.reference)).one()
    visitor.post("/case/another", **WHO)
    visitor.post("/case/another/agree", once="0" * 32, **TICKED)
    answer = visitor.client.post(f"/en{KINDS}", data=page | {"story": STORY})
    assert answer.headers["Location"].endswith("/case/others?kept=1")
    there = visitor.post("/case/open", reference=reference).headers["Location"]
    assert ("/case/section/kinds" in there, fields(visitor)["story"]) == (True, [STORY])


def test_what_claims_a_late_page_lives_as_long_as_the_page_is_kept(visitor, clock):
    answer = send_late(visitor, clock, story=STORY)
    [claim] = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith("portal_parked=")]
    assert f"Max-Age={int(parking.LIFE.total_seconds())};" in claim


def test_whoever_signs_out_leaves_nothing_that_claims_it(visitor, clock):
    send_late(visitor, clock, story=STORY)
    visitor.come_back()
    visitor.post("/sign-out")
    assert visitor.client.get_cookie("portal_parked") is None


def test_where_the_access_has_begun_anew_meanwhile_it_is_there_at_once(visitor, clock):
    sent = page_of(visitor) | {"story": STORY}
    clock.advance(hours=7)
    visitor.come_back()
    answer = visitor.client.post(f"/en{KINDS}", data=sent)
    assert ("/case/section/kinds" in answer.headers["Location"], fields(visitor)["story"]) == (True, [STORY])
