"""A choice can be taken back without scripts: for a state, or for no answer at all."""

import pytest

from tests.intake.test_sections import KINDS, intake
from tests.intake.test_two_people import page_of, send
from tests.support.application import both_in_full
from tests.support.visitor import Visitor

pytestmark = both_in_full


@pytest.fixture
def family(app, clock) -> Visitor:
    """With the questionnaire as families get it."""
    return Visitor(app).begin().answer("person")


@pytest.mark.parametrize(
    ("section", "code", "first", "state"),
    [
        ("diagnosis", "dx_type", "dmd", "unknown"),
        ("safety", "cancer_ever", "yes", "declined"),
        ("arms", "pain", "3", "declined"),
    ],
)
def test_a_state_can_be_chosen_after_a_value(family, section, code, first, state):
    path = f"/case/section/{section}"
    send(family, page_of(family, path), path, **{code: first})
    send(family, page_of(family, path), path, **{f"{code}.state": state})
    assert intake(family).answers[code] == {"state": state}


def test_and_a_value_after_a_state(family):
    path = "/case/section/diagnosis"
    send(family, page_of(family, path), path, **{"dx_type.state": "unknown"})
    send(family, page_of(family, path), path, dx_type="dmd")
    assert intake(family).answers["dx_type"] == {"value": "dmd"}


def test_an_older_client_without_marks_changes_its_mind_too(family):
    family.post("/case/section/diagnosis", dx_type="dmd")
    family.post("/case/section/diagnosis", **{"dx_type": "dmd", "dx_type.state": "unknown"})
    assert intake(family).answers["dx_type"] == {"state": "unknown"}


def test_both_at_once_are_asked_about_and_kept(family):
    path = "/case/section/diagnosis"
    page = family.page(send(family, page_of(family, path), path, **{"dx_type": "dmd", "dx_type.state": "unknown"}))
    controls = page.form().controls
    assert ("only one" in page.errors["dx_type"], controls["dx_type"].chosen, controls["dx_type.state"].chosen) == (
        True,
        ["dmd"],
        ["unknown"],
    )


@pytest.mark.parametrize(("code", "value"), [("interpreter", "needed"), ("diary_optin", "true")])
def test_a_choice_without_states_can_be_left_again(family, code, value):
    path = "/case/section/wishes"
    offered = family.page(family.open(path)).form().controls[code].offered
    send(family, page_of(family, path), path, **{code: value if value in offered else offered[0]})
    send(family, page_of(family, path), path, **{code: offered[-1]})
    assert (offered[-1], intake(family).answers[code]) == ("", {"state": "skipped"})


def test_the_way_back_shows_only_where_something_is_chosen(visitor):
    visitor.post(KINDS, one="red")
    root = visitor.page(visitor.open(KINDS)).root
    shown = [
        next(one.iter("input")).get("name")
        for one in root.iter("div")
        if "data-left" in one.attrib and "hidden" not in one.attrib
    ]
    assert shown == ["one"]


def test_a_script_is_told_which_of_both_counts(visitor):
    visitor.post(KINDS, years="7")
    answer = visitor.client.post(f"/en{KINDS}/by-the-way", data=page_of(visitor) | {"years.state": "unknown"})
    assert (answer.json["counts"], intake(visitor).answers["years"]) == ({"years": "state"}, {"state": "unknown"})
