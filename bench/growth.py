"""Growth: the same page with little data and with much; a list must not become slower as an office grows older."""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from flask import Flask

from bench import plans
from bench.databases import databases, own_database
from bench.explain import range_of
from bench.families import clinic, cookie_of, family
from bench.office import add_cases, add_slots
from bench.pages import office_of
from bench.results import Row, tell
from bench.running import environment, load, server
from bench.sizes import scaled
from portal.extensions import db

ROUNDS = scaled(5)
SHOWN, INSTANTS = 100, 300  # so many of any hour are more than seven days have
MANY = scaled(100_000, least=40_000)
SLOTS = (1_000, 10_000, MANY, scaled(1_000_000, least=50_000))
PEOPLE = (2, 20, 200)
CASES = (1_000, scaled(100_000, least=2_000))
Size = tuple[int, ...]


@dataclass(frozen=True)
class List:
    """A list that may be long: its address, the mark of one entry, its table, how many times the time it may take."""

    name: str
    path: str
    mark: str
    table: str
    most: float


TIMES = List("free times", "/ar/case/book", 'name="slot"', "slot", 1.30)
DOOR = List("free times, API", f"/api/free-times?language=ar&zone=Europe/Paris&most={SHOWN}", '"token":', "slot", 1.30)
FILES = List("case list", "/ar/desk/cases", 'href="/ar/desk/cases/', "case_file", 1.20)


@dataclass(frozen=True)
class Office:
    """A running one of some size; for each list how many entries it shows, by how many statements, and their plan."""

    address: str
    cookie: str
    seen: dict[List, tuple[int, int, str]]


def main() -> None:
    """Each list, on each database."""
    for name, url in databases():
        tell(f"Growth on {name}", [*_times(url), *_cases(url)])


def _times(url: str) -> Iterator[Row]:
    older: list[Size] = [(slots, 20) for slots in SLOTS]
    larger: list[Size] = [(MANY, people) for people in PEOPLE]
    with ExitStack() as stack:
        sizes = dict.fromkeys(older + larger)
        offices = {size: stack.enter_context(_office(url, partial(_book, size), TIMES, DOOR)) for size in sizes}
        for asked in (TIMES, DOOR):
            rates = _rates(asked, offices)
            yield _row(asked, offices, rates, older, 0, "slots")
            yield _row(asked, offices, rates, larger, 1, "coordinators")


def _cases(url: str) -> Iterator[Row]:
    with ExitStack() as stack:
        sizes: list[Size] = [(number,) for number in CASES]
        offices = {size: stack.enter_context(_office(url, partial(_work, size), FILES)) for size in sizes}
        yield _row(FILES, offices, _rates(FILES, offices), sizes, 0, "cases")


def _book(size: Size, app: Flask) -> str:
    slots, people = size
    add_slots(app, slots, people, at_once=min(people, slots // INSTANTS))
    return cookie_of(family(app, 1))


def _work(size: Size, app: Flask) -> str:
    add_cases(app, *size)
    return cookie_of(office_of(app))


@contextmanager
def _office(url: str, fill: Callable[[Flask], str], *lists: List) -> Iterator[Office]:
    with tempfile.TemporaryDirectory() as folder, own_database(url) as own:
        instance = Path(folder) / "instance"
        with clinic(instance, own) as app:
            cookie = fill(app)
            seen = {one: _look(app, one, cookie) for one in lists}
        with server("wsgi:app", environment(instance, own)) as ours:
            yield Office(ours, cookie, seen)


def _look(app: Flask, asked: List, cookie: str) -> tuple[int, int, str]:
    client, html = app.test_client(use_cookies=False), []

    def ask() -> plans.TestResponse:
        answer = client.get(asked.path, headers={"Cookie": cookie})
        html.append(answer.text)
        return answer

    done = plans.record(app, ask)
    statement, values = next(one for one in reversed(done.statements) if f"\nFROM {asked.table} " in one[0] + " ")
    with app.app_context():
        plan = range_of(db.engine, statement, values, asked.table)
    return html[-1].count(asked.mark), len(done.statements), plan


def _rates(asked: List, offices: dict[Size, Office]) -> dict[Size, float]:
    """The rate of each office, whose turns alternate."""
    found: dict[Size, list[float]] = {size: [] for size in offices}
    for office in offices.values():
        load(office.address, asked.path, cookie=office.cookie, seconds=1)
    for _ in range(ROUNDS):
        for size, office in offices.items():
            found[size].append(load(office.address, asked.path, cookie=office.cookie).rate)
    return {size: statistics.median(rates) for size, rates in found.items()}


def _row(
    asked: List, offices: dict[Size, Office], rates: dict[Size, float], sizes: Sequence[Size], axis: int, unit: str
) -> Row:
    seen = [offices[size].seen[asked] for size in sizes]
    assert len({one[:2] for one in seen}) == 1, f"{asked.name}: not the same page by the same statements: {seen}"
    shown, statements, _plan = seen[0]
    more = ", ".join(f"{size[axis]}: {rates[size]:.0f}/s" for size in sizes)
    more += f"; {shown} shown, {statements} statements; " + " or ".join(dict.fromkeys(one[2] for one in seen))
    name = f"{asked.name}, {sizes[0][axis]} to {sizes[-1][axis]} {unit}"
    return Row(name, rates[sizes[0]] / rates[sizes[-1]], asked.most, more, at_most=True)


if __name__ == "__main__":
    sys.exit(main())
