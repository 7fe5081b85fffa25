"""A questionnaire is checked before a family sees it; each fault is named with its question."""

import copy

import pytest

from portal.i18n import LANGUAGES
from portal.intake.questionnaire import store
from portal.intake.questionnaire.definition import BadDefinition, load
from portal.intake.questionnaire.readers import READERS
from portal.intake.questionnaire.texts import load_words
from tests.intake import synthetic

TYPES = set(READERS)


def changed(wanted: str, **values: object) -> dict:
    made = copy.deepcopy(synthetic.DEFINITION)
    (asked,) = [one for section in made["sections"] for one in section["questions"] if one["code"] == wanted]
    asked.update(values)
    return made


def with_part(wanted: str, **values: object) -> dict:
    """The definition with a part of `results` changed."""
    parts = next(
        one["parts"]
        for section in synthetic.DEFINITION["sections"]
        for one in section["questions"]
        if one["code"] == "results"
    )
    return changed("results", parts=[part | values if part["code"] == wanted else part for part in parts])


def test_every_type_stands_in_the_synthetic_questionnaire():
    questions = synthetic.questionnaire().questions.values()
    assert {one.type for one in questions} == TYPES


@pytest.mark.parametrize(
    ("definition", "said"),
    [
        (changed("one", type="riddle"), "riddle"),
        (changed("one", colour="red"), "colour"),
        (changed("one", options=[]), "one: options"),
        (changed("truth", options=["yes"]), "truth: options"),
        (changed("one", options=["red", "red"]), "one: an option stands twice"),
        (changed("some", alone=["east"]), "some: text_with or alone"),
        (changed("relatives", parts=[]), "relatives: parts"),
        (changed("files", kind=""), "files: a kind"),
        (changed("story", kind="other"), "story: a kind"),
        (changed("truth", code="one"), "one: the code is used twice"),
        (changed("truth", code="age"), "age: the code is used twice"),
        (changed("if_red", show_if="one ="), "if_red"),
        (changed("if_red", show_if="later = red"), "not asked earlier"),
        (changed("if_red", show_if="if_chain answered"), "not asked earlier"),
        (changed("if_red", show_if="one = purple"), "no option"),
        (changed("relatives", parts=[{"code": "x", "type": "repeat", "parts": []}]), "relatives.x"),
        (changed("relatives", parts=[{"code": "x", "type": "text", "required": True}]), "relatives.x"),
        (with_part("value", ranges={"points": [0, 34]}), "results.value: ranges"),
        (with_part("value", ranges={"points": [0, 34], "metres": [0, 1], "jumps": [0, 9]}), "results.value: ranges"),
        (with_part("value", wholes=["jumps"]), "results.value: wholes"),
        (with_part("value", by="nothing"), "results.value: ranges"),
        (changed("exact", usual_by={"litre": [1, 2]}), "exact: usual_by"),
        (changed("story", usual=[1, 2]), "story: only numbers"),
        (changed("years", not_below="whole"), "years: not_below"),
        (with_part("value", units_by={"jumps": "m"}), "results.value: wholes or units_by"),
        (changed("one", states=["unable"]), "one: only a result"),
        (with_part("test", states=["unknown"]), "results.test: what bounds"),
        (with_part("value", states=["unknown"]), "results.value: what another part bounds"),
    ],
)
def test_a_fault_is_named_with_its_question(definition, said):
    with pytest.raises(BadDefinition, match=said):
        load(definition)


@pytest.mark.parametrize("broken", [b"", b"{", b"[]", b'{"id": "x"}', b'{"id": 1, "sections": []}'])
def test_what_is_no_questionnaire_is_refused(broken):
    with pytest.raises(BadDefinition):
        load(broken)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (("questions", "one"), "missing one"),
        (("questions", "one", "options", "red"), "one.options: missing red"),
        (("questions", "exact", "units", "pint"), "exact.units: missing pint"),
        (("questions", "measured", "methods", "lying"), "measured.methods: missing lying"),
        (("questions", "relatives", "parts", "note"), "relatives.parts: missing note"),
        (("sections", "kinds"), "sections: missing kinds"),
    ],
)
def test_a_missing_word_is_named(path, said):
    words = synthetic.words_for("fr")
    *way, last = path
    place = words
    for step in way:
        place = place[step]
    del place[last]
    with pytest.raises(BadDefinition, match=said):
        load_words(words, synthetic.questionnaire())


def test_a_word_too_much_is_named():
    words = synthetic.words_for("fr")
    words["questions"]["one"]["options"]["purple"] = "violet"
    with pytest.raises(BadDefinition, match="too much purple"):
        load_words(words, synthetic.questionnaire())


@pytest.mark.parametrize("language", [one.code for one in LANGUAGES])
def test_the_real_questionnaire_has_all_its_words(language):
    assert set(store.words(store.current().id, language).questions) == set(store.current().questions)


@pytest.mark.parametrize("language", [one.code for one in LANGUAGES if one.code != "en"])
def test_no_question_is_left_in_english(language):
    english, own = (store.words(store.current().id, code).questions for code in ("en", language))
    assert [code for code in own if own[code].label == english[code].label and " " in own[code].label] == []
