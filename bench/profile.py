"""Profile: where the time of a page or form goes, by library and by our own parts (`python -m bench.profile book`)."""

from __future__ import annotations

import cProfile
import pstats
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.test import EnvironBuilder

from bench.families import clinic, cookie_of, family
from bench.forms import PHONE, hold, prepared
from bench.office import add_slots
from bench.pages import readers_pages
from bench.running import ROOT
from portal import create_app
from portal.config import Settings
from tests.support.journey import SECTIONS

TIMES, PARTS_SHOWN, WARM = 300, 25, 20
FAMILIES = 120
PAGES = (
    "home",
    "task list",
    "questionnaire page",
    "largest page",
    "longest page",
    "free times",
    "case list",
    "case page",
)
FORMS = ("save", "book", "send")
GROUPS = {
    "SQLAlchemy and the driver": ("sqlalchemy", "flask_sqlalchemy", "sqlite3"),
    "Flask, Werkzeug, extensions": ("flask", "werkzeug", "wtforms", "itsdangerous", "blinker"),
    "Templates": ("templates, compiled", "jinja2", "markupsafe"),
    "Sealing": ("cryptography", "pyrage"),
    "portal": ("portal",),
}
Request = Callable[[], None]


def main(*names: str) -> None:
    """Print the shares of some pages and forms on SQLite; in detail where it is one only.

    A profile makes small calls look dearer than they are.
    """
    asked = names or PAGES + FORMS
    found = {name: _profile(name) for name in asked}
    _tell(found)
    if len(found) == 1:
        _tell_parts(*found.popitem())


def _profile(name: str) -> pstats.Stats:
    with tempfile.TemporaryDirectory() as folder:
        instance = Path(folder) / "instance"
        requests = _looks(instance, name) if name in PAGES else _sendings(instance, name)
        for _ in range(WARM):
            requests.pop()()
        watch = cProfile.Profile()
        watch.enable()
        for request in requests:
            request()
        watch.disable()
    return pstats.Stats(watch)


def _looks(instance: Path, name: str) -> list[Request]:
    page = next(one for one in readers_pages(instance, "") if one.name == name)
    app = create_app(Settings(instance=instance, demo=True))
    around = EnvironBuilder(path=page.path, headers={"Cookie": page.cookie}).get_environ()
    return [lambda: _ask(app, dict(around), "200 OK")] * (WARM + TIMES)


def _sendings(instance: Path, name: str) -> list[Request]:
    with clinic(instance) as app:
        add_slots(app, 2 * FAMILIES)
        families = [family(app, number) for number in range(FAMILIES)]
        if name == "save":
            sent = [prepared(one, "/case/section/diagnosis", SECTIONS["diagnosis"]) for one in families]
        else:
            for one in families:
                hold(one)
            sent = [prepared(one, "/case/book/confirm", PHONE) for one in families]
        if name == "send":
            for one, (path, values, _cookie) in zip(families, sent, strict=True):
                one.client.post(path, data=values)
            sent = [prepared(one, "/case/check", {}) for one in families]
        cookies = [cookie_of(one) for one in families]
    app = create_app(Settings(instance=instance, demo=True))

    def sending(path: str, values: dict[str, str | list[str]], cookie: str) -> Request:
        around = EnvironBuilder(path=path, method="POST", data=values, headers={"Cookie": cookie}).get_environ()
        return lambda: _ask(app, around, "303 SEE OTHER")

    return [sending(path, values, cookie) for (path, values, _), cookie in zip(sent, cookies, strict=True)]


def _ask(app: Flask, around: dict[str, Any], expected: str) -> None:
    said: list[str] = []
    b"".join(app(around, lambda status, *_more: said.append(status)))  # type: ignore[arg-type]  # nobody writes
    assert said == [expected], said


def _tell(found: dict[str, pstats.Stats]) -> None:
    print(f"\n### Own time by library\n\n| | {' | '.join(GROUPS)} | Python itself |\n|{'---|' * (len(GROUPS) + 2)}")
    for name, stats in found.items():
        shares, whole = _shares(stats)
        print(
            f"| {name} | " + " | ".join(f"{shares[group] / whole:.0%}" for group in (*GROUPS, "Python itself")) + " |"
        )


def _shares(stats: pstats.Stats) -> tuple[Counter[str], float]:
    shares: Counter[str] = Counter()
    for (file, _line, function), (_calls, _all, own, _through, _callers) in _rows(stats).items():
        library = _library(file, function)
        group = next((name for name, heads in GROUPS.items() if library.startswith(heads)), "Python itself")
        shares[group] += own
    return shares, sum(shares.values())


def _tell_parts(name: str, stats: pstats.Stats) -> None:
    whole = _shares(stats)[1]
    print(f"\n### {name}: our parts, with what they call\n\n| | share |\n|---|---|")
    ours = [(through, place) for place, (_c, _a, _o, through, _) in _rows(stats).items() if _is_ours(place[0])]
    for through, (file, line, function) in sorted(ours, reverse=True)[:PARTS_SHOWN]:
        print(f"| `{file.partition(str(ROOT))[2].lstrip('/')}:{line}` {function} | {through / whole:.0%} |")


def _rows(stats: pstats.Stats) -> dict[tuple[str, int, str], tuple[int, int, float, float, Any]]:
    rows: dict[tuple[str, int, str], tuple[int, int, float, float, Any]] = stats.stats  # type: ignore[attr-defined]  # not in the hints
    return rows


def _is_ours(file: str) -> bool:
    return file.startswith(f"{ROOT}/portal/")


def _library(file: str, function: str) -> str:
    if file.endswith((".html", ".txt")):
        return "templates, compiled"
    if _is_ours(file):
        return "portal"
    _before, found, inside = file.partition("site-packages/")
    if found:
        return inside.split("/")[0]
    return "sqlite3" if "sqlite3" in function else "cryptography" if "AESGCM" in function else "Python"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
