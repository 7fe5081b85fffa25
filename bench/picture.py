"""Picture: the ratios of `results.csv` over the commits, as docs/pictures/ratios-….svg (`make bench PARTS=picture`)."""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pygal
from pygal.style import Style

from bench.results import FILE

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
DRAWN = {
    "pages": "Pages on SQLite, 8 clients",
    "forms": "Forms on SQLite, 8 clients",
}
# Okabe and Ito's colours, told apart by nearly everybody.
STYLE = Style(
    background="white",
    plot_background="white",
    font_family="sans-serif",
    guide_stroke_color="#dddddd",
    major_guide_stroke_color="#dddddd",
    colors=("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c6d1f"),
)


def main() -> None:
    """Draw each table that is worth following over time."""
    with FILE.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for name, table in DRAWN.items():
        chart = _chart(table, [row for row in rows if row["table"] == table])
        target = PICTURES / f"ratios-{name}.svg"
        target.write_bytes(chart.render())
        print(f"- {target.relative_to(Path.cwd())}")


def _chart(title: str, rows: Iterable[dict[str, str]]) -> pygal.Line:
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for row in rows:
        found[row["name"]][row["commit"]] = float(row["ratio"])
    commits = list(dict.fromkeys(commit for ratios in found.values() for commit in ratios))
    chart = pygal.Line(
        title=f"{title}: share of the reference's rate",
        x_title="commit",
        range=(0, 1),
        js=(),  # a still picture: nothing is loaded from elsewhere
        style=STYLE,
        width=900,
        height=460,
        no_prefix=True,
        disable_xml_declaration=False,
        legend_at_bottom=True,
        legend_at_bottom_columns=4,
    )
    chart.x_labels = commits
    for name, ratios in found.items():
        chart.add(name, [ratios.get(commit) for commit in commits], stroke_style={"width": 2})
    chart.add("wanted", [0.6] * len(commits), stroke_style={"dasharray": "8, 5", "width": 3}, show_dots=False)
    return chart


if __name__ == "__main__":
    sys.exit(main())
