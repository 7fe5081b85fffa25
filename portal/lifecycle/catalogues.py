"""Whether every language is complete: catalogues, texts, questionnaire wording."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from portal.i18n import DEFAULT, LANGUAGES, TRANSLATIONS
from portal.intake.questionnaire import store
from portal.intake.questionnaire.definition import BadDefinition
from portal.pages import library

SENTENCE = 3  # words: shorter ones may be the same in two languages (CAPN3, "4qA", "EMG")


def faults() -> list[str]:
    """One line for each thing that a language lacks."""
    others = [language.code for language in LANGUAGES if language.code != DEFAULT]
    return [fault for code in others for look in (_catalogue, _texts, _questions) for fault in look(code)]


def _catalogue(code: str) -> Iterator[str]:
    template = _read(TRANSLATIONS / "messages.pot")
    wanted = {_key(message.id, message.context) for message in template if message.id}
    path = TRANSLATIONS / code / "LC_MESSAGES" / "messages.po"
    catalogue = _read(path) if path.exists() else Catalog()
    done = {_key(one.id, one.context) for one in catalogue if one.id and not one.fuzzy and _whole(one.string)}
    if missing := wanted - done:
        yield f"{code}: {len(missing)} of {len(wanted)} strings are missing, fuzzy or empty"


def _texts(code: str) -> Iterator[str]:
    for slug in library.slugs():
        for version in library.versions(slug):
            try:
                text, source = library.find(slug, code, version), library.find(slug, DEFAULT, version)
            except LookupError:
                yield f"{code}: the text {slug} {version} is missing"
                continue
            if text.html == source.html:
                yield f"{code}: the text {slug} {version} is not translated"


def _questions(code: str) -> Iterator[str]:
    questionnaire = store.current().id
    try:
        words, source = store.words(questionnaire, code), store.words(questionnaire, DEFAULT)
    except (BadDefinition, FileNotFoundError) as fault:
        yield f"{code}: the questionnaire {questionnaire}: {fault}"
        return
    same = [
        question
        for question, said in words.questions.items()
        if said.label == source.questions[question].label and len(said.label.split()) >= SENTENCE
    ]
    if same:
        yield f"{code}: {len(same)} questions of {questionnaire} are not translated: {', '.join(same[:5])}"


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def _key(text: object, context: str | None) -> tuple[str, str]:
    return (context or "", str(text[0]) if isinstance(text, list | tuple) else str(text))


def _whole(translated: object) -> bool:
    return all(translated) if isinstance(translated, list | tuple) else bool(translated)
