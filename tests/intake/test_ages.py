"""An age is said as people know it: in years, in months, or by the month or year when it was."""

from datetime import date

import pytest

from portal.i18n import LANGUAGES
from portal.intake.questionnaire import store
from portal.intake.questionnaire.definition import BadDefinition, load
from portal.intake.questionnaire.path import find_path
from portal.intake.questionnaire.plausibility import notes
from portal.intake.questionnaire.reading import Reading, fields_of, read_section
from portal.intake.showing import show_row
from tests.intake.test_definition import changed

TODAY = date(2027, 3, 1)
QUESTIONNAIRE = store.current()
DATED = ("first_symptom_age", "dx_age")
LANGUAGE_CODES = [one.code for one in LANGUAGES]


def read(code: str, typed: str, unit: str = "years") -> Reading:
    section = QUESTIONNAIRE.section(QUESTIONNAIRE.section_with(code) or "")
    return read_section(section, {code: [typed], f"{code}.unit": [unit]}, (), TODAY)


def test_the_two_that_are_listed_so_may_be_dates():
    assert tuple(code for code, one in QUESTIONNAIRE.questions.items() if one.dated) == DATED


@pytest.mark.parametrize("code", DATED)
@pytest.mark.parametrize("unit", ["years", "months"])
@pytest.mark.parametrize(
    ("typed", "when"),
    [
        ("2018-03", "2018-03"),
        ("03/2018", "2018-03"),
        ("3.2018", "2018-03"),
        ("14.3.2018", "2018-03"),
        ("2018", "2018"),
        ("٠٣/٢٠١٨", "2018-03"),
        ("\u200f۲۰۱۸", "2018"),
    ],
)
def test_a_month_or_a_year_stands_for_the_age_then(code, typed, when, unit):
    assert read(code, typed, unit).answers == {code: {"value": when}}


@pytest.mark.parametrize("code", DATED)
@pytest.mark.parametrize(("typed", "kind"), [("04/2027", "date_range"), ("1850", "date_range"), ("13/2018", "age")])
def test_a_date_that_cannot_be_stays_as_it_was_typed(code, typed, kind):
    reading = read(code, typed)
    assert ([one.kind for one in reading.problems], reading.typed[code]) == ([kind], [typed])


@pytest.mark.parametrize("code", ["walk_start_age", "steroid_start_age"])
def test_other_ages_are_no_dates(code):
    assert [one.kind for one in read(code, "03/2018").problems] == ["whole"]


@pytest.mark.parametrize(
    ("typed", "unit", "answer"),
    [
        ("30 months", "years", {"value": 30, "unit": "months"}),
        ("30 mois", "years", {"value": 30, "unit": "months"}),
        ("30 ay", "years", {"value": 30, "unit": "months"}),
        ("30 aylık", "years", {"value": 30, "unit": "months"}),
        ("30 شهرًا", "years", {"value": 30, "unit": "months"}),
        ("٣٠ شهراً", "months", {"value": 30, "unit": "months"}),
        ("3 yaşında", "years", {"value": 3, "unit": "years"}),
        ("3 ans", "years", {"value": 3, "unit": "years"}),
        ("2.5", "years", {"value": 30, "unit": "months"}),
        ("٢٫٥", "years", {"value": 30, "unit": "months"}),
        ("2,5 ans", "years", {"value": 30, "unit": "months"}),
        ("0.75", "years", {"value": 9, "unit": "months"}),
        ("5", "years", {"value": 5, "unit": "years"}),
    ],
)
@pytest.mark.parametrize("code", ["dx_age", "walk_lost_age"])
def test_an_age_is_read_with_its_half_years_and_with_its_months(code, typed, unit, answer):
    assert read(code, typed, unit).answers == {code: answer}


@pytest.mark.parametrize(
    ("typed", "unit", "kind"),
    [
        ("3 ans", "months", "unit"),  # months were chosen, years are written
        ("2.3", "years", "age"),  # no whole months
        ("2.5", "months", "age"),
        ("2.500", "years", "age"),  # or two thousand five hundred
        ("about three", "years", "age"),
        ("112", "years", "range"),
    ],
)
def test_what_is_not_surely_an_age_is_asked_about(typed, unit, kind):
    assert [one.kind for one in read("dx_age", typed, unit).problems] == [kind]


