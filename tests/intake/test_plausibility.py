"""Soft notes: said where an answer is worth a second look, and never in the way."""

from datetime import date

import pytest

from portal.intake.questionnaire import store
from portal.intake.questionnaire.path import find_path
from portal.intake.questionnaire.plausibility import notes

TODAY = date(2027, 3, 1)
BORN = {"birth_ym": {"value": "2017-04"}}


def found(answers: dict) -> list[tuple[str, str]]:
    questionnaire = store.current()
    said = BORN | answers
    return [(one.code, one.kind) for one in notes(questionnaire, said, find_path(questionnaire, said, TODAY), TODAY)]


def age(number: int, unit: str = "years") -> dict:
    return {"value": number, "unit": unit}


@pytest.mark.parametrize(
    ("answers", "noted"),
    [
        ({"dx_age": age(4), "first_symptom_age": age(3)}, []),
        ({"dx_age": age(2), "first_symptom_age": age(3)}, [("dx_age", "below")]),
        ({"dx_age": age(3), "first_symptom_age": age(40, "months")}, []),
        ({"dx_age": age(2), "first_symptom_age": age(40, "months")}, [("dx_age", "below")]),
        ({"first_symptom_age": age(9)}, []),
        ({"first_symptom_age": age(12)}, [("first_symptom_age", "older")]),
        ({"fvc_pct": {"value": "80", "unit": "pct"}}, []),
        ({"fvc_pct": {"value": "140", "unit": "pct"}}, [("fvc_pct", "unusual")]),
        ({"fvc_pct": {"state": "never"}}, []),
    ],
)
def test_what_is_worth_a_second_look(answers, noted):
    assert found(answers) == noted


def test_exons_in_the_wrong_order_are_noted():
    said = {
        "gen_report_status": {"value": "have_it"},
        "gen_gene": {"value": "DMD"},
        "gen_kind": {"value": "exon_deletion"},
        "dmd_exon_from": {"value": 50},
        "dmd_exon_to": {"value": 45},
    }
    assert found(said) == [("dmd_exon_to", "below")]


def test_what_is_off_the_path_is_not_noted():
    assert found({"dmd_exon_from": {"value": 50}, "dmd_exon_to": {"value": 45}}) == []


def test_without_a_birth_no_age_is_too_much():
    questionnaire = store.current()
    said = {"first_symptom_age": age(100)}
    assert notes(questionnaire, said, find_path(questionnaire, said, TODAY), TODAY) == []
