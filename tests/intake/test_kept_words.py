"""Words that are only kept, as they were typed: they go where a human changed or chose, and nowhere else."""

import pytest

from portal.extensions import db
from portal.intake.models import AnswerSheet
from portal.intake.service.progress import not_understood
from tests.intake.test_sections import KINDS, fields, intake
from tests.intake.test_two_people import page_of, said, send
from tests.support.application import both_in_full
from tests.support.visitor import Visitor

pytestmark = both_in_full

ROWS = {"relatives.0.note": "an aunt", "relatives.1.note": "an uncle", "relatives.1.since": "long ago"}


def quietly(visitor: Visitor, page: dict[str, list[str]], **values: object):
    """What the script of this window sends."""
    return visitor.client.post(f"/en{KINDS}/by-the-way", data=page | values)


def switch(visitor: Visitor, page: dict[str, list[str]], **values: object):
    """Press the button of another language."""
    return visitor.client.post(f"/ar{KINDS}", data=page | values | {"_switch": "ar"})


def versions(page) -> list[str]:
    """What stands to be chosen from, by question."""
    return page.form().controls["_choose.whole"].offered if "_choose.whole" in page.form().names else []


@pytest.mark.parametrize("how", [send, quietly])
def test_a_page_that_never_showed_them_takes_nothing_away(visitor, how):
    older = page_of(visitor)
    send(visitor, page_of(visitor), whole="about sixty")
    how(visitor, older, pain="3")
    assert (fields(visitor)["whole"], said(visitor, "pain")) == (["about sixty"], 3)


@pytest.mark.parametrize("how", [send, quietly])
def test_nor_a_whole_list_with_a_fault_in_it(visitor, how):
    older = page_of(visitor)
    send(visitor, page_of(visitor), **ROWS)
    how(visitor, older, pain="3")
    assert {name: fields(visitor)[name] for name in ROWS} == {name: [text] for name, text in ROWS.items()}


def test_nor_what_was_typed_when_the_language_changed(visitor):
    older = page_of(visitor)
    switch(visitor, page_of(visitor), story="half a sentence")
    send(visitor, older, pain="3")
    assert fields(visitor)["story"] == ["half a sentence"]


def test_nor_what_is_too_long(visitor):
    older, long = page_of(visitor), "a word " * 100
    send(visitor, page_of(visitor), story=long)
    send(visitor, older, pain="3")
    assert fields(visitor)["story"] == [long]


@pytest.mark.parametrize("how", [send, switch])
def test_two_people_who_write_about_the_same_are_shown_both(visitor, how):
    older = page_of(visitor)
    send(visitor, page_of(visitor), whole="about sixty")
    page = visitor.page(how(visitor, older, whole="70"))
    assert ("about sixty" in page.main, versions(page), "whole" in intake(visitor).answers) == (
        True,
        ["mine", "0"],
        False,
    )


@pytest.mark.parametrize(("choice", "shown"), [("mine", ["70"]), ("0", ["about sixty"])])
def test_what_is_chosen_counts_and_the_other_is_gone(visitor, choice, shown):
    older = page_of(visitor)
    send(visitor, page_of(visitor), whole="about sixty")
    asked = visitor.page(send(visitor, older, whole="70")).form().sent
    send(visitor, asked, **{"_choose.whole": choice})
    page = visitor.page(visitor.open(KINDS))
    assert (fields(visitor)["whole"], versions(page)) == (shown, [])


def test_a_number_is_not_written_over_by_words_unseen(visitor):
    older = page_of(visitor)
    send(visitor, page_of(visitor), whole="70")
    page = visitor.page(send(visitor, older, whole="about sixty"))
    assert (versions(page), said(visitor, "whole")) == (["mine", "saved"], 70)


def test_what_was_typed_and_not_chosen_yet_stands_there_on_the_next_day(visitor):
    older = page_of(visitor)
    send(visitor, page_of(visitor), whole="70")
    send(visitor, older, whole="60", story="typed beside it")  # and the window is closed
    page = visitor.page(visitor.open(KINDS))
    assert (versions(page), fields(visitor)["story"]) == (["mine", "saved"], ["typed beside it"])


