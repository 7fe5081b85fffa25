"""Exons that a line names in plain words, and what it says became of them.

A line is read only where every word of it stands in `report_words.csv` and it names one run of exons. So words that
limit, doubt or talk of something else need no rule of their own: they are not in the table, and there is no hint.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from portal.intake.genetics.frame import FIRST, LAST

TABLE = Path(__file__).parent / "report_words.csv"
EXON, DENIES, TO, AND, COMMA, POINT, OF = "exon", "denies", "to", "and", "comma", "point", "of"
KINDS = {"del", "dup"}
ONLY_WITH_A_RANGE = "only with a range"  # “from exon 45” is open; “in exon 45” may be less than all of it
NUMBER, UNKNOWN = "number", "unknown"

# Words, numbers and signs. French “non-sens” does not deny; 'ten and 'ye are endings, as in 45'ten 50'ye.
PIECES = re.compile(r"non[- ]sens\w*|(?<=\d)'[a-z]+|\d+|[^\W\d_]+|\.{2,}|\S")
TAKEN_OUT = re.compile(
    r"\bn[cgmpr]_\d+(\.\d+)?"  # NM_004006.2
    r"|\bc\.[\d_+*()?-]+"  # c.123_900, of which “del” or “dup” stays
    r"|\bp\.[^\s,;]+"  # p.(Glu2147Alafs*16)
    r"|\b\d\d?[./-]\d\d?[./-]\d{4}\b|\b\d{4}-\d\d-\d\d\b"  # 12.03.2024
)
ALIKE = str.maketrans("ıى’‘", "iي''")
ACCENTS = {"Mn", "Lm"}


@dataclass(frozen=True)
class Named:
    """Exons that words name. `kind`: “del” or “dup” of whole exons, "" where nothing of that is said."""

    kind: str
    first: int
    last: int


def named(line: str) -> Named | None:
    """What a line of plain words says: one run of exons, and not more than one word for what became of them."""
    pieces = PIECES.findall(TAKEN_OUT.sub(" ", fold(line)))
    meanings = [meaning(piece) for piece in pieces]
    kinds = [one for one in meanings if one in KINDS]
    places = [place for place, one in enumerate(meanings) if one == NUMBER]
    if {UNKNOWN, DENIES} & set(meanings) or len(kinds) > 1 or not places:
        return None
    numbers = [int(pieces[place]) for place in places]
    joints = [meanings[here + 1 : there] for here, there in pairwise(places)]
    before, behind = meanings[: places[0]], meanings[places[-1] + 1 :]
    is_range = _is_range(numbers, joints)
    is_open = {TO, AND} if is_range else {TO, AND, ONLY_WITH_A_RANGE}
    if not (is_range or _is_list(numbers, joints)) or is_open & {*before, *behind} or not _are_exons(before, behind):
        return None
    return Named("".join(kinds), numbers[0], numbers[-1])


def denies(line: str) -> bool:
    """Whether any word of a line denies, whatever it is about."""
    return DENIES in map(meaning, PIECES.findall(fold(line)))


def _is_range(numbers: list[int], joints: list[list[str]]) -> bool:
    """45-50, 45 to exon 50, 45'ten 50."""
    if len(joints) != 1 or joints[0].count(TO) != 1:
        return False
    return set(joints[0]) <= {TO, EXON, OF, POINT} and numbers[0] < numbers[1]


def _is_list(numbers: list[int], joints: list[list[str]]) -> bool:
    """45, or 45, 46 and 47 without a gap."""
    are_joined = all({COMMA, AND} & set(joint) and set(joint) <= {COMMA, AND, POINT} for joint in joints)
    return are_joined and numbers == [*range(numbers[0], numbers[0] + len(numbers))]


def _are_exons(before: list[str], behind: list[str]) -> bool:
    """Exon 45 or 45. ekzon, but not 45 exons."""
    words_before = [one for one in before if one not in {OF, POINT, ONLY_WITH_A_RANGE}]
    return words_before[-1:] == [EXON] or behind[:2] == [POINT, EXON]


def meaning(piece: str) -> str:
    """What a folded word or sign means: as it stands in the table, else by how it begins."""
    if piece.isdecimal():
        return NUMBER if len(piece) <= 2 and FIRST <= int(piece) <= LAST else UNKNOWN
    beginnings = (f"{piece[:end]}*" for end in range(len(piece), 0, -1))
    return next((_words()[one] for one in (piece, *beginnings) if one in _words()), UNKNOWN)


def fold(text: str) -> str:
    """Text for comparing: small letters without accents."""
    spelled = unicodedata.normalize("NFKD", text.translate(ALIKE))
    return "".join(mark for mark in spelled if unicodedata.category(mark) not in ACCENTS).lower()


@cache
def _words() -> dict[str, str]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {fold(word): row["meaning"] for row in csv.DictReader(file) for word in row["words"].split()}
