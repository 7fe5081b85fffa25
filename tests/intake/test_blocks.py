"""A question's HTML is made once where only codes stand in it: it is the same, and belongs to nobody."""

import itertools

import pytest
from markupsafe import Markup, escape

from portal.i18n import OFFERED
from portal.intake import blocks, long_lists
from portal.intake.page import Asked, ask_nobody
from portal.intake.questionnaire import store
from portal.web.rendering import macro

PERSON = "O'Neill <b>&{7*7}"
OTHER = "Ayşe"
VERSIONS = sorted(one.name for one in store.DATA.iterdir() if one.is_dir())
WHOM = pytest.mark.parametrize(
    ("alone", "of_child"), [(False, True), (False, False), (True, False)], ids=["of a child", "of an adult", "alone"]
)
EACH = pytest.mark.parametrize(("version", "language"), list(itertools.product(VERSIONS, OFFERED)))


@pytest.fixture
def speaking(app, language):
    with app.test_request_context(f"/{language}/case"):
        app.preprocess_request()
        blocks.of_nobody.cache_clear()
        yield
        blocks.of_nobody.cache_clear()


def asked(version, language, code, fields=None, *, rows=1, person=PERSON, alone=False, of_child=True) -> Asked:
    questionnaire = store.load(version)
    rows = rows if questionnaire.questions[code].type == "repeat" else 0
    words = store.words(version, language)
    return ask_nobody(
        questionnaire, words, code, fields or {}, rows=rows, person=person, alone=alone, of_child=of_child
    )


def written(one: Asked, language: str) -> Markup:
    """The same without anything that is kept."""
    return macro("intake/question.html", "asked_block")(
        one,
        lambda kind: long_lists.choices(kind, language),
        lambda kind, chosen: long_lists.options(kind, language).with_chosen(chosen),
    )


@EACH
@WHOM
def test_every_question_is_the_same_empty_and_with_each_of_its_codes(speaking, version, language, alone, of_child):
    different = [
        (code, given)
        for code, question in store.load(version).questions.items()
        for given in ({}, {f"{code}.state": ["unknown"]}, *({code: [option]} for option in question.options))
        for one in [asked(version, language, code, given, alone=alone, of_child=of_child)]
        for _twice in range(2)
        if blocks.block(one, version) != written(one, language)
    ]
    assert different == []
    assert blocks.of_nobody.cache_info().hits


@pytest.mark.parametrize("language", ["fr"])
def test_several_ticks_and_their_order_and_rows_are_kept_apart(speaking, language):
    version = store.current().id
    many = next(code for code, one in store.load(version).questions.items() if one.type == "choices")
    options = store.load(version).questions[many].options
    repeat = next(code for code, one in store.load(version).questions.items() if one.type == "repeat")
    ones = [
        asked(version, language, many, {many: list(options[:2])}),
        asked(version, language, many, {many: list(options[:1])}),
        asked(version, language, many, {many: [], f"{many}.state": ["prefer_not"]}),
        *(asked(version, language, repeat, rows=rows) for rows in (1, 2, 3)),
    ]
    assert [blocks.block(one, version) for one in ones] == [written(one, language) for one in ones]
    assert len({blocks.block(one, version) for one in ones}) == len(ones)


@pytest.mark.parametrize("language", ["tr"])
def test_the_next_reader_gets_the_name_of_their_own_person(speaking, language):
    version = store.current().id
    first, second = (
        [blocks.block(asked(version, language, code, person=person), version) for code in store.load(version).questions]
        for person in (PERSON, OTHER)
    )
    assert sum(escape(PERSON) in one for one in first) == sum(OTHER in one for one in second) >= 20
    assert not any(escape(PERSON) in one for one in second)
    assert not any(blocks.PERSON in one for one in (*first, *second))


@pytest.mark.parametrize("language", ["ar"])
def test_nothing_that_was_typed_or_is_said_about_it_is_kept(speaking, language):
    version = store.current().id
    for code, question in store.load(version).questions.items():
        for given in ({code: ["planted words"]}, {f"{code}.0.part": ["true"]} if question.type == "repeat" else None):
            if given is not None:
                assert blocks.block(asked(version, language, code, given), version)
    one = asked(version, language, "hopes")
    for said in (Asked(**vars(one) | {"note": "planted"}), Asked(**vars(one) | {"errors": {"hopes": "planted"}})):
        assert "planted" in blocks.block(said, version)
    assert blocks.of_nobody.cache_info().currsize == 0
