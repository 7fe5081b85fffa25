"""Countries and languages: what there is, and how each is called in a language."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache

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


def is_country(code: str) -> bool:
    """Whether this is an ISO 3166-1 alpha-2 country."""
    return code in _countries()


def is_language(code: str) -> bool:
    """Whether this is a language that the form offers."""
    return code in AT_HOME


@cache
def countries(code: str) -> list[tuple[str, str]]:
    """Every country with its name in a language, in the order of that language."""
    return sorted(((one, country_name(one, code)) for one in _countries()), key=lambda pair: in_order_of(pair[1]))


@cache
def languages(code: str) -> list[tuple[str, str]]:
    """The languages of the form with their names in a language."""
    return sorted(((one, language_name(one, code)) for one in AT_HOME), key=lambda pair: in_order_of(pair[1]))


@cache
def _countries() -> frozenset[str]:
    territories = locale(DEFAULT).territories
    return frozenset(str(one) for one in territories if len(str(one)) == 2 and str(one).isalpha()) - NO_COUNTRIES


def in_order_of(name: str) -> str:
    """What names are sorted by: their letters, without regard to accents and case."""
    return "".join(mark for mark in unicodedata.normalize("NFKD", name) if not unicodedata.combining(mark)).casefold()


@lru_cache(maxsize=20_000)
def country_name(country: str, code: str) -> str:
    """A country's name in a language."""
    return str(locale(code).territories.get(country, country))


@lru_cache(maxsize=5_000)
def language_name(language: str, code: str) -> str:
    """A language's name in a language."""
    return str(locale(code).languages.get(language, language))
