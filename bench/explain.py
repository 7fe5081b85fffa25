"""How a database finds the rows of a list: the index range that it reads, in a walk that of each step."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import dropwhile
from typing import Any

from sqlalchemy import Engine

CAST = re.compile(r"\((\w+)\)::\w+|::\w+( with(out)? time zone)?")
BY_ID = re.compile(r"\(id=\?\)$|^\(*id\b")


def range_of(engine: Engine, statement: str, values: Any, table: str) -> str:
    """What the statement reads of this table, other than single rows by their id; with `sorted` where it must sort."""
    sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        explain = "EXPLAIN QUERY PLAN" if sqlite else "EXPLAIN (FORMAT JSON)"
        found = connection.exec_driver_sql(f"{explain} {statement}", values).all()
    steps = _sqlite([row[-1] for row in found], table) if sqlite else _postgresql(found[0][0][0]["Plan"], table)
    return ", ".join(dict.fromkeys(steps)) or "nothing"


def _sqlite(lines: list[str], table: str) -> Iterator[str]:
    walk = list(dropwhile(lambda line: line != "RECURSIVE STEP", lines)) or lines
    for line in walk:
        if "TEMP B-TREE" in line:
            yield "sorted"
        if re.match(rf"(SEARCH|SCAN) {table}(_\d+)?\b", line) and not BY_ID.search(line):
            yield re.sub(rf"{table}_\d+", table, line)


def _postgresql(top: dict[str, Any], table: str) -> Iterator[str]:
    step = next((node["Plans"][1] for node in _nodes(top) if node["Node Type"] == "Recursive Union"), top)
    for node in _nodes(step):
        condition = CAST.sub(r"\1", node.get("Index Cond", ""))
        if "Sort" in node["Node Type"]:
            yield "sorted"
        if node.get("Relation Name") == table and not BY_ID.match(condition):
            index = f" using {node['Index Name']}" if "Index Name" in node else ""
            yield f"{node['Node Type']}{index} {condition}".strip()


def _nodes(top: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield top
    for inner in top.get("Plans", ()):
        yield from _nodes(inner)
