"""Results of tests as they stand in a report: `28/34`, `450 m`, `3.4 sec`, or that it could not be done."""

from datetime import date

import pytest

from portal.i18n import LANGUAGES, speaking
from portal.intake import words as interface
from portal.intake.questionnaire import store
from portal.intake.questionnaire.path import find_path
from portal.intake.questionnaire.plausibility import notes
from portal.intake.questionnaire.reading import Reading, fields_of, read_section
from portal.intake.showing import show_row
from tests.support.visitor import Visitor

TODAY = date(2027, 3, 1)
QUESTIONNAIRE = store.current()
TESTS = QUESTIONNAIRE.questions["timed_tests"]
LANGUAGE_CODES = [one.code for one in LANGUAGES]
SECONDS = ("10mwr_s", "rise_floor_s", "stairs4_s")
SCORES = {
    "nsaa_0_34": "34",
    "pul2_0_42": "42",
    "ek_0_30": "30",
    "ek2_0_51": "51",
    "mfm_pct": "100",
    "fshd_cs_0_15": "15",
}
UNABLE = {"test": {"value": "rise_floor_s"}, "value": {"state": "unable"}}


def read(test: str, value: str = "", state: str = "") -> Reading:
    fields = {"test": test, "value": value, "value.state": state}
    posted = {f"timed_tests.0.{name}": [text] for name, text in fields.items() if text}
    return read_section(QUESTIONNAIRE.section("walking"), posted, (), TODAY)


def value(test: str, typed: str) -> str:
    return read(test, typed).answers["timed_tests"]["value"][0]["value"]["value"]


def problems(test: str, typed: str = "", state: str = "") -> list[tuple[str, str]]:
    return [(one.where.removeprefix("timed_tests.0."), one.kind) for one in read(test, typed, state).problems]


@pytest.mark.parametrize("test", SCORES)
@pytest.mark.parametrize("form", ["12/{}", "12 / {}", "١٢/{}", "\u200f12/{}", "12\u2044{}"])
def test_a_score_may_stand_before_the_most_that_its_scale_gives(test, form):
    assert value(test, form.format(SCORES[test])) == "12"


@pytest.mark.parametrize("typed", ["28/30", "28/40", "28 / 340"])
def test_a_score_out_of_something_else_is_asked_about_and_stays_as_it_was_typed(typed):
    reading = read("nsaa_0_34", typed)
    assert (problems("nsaa_0_34", typed), reading.typed["timed_tests.0.value"]) == ([("value", "out_of")], [typed])


@pytest.mark.parametrize(
    ("test", "typed", "kind"),
    [
        ("nsaa_0_34", "35/34", "range"),
        ("nsaa_0_34", "28,5/34", "whole"),
        ("nsaa_0_34", "28/34/2", "number"),
        ("6mwt_m", "450/900", "number"),
        ("stairs4_s", "12/120", "number"),
        ("6mwt_m", "450 s", "number"),
        ("6mwt_m", "0.4 km", "number"),
        ("6mwt_m", "450 cm", "number"),
        ("stairs4_s", "12 m", "number"),
        ("stairs4_s", "1 min", "number"),
        ("stairs4_s", "500 ms", "number"),
        ("nsaa_0_34", "28 m", "number"),
    ],
)
def test_what_does_not_fit_its_test_is_never_guessed(test, typed, kind):
    assert problems(test, typed) == [("value", kind)]


@pytest.mark.parametrize("typed", ["450 m", "450m", "450 mètres", "450 metre", "٤٥٠ م", "450 مترًا", "450 M."])
def test_metres_may_stand_beside_metres(typed):
    assert value("6mwt_m", typed) == "450"


@pytest.mark.parametrize("test", SECONDS)
@pytest.mark.parametrize(
    "typed", ["3.4 sec", "3,4 s", "3.4s", "3,4 sn", "3,4 saniye", "3,4 secondes", "٣٫٤ ث", "3.4 ثوانٍ"]
)
def test_seconds_may_stand_beside_seconds(test, typed):
    assert value(test, typed) == "3.4"


@pytest.mark.parametrize("typed", ["62 %", "%62", "yüzde 62", "62 pour cent", "62/100"])
def test_per_cents_may_stand_beside_per_cents(typed):
    assert value("mfm_pct", typed) == "62"


@pytest.mark.parametrize("typed", ["28/34", "450 m", "12 s", "28"])
def test_without_its_test_it_is_asked_for_and_not_the_number(typed):
    assert problems("", typed) == [("test", "which")]


def test_a_test_that_could_not_be_done_is_a_result():
    assert read("rise_floor_s", state="unable").answers["timed_tests"] == {"value": [UNABLE]}


def test_it_stands_in_its_fields_again():
    fields = fields_of(TESTS, {"value": [UNABLE]})
    again = read_section(QUESTIONNAIRE.section("walking"), fields, (), TODAY)
    assert again.answers["timed_tests"] == {"value": [UNABLE]}


def test_without_its_test_it_says_nothing():
    assert problems("", state="unable") == [("test", "which")]


def test_a_number_beside_it_is_asked_about():
    assert problems("rise_floor_s", "12", "unable") == [("value", "one")]


@pytest.mark.parametrize("state", ["unknown", "never", "x"])
def test_a_result_has_no_other_state(state):
    assert read("rise_floor_s", state=state).answers["timed_tests"] == {"value": [{"test": {"value": "rise_floor_s"}}]}


def test_nothing_is_noted_about_it_as_about_a_number():
    said = {"timed_tests": {"value": [UNABLE]}}
    assert notes(QUESTIONNAIRE, said, find_path(QUESTIONNAIRE, said, TODAY), TODAY) == []


@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_each_reader_sees_it_in_words_beside_its_test(app, language):
    said = store.words(QUESTIONNAIRE.id, language).questions["timed_tests"]
    with app.app_context():
        shown = show_row(TESTS, said, {"value": [UNABLE]}, "", language).text
        with speaking(language):
            unable = interface.state("unable")
    assert (shown.startswith(said.parts["test"].options["rise_floor_s"]), shown.endswith(unable)) == (True, True)


@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_the_hint_says_what_can_be_typed(language):
    hint = store.words(QUESTIONNAIRE.id, language).questions["timed_tests"].hint
    assert ("28/34" in hint, "450 m" in hint) == (True, True)


def test_the_message_names_the_most_that_a_test_can_give(app):
    with app.app_context(), speaking("en"):
        assert "34" in interface.message(read("nsaa_0_34", "28/30").problems[0])


def test_the_page_offers_it_beside_the_result(app, clock):
    html = Visitor(app, "en").begin().open("/case/section/walking").text
    assert 'name="timed_tests.0.value.state" value="unable"' in html


def test_it_is_saved_and_read_once_more_in_words(app, clock):
    family = Visitor(app, "en").begin()
    family.post(
        "/case/section/walking",
        **{"timed_tests.0.test": "rise_floor_s", "timed_tests.0.value.state": "unable", "timed_tests.0.date": "2026"},
    )
    main = family.page(family.open("/case/check")).main
    assert "Rising from the floor (seconds), Could not do it, 2026" in main
