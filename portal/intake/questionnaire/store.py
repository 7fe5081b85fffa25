"""The questionnaires that exist, by id, each frozen; and their words by language."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from portal.intake.questionnaire.definition import Questionnaire
from portal.intake.questionnaire.definition import load as load_definition
from portal.intake.questionnaire.texts import Words, load_words

DATA = Path(__file__).parent / "data"


def current() -> Questionnaire:
    """The questionnaire for cases that begin today."""
    return load((DATA / "CURRENT").read_text(encoding="ascii").strip())


@cache
def load(questionnaire_id: str) -> Questionnaire:
    """A questionnaire by its id; old cases keep theirs."""
    return load_definition((DATA / questionnaire_id / "definition.json").read_bytes())


@cache
def words(questionnaire_id: str, language: str) -> Words:
    """Its words in a language."""
    raw = (DATA / questionnaire_id / f"{language}.json").read_bytes()
    return load_words(raw, load(questionnaire_id))
