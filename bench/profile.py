"""Profile: where the time of a page goes, by library and by our own parts (`python -m bench.profile "case page"`)."""

from __future__ import annotations

import cProfile
import pstats
import sys
import tempfile
from collections import Counter
from pathlib import Path

from werkzeug.test import EnvironBuilder

from bench.pages import FAMILY_PAGES, readers_pages
from bench.running import ROOT
from portal import create_app
from portal.config import Settings

TIMES, PARTS_SHOWN = 300, 25
SLOWEST = "case page"


def main(name: str = SLOWEST) -> None:
    """Print the shares of one page on SQLite. A profile makes small calls look dearer than they are."""
    with tempfile.TemporaryDirectory() as folder:
        instance = Path(folder) / "instance"
        page = next(one for one in readers_pages(instance, "") if one.name == name)
        app = create_app(Settings(instance=instance, demo=True))
        around = EnvironBuilder(path=page.path, headers={"Cookie": page.cookie}).get_environ()

        def look() -> None:
            said: list[str] = []
            with_body = app(dict(around), lambda status, *_more: said.append(status))  # type: ignore[arg-type]
            b"".join(with_body)
            assert said == ["200 OK"], said

        for _ in range(20):
            look()
        watch = cProfile.Profile()
        watch.enable()
        for _ in range(TIMES):
            look()
        watch.disable()
    _tell(name, pstats.Stats(watch))


def _tell(name: str, stats: pstats.Stats) -> None:
    rows = stats.stats  # type: ignore[attr-defined]  # missing in the hints: (file, line, function) → counts and times
    whole = sum(own for _calls, _all, own, _through, _callers in rows.values())
    shares: Counter[str] = Counter()
    for (file, _line, function), (_calls, _all, own, _through, _callers) in rows.items():
        shares[_library(file, function)] += own
    print(f"\n### {name}: own time by library\n\n| | share |\n|---|---|")
    for library, own in shares.most_common(10):
        print(f"| {library} | {own / whole:.0%} |")
    print(f"\n### {name}: our parts, with what they call\n\n| | share |\n|---|---|")
    ours = [(through, place) for place, (_c, _a, _o, through, _) in rows.items() if _is_ours(place[0])]
    for through, (file, line, function) in sorted(ours, reverse=True)[:PARTS_SHOWN]:
        print(f"| `{file.partition(str(ROOT))[2].lstrip('/')}:{line}` {function} | {through / whole:.0%} |")


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
    return "sqlite3" if "sqlite3" in function else "Python"


if __name__ == "__main__":
    assert len(sys.argv) < 3, f"one of {', '.join([*FAMILY_PAGES, 'case list', SLOWEST])}"
    sys.exit(main(*sys.argv[1:]))
