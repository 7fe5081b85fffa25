"""Units as people write them beside a number. Only those that say the same as the unit itself: nothing is converted."""

from __future__ import annotations

import re
from collections.abc import Sequence

LONGEST = 60
SPELLINGS = {
    "cm": ("cm", "см", "سم"),
    "kg": ("kg", "kgs", "kilo", "kilos", "кг", "كغ", "كغم", "كلغ", "كجم"),
    "m": ("m", "metres", "metre", "meters", "meter", "mètres", "mètre", "mt", "м", "م", "متر", "مترًا", "متراً", "أمتار"),
    "s": (
        *("s", "sec", "secs", "second", "seconds", "seconde", "secondes", "sn", "san", "saniye", "с"),
        *("ث", "ثانية", "ثوان", "ثوانٍ", "ثواني"),
    ),
    "pct": ("%", "٪", "per cent", "percent", "pour cent", "yüzde", "بالمئة", "في المئة"),
    "l_min": ("l/min", "l/mn", "l/dk", "ل/د", "ل/دقيقة"),
    "u_l": ("u/l", "iu/l", "ui/l"),
    "kb": ("kb", "kbp"),
    "units": ("units", "unit", "unités", "unité", "birim", "وحدات", "وحدة"),
    "years": (
        *("years", "year", "years old", "yrs", "yr", "ans", "an", "yaş", "yaşında", "yıl"),
        *("سنوات", "سنة", "سنين", "أعوام", "عام", "عامًا", "عاماً"),
    ),
    "months": (
        *("months", "month", "months old", "mois", "ay", "aylık"),
        *("أشهر", "شهر", "شهور", "شهرًا", "شهراً", "شهرا"),
    ),
}


def apart(typed: str, units: Sequence[str]) -> tuple[str, str]:
    """A number by itself, and the unit that stands beside it; all of it and "" where that is none of these."""
    if len(typed) > LONGEST:
        return typed, ""
    for unit in set(units) & set(SPELLINGS):
        words = "|".join(map(re.escape, SPELLINGS[unit]))
        found = re.fullmatch(rf"(?:(?:{words})\s*)?(\S.*?)(?:\s*(?:{words})\.?)?", typed, re.IGNORECASE)
        if found and found[1] != typed:
            return found[1], unit
    return typed, ""