@pytest.mark.parametrize("typed", ["03/2018", "2018", "30 ay", "2,5", "5"])
def test_an_answer_put_back_into_its_fields_reads_the_same(typed):
    answer = read("dx_age", typed).answers["dx_age"]
    fields = fields_of(QUESTIONNAIRE.questions["dx_age"], answer)
    again = read_section(QUESTIONNAIRE.section("diagnosis"), {"dx_age.unit": ["years"]} | fields, (), TODAY)
    assert again.answers == {"dx_age": answer}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "March 2018 (age: about 2 years)"),
        ("fr", "mars 2018"),
        ("tr", "Mart 2018"),
        ("ar", "مارس 2018"),
    ],
)
def test_each_reader_sees_the_date_in_words_with_the_age_that_it_comes_to(app, language, text):
    question, said = QUESTIONNAIRE.questions["dx_age"], store.words(QUESTIONNAIRE.id, language).questions["dx_age"]
    with app.app_context():
        shown = show_row(question, said, {"value": "2018-03"}, "", language, "2015-04").text
    assert shown.startswith(text)


@pytest.mark.parametrize(
    ("value", "born", "text"),
    [
        ("2018", "2015-04", "2018 (age: about 3 years)"),
        ("2018", "2015", "2018 (age: about 3 years)"),
        ("2016-06", "2015-04", "June 2016 (age: about 14 months)"),
        ("2016", "2015-04", "2016"),
        ("2018-03", "", "March 2018"),
        ("2010-03", "2015-04", "March 2010"),
    ],
)
def test_the_age_is_said_as_near_as_both_dates_tell(app, value, born, text):
    question, said = QUESTIONNAIRE.questions["dx_age"], store.words(QUESTIONNAIRE.id, "en").questions["dx_age"]
    with app.app_context():
        assert show_row(question, said, {"value": value}, "", "en", born).text == text


@pytest.mark.parametrize(("months", "text"), [(30, "30 months"), (36, "3 years"), (126, "10 years, 6 months")])
def test_many_months_are_read_as_years(app, months, text):
    question, said = QUESTIONNAIRE.questions["dx_age"], store.words(QUESTIONNAIRE.id, "en").questions["dx_age"]
    with app.app_context():
        assert show_row(question, said, {"value": months, "unit": "months"}, "", "en").text == text


def noted(said: dict) -> list[tuple[str, str]]:
    return [(one.code, one.kind) for one in notes(QUESTIONNAIRE, said, find_path(QUESTIONNAIRE, said, TODAY), TODAY)]


FIRST = {"value": 3, "unit": "years"}


@pytest.mark.parametrize(
    ("first", "diagnosis", "born", "below"),
    [
        (FIRST, {"value": "2018-03"}, "2015-04", True),
        (FIRST, {"value": "2018"}, "2015-04", False),
        (FIRST, {"value": "2019"}, "2015", False),
        ({"value": "2018-03"}, {"value": 2, "unit": "years"}, "2015-04", False),
        ({"value": "2018-05"}, {"value": 2, "unit": "years"}, "2015-04", True),
        ({"value": "2018-05"}, {"value": "2018-04"}, "", True),
        ({"value": "2018-05"}, {"value": "2018"}, "", False),
        (FIRST, {"value": "2018-03"}, "", False),
    ],
)
def test_ages_and_dates_are_held_against_each_other_as_far_as_they_tell(first, diagnosis, born, below):
    said = {"first_symptom_age": first, "dx_age": diagnosis} | ({"birth_ym": {"value": born}} if born else {})
    assert noted(said) == ([("dx_age", "below")] if below else [])


@pytest.mark.parametrize(
    ("answer", "born", "shown"),
    [
        ({"value": "2018-03"}, "2015-04", True),
        ({"value": "2018-05"}, "2015-04", False),
        ({"value": 30, "unit": "months"}, "2015-04", True),
        ({"value": 3, "unit": "years"}, "", False),
        ({"value": "2018-03"}, "", False),
    ],
)
def test_a_branch_compares_ages_in_years_whatever_they_were_said_in(answer, born, shown):
    made = load(changed("if_grown", show_if="years < 3"))
    said = {"years": answer} | ({"birth_ym": {"value": born}} if born else {})
    assert ("if_grown" in find_path(made, said, TODAY)) == shown


@pytest.mark.parametrize("born", ["", "2015-04"])
def test_a_date_is_an_answer_to_a_branch_that_waits_for_one(born):
    made = load(changed("if_grown", show_if="years answered"))
    said = {"years": {"value": "2018"}} | ({"birth_ym": {"value": born}} if born else {})
    assert "if_grown" in find_path(made, said, TODAY)


def test_only_ages_may_be_dated():
    with pytest.raises(BadDefinition, match="whole: only ages"):
        load(changed("whole", dated=True))


@pytest.mark.parametrize("language", LANGUAGE_CODES)
@pytest.mark.parametrize("code", DATED)
def test_the_hint_says_what_can_be_typed(language, code):
    assert "03/2018" in store.words(QUESTIONNAIRE.id, language).questions[code].hint
