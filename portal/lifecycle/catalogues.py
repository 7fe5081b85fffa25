"""Whether every language is complete: catalogues, texts, questionnaire wording."""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from portal.i18n import DEFAULT, LANGUAGES, TRANSLATIONS


def faults() -> list[str]:
    """One line for each language whose catalogue lacks something."""
    template = _read(TRANSLATIONS / "messages.pot")
    wanted = {_key(message.id, message.context) for message in template if message.id}
    found = []
    for language in LANGUAGES:
        if language.code == DEFAULT:
            continue
        path = TRANSLATIONS / language.code / "LC_MESSAGES" / "messages.po"
        catalogue = _read(path) if path.exists() else Catalog()
        done = {_key(one.id, one.context) for one in catalogue if one.id and not one.fuzzy and _whole(one.string)}
        missing = wanted - done
        if missing:
            found.append(f"{language.code}: {len(missing)} of {len(wanted)} texts are missing, fuzzy or empty")
    return found


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def _key(text: object, context: str | None) -> tuple[str, str]:
    return (context or "", str(text[0]) if isinstance(text, list | tuple) else str(text))


def _whole(translated: object) -> bool:
    return all(translated) if isinstance(translated, list | tuple) else bool(translated)
