"""Countries, languages and time zones: what there is, and how each is called in a language."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global
from babel.dates import get_timezone_location

from portal.i18n.speech import DEFAULT, locale

# Regions that CLDR lists beside countries.
NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"})
# Languages that families of our region speak at home, beside those of the portal; the form offers these.
# fmt: off
AT_HOME = (
    "ar", "az", "ber", "bg", "bn", "bs", "ckb", "cs", "de", "el", "en", "es", "fa", "fi", "fr", "he", "hi", "hr",
    "hu", "hy", "id", "it", "ja", "ka", "kk", "ko", "ku", "ky", "mk", "nl", "no", "pl", "ps", "pt", "ro", "ru",
    "so", "sq", "sr", "sv", "sw", "ta", "te", "ti", "tk", "tr", "uk", "ur", "uz", "vi", "zh",
)
# fmt: on
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


def is_zone(name: str) -> bool:
    """Whether this is a time zone that the zone database knows, aliases included."""
    return name in _zones()


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


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


@lru_cache(maxsize=5_000)
def zone_name(zone: str, code: str) -> str:
    """A zone as the list of them calls it: `Türkiye – Istanbul`."""
    return next((place for name, place, _old in zones(code) if name == zone), zone)


@cache
def _countries() -> frozenset[str]:
    territories = locale(DEFAULT).territories
    return frozenset(str(one) for one in territories if len(str(one)) == 2 and str(one).isalpha()) - NO_COUNTRIES


def _order(name: str) -> str:
    return "".join(mark for mark in unicodedata.normalize("NFKD", name) if not unicodedata.combining(mark)).casefold()


@lru_cache(maxsize=5_000)
def city(zone: str, code: str) -> str:
    """A zone by its city in a language: `Istanbul`."""
    return get_timezone_location(ZoneInfo(zone), locale=locale(code), return_city=True)


@lru_cache(maxsize=20_000)
def country_name(country: str, code: str) -> str:
    """A country's name in a language."""
    return str(locale(code).territories.get(country, country))


@lru_cache(maxsize=5_000)
def language_name(language: str, code: str) -> str:
    """A language's name in a language."""
    return str(locale(code).languages.get(language, language))
