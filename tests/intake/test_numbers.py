"""Numbers as people write them: none becomes a thousandth of itself unseen, and no unit is guessed."""

from datetime import date

import pytest

from portal.i18n import LANGUAGES, speaking
from portal.intake import words as interface
from portal.intake.questionnaire import store
from portal.intake.questionnaire.definition import BadDefinition, Question, load
from portal.intake.questionnaire.numbers import read_number
from portal.intake.questionnaire.path import find_path
from portal.intake.questionnaire.plausibility import Note, notes
from portal.intake.questionnaire.reading import Reading, fields_of, read_section
from portal.intake.questionnaire.units import SPELLINGS
from tests.intake.test_definition import changed

TODAY = date(2027, 3, 1)
QUESTIONNAIRE = store.current()
NUMERIC = {"integer", "decimal", "age", "measurement", "scale"}


def read(code: str, **fields: str) -> Reading:
    """One question of today's questionnaire; `code__part` stands for `code.part`."""
    section = QUESTIONNAIRE.section(QUESTIONNAIRE.section_with(code) or "")
    return read_section(section, {name.replace("__", "."): [value] for name, value in fields.items()}, (), TODAY)


def noted(code: str, answer: dict) -> list[Note]:
    said = {code: answer}
    return notes(QUESTIONNAIRE, said, find_path(QUESTIONNAIRE, said, TODAY), TODAY)


@pytest.mark.parametrize(
    "typed",
    ["25.000", "25,000", "٢٥،٠٠٠", "٢٥٬٠٠٠", "25 000", "25\u202f000", "25\u00a0000", "25'000", "25’000", "25000"],
)
def test_thousands_of_a_blood_value_are_thousands(typed):
    assert read("ck_value", ck_value=typed).answers["ck_value"]["value"] == "25000"


@pytest.mark.parametrize("typed", ["25.000", "25,000", "٢٥،٠٠٠"])
def test_where_it_could_be_a_thousandth_it_is_asked_about(typed):
    found = noted("ck_value", read("ck_value", ck_value=typed).answers["ck_value"])
    assert found == [Note("ck_value", "read_as", values={"typed": typed, "value": "25000"})]


def test_where_only_the_thousandth_could_be_it_is_not_taken_for_granted():
    assert [one.kind for one in read("ck_value", ck_value="187.500").problems] == ["range"]


@pytest.mark.parametrize("typed", ["25000", "25 000", "٢٥٬٠٠٠", "187.5", "1.234,5", "12 345,6"])
def test_what_can_mean_one_thing_only_is_not_asked_about(typed):
    assert noted("ck_value", read("ck_value", ck_value=typed).answers["ck_value"]) == []


def test_what_was_typed_stands_in_the_field_again_and_reads_the_same():
    answer = read("ck_value", ck_value="25.000").answers["ck_value"]
    fields = fields_of(QUESTIONNAIRE.questions["ck_value"], answer)
    again = read_section(QUESTIONNAIRE.section("body"), fields, (), TODAY).answers["ck_value"]
    assert (fields["ck_value"], again) == (["25.000"], answer)


# Every question for a number, what three digits behind a lone point mean there, and why.
THREE_DIGITS = {
    "ck_value": ("25.000", "25000", "tens of thousands are usual in Duchenne"),
    "height_cm": ("112.500", "112.5", "230 cm at most: only decimals fit"),
    "weight_kg": ("62.500", "62.5", "250 kg at most; of grams it is the same weight"),
    "fshd_repeats": ("38.000", "38", "300 at most; of base pairs it is the same length in kilobases"),
    "fvc_pct": ("80.500", "80.5", "150 per cent at most"),
    "lvef": ("55.000", "55", "85 per cent at most"),
    "pcf": ("350.000", "350", "900 litres a minute at most"),
    "timed_tests.value": ("450.000", "450", "900 metres at most; a thousand metres cannot be meant"),
    "dmd_exon_from": ("45.000", None, "exons are counted: no decimals, and 79 at most"),
    "dmd_exon_to": ("50.000", None, "the same"),
    "prior_cell_detail.sessions": ("1.000", None, "counted, and 200 at most"),
    "pain": ("1.000", None, "a line from 0 to 10"),
    "first_symptom_age": ("1.000", None, "whole years or months"),
    "dx_age": ("1.000", None, "the same"),
    "walk_lost_age": ("1.000", None, "the same"),
    "walk_start_age": ("1.000", None, "the same"),
    "steroid_start_age": ("1.000", None, "the same"),
    "steroid_stop_age": ("1.000", None, "the same"),
}


def numeric() -> dict[str, Question]:
    questions = QUESTIONNAIRE.questions.values()
    parts = {f"{one.code}.{part.code}": part for one in questions for part in one.parts}
    return {code: one for code, one in (QUESTIONNAIRE.questions | parts).items() if one.type in NUMERIC}


def test_no_question_for_a_number_is_forgotten():
    assert set(numeric()) == set(THREE_DIGITS)


