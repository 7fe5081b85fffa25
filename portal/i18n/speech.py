"""The languages on offer, which of them is being spoken, and its translations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel import Locale
from babel.core import UnknownLocaleError
from babel.support import NullTranslations, Translations

TRANSLATIONS = Path(__file__).resolve().parents[2] / "translations"
RIGHT_TO_LEFT = frozenset({"ar", "fa", "ur", "ckb", "ps", "dv", "sd", "he", "ug", "yi"})
COMMA_TURNED = frozenset({"ar", "fa", "ur", "ckb", "ps", "sd", "ug"})
DEFAULT = "en"


@dataclass(frozen=True)
class Language:
    """A language on offer, with its name in itself."""

    code: str
    name: str

    @property
    def dir(self) -> str:
        """`rtl` or `ltr`."""
        return "rtl" if self.code.split("_")[0].split("-")[0] in RIGHT_TO_LEFT else "ltr"

    @property
    def comma(self) -> str:
        """What stands between the parts of an enumeration."""
        return "، " if self.code in COMMA_TURNED else ", "


LANGUAGES = (Language("en", "English"), Language("fr", "Français"), Language("tr", "Türkçe"), Language("ar", "العربية"))
OFFERED = {language.code: language for language in LANGUAGES}

_speaking: ContextVar[str] = ContextVar("speaking", default=DEFAULT)


def N_(text: str) -> str:
    """Mark a text for translation where it is defined; translate it with `gettext` where it is shown."""
    return text


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Everything inside is said in this language: mail to someone else, a page in a test."""
    token = _speaking.set(code if code in OFFERED else DEFAULT)
    try:
        yield
    finally:
        _speaking.reset(token)


def speak(code: str) -> None:
    """Use this language from here on in this request's context."""
    _speaking.set(code if code in OFFERED else DEFAULT)


def spoken() -> str:
    """The language being spoken now."""
    return _speaking.get()


def gettext(text: str, **values: object) -> str:
    """The text in the language being spoken, with `%(name)s` filled in. A broken translation falls back to English."""
    return _fill(translations(spoken()).gettext(text), text, values)


def ngettext(one: str, many: str, number: int, **values: object) -> str:
    """The plural form that the language has for this number; `%(num)s` is the number."""
    values = {"num": number, **values}
    return _fill(translations(spoken()).ngettext(one, many, number), one if number == 1 else many, values)


def pgettext(context: str, text: str, **values: object) -> str:
    """As `gettext`, for a text whose meaning depends on where it stands."""
    return _fill(str(translations(spoken()).pgettext(context, text)), text, values)


def _fill(translated: str, source: str, values: dict[str, object]) -> str:
    if not values:
        return translated
    try:
        return translated % values
    except (KeyError, TypeError, ValueError):
        return source % values


@cache
def translations(code: str) -> NullTranslations:
    """The compiled catalogue of a language; English is the source and has none."""
    if code == DEFAULT:
        return NullTranslations()
    return Translations.load(TRANSLATIONS, [code])


def negotiate(accepted: Iterable[tuple[str, float]]) -> str:
    """The offered language that a browser likes best; junk in the header is passed over."""
    for tag, _quality in accepted:
        try:
            base = Locale.parse(tag.replace("-", "_")).language
        except (UnknownLocaleError, ValueError, TypeError):
            continue
        if base in OFFERED:
            return base
    return DEFAULT


@cache
def locale(code: str) -> Locale:
    """Babel's locale of an offered language."""
    # British order of dates; the catalogue itself is plain English.
    return Locale.parse("en_GB" if code == "en" else code)
