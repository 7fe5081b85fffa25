"""What every table shares: an opaque id made with the object, and columns that hold UTC instants only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, cast

from sqlalchemy import Connection, DateTime, Insert, String, Table, Update, bindparam, insert, update
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from portal.keys.ids import new_id

CONNECTION = "connection"
CLOCK_STEP = timedelta(minutes=1)  # two hosts' clocks may differ by so much


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Takes aware datetimes only, keeps UTC, gives aware UTC back on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return _utc(value).replace(tzinfo=None) if dialect.name == "sqlite" else _utc(value)

    def bind_processor(self, dialect: Dialect) -> Any:
        """On SQLite the text that is kept, written at once: a third of the time of a type that puts it together."""
        return _as_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise TypeError("an instant needs a time zone")
    return value if value.tzinfo is UTC else value.astimezone(UTC)


def _as_text(value: datetime | None) -> str | None:
    return None if value is None else _utc(value).replace(tzinfo=None).isoformat(" ", "microseconds")


class Shifted(FunctionElement[datetime]):
    """An instant of the database and so many minutes later, in a statement; whole seconds, as all that is planned."""

    type = UtcDateTime()
    inherit_cache = True


@compiles(Shifted)
def _shifted(element: Shifted, compiler: SQLCompiler, **more: Any) -> str:
    instant, minutes = (compiler.process(one, **more) for one in element.clauses)
    if compiler.dialect.name == "sqlite":
        return f"strftime('%Y-%m-%d %H:%M:%S.000000', {instant}, ({minutes}) || ' minutes')"
    return f"({instant} + make_interval(mins => {minutes}))"


def connection_of(session: Session) -> Connection:
    """The connection of a session's transaction.

    In a transaction of ours it is at hand (see `portal.transaction`). Within a savepoint the session is asked, for only
    then does it set it.
    """
    at_hand: Connection | None = session.info.get(CONNECTION)
    if at_hand is None or at_hand.closed or session.in_nested_transaction():
        return session.connection()
    return at_hand


def insert_row(session: Session, row: DeclarativeBase) -> None:
    """Write one new row at once, in the session's transaction; the object stays outside of the session.

    For rows that nobody reads or changes again in this transaction: they need no unit of work. Every column must be set
    that may not be empty; defaults are not filled in.
    """
    insert, names = _insert_into(type(row))
    connection_of(session).execute(insert, {name: getattr(row, name) for name in names})


def insert_values(session: Session, kind: type[DeclarativeBase], /, **values: Any) -> None:
    """The same without an object, for rows of which every request writes several; it costs a third."""
    insert_all(session, kind, [values])


def insert_all(session: Session, kind: type[DeclarativeBase], rows: Sequence[Mapping[str, Any]]) -> None:
    """Some rows of one kind, in one statement."""
    if rows:
        connection_of(session).execute(_insert_into(kind)[0], rows[0] if len(rows) == 1 else rows)


def change_row(session: Session, row: Row, **values: Any) -> None:
    """Write these columns of a stored row at once; the object says the same afterwards and has nothing left to flush.

    As a prepared statement this costs a fraction of what the unit of work costs for one row.
    """
    change_by_id(session, type(row), row.id, **values)
    for name, value in values.items():
        set_committed_value(row, name, value)


def change_by_id(session: Session, kind: type[Row], row_id: str, **values: Any) -> None:
    """The same for a row whose object is not at hand; one that is in the session would not learn of it."""
    connection_of(session).execute(change_of(kind, tuple(values)), {"own_id": row_id, **values})


@cache
def _insert_into(kind: type[DeclarativeBase]) -> tuple[Insert, tuple[str, ...]]:
    table = _table_of(kind)
    return insert(table), tuple(column.key for column in table.columns)


def change_of(kind: type[Any], names: tuple[str, ...]) -> Update:
    """A prepared statement for these columns of one row, or of many at once: its `own_id`, and a value for each."""
    return _update_of(_table_of(kind), names)


@cache
def _update_of(table: Table, names: tuple[str, ...]) -> Update:
    return update(table).where(table.c.id == bindparam("own_id")).values({name: bindparam(name) for name in names})


def _table_of(kind: type[Any]) -> Table:
    return cast(Table, kind.__table__)  # no class of ours is a join


class Row:
    """A row with an opaque id that exists before the row is stored, so that sealed columns can be bound to it."""

    __tablename__: str
    id: Mapped[str] = mapped_column(String(32), primary_key=True)

    def __init__(self, **values: Any) -> None:
        values.setdefault("id", new_id())
        super().__init__(**values)
