"""The threat model promises nothing without a test: each line of its tables names one, and each named one exists."""

import ast
import re
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import pytest

from portal.web.routes import describe

TEXT = Path("docs/threat-model.md").read_text(encoding="utf-8")
NAMED = re.compile(r"(tests/[\w/]+\.py)::(\w+)")
# A table is a head, a line of dashes, and its rows.
ROWS = [row for table in re.findall(r"^\|[ :|-]+\|\n((?:\|.*\n)+)", TEXT, re.MULTILINE) for row in table.splitlines()]

PAGES = TEXT.partition("## Which line speaks of which pages")[2].partition("\n## ")[0]
# By address, or the beginning of several: the line that speaks of it.
SPOKEN_OF = {
    place: line
    for line, places in re.findall(r"^- \*\*(.+?)\*\*: ((?:.|\n  )+)", PAGES, re.MULTILINE)
    for place in re.findall(r"`([^`]+)`", places)
}


@cache
def defined_in(path: str) -> set[str]:
    """The names of a file's test functions; none where there is no such file."""
    tree = ast.parse(Path(path).read_text(encoding="utf-8")) if Path(path).is_file() else ast.Module([], [])
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


@pytest.mark.parametrize(("path", "name"), sorted(set(NAMED.findall(TEXT))))
def test_a_test_that_the_threat_model_names_exists(path: str, name: str):
    assert name in defined_in(path)


def test_every_line_of_the_threat_models_tables_names_a_test():
    assert ([row for row in ROWS if not NAMED.search(row)], len(ROWS) > 20) == ([], True)


def test_every_route_is_spoken_of_by_one_line(app):
    paths = {route["path"] for route in describe(app)}
    fits = {path: [place for place in SPOKEN_OF if fnmatchcase(path, place)] for path in paths}
    unused = set(SPOKEN_OF) - {max(places, key=len) for places in fits.values() if places}
    assert ([path for path, places in fits.items() if not places], unused) == ([], set())


def test_the_lines_that_speak_of_routes_are_there():
    there = {row.split("|")[1].strip() for row in ROWS}
    assert {line for line in SPOKEN_OF.values() if line not in there} == set()


def test_nothing_that_looks_like_a_test_is_named_halfway():
    # A shortened name, or a path without its test, would escape both tests above.
    assert set(re.findall(r"\btests/\S+|::\w+|\btest_\w+", NAMED.sub("", TEXT))) == set()
