"""Slowest: the time that 99 of 100 pages stay below, from two web processes, for 8 and for 32 readers at once."""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.databases import databases, own_database
from bench.pages import Page, readers_pages
from bench.results import Row, tell
from bench.running import environment, load, server

ROUNDS = 5
LONGEST = {8: 25.0, 32: 80.0}  # readers at once: milliseconds


def main() -> None:
    """Every page, on each database."""
    for name, url in databases():
        with tempfile.TemporaryDirectory() as folder, own_database(url) as own:
            pages = readers_pages(Path(folder) / "instance", own)
            with server("wsgi:app", environment(Path(folder) / "instance", own), workers=2) as ours:
                tell(
                    f"Slowest answers on {name}, two web processes",
                    [row for page in pages for row in _rows(page, ours)],
                )


def _rows(page: Page, ours: str) -> Iterator[Row]:
    load(ours, page.path, cookie=page.cookie, clients=32, seconds=1)
    for clients, longest in LONGEST.items():
        rounds = [load(ours, page.path, cookie=page.cookie, clients=clients) for _ in range(ROUNDS)]
        slow, rate = (statistics.median(getattr(one, what) for one in rounds) for what in ("p99", "rate"))
        yield Row(
            f"{page.name}, {clients} at once", slow / longest, 1.0, f"p99 {slow:.0f} ms at {rate:.0f}/s", at_most=True
        )


if __name__ == "__main__":
    sys.exit(main())
