"""What families answer now: nothing of the list of questions is lost, and every language has all of it."""

import json
from pathlib import Path

import pytest

from portal.i18n import LANGUAGES
from portal.intake.questionnaire import store
from portal.intake.questionnaire.definition import Question
from portal.intake.questionnaire.texts import QuestionWords

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


def test_unknown_and_declined_are_states_and_never_options():
    options = {option for one in QUESTIONS.values() for option in one.options}
    assert not options & {"unknown", "declined", "prefer_not_say", "na"}


def could_be_unknown(one: Question) -> bool:
    """What somebody else would have to know: choices and numbers about the body, its reports and treatments."""
    asks_the_reader = {"interpreter", "accessibility", "goals", "good_things", "hopes", "red_flags"}
    return one.type in {"choice", "integer", "decimal", "age", "measurement"} and one.code not in asks_the_reader


def test_whatever_can_be_unknown_can_be_said_to_be_so():
    stuck = [code for code, one in QUESTIONS.items() if could_be_unknown(one) and not one.states]
    assert stuck == []


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


def test_scales_are_numbers_from_the_record_within_their_range():
    value = next(part for part in QUESTIONS["timed_tests"].parts if part.code == "value")
    assert {name: value.ranges[name] for name in ("nsaa_0_34", "pul2_0_42", "ek_0_30", "mfm_pct")} == {
        "nsaa_0_34": (0, 34),
        "pul2_0_42": (0, 42),
        "ek_0_30": (0, 30),
        "mfm_pct": (0, 100),
    }
