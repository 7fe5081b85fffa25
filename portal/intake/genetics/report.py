"""A line of a genetic report read as a hint: which exons, which kind. The line itself is never changed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from portal.intake.genetics.frame import exons
from portal.typed import ascii_digits

DELETION, DUPLICATION = "exon_deletion", "exon_duplication"
KINDS = {"del": DELETION, "dup": DUPLICATION}
DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")
# c.(4071+1_4072-1)_(5154+1_5155-1)del, and the older c.4072-?_5154+?del
RANGE_NEW = re.compile(r"c\.\((\d+)\+1_(\d+)-1\)_\((\d+)\+1_(\d+)-1\)(del|dup)", re.IGNORECASE)
RANGE_OLD = re.compile(r"c\.(\d+)-\?_(\d+)\+\?(del|dup)", re.IGNORECASE)
# "ex30_36del", "del ex 45-50", "deletion of exons 45 to 50", and the same words in other languages
BETWEEN = r"(?:-|_|\bto\b|\bà\b|\bbis\b|\bt/m\b|\bal?\b|تا|إلى|\s)"
# "exon" as reports of many languages write it, with whatever endings their grammar adds.
WORD = (
    r"(?:ex(?:on[a-z]*|ón|ões|ão|s)?|éxon[a-z]*|eson[ei]|экзон\w*|екзон\w*|ekzon\w*"
    r"|(?:ال)?إكسون\w*|اگزون[\w\u200c]*|ایگزون|Δ)"
)
EXONS = re.compile(rf"(?<!\w){WORD}[\s._:-]*(\d{{1,2}})(?:\s*{BETWEEN}\s*(\d{{1,2}}))?", re.IGNORECASE)
LEADING = re.compile(rf"\b(\d{{1,2}})\s*{BETWEEN}\s*(\d{{1,2}})[.\s]*ekzon", re.IGNORECASE)
DEL_WORDS = re.compile(r"del|dél|حذف|делец|Δ|کمی", re.IGNORECASE)
DUP_WORDS = re.compile(r"dup|تضاعف|дупл|duplik", re.IGNORECASE)
VARIANT = re.compile(r"(?:c|g|p|n|m)\.[^\s,;]+")


@dataclass(frozen=True)
class Hint:
    """What a line seems to say. `notation` is the piece in HGVS notation, byte for byte; exons where they are named."""

    notation: str = ""
    kind: str = ""
    first: int | None = None
    last: int | None = None


def read_line(line: str) -> Hint | None:
    """A hint from a line, or `None` where nothing in it is understood. Never raises: a line may say anything."""
    plain = " ".join(ascii_digits(line).translate(DASHES).split())
    notation = VARIANT.search(line)
    exact = _by_bounds(plain.replace(" ", ""))
    found = exact or _by_words(plain)
    if found is None:
        return Hint(notation[0]) if notation else None
    kind, first, last = found
    return Hint(notation[0] if notation else "", kind, first, last)


def _by_bounds(text: str) -> tuple[str, int, int] | None:
    """Positions in the transcript that are exactly where exons begin and end."""
    if found := RANGE_NEW.search(text):
        before, start, end, after = (int(found[number]) for number in range(1, 5))
        if before + 1 != start or end + 1 != after:
            return None
        kind = found[5]
    elif found := RANGE_OLD.search(text):
        start, end, kind = int(found[1]), int(found[2]), found[3]
    else:
        return None
    starts = {exon.start: number for number, exon in exons().items()}
    ends = {exon.end: number for number, exon in exons().items()}
    if start not in starts or end not in ends or starts[start] > ends[end]:
        return None
    return KINDS[kind.lower()], starts[start], ends[end]


def _by_words(text: str) -> tuple[str, int, int] | None:
    found = EXONS.search(text) or LEADING.search(text)
    if found is None:
        return None
    first, last = int(found[1]), int(found[2] or found[1])
    if not (first in exons() and last in exons() and first <= last):
        return None
    kind = DUPLICATION if DUP_WORDS.search(text) else DELETION if DEL_WORDS.search(text) else ""
    return kind, first, last
