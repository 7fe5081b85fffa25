"""The library of long texts: Markdown by slug, version and language. The newest version is shown, old ones stay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from markdown_it import MarkdownIt

TEXTS = Path(__file__).parent / "texts"


@dataclass(frozen=True)
class Text:
    """One text. `html` still holds its `${placeholders}`."""

    slug: str
    version: int
    language: str
    title: str
    html: str


def slugs() -> list[str]:
    """Every text there is."""
    return sorted(folder.name for folder in TEXTS.iterdir() if folder.is_dir())


def versions(slug: str) -> list[int]:
    """A text's versions, oldest first."""
    return sorted(int(folder.name) for folder in (TEXTS / slug).iterdir() if folder.name.isdecimal())


@cache
def find(slug: str, language: str, version: int | None = None) -> Text:
    """A text in a language, the newest version unless one is named. Raises `LookupError`."""
    if slug not in slugs():
        raise LookupError(slug)
    number = version or versions(slug)[-1]
    path = TEXTS / slug / str(number) / f"{language}.md"
    if not path.is_file():
        raise LookupError(f"{slug} {number} {language}")
    title, _, body = path.read_text(encoding="utf-8").partition("\n")
    return Text(slug, number, language, title.removeprefix("# ").strip(), _markdown().render(body.strip()))


def render(text: Text, values: Mapping[str, str]) -> str:
    """A text's HTML with its placeholders filled in; values are escaped. An unknown placeholder is a `KeyError`."""
    return Template(text.html).substitute({name: escape(value) for name, value in values.items()})


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False})
