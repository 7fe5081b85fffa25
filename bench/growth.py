"""Growth: the same page with little data and with much; a list must not become slower as an office grows older."""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from flask import Flask
from sqlalchemy import event

from bench.databases import databases, own_database
from bench.families import add_cases, add_slots, clinic, cookie_of, family
from bench.pages import office_of
from bench.results import Row, tell
from bench.running import environment, load, server
from portal.extensions import db

ROUNDS = 5
MOST = 1.20
SLOTS = (1_000, 10_000, 100_000)
CASES = (1_000, 100_000)


def main() -> None:
    """Each list, on each database."""
    for name, url in databases():
        tell(
            f"Growth on {name}",
            [*_grown("free times", "slot", SLOTS, _times, url), *_grown("case list", "case_file", CASES, _cases, url)],
        )


def _grown(
    name: str, table: str, sizes: tuple[int, ...], fill: Callable[[Flask, int], tuple[str, str]], url: str
) -> list[Row]:
    rates, plan = [], ""
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder, own_database(url) as own:
            with clinic(Path(folder) / "instance", own) as app:
                path, cookie = fill(app, size)
                plan = _plan(app, path, cookie, table)
            with server("wsgi:app", environment(Path(folder) / "instance", own)) as ours:
                load(ours, path, cookie=cookie, seconds=1)
                rates.append(statistics.median(load(ours, path, cookie=cookie).rate for _ in range(ROUNDS)))
    more = ", ".join(f"{size}: {rate:.0f}/s" for size, rate in zip(sizes, rates, strict=True))
    return [Row(f"{name}, {sizes[0]} to {sizes[-1]}", rates[0] / rates[-1], MOST, f"{more}; {plan}", at_most=True)]


def _times(app: Flask, number: int) -> tuple[str, str]:
    add_slots(app, number)
    return "/ar/case/book", cookie_of(family(app, 1))


def _cases(app: Flask, number: int) -> tuple[str, str]:
    add_cases(app, number)
    return "/ar/desk/cases", cookie_of(office_of(app))


def _plan(app: Flask, path: str, cookie: str, table: str) -> str:
    """How the database finds the rows of the page's list: by an index range, or by looking at everything."""
    asked: list[tuple[str, object]] = []
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append((given[2], given[3])))
    app.test_client(use_cookies=False).get(path, headers={"Cookie": cookie})
    statement, values = next(one for one in reversed(asked) if f"\nFROM {table} " in one[0] + " ")
    with engine.connect() as connection:
        explain = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
        steps = [str(step[-1]) for step in connection.exec_driver_sql(f"{explain} {statement}", values)]
    step = next(step for step in steps if "INDEX" in step.upper() or "SCAN" in step.upper())
    return f"plan: {step.partition('(cost')[0].strip(' ->')}"


if __name__ == "__main__":
    sys.exit(main())
