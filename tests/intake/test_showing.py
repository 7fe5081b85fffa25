"""One coded answer set: each reader sees it in the reader's own language; the family's own words stay as written."""

import pytest

from portal.i18n import LANGUAGES
from portal.intake.showing import rows
from tests.intake.test_sections import KINDS, SAID, intake


@pytest.fixture
def shown(visitor):
    """Answers in words: `shown(language)[code]`."""
    visitor.post(KINDS, **SAID)
    visitor.post("/case/section/branches", if_red="أحمر")

    def in_language(language: str) -> dict:
        with visitor.app.app_context():
            return {row.code: row for section in rows(intake(visitor), language) for row in section.rows}

    return in_language


@pytest.mark.parametrize("language", [one.code for one in LANGUAGES])
def test_a_code_is_read_in_each_readers_language(shown, language):
    assert shown(language)["one"].text == f"red in {language}"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("some", "north in en\nsouth in en"),
        ("named", "other in en: عضلة"),
        ("truth", "Yes"),
        ("whole", "7 beats in en"),
        ("exact", "1.5 pint in en"),
        ("years", "30 months"),
        ("measured", "131 cm in en (lying in en, April 2026)"),
        ("pain", "3 / 10"),
        ("when", "2015"),
        ("relatives", "mother in en, no names"),
        ("country", "France"),
        ("timezone", "France – Paris"),
        ("tongue", "Not answered"),
    ],
)
def test_every_type_is_said_in_words(shown, code, text):
    assert shown("en")[code].text == text


@pytest.mark.parametrize(
    ("language", "text"), [("fr", "1,5 pint in fr"), ("tr", "1,5 pint in tr"), ("ar", "1.5 pint in ar")]
)
def test_a_number_is_written_as_the_readers_language_writes_it(shown, language, text):
    assert shown(language)["exact"].text == text


def test_the_familys_own_words_are_marked_as_such(shown):
    assert (shown("tr")["if_red"].text, shown("tr")["if_red"].free) == ("أحمر", True)


def test_in_a_list_only_they_are_marked(shown):
    marked = [(piece.text, piece.own) for piece in shown("en")["relatives"].pieces]
    assert marked == [("mother in en", False), (", ", False), ("no names", True)]


def test_words_beside_a_choice_are_marked_and_the_choice_is_not(shown):
    marked = [(piece.text, piece.own) for piece in shown("en")["named"].pieces]
    assert marked == [("other in en: ", False), ("عضلة", True)]


def test_a_list_without_such_words_is_all_ours(visitor):
    visitor.post(KINDS, **{"relatives.0.who": "mother", "relatives.0.dose": "2"})
    with visitor.app.app_context():
        found = {row.code: row for section in rows(intake(visitor), "en") for row in section.rows}
    assert (found["relatives"].text, found["relatives"].free) == ("mother in en, 2", False)


def test_what_was_not_answered_is_nobodys_words(shown):
    assert (shown("en")["tongue"].free, shown("en")["tongue"].state) == (False, "skipped")


def test_a_question_names_the_person(shown):
    assert shown("fr")["one"].label == "one of Deniz in fr"


def test_what_is_off_the_path_is_not_shown(shown):
    assert "if_not_red" not in shown("en")
