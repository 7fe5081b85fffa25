"""What families answer now: nothing of the list of questions is lost, and every language has all of it."""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from portal.i18n import LANGUAGES, speaking
from portal.intake import words as interface
from portal.intake.questionnaire import store
from portal.intake.questionnaire.definition import Question
from portal.intake.questionnaire.problems import Problem
from portal.intake.questionnaire.reading import fields_of, read_section
from portal.intake.questionnaire.texts import QuestionWords
from portal.intake.showing import show_row

# Asked on the pages before (docs/questionnaire.md says where), or part of another question.
ELSEWHERE = {
    "ui_language",
    "respondent_role",
    "guardian_authority",
    "adult_assent",
    "consent_health_data",
    "consent_share_doctor",
    "consent_transfer",
    "consent_no_treatment_promise",
    "contact_channel",
    "height_method",
    "slots",
}
LISTED = json.loads((Path(__file__).parent / "listed_codes.json").read_text(encoding="ascii"))
QUESTIONS = store.current().questions
LANGUAGE_CODES = [language.code for language in LANGUAGES]


def said(language: str) -> dict[str, QuestionWords]:
    return store.words(store.current().id, language).questions


def test_every_listed_question_is_asked():
    assert (len(LISTED), set(LISTED) - set(QUESTIONS) - ELSEWHERE) == (115, set())


def test_eleven_sections_follow_the_start():
    assert [section.id for section in store.current().sections] == [
        *("person", "diagnosis", "genetics", "walking", "arms", "breathing", "heart", "body", "treatments"),
        *("safety", "wishes"),
    ]


def test_four_answers_are_required_and_no_more():
    assert [code for code, one in QUESTIONS.items() if one.required] == [
        "given_name",
        "birth_ym",
        "country",
        "timezone",
    ]


# What each test can give (docs/questionnaire.md): the least, the most, and what lies just beside them.
SCALES = {
    "6mwt_m": ("0", "900", "-0.5", "900.5"),
    "10mwr_s": ("1.5", "120", "1.4", "120.5"),
    "rise_floor_s": ("0.5", "120", "0.4", "120.5"),
    "stairs4_s": ("0.5", "120", "0.4", "120.5"),
    "nsaa_0_34": ("0", "34", "-1", "35"),
    "pul2_0_42": ("0", "42", "-1", "43"),
    "ek_0_30": ("0", "30", "-1", "31"),
    "ek2_0_51": ("0", "51", "-1", "52"),
    "mfm_pct": ("0", "100", "-0.5", "100.5"),
    "fshd_cs_0_15": ("0", "15", "-1", "16"),
}

# However an option may be called that says no more than a state does; `trial_unknown` says more: there is a trial.
STATES_BY_NAME = re.compile(
    r"(not|dont|do_not|does_not|cannot)_(know|known|say|remember|recall|tell)|(prefer|rather)_not(_to)?(_say)?"
    r"|unknown|declined?|refused|unsure|not_sure|no_answer|not_answered|never_done|not_done|na|n_a|skip(ped)?"
)


def with_parts() -> Iterator[tuple[str, Question]]:
    """Every question, and every part of a repeat, with a name for each."""
    for code, question in QUESTIONS.items():
        yield code, question
        yield from ((f"{code}.{part.code}", part) for part in question.parts)


def test_unknown_and_declined_are_states_and_never_options():
    found = [(code, option) for code, one in with_parts() for option in one.options if STATES_BY_NAME.fullmatch(option)]
    assert found == []


def texts_of_options(language: str) -> Iterator[str]:
    for one in said(language).values():
        for words in (one, *one.parts.values()):
            yield from (*words.options.values(), *words.methods.values(), *words.units.values())


@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_no_option_reads_like_a_state(app, language):
    with app.app_context(), speaking(language):
        states = {interface.state(code) for code in interface.STATES}
    assert states & set(texts_of_options(language)) == set()


def could_be_unknown(one: Question) -> bool:
    """What somebody else would have to know: choices and numbers about the body, its reports and treatments."""
    asks_the_reader = {"interpreter", "accessibility", "goals", "good_things", "hopes", "red_flags"}
    return one.type in {"choice", "integer", "decimal", "age", "measurement"} and one.code not in asks_the_reader


def test_whatever_can_be_unknown_can_be_said_to_be_so():
    stuck = [code for code, one in QUESTIONS.items() if could_be_unknown(one) and not one.states]
    assert stuck == []


# What the list says that the choices in a row can be; `both_sides`, `perhaps` and `half_sibling` are ours.
LISTED_IN_ROWS = {
    "affected_relatives.sex": {"female", "male"},
    "affected_relatives.side": {"mother_side", "father_side"},
    "affected_relatives.status": {"affected", "carrier", "unknown"},
    "prior_cell_detail.route": {"iv", "im", "intrathecal", "other", "unknown"},
    "timed_tests.test": set(SCALES),
}
# Named by the list without codes: which relative it is, and how bad it was; who does not know leaves it.
UNCODED = {"affected_relatives.relation", "allergies.severity"}
CHOICES_IN_ROWS = {
    f"{code}.{part.code}": part for code, one in QUESTIONS.items() for part in one.parts if part.type == "choice"
}


