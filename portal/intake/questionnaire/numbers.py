"""Numbers and dates as people type them: any digits, comma or point, year or month and year."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portal.typed import ascii_digits, legible

LONGEST = 20
LONGEST_RANGE = 60
POINT = r"[.,\u066b\u060c]"  # also the Arabic decimal separator, and the comma of Arabic text
GAP = r"[\s\u066c'’_]"  # between groups of thousands: spaces of any width, the Arabic separator, apostrophes
BETWEEN = re.compile(rf"{GAP}|{POINT}")
AROUND_POINTS = re.compile(rf"\s*({POINT})\s*")
PLAIN = re.compile(rf"(-?\d{{1,12}})(?:{POINT}(\d{{1,6}}))?")
# Three digits behind a lone point or comma: thousands in one language, decimals in another.
EITHER = re.compile(rf"(-?[1-9]\d{{0,2}}){POINT}(\d{{3}})")
GROUPED = re.compile(
    rf"(-?\d{{1,3}}(?P<mark>{GAP}|{POINT})\d{{3}}(?:(?P=mark)\d{{3}})*)(?:(?!(?P=mark)){POINT}(\d{{1,6}}))?"
)
RANGE = re.compile(r"[<>≤≥~≈]?\s*(\S.*?)(?:\s*[-–—/]\s*(\d.*?))?\s*\+?")
YEAR = re.compile(r"(\d{4})")
YEAR_MONTH = re.compile(r"(\d{4})[-/.\s](\d{1,2})(?:[-/.\s]\d{1,2})?")
MONTH_YEAR = re.compile(r"(?:\d{1,2}[-/.\s])?(\d{1,2})[-/.\s](\d{4})")


@dataclass(frozen=True)
class Number:
    """A number that was read. `doubtful`: it could be a thousand times as much, or as little."""

    value: Decimal
    doubtful: bool = False


def read_number(typed: str, *, thousands: bool = False) -> Number | None:
    """A number, or `None`. A comma is a point; groups of three digits may stand apart.

    Three digits behind a lone point or comma are doubtful: decimals, or where what is asked reaches `thousands` these.
    """
    text = AROUND_POINTS.sub(r"\1", ascii_digits(legible(typed))).replace("\N{MINUS SIGN}", "-")
    if len(text) > LONGEST:
        return None
    if found := EITHER.fullmatch(text):
        return Number(Decimal(found[1] + ("" if thousands else ".") + found[2]), doubtful=True)
    if found := PLAIN.fullmatch(text):
        return Number(Decimal(f"{found[1]}.{found[2] or 0}"))
    if found := GROUPED.fullmatch(text):
        return Number(Decimal(f"{BETWEEN.sub('', found[1])}.{found[3] or 0}"))
    return None


def numbers_in(typed: str) -> list[Decimal]:
    """The number that a text is, or both ends of a range (`150–200`, `> 1.000`); none of any other text."""
    found = RANGE.fullmatch(ascii_digits(legible(typed))[:LONGEST_RANGE])
    read = [read_number(end, thousands=True) for end in found.groups() if end] if found else []
    return [one.value for one in read if one] if all(read) else []


def plain(number: Decimal) -> str:
    """A number as it is stored: ASCII, no exponent, no zeros at the end."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def read_partial_date(typed: str) -> str | None:
    """`YYYY` or `YYYY-MM` from what people write (2015, 2015-04, 04/2015, 4.2015); a day, if given, is let go."""
    text = " ".join(ascii_digits(legible(typed)).split())
    if found := YEAR.fullmatch(text):
        return found[1]
    if found := YEAR_MONTH.fullmatch(text):
        return _iso(found[1], found[2])
    if found := MONTH_YEAR.fullmatch(text):
        return _iso(found[2], found[1])
    return None


def within(value: str, earliest: str, latest: str, today: date) -> bool:
    """Whether a partial date lies between two others; `now` is today. A year counts as any of its months."""
    upper = f"{today:%Y-%m}" if latest == "now" else latest
    return earliest[: len(value)] <= value[: len(earliest)] and value[: len(upper)] <= upper[: len(value)]


def _iso(year: str, month: str) -> str | None:
    return f"{year}-{int(month):02}" if 1 <= int(month) <= 12 else None
