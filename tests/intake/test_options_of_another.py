"""An adult who answers alone chooses among options that are said of themselves; about an adult none is of a child."""

import pytest

from portal.cases.models import Case
from portal.extensions import db
from portal.i18n import LANGUAGES
from portal.intake.questionnaire import store
from portal.intake.questionnaire.definition import BadDefinition, load
from portal.intake.questionnaire.texts import addressed, load_words
from portal.intake.service.answers import read_case
from tests.intake import synthetic
from tests.intake.people import ADULT
from tests.intake.test_definition import changed
from tests.support.journey import WHO
from tests.support.visitor import Visitor

LANGUAGE_CODES = [one.code for one in LANGUAGES]
QUESTIONS = store.current().questions
WALKING, SAFETY, WISHES = (f"/case/section/{one}" for one in ("walking", "safety", "wishes"))
OF_CHILD = {"walk_now": ("too_young",), "accessibility": ("parent_only", "child_present")}


@pytest.fixture
def alone(app, clock, monkeypatch) -> Visitor:
    """An adult who answers alone, in English."""
    with monkeypatch.context() as patch:
        patch.setattr("tests.support.visitor.WHO", ADULT.who)
        return Visitor(app, "en").begin("alone@family.example")


@pytest.fixture
def parent(app, clock) -> Visitor:
    return Visitor(app, "en").begin()


@pytest.fixture
def relative(app, clock, monkeypatch) -> Visitor:
    """Somebody who answers for an adult."""
    with monkeypatch.context() as patch:
        of_adult = {"respondent_role": "other_relative", "person": "adult", "adult_assent": "yes"}
        patch.setattr("tests.support.visitor.WHO", WHO | of_adult)
        return Visitor(app, "en").begin("relative@family.example")


def answer(visitor: Visitor, code: str) -> dict:
    with visitor.app.app_context():
        here = visitor.app.extensions["portal"]
        case = db.session.get_one(Case, visitor.case_id())
        return dict(read_case(db.session(), here.keyring, case, today=here.clock().date()).answers[code])


def test_what_is_said_of_a_child_is_named():
    assert {code: one.of_child for code, one in QUESTIONS.items() if one.of_child} == OF_CHILD


@pytest.mark.parametrize(("path", "code"), [(WALKING, "walk_now"), (WISHES, "accessibility")])
def test_it_is_offered_to_who_answers_for_a_child_and_not_about_an_adult(alone, relative, parent, path, code):
    pages = [one.open(path).text for one in (alone, relative, parent)]
    assert [[f'value="{option}"' in page for page in pages] for option in OF_CHILD[code]] == [
        [False, False, True] for _ in OF_CHILD[code]
    ]


def test_what_was_chosen_before_stays_to_be_seen_and_is_sent_again(alone):
    alone.post(WISHES, accessibility=["child_present", "breaks"])
    page = alone.page(alone.open(WISHES))
    assert ('value="child_present" checked' in page.html, 'value="parent_only"' in page.html) == (True, False)


def test_also_what_a_relative_chose_of_an_adult(relative):
    relative.post(WISHES, accessibility=["child_present", "breaks"])
    page = relative.page(relative.open(WISHES))
    assert ('value="child_present" checked' in page.html, 'value="parent_only"' in page.html) == (True, False)


def test_it_is_not_lost_by_saving_the_page_again(alone):
    alone.post(WISHES, accessibility=["child_present", "breaks"])
    alone.post(WISHES, accessibility=["child_present", "breaks"], hopes="x")
    assert answer(alone, "accessibility") == {"value": ["breaks", "child_present"]}


def test_an_adult_alone_reads_options_of_themselves(alone, parent):
    pages = [one.open(SAFETY).text for one in (alone, parent)]
    of_another, own = "Yes, in the person this is about", "Yes, it happened to me"
    assert [(of_another in page, own in page) for page in pages] == [(False, True), (True, False)]


def test_also_where_all_answers_are_read_once_more(alone):
    alone.post(WALKING, walk_now="walks_alone")
    main = alone.page(alone.open("/case/check")).main
    assert ("I walk without help" in main, "Walks without help" in main) == (True, False)


@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_every_language_says_of_themselves_what_its_words_say_of_another(language):
    said = store.words(store.current().id, language).questions
    assert {"anaesthesia_problem", "distress", "gen_report_status"} <= {c for c, one in said.items() if one.you_options}


@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_the_lines_of_the_scales_are_the_same_for_everybody(language):
    said = store.words(store.current().id, language).questions
    assert (said["vignos"].you_options, said["brooke"].you_options) == ({}, {})


@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_words_put_to_an_adult_have_all_options_and_name_nobody(language):
    said = store.words(store.current().id, language).questions
    put = {code: addressed(one, alone=True) for code, one in said.items()}
    assert [code for code, one in put.items() if list(one.options) != list(said[code].options)] == []
    assert [code for code, one in put.items() if "{name}" in one.label + "".join(one.options.values())] == []


def test_options_of_a_child_are_options():
    with pytest.raises(BadDefinition, match="one: of_child"):
        load(changed("one", of_child=["purple"]))


def test_words_for_an_adult_are_words_of_options():
    words = synthetic.words_for("fr")
    words["questions"]["one"]["you_options"] = {"purple": "violet"}
    with pytest.raises(BadDefinition, match=r"one\.you_options: too much purple"):
        load_words(words, synthetic.questionnaire())
