"""A line of a genetic report read as a hint: which kind of change, which exons. The line itself is never changed.

Reports are copied by hand, in many languages: spaces, dashes, digits and marks of direction do not matter. What is not
understood is no hint, and never a problem.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from portal.intake.genetics.frame import exons
from portal.intake.genetics.wording import denies, named
from portal.typed import ascii_digits

DELETION, DUPLICATION = "exon_deletion", "exon_duplication"
NONSENSE, FRAMESHIFT, MISSENSE, SPLICE = "nonsense", "frameshift", "missense", "splice"
OF_EXONS = {"del": DELETION, "dup": DUPLICATION}
WRITTEN = {
    ">": "substitution",
    "del": "deletion",
    "dup": "duplication",
    "ins": "insertion",
    "delins": "deletion_insertion",
}
KINDS = (DELETION, DUPLICATION, NONSENSE, FRAMESHIFT, MISSENSE, SPLICE, *WRITTEN.values())
UNSEEN = {"Cf", "Cc", "Cs"}  # marks of direction and the like, which copying leaves between letters
LONGEST = 2_000  # more than that is no line
SMALL = 50  # bases: more than that is a matter of exons, which the words of a line may name
NEAR_BORDER = 8  # bases of an intron that belong to a splice site, the first two of them above all

ALIKE = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-") | dict.fromkeys(map(ord, "→＞"), ">")
# c.(4071+1_4072-1)_(5154+1_5155-1)del, and the older c.4072-?_5154+?del
RANGE_NEW = re.compile(r"\((\d+)\+1_(\d+)-1\)_\((\d+)\+1_(\d+)-1\)")
RANGE_OLD = re.compile(r"(\d+)-\?_(\d+)\+\?")
# c.10033C>T, c.93+1G>A, c.20_23dup, c.123delAinsTT: where, and what happened there.
CODING = re.compile(
    r"(?<![\w.])c\s*\.\s*(?P<where>[-+*_?()\s]*\d[-+*_?()\d\s]{0,80})"
    r"(?P<what>del[acgtu\d\s]{0,60}ins|del|dup|ins|[acgtu]+\s*>\s*[acgtu])",
    re.IGNORECASE,
)
SPOT = re.compile(r"[-*]?(\d+)([-+]\d+)?")
# p.(Arg3345*), p.R3345X, p.Gly12Asp, p.(Lys23Argfs*5): which amino acid, and what became of it.
LONG = "(?:ala|arg|asn|asp|cys|gln|glu|gly|his|ile|leu|lys|met|phe|pro|sec|ser|thr|trp|tyr|val)"
ACID = rf"(?:(?i:{LONG})|[ACDEFGHIKLMNPQRSTUVWY])"
PROTEIN = re.compile(
    rf"(?<![\w.])[pP]\s*\.\s*[(\[]?\s*{ACID}\s*\d+\s*"
    rf"(?:(?P<shift>(?:{ACID}\s*)?(?i:fs))|(?P<stop>\*|(?i:ter|stop)|X(?![A-Za-z]))"
    rf"|(?:_\s*{ACID}\s*\d+\s*)?(?P<what>(?i:delins|del|dup|ins))|(?P<other>{ACID}))"
)
REST = re.compile(r"[^\s,;/]*")  # what belongs to a piece of notation behind what was read of it


@dataclass(frozen=True)
class Hint:
    """What a line seems to say: one of `KINDS`, or "" where only exons are named.

    `notation` is the piece of the line that says so, as it stands there; "" where words say it. `first` and `last` are
    exons, of DMD where they were found by position.
    """

    kind: str = ""
    notation: str = ""
    first: int | None = None
    last: int | None = None


def read_line(line: str) -> Hint | None:
    """A hint from a line, or `None` where nothing in it is certain. Never raises: a line may say anything.

    Exons at whose borders a change begins and ends come first; then a small change, by what it does at a splice site or
    to the protein where that is said; then exons that words name. A line that denies anything gives none.
    """
    if len(line) > LONGEST:
        return None
    readable = _Readable(line)
    if denies(readable.text):
        return None
    coding, protein = CODING.search(readable.text), PROTEIN.search(readable.text)
    words = _exons_by_words(readable.text)
    return (
        _exons_by_position(readable, coding)
        or (_small(readable, coding, protein) if coding and _is_small(coding) else None)
        or (words if words and words.first != words.last else None)
        or _in_protein(readable, protein)
        or _written(readable, coding or protein)
        or words
    )


class _Readable:
    """A line for reading, mark by mark beside the line itself, so that a find can be shown as it stands there."""

    def __init__(self, line: str) -> None:
        self._line = line
        self._places = [
            place for place, mark in enumerate(line) if mark.isspace() or unicodedata.category(mark) not in UNSEEN
        ]
        self.text = ascii_digits("".join(line[place] for place in self._places)).translate(ALIKE)

    def original(self, found: re.Match[str]) -> str:
        """What was found, as it stands in the line, with what belongs to it: inserted bases, a bracket that closes."""
        rest = REST.match(self.text, found.end())
        end = rest.end() if rest else found.end()
        piece = self.text[found.start() : end]
        end -= len(piece) - len(piece.rstrip(".:"))
        if self.text[end - 1] == ")" and piece.count(")") > piece.count("("):
            end -= 1  # the bracket closes what began before
        return self._line[self._places[found.start()] : self._places[end - 1] + 1]


def _exons_by_position(line: _Readable, coding: re.Match[str] | None) -> Hint | None:
    """Positions in the transcript of DMD that are exactly where exons begin and end."""
    kind = OF_EXONS.get(_what(coding)) if coding else None
    borders = _borders(_where(coding)) if coding else None
    if coding is None or kind is None or borders is None:
        return None
    starts = {exon.start: number for number, exon in exons().items()}
    ends = {exon.end: number for number, exon in exons().items()}
    first, last = starts.get(borders[0]), ends.get(borders[1])
    if first is None or last is None or first > last:
        return None
    return Hint(kind, line.original(coding), first, last)


def _borders(where: str) -> tuple[int, int] | None:
    if found := RANGE_NEW.fullmatch(where):
        before, start, end, after = map(int, found.groups())
        return (start, end) if before + 1 == start and end + 1 == after else None
    if found := RANGE_OLD.fullmatch(where):
        return int(found[1]), int(found[2])
    return None


def _small(line: _Readable, coding: re.Match[str], protein: re.Match[str] | None) -> Hint | None:
    if _is_at_border(coding):
        return Hint(SPLICE, line.original(coding))
    return _in_protein(line, protein) or _written(line, coding)


def _in_protein(line: _Readable, found: re.Match[str] | None) -> Hint | None:
    """What becomes of the protein, where more is said than which amino acids come or go."""
    if found is None or found["what"]:
        return None
    kind = FRAMESHIFT if found["shift"] else NONSENSE if found["stop"] else MISSENSE
    return Hint(kind, line.original(found))


def _written(line: _Readable, found: re.Match[str] | None) -> Hint | None:
    return Hint(WRITTEN[_what(found)], line.original(found)) if found else None


def _what(found: re.Match[str]) -> str:
    what = found["what"].lower()
    if ">" in what:
        return ">"
    return "delins" if what.startswith("del") and what.endswith("ins") else what


def _where(coding: re.Match[str]) -> str:
    return "".join(coding["where"].split())


def _is_small(coding: re.Match[str]) -> bool:
    """Whether its place is exact, and not more than a few bases long."""
    where = _where(coding)
    spots = [int(found[1]) for found in SPOT.finditer(where)]
    return not set(where) & set("?()") and max(spots) - min(spots) < SMALL


def _is_at_border(coding: re.Match[str]) -> bool:
    return any(found[2] and abs(int(found[2])) <= NEAR_BORDER for found in SPOT.finditer(_where(coding)))


def _exons_by_words(text: str) -> Hint | None:
    found = named(text)
    return Hint(OF_EXONS.get(found.kind, ""), "", found.first, found.last) if found else None
