"""What would help the conversation and is not here yet: named kindly, and nothing that the answers rule out."""

import pytest

from portal.cases.models import SUBMITTED, Case
from portal.extensions import db
from portal.family.gaps import gaps
from portal.intake.service.answers import read_case
from tests.support.visitor import Visitor


@pytest.fixture
def family(app, clock) -> Visitor:
    return Visitor(app).begin().answer("person")


def found(visitor: Visitor, *kinds: str) -> list[str]:
    with visitor.app.app_context():
        here = visitor.app.extensions["portal"]
        case = db.session.get_one(Case, visitor.case_id())
        return gaps(read_case(db.session(), here.keyring, case, today=here.clock().date()), kinds)


def test_of_an_empty_case_all_that_helps_is_named_in_order(family):
    assert found(family) == ["functional", "diagnosis", "treatments", "safety"]


@pytest.mark.parametrize(
    ("status", "named"),
    [
        ("have_it", "genetic_report"),
        ("waiting", "genetic_waiting"),
        ("done_no_copy", None),
        ("never_tested", None),
        ("unknown", None),
    ],
)
def test_of_the_genetic_report_it_is_said_what_the_answer_says(family, status, named):
    field = "gen_report_status.state" if status == "unknown" else "gen_report_status"
    family.post("/case/section/genetics", **{field: status})
    assert [one for one in found(family) if one.startswith("genetic")] == ([named] if named else [])


def test_a_report_that_is_here_is_not_asked_for(family):
    family.post("/case/section/genetics", gen_report_status="have_it")
    assert "genetic_report" not in found(family, "genetic_report")


def test_waiting_for_the_result_is_complete_and_can_be_sent(family):
    family.post("/case/section/genetics", gen_report_status="waiting")
    said = "That is complete; add it when it arrives." in family.page(family.open("/case/check")).main
    family.post("/case/check")
    with family.app.app_context():
        assert (said, db.session.get_one(Case, family.case_id()).state) == (True, SUBMITTED)


@pytest.mark.parametrize(("heart", "named"), [({"heart_known": "none"}, True), ({"heart_known.state": "never"}, False)])
def test_a_report_of_the_heart_is_asked_for_where_there_can_be_one(family, heart, named):
    family.post("/case/section/heart", **heart)
    assert ("heart_lung" in found(family), "heart_lung" in found(family, "heart_lung")) == (named, False)


@pytest.mark.parametrize("kind", ["functional", "heart_lung", "genetic_report"])
def test_no_kind_that_is_here_is_asked_for(family, kind):
    family.post("/case/section/genetics", gen_report_status="have_it")
    family.post("/case/section/heart", heart_known="none")
    assert (kind in found(family), kind in found(family, kind)) == (True, False)


@pytest.mark.parametrize(
    ("section", "said", "gap"),
    [
        ("diagnosis", {"dx_type": "dmd"}, "diagnosis"),
        ("diagnosis", {"dx_type.state": "unknown"}, "diagnosis"),
        ("treatments", {"steroids": "never"}, "treatments"),
        ("treatments", {"steroids.state": "unknown"}, "treatments"),
        ("safety", {"red_flags": "none"}, "safety"),
    ],
)
def test_what_is_answered_is_no_gap_and_not_to_know_is_an_answer(family, section, said, gap):
    before = found(family)
    family.post(f"/case/section/{section}", **said)
    assert (gap in before, gap in found(family)) == (True, False)


def test_what_is_left_is_a_gap_still(family):
    family.post("/case/section/diagnosis")
    assert "diagnosis" in found(family)


def test_the_check_says_what_would_help_and_what_to_have_at_hand(family):
    main = family.page(family.open("/case/check")).main
    helpful = main.partition("What would help, if you have it")[2]
    at_hand = main.partition("For the conversation")[2]
    assert ("The type, if a doctor has named one." in helpful, "the list of medicines at hand" in at_hand) == (
        True,
        True,
    )


def test_nothing_of_it_is_needed_to_send(family):
    family.post("/case/check")
    with family.app.app_context():
        assert db.session.get_one(Case, family.case_id()).state == SUBMITTED
