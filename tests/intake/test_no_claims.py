"""What families read on the way says how to answer. A claim about the illness stands there only with its source."""

import pytest

from portal.i18n import LANGUAGES
from portal.intake import words as interface
from portal.intake.questionnaire import store

LANGUAGE_CODES = [one.code for one in LANGUAGES]
# Said once, and resting on nothing that was read: what CK means, what changes first, which paper says most.
UNSOURCED = {
    "en": (
        "recovery",
        "night first",
        "is a muscle",
        "more than any",
        "says most",
        "only because of",
        "These things decide",
    ),
    "fr": (
        "guérison",
        "d’abord la nuit",
        "est aussi un muscle",
        "en dit plus que",
        "le plus utile",
        "seulement à cause",
    ),
    "tr": ("iyileşme", "önce geceleri", "Kalp de bir kas", "daha çok şey anlatır", "en çok şeyi", "yalnızca kaslar"),
    "ar": ("التعافي", "في الليل أولًا", "القلب عضلة", "أكثر من أي", "أكثرها فائدة", "العضلات وحدها"),
}
# What may be said, for it was read (the guidance for emergencies; what regulators say of cells and exosomes).
SOURCED = {"steroids", "seizure_liver_kidney", "told_expectation"}


def said(language: str) -> list[str]:
    """Every sentence that explains a section or a question."""
    words = store.words(store.current().id, language)
    asked = [one for question in words.questions.values() for one in (question, *question.parts.values())]
    return [section.why for section in words.sections.values()] + [one.hint + one.you_hint for one in asked]


@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_no_claim_stands_without_its_source(language):
    assert [(claim, one) for one in said(language) for claim in UNSOURCED[language] if claim in one] == []


@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_what_was_read_may_be_said(language):
    assert {code for code in SOURCED if not store.words(store.current().id, language).questions[code].hint} == set()


def test_a_note_says_nothing_of_what_most_people_have():
    assert "people" not in interface.NOTES["unusual"]