@pytest.mark.parametrize("place", THREE_DIGITS)
def test_three_digits_behind_a_point_are_read_as_argued_and_asked_about(place):
    typed, value, _why = THREE_DIGITS[place]
    code, _, part = place.partition(".")
    beside = {"fshd_repeats": {"fshd_repeats.unit": "kb"}, "timed_tests": {"timed_tests.0.test": "6mwt_m"}}.get(
        code, {}
    )
    reading = read(code, **{f"{code}.0.{part}" if part else code: typed}, **beside)
    if value is None:
        assert [one.kind for one in reading.problems] in (["whole"], ["option"], ["age"])
        return
    answer = reading.answers[code]
    own = answer["value"][0][part] if part else answer
    note = Note(code, "read_as", values={"typed": typed, "value": value})
    said = {code: answer, "dx_type": {"value": "fshd"}, "heart_known": {"value": ["none"]}}
    found = notes(QUESTIONNAIRE, said, find_path(QUESTIONNAIRE, said, TODAY), TODAY)
    assert (own["value"], found) == (value, [note])


def test_only_where_a_thousand_can_be_do_thousands_group():
    assert {code for code, one in numeric().items() if one.thousands} == {
        code
        for code, one in numeric().items()
        if max(one.most or 0, *(most for _, most in one.ranges.values()), 0) >= 1000
    }


def test_thousands_out_of_the_range_are_a_fault_of_the_definition():
    with pytest.raises(BadDefinition, match="whole: thousands"):
        load(changed("whole", thousands=True))


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("١٢،٥", "12.5"),
        ("\u200f12", "12"),
        ("\u200e12,5\u202c", "12.5"),
        ("12, 5", "12.5"),
        ("0.125", "0.125"),
        ("1.234.567", "1234567"),
        ("1,234.5", "1234.5"),
        ("1.234,5", "1234.5"),
        ("\N{MINUS SIGN}2,5", "-2.5"),
        ("5'4", None),
        ("1 5", None),
        ("12.34.56", None),
        ("1,2,3", None),
        ("12 34", None),
        ("1 234 56", None),
        ("", None),
    ],
)
def test_a_number_is_read_or_it_is_none(typed, number):
    found = read_number(typed)
    assert (found and f"{found.value.normalize():f}") == number


@pytest.mark.parametrize(
    ("code", "typed", "value"),
    [
        ("fvc_pct", "60 %", "60"),
        ("fvc_pct", "60%", "60"),
        ("fvc_pct", "%60", "60"),
        ("fvc_pct", "٪ ٦٠", "60"),
        ("weight_kg", "62 kg", "62"),
        ("weight_kg", "٦٢ كغ", "62"),
        ("weight_kg", "62,5 Kg.", "62.5"),
        ("height_cm", "\u200f131 سم", "131"),
        ("pcf", "350 l/dk", "350"),
        ("ck_value", "25.000 IU/L", "25000"),
    ],
)
def test_the_fields_own_unit_may_stand_beside_the_number(code, typed, value):
    assert read(code, **{code: typed}).answers[code]["value"] == value


@pytest.mark.parametrize(
    ("code", "typed"),
    [
        ("weight_kg", "137 lb"),
        ("weight_kg", "20500 g"),
        ("height_cm", "1.31 m"),
        ("height_cm", "5'4"),
        ("fvc_pct", "2 L"),
    ],
)
def test_another_unit_is_never_taken_for_the_fields_own(code, typed):
    reading = read(code, **{code: typed})
    assert ([one.kind for one in reading.problems], reading.typed[code]) == (["number"], [typed])


@pytest.mark.parametrize(
    ("unit", "typed", "answer"),
    [
        ("", "38 kb", {"value": "38", "unit": "kb"}),
        ("kb", "38 kb", {"value": "38", "unit": "kb"}),
        ("units", "38 kb", None),
        ("", "38", None),
    ],
)
def test_where_there_are_several_the_one_that_is_written_counts_unless_another_is_chosen(unit, typed, answer):
    reading = read("fshd_repeats", fshd_repeats=typed, fshd_repeats__unit=unit)
    assert (reading.answers.get("fshd_repeats"), bool(reading.problems)) == (answer, answer is None)


def test_years_stand_beside_an_age_unchosen_and_only_months_that_were_chosen_can_disagree_with_what_is_written():
    found = [read("dx_age", dx_age=f"18 {word}", dx_age__unit="months").problems for word in ("ay", "yaş")]
    assert [[one.kind for one in problems] for problems in found] == [[], ["unit"]]


@pytest.mark.parametrize("when", ["\u200f2015", "\u200e04/2015\u202c"])
def test_marks_of_direction_around_a_date_do_not_matter(when):
    assert read("ck_value", ck_value="200", ck_value__date=when).answers["ck_value"]["date"].startswith("2015")


@pytest.mark.parametrize("language", [one.code for one in LANGUAGES])
def test_what_the_page_shows_as_a_unit_may_be_typed(language):
    said = store.words(QUESTIONNAIRE.id, language).questions.values()
    shown = {(unit, words) for one in said for unit, words in one.units.items()}
    assert {(unit, words) for unit, words in shown if words.casefold() not in SPELLINGS.get(unit, ())} == set()


def test_no_spelling_belongs_to_two_units():
    spellings = [one for words in SPELLINGS.values() for one in words]
    assert len(spellings) == len(set(spellings))


def test_the_note_keeps_what_was_typed_and_writes_the_number_as_the_language_does(app):
    with app.app_context(), speaking("fr"):
        said = interface.note(Note("weight_kg", "read_as", values={"typed": "62.500", "value": "62.5"}))
    assert ("62.500" in said, "62,5" in said) == (True, True)
