"""Dates, times and sizes in words. Each distinct instant is formatted once for each language and zone, and kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time
from babel.numbers import get_decimal_symbol
from babel.units import format_unit

from portal.i18n.speech import OFFERED, locale, translations

LEFT_TO_RIGHT, END = "\u2066", "\u2069"


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
def offset(instant: datetime, zone: str, code: str) -> str:
    """The distance to UTC at that instant: `UTC+3`, `UTC−3:30`. Isolated where the text around it runs leftwards."""
    shift = instant.astimezone(ZoneInfo(zone)).utcoffset() or timedelta(0)
    minutes = round(shift.total_seconds() / 60)
    sign = "+" if minutes >= 0 else "\N{MINUS SIGN}"
    hours, rest = divmod(abs(minutes), 60)
    said = f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")
    return f"{LEFT_TO_RIGHT}{said}{END}" if OFFERED[code].dir == "rtl" else said


def file_size(size: int, code: str) -> str:
    """A number of bytes in a unit that people read: `1.4 MB`."""
    # Babel gives the bare name of a unit for which it reads no word in a language: for the byte alone in some.
    unit, factor = ("megabyte", 1_000_000) if size >= 1_000_000 else ("kilobyte", 1_000)
    return format_unit(max(round(size / factor, 1), 0.1), f"digital-{unit}", "short", locale=locale(code))


def age(number: int, unit: str, code: str) -> str:
    """So many `years` or `months`, in words."""
    # Not as Babel has it: Turkish, Persian and others would read "31 duration-year". Ours are in the catalogues.
    said = translations(code)
    if unit == "years":
        return said.ngettext("%(num)d year", "%(num)d years", number) % {"num": number}
    return said.ngettext("%(num)d month", "%(num)d months", number) % {"num": number}


def decimal(number: str, code: str) -> str:
    """A number in plain notation with the mark that the language has: `12.5` or `12,5`."""
    return number.replace(".", get_decimal_symbol(locale(code)))
