"""The library of long texts: Markdown by slug, version and language. The newest version is shown, old ones stay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from markdown_it import MarkdownIt
from markdown_it.token import Token

TEXTS = Path(__file__).parent / "texts"


@dataclass(frozen=True)
class Text:
    """One text. `html` still holds its `${placeholders}`."""

    slug: str
    version: int
    language: str
    title: str
    html: str


@cache
def slugs() -> tuple[str, ...]:
    """Every text there is."""
    return tuple(sorted(folder.name for folder in TEXTS.iterdir() if folder.is_dir()))


@cache
def versions(slug: str) -> tuple[int, ...]:
    """A text's versions, oldest first. Raises `LookupError` for a text that is not there."""
    # Asking for the slug among those we have also keeps a crafted one from leaving the folder.
    if slug not in slugs():
        raise LookupError(slug)
    return tuple(sorted(int(folder.name) for folder in (TEXTS / slug).iterdir() if folder.name.isdecimal()))


@cache
def find(slug: str, language: str, version: int | None = None) -> Text:
    """A text in a language, the newest version unless one is named. Raises `LookupError`."""
    number = versions(slug)[-1] if version is None else version
    path = TEXTS / slug / str(number) / f"{language}.md"
    if not path.is_file():
        raise LookupError(f"{slug} {number} {language}")
    title, _, body = path.read_text(encoding="utf-8").partition("\n")
    return Text(slug, number, language, title.removeprefix("# ").strip(), _html(body.strip()))


def render(text: Text, values: Mapping[str, str]) -> str:
    """A text's HTML with its placeholders filled in; values are escaped. An unknown placeholder is a `KeyError`."""
    # An address or a foreign name keeps its own direction inside a right-to-left sentence.
    return Template(text.html).substitute({name: f"<bdi>{escape(value)}</bdi>" for name, value in values.items()})


def _html(source: str) -> str:
    tokens = _markdown().parse(source)
    for token in tokens:
        for part in token.children or []:
            _keep_quiet(part)
    return str(_markdown().renderer.render(tokens, _markdown().options, {}))


def _keep_quiet(part: Token) -> None:
    """Another house's page is not told where its reader came from."""
    if part.type == "link_open" and str(part.attrGet("href")).startswith(("http:", "https:")):
        part.attrSet("rel", "noreferrer")


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False})
