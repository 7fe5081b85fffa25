"""Two parents, or two windows: what differs is shown side by side, and a human chooses for each question."""

from tests.intake.test_sections import KINDS, intake
from tests.support.application import both_in_full
from tests.support.visitor import Visitor

pytestmark = both_in_full


def disagree(visitor: Visitor, theirs: dict[str, str], mine: dict[str, str]):
    """Somebody saves while this window is open; then this window saves. Gives the page that this window gets."""
    token, version = visitor._hidden(KINDS)
    visitor.post(KINDS, **theirs)
    return visitor.page(visitor.client.post(f"/en{KINDS}", data={"csrf_token": token, "version": version, **mine}))


def choose(visitor: Visitor, page, **choices: str):
    """Send the page's form as it stands, with these choices."""
    chosen = {f"_choose.{code}": [what] for code, what in choices.items()}
    return visitor.client.post(f"/en{KINDS}", data=page.form().sent | chosen)


def test_what_differs_is_shown_side_by_side(visitor):
    page = disagree(visitor, {"story": "theirs", "pain": "3"}, {"story": "mine", "pain": "3"})
    assert ("theirs" in page.main, "mine" in page.main) == (True, True)
    assert [name for name in page.form().names if name.startswith("_choose.")] == ["_choose.story"]


def test_nothing_is_saved_before_a_human_chose(visitor):
    disagree(visitor, {"story": "theirs"}, {"story": "mine"})
    assert intake(visitor).answers["story"] == {"value": "theirs"}


def test_the_own_version_can_be_chosen(visitor):
    page = disagree(visitor, {"story": "theirs"}, {"story": "mine"})
    answer = choose(visitor, page, story="mine")
    assert (answer.status_code, intake(visitor).answers["story"]) == (303, {"value": "mine"})


def test_the_saved_version_can_be_chosen_for_one_question_and_the_own_for_another(visitor):
    page = disagree(visitor, {"story": "theirs", "one": "red"}, {"story": "mine", "one": "blue"})
    choose(visitor, page, story="saved", one="mine")
    said = intake(visitor).answers
    assert (said["story"], said["one"]) == ({"value": "theirs"}, {"value": "blue"})


def test_what_was_typed_and_cannot_be_read_is_shown_as_typed(visitor):
    page = disagree(visitor, {"whole": "7"}, {"whole": "many"})
    assert "many" in page.main


def test_a_third_save_meanwhile_is_shown_again(visitor):
    page = disagree(visitor, {"story": "theirs"}, {"story": "mine"})
    visitor.post(KINDS, story="a third")
    again = visitor.page(choose(visitor, page, story="mine"))
    assert ("a third" in again.main, intake(visitor).answers["story"]) == (True, {"value": "a third"})
