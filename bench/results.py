"""What was measured, as a table, and as lines of `bench/results.csv` where `BENCH_RECORD` names a commit."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).parent / "results.csv"


@dataclass(frozen=True)
class Row:
    """One ratio. `wanted` is what it should reach, or what it should not exceed where `at_most`."""

    name: str
    ratio: float
    wanted: float
    more: str = ""
    at_most: bool = False

    @property
    def reached(self) -> bool:
        """Whether it is as good as it should be."""
        return self.ratio <= self.wanted if self.at_most else self.ratio >= self.wanted


def tell(title: str, rows: Sequence[Row]) -> None:
    """Print a table and keep its ratios."""
    print(f"\n### {title}\n\n| | ratio | wanted | | |\n|---|---|---|---|---|")
    for row in rows:
        sign, said = "≤" if row.at_most else "≥", "yes" if row.reached else "**no**"
        print(f"| {row.name} | {row.ratio:.2f} | {sign} {row.wanted:.2f} | {said} | {row.more} |")
    if commit := os.environ.get("BENCH_RECORD"):
        new = not FILE.exists()
        with FILE.open("a", newline="", encoding="utf-8") as file:
            out = csv.writer(file)
            if new:
                out.writerow(["commit", "table", "name", "ratio", "wanted"])
            out.writerows([commit, title, row.name, f"{row.ratio:.3f}", row.wanted] for row in rows)