def test_what_is_saved_can_be_chosen_and_what_was_typed_is_gone(visitor):
    older = page_of(visitor)
    send(visitor, page_of(visitor), whole="70")
    asked = visitor.page(send(visitor, older, whole="60")).form().sent
    send(visitor, asked, **{"_choose.whole": "saved"})
    assert (said(visitor, "whole"), versions(visitor.page(visitor.open(KINDS)))) == (70, [])


def test_a_page_that_asks_about_one_question_shows_what_is_kept_of_another(visitor):
    older = page_of(visitor)
    send(visitor, page_of(visitor), whole="about sixty", story="theirs")
    page = visitor.page(send(visitor, older, story="mine"))
    send(visitor, page.form().sent)
    assert (page.form().controls["whole"].chosen, fields(visitor)["whole"]) == (["about sixty"], ["about sixty"])


def test_a_page_that_showed_them_may_change_them(visitor):
    send(visitor, page_of(visitor), whole="about sixty")
    send(visitor, page_of(visitor), whole="60")
    assert (said(visitor, "whole"), not_understood(intake(visitor))) == (60, [])


def test_and_may_take_them_away(visitor):
    send(visitor, page_of(visitor), whole="about sixty")
    send(visitor, page_of(visitor), whole="")
    assert "whole" not in fields(visitor)


def test_words_that_somebody_mended_do_not_come_back_with_an_older_page(visitor):
    send(visitor, page_of(visitor), whole="about sixty")
    older = page_of(visitor)
    send(visitor, page_of(visitor), whole="61")
    answer = send(visitor, older, pain="3")
    assert (answer.status_code, fields(visitor)["whole"]) == (303, ["61"])


def test_a_window_whose_answers_were_lost_writes_over_nobody_else(visitor):
    page, other = page_of(visitor), page_of(visitor)
    send(visitor, other, story="theirs")
    quietly(visitor, page, pain="3")  # this window saved last
    assert quietly(visitor, page, pain="3", story="mine").status_code == 409
    assert said(visitor, "story") == "theirs"


def test_a_window_whose_script_met_the_words_of_another_still_asks(visitor):
    page = page_of(visitor)
    send(visitor, page_of(visitor), whole="about sixty")
    quietly(visitor, page, whole="70")
    asked = visitor.page(send(visitor, page, whole="70"))
    assert ("about sixty" in asked.main, versions(asked)) == (True, ["mine", "0"])


def test_a_window_is_never_asked_to_choose_between_its_own_words(visitor):
    page, other = page_of(visitor), page_of(visitor)
    send(visitor, other, whole="70")
    quietly(visitor, page, whole="6", story="a w")
    quietly(visitor, page, whole="60", story="a word")
    asked = visitor.page(send(visitor, page, whole="60", story="a word"))
    assert (versions(asked), asked.form().controls["story"].chosen) == (["mine", "saved"], ["a word"])


def test_of_two_boxes_and_a_choice_the_check_page_says_in_words_what_was_ticked(visitor):
    send(visitor, page_of(visitor), **{"one": "red", "one.state": "unknown"})
    main = visitor.page(visitor.open("/case/check")).main
    assert "red in en · I do not know" in main


def test_sheets_that_were_stored_before_open(visitor):
    visitor.post(KINDS, whole="about sixty", pain="3")
    before(visitor)
    send(visitor, page_of(visitor), story="new")
    assert (fields(visitor)["whole"], fields(visitor)["pain"]) == (["about sixty"], ["3"])


def before(visitor: Visitor) -> None:
    """Write the section as it was stored when a page had no marks of kept words."""
    with visitor.app.app_context():
        row = db.session.scalars(db.select(AnswerSheet).filter_by(section="kinds")).one()
        key = visitor.app.extensions["portal"].keyring.case(row.case_id)
        content = key.read_json(row, "content")
        del content["by"], content["beside"], content["sendings"]
        key.write_json(row, "content", content | {"page": ""})
        db.session.commit()
