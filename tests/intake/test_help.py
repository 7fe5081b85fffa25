"""The question how a family manages says who reads the answer, and where help can be found meanwhile."""

import pytest

from portal.i18n import LANGUAGES
from portal.intake.questionnaire import store
from portal.intake.questionnaire.definition import BadDefinition, load
from portal.intake.questionnaire.texts import load_words
from tests.intake import synthetic
from tests.intake.people import ADULT
from tests.intake.test_definition import changed
from tests.support.journey import WHO
from tests.support.visitor import Visitor

LANGUAGE_CODES = [one.code for one in LANGUAGES]
WISHES = "/case/section/wishes"
READERS = {"en": "coordinators", "fr": "coordination", "tr": "koordinatör", "ar": "منسّقو"}


def distress(language: str):
    return store.words(store.current().id, language).questions["distress"]


@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_it_says_who_reads_the_answer_and_names_no_number_to_call(language):
    said = distress(language)
    assert (READERS[language] in said.hint, [mark for mark in said.help if mark.isdigit()]) == (True, [])


@pytest.mark.parametrize("who", [WHO, ADULT.who])
@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_the_line_about_help_stands_beside_the_question_with_a_way_to_the_page(app, clock, monkeypatch, language, who):
    monkeypatch.setattr("tests.support.visitor.WHO", who)
    html = Visitor(app, language).begin().open(WISHES).text
    after = html.partition(distress(language).help)[2]
    assert after.lstrip().startswith(f'<a href="/{language}/urgent">')


def test_no_other_question_has_one():
    assert [code for code, one in store.current().questions.items() if one.help] == ["distress"]


def test_a_way_leads_to_a_page_that_there_is():
    with pytest.raises(BadDefinition, match="nowhere"):
        load(changed("one", help="nowhere"))


@pytest.mark.parametrize(("way", "line"), [("urgent", ""), ("", "Ask somebody.")])
def test_the_line_and_the_way_belong_together(way, line):
    words = synthetic.words_for("en")
    words["questions"]["one"]["help"] = line
    with pytest.raises(BadDefinition, match=r"one\.help"):
        load_words(words, load(changed("one", help=way)))
