"""Slowest: the time that 99 of 100 pages stay below, from two web processes, for 8 and for 32 readers at once.

Beside each page stands what could be at best where requests of its length wait in one fair queue, readers × the time of
one ÷ processes, and the same for a bare Flask "hello"; all of it measured in turns.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.databases import databases, own_database
from bench.pages import Page, readers_pages
from bench.results import Row, tell
from bench.running import Load, environment, load, server
from bench.sizes import scaled

ROUNDS, PROCESSES = scaled(5), 2
LONGEST = {8: 25.0, 32: 80.0}  # readers at once: milliseconds


def main() -> None:
    """Every page, on each database."""
    for name, url in databases():
        with tempfile.TemporaryDirectory() as folder, own_database(url) as own:
            pages = readers_pages(Path(folder) / "instance", own)
            around = environment(Path(folder) / "instance", own)
            with (
                server("wsgi:app", around, workers=PROCESSES) as ours,
                server("bench.reference:app", around, workers=PROCESSES) as bare,
            ):
                rows = [row for page in pages for row in _rows(page, ours, bare)]
            tell(f"Slowest answers on {name}, two web processes", rows)


def _rows(page: Page, ours: str, bare: str) -> Iterator[Row]:
    load(ours, page.path, cookie=page.cookie, clients=32, seconds=1)
    rounds = [_round(page, ours, bare) for _ in range(ROUNDS)]
    alone = statistics.median(1000 / one[1, ours].rate for one in rounds)
    for clients, longest in LONGEST.items():
        slow, rate, hello = (
            statistics.median(getattr(one[clients, which], what) for one in rounds)
            for which, what in ((ours, "p99"), (ours, "rate"), (bare, "p99"))
        )
        more = f"p99 {slow:.0f} ms at {rate:.0f}/s; at best {clients} × {alone:.1f} ÷ {PROCESSES} = "
        more += f"{clients * alone / PROCESSES:.0f} ms; hello {hello:.1f} ms"
        yield Row(f"{page.name}, {clients} at once", slow / longest, 1.0, more, at_most=True)


def _round(page: Page, ours: str, bare: str) -> dict[tuple[int, str], Load]:
    """One reader alone, then many, of the page and of "hello"."""
    found = {(1, ours): load(ours, page.path, cookie=page.cookie, clients=1, seconds=1)}
    for clients in LONGEST:
        found[clients, ours] = load(ours, page.path, cookie=page.cookie, clients=clients)
        found[clients, bare] = load(bare, "/hello", clients=clients, seconds=1)
    return found


if __name__ == "__main__":
    sys.exit(main())
