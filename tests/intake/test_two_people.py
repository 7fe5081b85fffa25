"""Two people at one page, or one with an unreliable line: each keeps what they changed, and nothing else is touched."""

import pytest

from tests.intake.test_sections import KINDS, fields, intake
from tests.support.application import both_in_full
from tests.support.visitor import Visitor

pytestmark = both_in_full


def page_of(visitor: Visitor, path: str = KINDS) -> dict[str, list[str]]:
    """What this window would send as it stands now."""
    return visitor.page(visitor.open(path)).form().sent


def send(visitor: Visitor, page: dict[str, list[str]], path: str = KINDS, **said: object):
    return visitor.client.post(f"/en{path}", data=page | said)


def said(visitor: Visitor, code: str) -> object:
    return intake(visitor).answers.get(code, {}).get("value")


def test_different_questions_are_both_kept(visitor):
    mine, theirs = page_of(visitor), page_of(visitor)
    send(visitor, theirs, story="theirs")
    assert send(visitor, mine, one="red").status_code == 303
    assert (said(visitor, "story"), said(visitor, "one")) == ("theirs", "red")


def test_the_same_answer_of_both_is_no_conflict(visitor):
    mine, theirs = page_of(visitor), page_of(visitor)
    send(visitor, theirs, story="the same")
    assert send(visitor, mine, story="the same").status_code == 303


def test_only_what_both_changed_is_asked_about(visitor):
    mine, theirs = page_of(visitor), page_of(visitor)
    send(visitor, theirs, story="theirs", pain="3")
    page = visitor.page(send(visitor, mine, story="mine", one="blue"))
    assert [name for name in page.form().names if name.startswith("_choose.")] == ["_choose.story"]


@pytest.mark.parametrize(("choice", "kept"), [("mine", "mine"), ("saved", "theirs")])
def test_what_is_chosen_counts_and_the_rest_of_the_page_too(visitor, choice, kept):
    mine, theirs = page_of(visitor), page_of(visitor)
    send(visitor, theirs, story="theirs")
    page = visitor.page(send(visitor, mine, story="mine", one="blue"))
    asked = {name: [value] for name, value in page.form().fields}
    assert send(visitor, asked, **{"_choose.story": choice}).status_code == 303
    assert (said(visitor, "story"), said(visitor, "one")) == (kept, "blue")


def test_a_change_of_language_on_a_page_that_asks_asks_again(visitor):
    mine, theirs = page_of(visitor), page_of(visitor)
    send(visitor, theirs, story="theirs")
    asked = visitor.page(send(visitor, mine, story="mine")).form().sent
    switched = visitor.page(visitor.client.post(f"/ar{KINDS}", data=asked | {"_switch": "ar"}))
    assert (switched.form().controls["_choose.story"].offered, said(visitor, "story")) == (["mine", "saved"], "theirs")


def test_a_change_of_language_puts_no_old_field_over_a_newer_answer(visitor):
    mine, theirs = page_of(visitor), page_of(visitor)
    send(visitor, theirs, story="newer")
    visitor.client.post(f"/ar{KINDS}", data=mine | {"one": "red", "_switch": "ar"})
    assert (fields(visitor)["story"], fields(visitor)["one"]) == (["newer"], ["red"])


def test_what_was_unticked_stays_so_when_the_language_changes(visitor):
    visitor.post(KINDS, some=["north", "south"])
    page = page_of(visitor)
    page.pop("some")
    switched = visitor.page(visitor.client.post(f"/ar{KINDS}", data=page | {"_switch": "ar"}))
    assert switched.form().controls["some"].chosen == []


def test_a_save_whose_answer_was_lost_is_no_conflict_with_itself(visitor):
    page = page_of(visitor)
    quiet = f"/en{KINDS}/by-the-way"
    visitor.client.post(quiet, data=page | {"story": "a"})  # stored; its answer never came
    again = visitor.client.post(quiet, data=page | {"story": "a word more"})
    assert (again.status_code, said(visitor, "story")) == (200, "a word more")


def test_what_could_not_be_read_waits_while_its_branch_is_away(visitor):
    visitor.post(KINDS, one="red")
    send(visitor, page_of(visitor, "/case/section/branches"), "/case/section/branches", if_red="x" * 300)
    visitor.post(KINDS, one="blue")
    send(visitor, page_of(visitor, "/case/section/branches"), "/case/section/branches", if_not_red="other")
    visitor.post(KINDS, one="red")
    assert fields(visitor, "/case/section/branches")["if_red"] == ["x" * 300]
