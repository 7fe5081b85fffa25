"""Time zones: each by its city in a language, and under all of its names.

Which there are, in which country, and what they were called before, the zone database says; a list of our own would
go stale. CLDR has the words, some of them still under a zone's old name.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global

from portal.i18n.places import country_name, in_order_of, is_country
from portal.i18n.speech import locale

# Newer than the words of CLDR: its letters are those of a language that its readers may not read.
UNWORDED = {"America/Coyhaique": {"ar": "كويايكي"}}
# Names of clocks and not of places, though the zone database makes them those of some town: nobody's home is guessed.
NO_PLACES = frozenset(
    ("CET", "EET", "MET", "WET", "EST", "MST", "HST", "EST5EDT", "CST6CDT", "MST7MDT", "PST8PDT"),
)


def zone_of(name: str) -> str | None:
    """The zone of the list that has this name, or had it once; `None` for what names no place, such as `UTC`."""
    return name if name in _countries() else _aliases().get(name)


@lru_cache(maxsize=1_000)
def only_zone(country: str | None, year: int) -> str:
    """The zone of a country whose clocks all show the same in this year and the next, the first of them in the list.

    Empty where they do not, or the country is not known.
    """
    found = [zone for zone, code in _countries().items() if code == country]
    return found[0] if len({_clocks(zone, year) for zone in found}) == 1 else ""


def other_names(zone: str) -> list[str]:
    """What else a zone of the list is called by browsers and programs, old and new."""
    return _others().get(zone, [])


@cache
def zones(code: str) -> list[tuple[str, str, str]]:
    """Every inhabited time zone as (name, `country – city` in a language, its other names with spaces between)."""
    found = [
        (zone, f"{country_name(country, code)} – {city(zone, code)}", " ".join(other_names(zone)))
        for zone, country in _countries().items()
    ]
    return sorted(found, key=lambda zone: in_order_of(zone[1]))


@lru_cache(maxsize=5_000)
def zone_name(zone: str, code: str) -> str:
    """A zone as the list of them calls it: `Türkiye – Istanbul`."""
    listed = zone_of(zone)
    return f"{country_name(_countries()[listed], code)} – {city(listed, code)}" if listed else zone


@lru_cache(maxsize=5_000)
def city(zone: str, code: str) -> str:
    """A zone by its city in a language: `Istanbul`."""
    names, listed = locale(code).time_zones, zone_of(zone) or zone
    said = [names[one]["city"] for one in (listed, *other_names(listed)) if "city" in names.get(one, {})]
    return str(said[0]) if said else UNWORDED.get(listed, {}).get(code, _last_part(listed))


def _clocks(zone: str, year: int) -> tuple[timedelta | None, ...]:
    """How far the clocks are from UTC, week by week."""
    first, own = datetime(year, 1, 1, tzinfo=UTC), ZoneInfo(zone)
    return tuple((first + timedelta(weeks=week)).astimezone(own).utcoffset() for week in range(104))


def _last_part(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")


@cache
def _countries() -> dict[str, str]:
    """The zones in which somebody lives, with their country (ISO 3166-1)."""
    known = available_timezones()
    lines = (line.split("\t") for line in _table("zone.tab") if not line.startswith("#"))
    return {zone: country for country, _place, zone, *_more in lines if is_country(country) and zone in known}


@cache
def _aliases() -> dict[str, str]:
    """Every other name of a zone of the list. What CLDR says of a place comes first: links join places too."""
    renamed: dict[str, str] = dict(get_global("zone_aliases"))
    links = {alias: zone for _mark, zone, alias in (line.split() for line in _table("tzdata.zi") if line[:2] == "L ")}
    found = {}
    for name in {*renamed, *links, *renamed.values()} - _countries().keys() - NO_PLACES:
        ways = (renamed.get(name), links.get(name), renamed.get(links.get(name, "")))
        same = next((zone for zone in ways if zone in _countries()), None)
        if same:
            found[name] = same
    return found


@cache
def _others() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for alias, zone in sorted(_aliases().items()):
        found.setdefault(zone, []).append(alias)
    return found


def _table(name: str) -> list[str]:
    return (files("tzdata.zoneinfo") / name).read_text("utf-8").splitlines()