def test_no_choice_in_a_row_is_left_unargued():
    assert set(CHOICES_IN_ROWS) == {*LISTED_IN_ROWS, *UNCODED}


@pytest.mark.parametrize("place", LISTED_IN_ROWS)
def test_a_choice_in_a_row_can_say_what_the_list_says_its_unknown_as_a_state(place):
    part = CHOICES_IN_ROWS[place]
    assert LISTED_IN_ROWS[place] <= {*part.options, *part.states}
    assert ("unknown" in part.states) == ("unknown" in LISTED_IN_ROWS[place])


def test_a_way_of_giving_that_nobody_knows_is_said_so_in_its_row():
    fields = {"prior_cell_detail.0.product": ["exosomes"], "prior_cell_detail.0.route.state": ["unknown"]}
    section, question = store.current().section("treatments"), QUESTIONS["prior_cell_detail"]
    answer = read_section(section, fields, (), date(2027, 3, 1)).answers["prior_cell_detail"]
    assert answer == {"value": [{"product": {"value": "exosomes"}, "route": {"state": "unknown"}}]}
    assert fields_of(question, answer) == fields


@pytest.mark.parametrize("state", ["declined", "never", "x"])
def test_a_row_takes_no_other_state(state):
    fields = {"prior_cell_detail.0.route.state": [state]}
    read = read_section(store.current().section("treatments"), fields, (), date(2027, 3, 1))
    assert read.answers["prior_cell_detail"] == {"state": "skipped"}


@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_such_a_row_says_what_is_not_known(app, language):
    question, words = QUESTIONS["prior_cell_detail"], said(language)["prior_cell_detail"]
    answer = {"value": [{"product": {"value": "exosomes"}, "route": {"state": "unknown"}}]}
    with app.app_context(), speaking(language):
        known = interface.state("unknown")
    with app.app_context():
        shown = show_row(question, words, answer, "", language).text
    assert (known in shown, words.parts["route"].label in shown) == (True, True)


@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_every_question_with_a_name_has_words_for_an_adult_alone(language):
    without = [code for code, one in said(language).items() if "{name}" in one.label + one.hint and not one.you]
    assert without == []


@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_an_adult_alone_is_never_called_by_name(language):
    named = [code for code, one in said(language).items() if "{name}" in one.you + one.you_hint]
    assert named == []


@pytest.mark.parametrize("language", [code for code in LANGUAGE_CODES if code != "en"])
def test_no_sentence_is_left_in_english(language):
    english, own = said("en"), said(language)
    same = [code for code, one in own.items() if one.label == english[code].label and len(one.label.split()) > 2]
    assert same == []


@pytest.mark.parametrize("language", LANGUAGE_CODES)
@pytest.mark.parametrize("scale", ["vignos", "brooke"])
def test_each_line_of_a_scale_begins_with_its_grade(language, scale):
    lines = said(language)[scale].options
    assert all(lines[grade].startswith(f"{grade}.") for grade in lines if grade != "none_fits")


IN_POINTS = {"nsaa_0_34", "pul2_0_42", "ek_0_30", "ek2_0_51", "fshd_cs_0_15"}


def result(test: str, value: str) -> list[str]:
    """What is wrong with the result of a test."""
    fields = {"timed_tests.0.test": [test], "timed_tests.0.value": [value]}
    return [one.kind for one in read_section(store.current().section("walking"), fields, (), date(2027, 3, 1)).problems]


def test_each_test_that_is_offered_has_its_range_here():
    assert set(SCALES) == set(QUESTIONS["timed_tests"].parts[0].options)


@pytest.mark.parametrize("test", SCALES)
def test_a_scale_takes_what_it_can_give_and_nothing_beyond(test):
    assert [result(test, value) for value in SCALES[test]] == [[], [], ["range"], ["range"]]


@pytest.mark.parametrize("test", SCALES)
def test_points_are_whole_and_metres_seconds_and_per_cents_need_not_be(test):
    assert result(test, "12,5") == (["whole"] if test in IN_POINTS else [])


@pytest.mark.parametrize(("language", "least"), [("en", "1.5"), ("fr", "1,5"), ("tr", "1,5"), ("ar", "1.5")])
def test_a_bound_is_written_as_its_language_writes_numbers(app, language, least):
    with app.app_context(), speaking(language):
        assert f" {least} " in interface.message(Problem("x", "range", {"least": "1.5", "most": "120"})) + " "


def test_a_number_without_its_test_is_asked_about():
    assert result("", "12") == ["which"]


@pytest.mark.parametrize(
    ("code", "least", "most"), [("fvc_pct", 0, 150), ("pcf", 0, 900), ("lvef", 5, 85), ("ck_value", 10, 100_000)]
)
def test_numbers_from_a_report_have_the_range_of_what_can_be(code, least, most):
    assert (QUESTIONS[code].least, QUESTIONS[code].most) == (least, most)
