"""Soft notes: said where an answer is worth a second look, and never in the way."""

from datetime import date

import pytest

from portal.i18n import LANGUAGES, speaking
from portal.intake import words as interface
from portal.intake.questionnaire import store
from portal.intake.questionnaire.path import find_path
from portal.intake.questionnaire.plausibility import Note, notes

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


NO_MORE = {"walk_now": {"value": "no_longer_walks"}}


@pytest.mark.parametrize(
    ("lost", "start", "noted"),
    [
        (age(1), age(2), [("walk_lost_age", "below")]),
        (age(18, "months"), age(2), [("walk_lost_age", "below")]),
        (age(2), age(26, "months"), []),
        (age(9), age(2), []),
    ],
)
def test_walking_that_was_lost_before_the_first_steps_is_noted(lost, start, noted):
    assert found(NO_MORE | {"walk_lost_age": lost, "walk_start_age": start}) == noted


def test_not_while_walking_was_not_lost():
    said = {"walk_now": {"value": "walks_alone"}, "walk_lost_age": age(1), "walk_start_age": age(2)}
    assert found(said) == []


CHECKED = {"heart_known": {"value": ["none"]}}
HAD = {"prior_cell": {"value": "yes"}}


def measured(value: str, unit: str, when: str) -> dict:
    return {"value": value, "unit": unit, "date": when}


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        (CHECKED | {"heart_last_check": {"value": "1998"}}, "heart_last_check"),
        (CHECKED | {"lvef": measured("55", "pct", "1999")}, "lvef"),
        ({"height_cm": measured("90", "cm", "2017-03")}, "height_cm"),
        ({"ck_value": measured("900", "u_l", "2016")}, "ck_value"),
        ({"dx_age": {"value": "2016-12"}}, "dx_age"),
        ({"timed_tests": {"value": [{"test": {"value": "nsaa_0_34"}, "date": {"value": "2001"}}]}}, "timed_tests"),
        ({"other_meds": {"value": [{"name": {"value": "x"}}, {"since": {"value": "1990"}}]}}, "other_meds"),
        (HAD | {"prior_cell_detail": {"value": [{"date": {"value": "2015-01"}}]}}, "prior_cell_detail"),
    ],
)
def test_a_date_before_the_birth_is_noted_wherever_it_stands(answers, code):
    assert found(answers) == [(code, "before_birth")]


@pytest.mark.parametrize("when", ["2017", "2017-04", "2026"])
def test_a_date_that_may_lie_after_the_birth_is_not_noted(when):
    assert found(CHECKED | {"heart_last_check": {"value": when}, "lvef": measured("55", "pct", when)}) == []


def test_nor_are_dates_while_the_birth_is_not_said():
    questionnaire = store.current()
    said = CHECKED | {"heart_last_check": {"value": "1998"}}
    assert notes(questionnaire, said, find_path(questionnaire, said, TODAY), TODAY) == []


def test_a_year_of_birth_may_be_any_of_its_months():
    said = {"birth_ym": {"value": "2017"}} | CHECKED
    assert found(said | {"heart_last_check": {"value": "2017-01"}}) == []


def test_a_list_that_is_empty_has_no_dates():
    assert found({"other_meds": {"value": []}, "allergies": {"state": "unknown"}}) == []


@pytest.mark.parametrize(
    ("value", "unit", "noted"),
    [
        ("0", "units", False),
        ("150", "units", False),
        ("151", "units", True),
        ("8", "kb", False),
        ("200", "kb", False),
        ("7.5", "kb", True),
        ("201", "kb", True),
    ],
)
def test_repeats_beyond_the_range_of_their_unit_are_noted(value, unit, noted):
    answers = {"dx_type": {"value": "fshd"}, "fshd_repeats": {"value": value, "unit": unit}}
    assert found(answers) == ([("fshd_repeats", "unusual")] if noted else [])


@pytest.mark.parametrize(
    ("typed", "noted"),
    [
        ("5", False),
        ("150–200", False),
        ("150 - 200", False),
        ("5/150", False),
        ("> 1000", False),
        ("1.000+", False),
        ("11 000", False),
        ("٧٥", False),
        ("4", True),
        ("11001", True),
        ("150–12000", True),
        ("about 3", False),
        ("NM_004409: 3", False),
        ("c.224_226CTG[3]", False),
        ("-", False),
    ],
)
def test_so_are_those_that_are_written_as_a_number_or_a_range(typed, noted):
    answers = {"dx_type": {"value": "dm1"}, "dm_repeats": {"value": typed}}
    assert found(answers) == ([("dm_repeats", "unusual")] if noted else [])


@pytest.mark.parametrize("language", [one.code for one in LANGUAGES])
@pytest.mark.parametrize("kind", sorted(interface.NOTES))
def test_every_note_has_words(app, language, kind):
    values = {"least": "5", "most": "11000", "typed": "x", "value": "x"}
    with app.app_context(), speaking(language):
        assert interface.note(Note("x", kind, values=values), "y")
