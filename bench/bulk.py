"""Many rows at once past SQLAlchemy's statements: a million in less than a minute, so that growth can be measured."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Any, cast

from sqlalchemy import Connection, Table
from sqlalchemy.engine import Dialect

from portal.extensions import Model

BATCH = 10_000
KEPT = 50_000


def bulk_insert(connection: Connection, kind: type[Model], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows that name every column, in the connection's transaction."""
    table = cast(Table, kind.__table__)  # no class of ours is a join
    names, stored = [column.key for column in table.columns], list(_stored(table, connection.dialect))
    values = (tuple(turn(row[name]) for name, turn in zip(names, stored, strict=True)) for row in rows)
    cursor = connection.connection.driver_connection.cursor()  # type: ignore[union-attr]  # it is connected
    if connection.dialect.name == "sqlite":
        while batch := list(islice(values, BATCH)):
            cursor.executemany(insert_of(table.name, names), batch)
        return
    with cursor.copy(f"COPY {table.name} ({', '.join(names)}) FROM STDIN") as copy:
        for one in values:
            copy.write_row(one)


def insert_of(table: str, names: Iterable[str], mark: str = "?") -> str:
    """The bare statement for one row."""
    columns = list(names)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join([mark] * len(columns))})"  # noqa: S608  # names of our own


def _stored(table: Table, dialect: Dialect) -> Iterator[Callable[[Any], Any]]:
    """For each column, how a value is kept; the same few instants and days are turned once."""
    for column in table.columns:
        turn = column.type.dialect_impl(dialect).bind_processor(dialect)
        yield _same if turn is None else lru_cache(KEPT)(turn)


def _same(value: Any) -> Any:
    return value
