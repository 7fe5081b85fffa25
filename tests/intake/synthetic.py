"""A questionnaire that no family ever sees: every type, every state, every sign of the condition grammar."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from portal.i18n import LANGUAGES
from portal.intake.questionnaire import store
from portal.intake.questionnaire.definition import Question, Questionnaire, load
from portal.intake.questionnaire.texts import Words, load_words

ALL_STATES = ["unknown", "declined", "never"]
DEFINITION: dict[str, Any] = {
    "id": "synthetic-1",
    "sections": [
        {
            "id": "person",
            "questions": [
                {"code": "given_name", "type": "text", "required": True, "max_length": 20},
                {"code": "birth_ym", "type": "partial_date", "required": True, "earliest": "1910"},
                {"code": "country", "type": "country", "required": True},
                {"code": "timezone", "type": "time_zone", "required": True},
                {"code": "tongue", "type": "language"},
                {"code": "tongues", "type": "language", "multiple": True},
            ],
        },
        {
            "id": "kinds",
            "questions": [
                {"code": "one", "type": "choice", "options": ["red", "green", "blue"], "states": ALL_STATES},
                {"code": "some", "type": "choices", "options": ["north", "south", "none"], "alone": ["none"]},
                {"code": "named", "type": "choice_text", "options": ["known", "other"], "text_with": ["other"]},
                {"code": "notation", "type": "text", "max_length": 60, "ltr": True},
                {
                    "code": "gene",
                    "type": "choice_text",
                    "options": ["DMD", "other"],
                    "text_with": ["other"],
                    "ltr": True,
                },
                {"code": "truth", "type": "boolean"},
                {"code": "story", "type": "long_text", "max_length": 500},
                {"code": "whole", "type": "integer", "least": 1, "most": 79, "units": ["beats"]},
                {"code": "exact", "type": "decimal", "least": 0.5, "most": 20, "units": ["litre", "pint"]},
                {"code": "years", "type": "age", "most": 110, "states": ["unknown"]},
                {
                    "code": "measured",
                    "type": "measurement",
                    "least": 1,
                    "most": 250,
                    "units": ["cm"],
                    "methods": ["standing", "lying"],
                    "tier": "more",
                },
                {"code": "pain", "type": "scale"},
                {"code": "when", "type": "partial_date", "earliest": "1980", "latest": "2030-06", "tier": "more"},
                {
                    "code": "relatives",
                    "type": "repeat",
                    "most": 3,
                    "states": ["unknown"],
                    "parts": [
                        {"code": "who", "type": "choice", "options": ["mother", "father"]},
                        {"code": "note", "type": "text"},
                        {"code": "dose", "type": "decimal", "most": 1000},
                        {"code": "since", "type": "partial_date"},
                    ],
                },
                {
                    "code": "results",
                    "type": "repeat",
                    "most": 3,
                    "parts": [
                        {"code": "test", "type": "choice", "options": ["points", "metres"]},
                        {
                            "code": "value",
                            "type": "decimal",
                            "by": "test",
                            "ranges": {"points": [0, 34], "metres": [0.5, 900]},
                            "wholes": ["points"],
                        },
                    ],
                },
                {"code": "files", "type": "documents", "kind": "functional"},
            ],
        },
        {
            "id": "branches",
            "questions": [
                {"code": "if_red", "type": "text", "show_if": "one = red"},
                {"code": "if_not_red", "type": "text", "show_if": "one != red"},
                {"code": "if_warm", "type": "text", "show_if": "one in (red, green)"},
                {"code": "if_north", "type": "text", "show_if": "some includes north"},
                {"code": "if_said", "type": "text", "show_if": "one answered"},
                {"code": "if_grown", "type": "text", "show_if": "age >= 18"},
                {"code": "if_both", "type": "text", "show_if": "one = red and (whole < 10 or not truth = true)"},
                {"code": "if_chain", "type": "text", "show_if": "if_red answered"},
            ],
        },
    ],
}


def words_for(language: str) -> dict[str, Any]:
    """Words that say which language they are in: `one in fr`."""
    return {
        "person": f"somebody in {language}",
        "sections": {
            section["id"]: {"title": f"{section['id']} in {language}", "why": f"why {section['id']} in {language}"}
            for section in DEFINITION["sections"]
        },
        "questions": {question["code"]: _words(question, language) for question in _questions()},
    }


def questionnaire() -> Questionnaire:
    """The definition, checked."""
    return load(DEFINITION)


def question(code: str) -> Question:
    """One of its questions."""
    return questionnaire().questions[code]


def words(language: str = "en") -> Words:
    """Its words, held to the definition."""
    return load_words(words_for(language), questionnaire())


def install(folder: Path) -> None:
    """Write it as files where `store` looks for questionnaires, as the one for new cases."""
    place = folder / "synthetic-1"
    place.mkdir(parents=True)
    (place / "definition.json").write_text(json.dumps(DEFINITION), encoding="utf-8")
    for language in LANGUAGES:
        (place / f"{language.code}.json").write_text(json.dumps(words_for(language.code)), encoding="utf-8")
    (folder / "CURRENT").write_text("synthetic-1\n", encoding="ascii")


def forget() -> None:
    """Let `store` read anew."""
    store.load.cache_clear()
    store.words.cache_clear()


def _questions() -> Iterator[dict[str, Any]]:
    for section in DEFINITION["sections"]:
        yield from section["questions"]


def _words(asked: dict[str, Any], language: str) -> dict[str, Any]:
    said: dict[str, Any] = {"label": f"{asked['code']} of {{name}} in {language}"}
    if asked["type"] in {"scale", "repeat"}:
        said["hint"] = f"about {asked['code']} in {language}"
    for part in ("options", "units", "methods"):
        if asked.get(part):
            said[part] = {code: f"{code} in {language}" for code in asked[part]}
    if asked["type"] == "age":
        said["units"] = {unit: f"{unit} in {language}" for unit in ("years", "months")}
    if asked.get("parts"):
        said["add"] = f"add in {language}"
        said["parts"] = {part["code"]: _words(part, language) for part in asked["parts"]}
    return said
