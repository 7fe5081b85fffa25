"""With scripts a page saves itself: quietly, without calling anything left, and saying what to show next."""

import pytest

from portal.intake.service.progress import section_status
from tests.intake.test_sections import KINDS, fields, intake
from tests.support.application import both_in_full
from tests.support.visitor import Visitor

pytestmark = both_in_full

QUIET = f"{KINDS}/by-the-way"


def quietly(visitor: Visitor, path: str = KINDS, **values: object):
    """What a script sends: the whole form as it stands, with the page's own token and version."""
    token, version = visitor._hidden(path)
    shown = " ".join(intake(visitor).on_path(path.rpartition("/")[2]))
    said = {"csrf_token": token, "version": version, "shown": shown}
    return visitor.client.post(f"/en{path}/by-the-way", data=said | values)


def test_what_was_said_is_saved_and_nothing_is_called_left(visitor):
    answer = quietly(visitor, one="red", story="")
    assert (answer.json["version"], intake(visitor).answers["one"], "story" in intake(visitor).answers) == (
        1,
        {"value": "red"},
        False,
    )


def test_the_page_is_begun_and_not_done(visitor):
    quietly(visitor, one="red")
    assert section_status(intake(visitor), "kinds") == "begun"


def test_the_same_again_makes_no_new_version(visitor):
    quietly(visitor, one="red")
    assert quietly(visitor, one="red").json["version"] == 1


def test_an_answer_that_is_emptied_is_empty(visitor):
    quietly(visitor, story="a line")
    quietly(visitor, story="")
    assert "value" not in intake(visitor).answers["story"]


def test_what_cannot_be_read_is_said_and_kept(visitor):
    news = quietly(visitor, whole="many", one="green").json
    assert (list(news["problems"]), fields(visitor)["whole"], intake(visitor).answers["one"]) == (
        ["whole"],
        ["many"],
        {"value": "green"},
    )


def test_questions_that_an_answer_brings_come_with_their_html(visitor):
    visitor.post(KINDS, one="red")
    news = quietly(visitor, "/case/section/branches", if_red="said").json
    brought = {one["code"]: one["html"] for one in news["questions"]}
    assert "if_chain" in news["shown"]
    assert 'name="if_chain"' in brought["if_chain"]


def test_questions_that_an_answer_takes_away_are_not_shown(visitor):
    visitor.post(KINDS, one="red")
    visitor.post("/case/section/branches", if_red="said")
    assert "if_chain" not in quietly(visitor, "/case/section/branches", if_red="").json["shown"]


def test_another_version_is_a_conflict_and_stays(visitor):
    token, version = visitor._hidden(KINDS)
    visitor.post(KINDS, story="somebody else")
    said = {"csrf_token": token, "version": version, "story": "mine"}
    answer = visitor.client.post(f"/en{QUIET}", data=said)
    assert (answer.status_code, intake(visitor).answers["story"]) == (409, {"value": "somebody else"})


def test_saved_by_the_way_and_then_by_the_button_is_no_conflict(visitor):
    token, version = visitor._hidden(KINDS)
    quietly(visitor, story="mine")
    said = {"csrf_token": token, "version": version, "story": "mine"}
    assert visitor.client.post(f"/en{KINDS}", data=said).status_code == 303


def test_a_question_that_came_back_meanwhile_is_not_taken_as_emptied(visitor):
    visitor.post(KINDS, one="red")
    visitor.post("/case/section/branches", if_red="kept")
    visitor.post(KINDS, one="blue")
    shown = " ".join(intake(visitor).on_path("branches"))
    visitor.post(KINDS, one="red")  # in another window: the question is on the path again
    visitor.post("/case/section/branches", shown=shown, if_said="x")
    assert intake(visitor).answers["if_red"] == {"value": "kept"}


def test_get_saves_nothing(visitor):
    assert visitor.open(QUIET).status_code == 405


@pytest.mark.parametrize("language", ["ar", "fr", "tr"])
def test_what_is_brought_speaks_the_language_of_the_page(visitor, language):
    visitor.post(KINDS, one="red")
    token, version = visitor._hidden("/case/section/branches")
    answer = visitor.client.post(
        f"/{language}/case/section/branches/by-the-way",
        data={"csrf_token": token, "version": version, "shown": "if_red", "if_red": "x"},
    )
    assert all(f"in {language}" in one["html"] for one in answer.json["questions"])
