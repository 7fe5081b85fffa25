"""Numbers and dates as people type them: any digits, comma or point, year or month and year."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from portal.typed import ascii_digits

MOST_DIGITS = 12
SEPARATORS = "\u066b,"  # Arabic decimal separator, comma
GROUPING = re.compile(r"[\s\u00a0\u202f\u066c'’_]")
YEAR = re.compile(r"(\d{4})")
YEAR_MONTH = re.compile(r"(\d{4})[-/.\s](\d{1,2})(?:[-/.\s]\d{1,2})?")
MONTH_YEAR = re.compile(r"(?:\d{1,2}[-/.\s])?(\d{1,2})[-/.\s](\d{4})")


def read_decimal(typed: str) -> Decimal | None:
    """A number, or `None`. Spaces between digits do not matter; a comma is a point."""
    text = GROUPING.sub("", ascii_digits(typed))
    for mark in SEPARATORS:
        text = text.replace(mark, ".")
    text = text.replace("\N{MINUS SIGN}", "-")
    if not re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", text) or len(text) > MOST_DIGITS + 8:
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def read_whole(typed: str) -> int | None:
    """A whole number, or `None`."""
    number = read_decimal(typed)
    return int(number) if number is not None and number == number.to_integral_value() else None


def plain(number: Decimal) -> str:
    """A number as it is stored: ASCII, no exponent, no zeros at the end."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def read_partial_date(typed: str) -> str | None:
    """`YYYY` or `YYYY-MM` from what people write (2015, 2015-04, 04/2015, 4.2015); a day, if given, is let go."""
    text = " ".join(ascii_digits(typed).split())
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
