"""The path through the questions, computed anew from the answers each time."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.intake.questionnaire.path import find_path
from tests.intake import synthetic

TODAY = date(2027, 3, 1)
BRANCHES = [code for code in synthetic.questionnaire().questions if code.startswith("if_")]
QUESTIONNAIRE = synthetic.questionnaire()


def on(answers: dict) -> list[str]:
    return [code for code in find_path(QUESTIONNAIRE, answers, TODAY).on if code in BRANCHES]


def value(given_value: object) -> dict:
    return {"value": given_value}


def test_without_answers_every_branch_waits():
    assert set(BRANCHES) - {"if_chain"} == find_path(QUESTIONNAIRE, {}, TODAY).waiting - {"if_chain"}


@pytest.mark.parametrize(
    ("answers", "path"),
    [
        ({"one": value("red")}, ["if_red", "if_warm", "if_said"]),
        ({"one": value("green")}, ["if_not_red", "if_warm", "if_said"]),
        ({"one": {"state": "unknown"}}, ["if_not_red"]),
        ({"one": {"state": "skipped"}}, []),
        ({"some": value(["north", "south"])}, ["if_north"]),
        ({"one": value("red"), "whole": value(5)}, ["if_red", "if_warm", "if_said", "if_both"]),
        ({"one": value("red"), "if_red": value("x")}, ["if_red", "if_warm", "if_said", "if_chain"]),
        ({"one": value("blue"), "if_red": value("left from before")}, ["if_not_red", "if_said"]),
    ],
)
def test_the_answers_lead_the_way(answers, path):
    assert on(answers) == path


@pytest.mark.parametrize(
    ("born", "grown"), [("2009-03", True), ("2009-04", False), ("2008", True), ("2009", False), ("1990-12", True)]
)
def test_age_is_counted_on_the_day(born, grown):
    assert ("if_grown" in on({"birth_ym": value(born)})) is grown


def test_a_question_that_depends_on_one_off_the_path_is_off_too():
    path = find_path(QUESTIONNAIRE, {"one": value("blue")}, TODAY)
    assert ("if_chain" in path, "if_chain" in path.waiting) == (False, False)


ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "one": st.sampled_from([value("red"), value("blue"), {"state": "unknown"}, {"state": "skipped"}]),
        "whole": st.sampled_from([value(3), value(30), {"state": "skipped"}]),
        "truth": st.sampled_from([value("true"), value("false")]),
        "if_red": st.just(value("words")),
    },
)


@given(ANSWERS)
def test_no_question_is_both_asked_and_waiting(answers):
    path = find_path(QUESTIONNAIRE, answers, TODAY)
    assert set(path.on) & path.waiting == set()


@given(ANSWERS)
def test_answers_off_the_path_change_nothing(answers):
    path = find_path(QUESTIONNAIRE, answers, TODAY)
    kept = {code: answer for code, answer in answers.items() if code in path}
    assert find_path(QUESTIONNAIRE, kept, TODAY) == path
