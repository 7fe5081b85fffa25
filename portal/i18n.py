"""The languages we speak: negotiation, direction, translations, dates and numbers in words."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.core import UnknownLocaleError, get_global
from babel.dates import format_date, format_datetime, format_time, get_timezone_location
from babel.support import NullTranslations, Translations
from babel.units import format_unit
from werkzeug.datastructures import LanguageAccept

TRANSLATIONS = Path(__file__).resolve().parent.parent / "translations"
RIGHT_TO_LEFT = frozenset({"ar", "fa", "ur", "ckb", "ps", "dv", "sd", "he", "ug", "yi"})
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
    return _fill(translations(spoken()).pgettext(context, text), text, values)


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


def negotiate(accepted: LanguageAccept) -> str:
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


def is_zone(name: str) -> bool:
    """Whether this is a time zone that the zone database knows, aliases included."""
    return name in _zones()


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


# Regions that CLDR lists beside countries.
NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"})
# Languages that families of our region speak at home, beside those of the portal; the form offers these.
AT_HOME = [
    "ar",
    "az",
    "ber",
    "bg",
    "bn",
    "bs",
    "ckb",
    "cs",
    "de",
    "el",
    "en",
    "es",
    "fa",
    "fi",
    "fr",
    "he",
    "hi",
    "hr",
    "hu",
    "hy",
    "id",
    "it",
    "ja",
    "ka",
    "kk",
    "ko",
    "ku",
    "ky",
    "mk",
    "nl",
    "no",
    "pl",
    "ps",
    "pt",
    "ro",
    "ru",
    "so",
    "sq",
    "sr",
    "sv",
    "sw",
    "ta",
    "te",
    "ti",
    "tk",
    "tr",
    "uk",
    "ur",
    "uz",
    "vi",
    "zh",
]
# CLDR, and with it some browsers, keeps the old names of these zones.
RENAMED = {
    "Africa/Asmera": "Africa/Asmara",
    "America/Godthab": "America/Nuuk",
    "Asia/Calcutta": "Asia/Kolkata",
    "Asia/Katmandu": "Asia/Kathmandu",
    "Asia/Rangoon": "Asia/Yangon",
    "Asia/Saigon": "Asia/Ho_Chi_Minh",
    "Atlantic/Faeroe": "Atlantic/Faroe",
    "Europe/Kiev": "Europe/Kyiv",
}


def is_country(code: str) -> bool:
    """Whether this is an ISO 3166-1 alpha-2 country."""
    return code in _countries()


def is_language(code: str) -> bool:
    """Whether this is a language that the form offers."""
    return code in AT_HOME


@cache
def countries(code: str) -> list[tuple[str, str]]:
    """Every country with its name in a language, in the order of that language."""
    return sorted(((one, country_name(one, code)) for one in _countries()), key=lambda pair: _order(pair[1]))


@cache
def languages(code: str) -> list[tuple[str, str]]:
    """The languages of the form with their names in a language."""
    return sorted(((one, language_name(one, code)) for one in AT_HOME), key=lambda pair: _order(pair[1]))


@cache
def zones(code: str) -> list[tuple[str, str, str]]:
    """Every inhabited time zone as (name, `country – city` in a language, the name that old browsers give)."""
    found = []
    for old, territory in get_global("zone_territories").items():
        name = RENAMED.get(old, old)
        if territory in _countries() and is_zone(name):
            place = f"{country_name(territory, code)} – {city(old, code)}"
            found.append((name, place, old if old != name else ""))
    return sorted(found, key=lambda zone: _order(zone[1]))


@cache
def _countries() -> frozenset[str]:
    territories = locale(DEFAULT).territories
    return frozenset(one for one in territories if len(one) == 2 and one.isalpha()) - NO_COUNTRIES


def _order(name: str) -> str:
    return "".join(mark for mark in unicodedata.normalize("NFKD", name) if not unicodedata.combining(mark)).casefold()


@lru_cache(maxsize=20_000)
def day(instant: datetime, zone: str, code: str) -> str:
    """Weekday and date in a zone, in a language: `Tuesday, 24 November 2026`."""
    return format_date(instant.astimezone(ZoneInfo(zone)).date(), "full", locale=locale(code))


@lru_cache(maxsize=20_000)
def clock(instant: datetime, zone: str, code: str) -> str:
    """The time of day on a zone's clock: `14:20`. Always 24 hours: no language of ours can misread it."""
    return format_time(instant.astimezone(ZoneInfo(zone)).time(), "HH:mm", locale=locale(code))


@lru_cache(maxsize=20_000)
def moment(instant: datetime, zone: str, code: str) -> str:
    """Date and time on a zone's clock, short: `24 Nov 2026, 14:20`."""
    return format_datetime(instant.astimezone(ZoneInfo(zone)), "d MMM y, HH:mm", locale=locale(code))


@lru_cache(maxsize=5_000)
def offset(instant: datetime, zone: str) -> str:
    """The distance to UTC at that instant: `UTC+3`, `UTC−3:30`."""
    shift = instant.astimezone(ZoneInfo(zone)).utcoffset() or timedelta(0)
    minutes = round(shift.total_seconds() / 60)
    sign = "+" if minutes >= 0 else "\N{MINUS SIGN}"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")


@lru_cache(maxsize=5_000)
def city(zone: str, code: str) -> str:
    """A zone by its city in a language: `Istanbul`."""
    return get_timezone_location(ZoneInfo(zone), locale=locale(code), return_city=True)


def file_size(size: int, code: str) -> str:
    """A number of bytes in a unit that people read: `1.4 MB`."""
    for unit, factor in (("megabyte", 1_000_000), ("kilobyte", 1_000)):
        if size >= factor:
            return format_unit(round(size / factor, 1), f"digital-{unit}", "short", locale=locale(code))
    return format_unit(size, "digital-byte", "long", locale=locale(code))


def country_name(country: str, code: str) -> str:
    """A country's name in a language."""
    return str(locale(code).territories.get(country, country))


def language_name(language: str, code: str) -> str:
    """A language's name in a language."""
    return str(locale(code).languages.get(language, language))
