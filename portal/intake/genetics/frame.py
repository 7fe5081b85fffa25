"""The reading frame of DMD after exons were lost or doubled: plain arithmetic on 79 exon lengths.

Source of the lengths: coding positions of NM_004006.2, 11,058 bases for 3,685 amino acids and a stop; every border was
compared with NG_012232.1 (see docs/genetics.md). One public table has the border of exons 48 and 49 three bases off:
right are 186 and 102. Shown to coordinators as arithmetic; no family sees it, and it says nothing about a therapy.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TABLE = Path(__file__).parent / "dmd_exons.csv"
FIRST, LAST = 1, 79
# Where the rule is known to fail even though the sum is right (facts and sources: docs/genetics.md).
ENDS, ACTIN, CYSTEINE, KNOWN_EXCEPTION, DUPLICATION, LARGE, NOT_SEEN = (
    "ends",
    "actin_binding",
    "cysteine_rich",
    "exons_3_7",
    "duplication",
    "large",
    "not_seen",  # whatever the exons: rearrangements, splicing, other promoters
)
LARGE_FROM = 36  # exons: about as much as the largest losses that were described as mild


@dataclass(frozen=True)
class Exon:
    """One exon: its coding positions in the transcript, and the bases of a codon that are open before and after it."""

    start: int
    end: int
    start_phase: int
    end_phase: int

    @property
    def bases(self) -> int:
        """Coding bases."""
        return self.end - self.start + 1


@dataclass(frozen=True)
class Frame:
    """What the arithmetic gives. `keeps` is `None` where it says nothing; `limits` name what it leaves out."""

    bases: int
    keeps: bool | None
    limits: tuple[str, ...]


@cache
def exons() -> dict[int, Exon]:
    """The 79 exons by number."""
    with TABLE.open(encoding="ascii", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        int(row["exon"]): Exon(
            int(row["cds_start"]),
            int(row["cds_end"]),
            int(row["start_phase"]),
            int(row["end_phase"]),
        )
        for row in rows
    }


def frame_of(first: int, last: int, *, duplication: bool = False) -> Frame:
    """What losing (or doubling, one copy right behind the other) exons `first` to `last` does to the reading frame.

    Raises `ValueError` for numbers that are not exons of DMD, or in the wrong order.
    """
    if not FIRST <= first <= last <= LAST:
        raise ValueError(f"{first}-{last}")
    table = exons()
    bases = sum(table[number].bases for number in range(first, last + 1))
    at_the_ends = first == FIRST or last == LAST
    keeps = None if at_the_ends else table[first].start_phase == table[last].end_phase
    return Frame(bases, keeps, tuple(_limits(first, last, keeps, duplication)))


def _limits(first: int, last: int, keeps: bool | None, duplication: bool) -> list[str]:
    found = {
        ENDS: keeps is None,
        KNOWN_EXCEPTION: (first, last) == (3, 7),
        ACTIN: bool(keeps) and first <= 8 and last >= 2,
        CYSTEINE: bool(keeps) and first <= 70 and last >= 64,
        LARGE: bool(keeps) and last - first + 1 >= LARGE_FROM,
        DUPLICATION: duplication,
        NOT_SEEN: True,
    }
    return [limit for limit, holds in found.items() if holds]
