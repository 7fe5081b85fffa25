"""Something that happens just before a statement of somebody else, as it can where a database has several writers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from portal.extensions import db

on_postgresql = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)  # SQLite has one writer
PATIENCE = 30
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
LOCK_OF_CALENDAR = "FROM schedule \nWHERE schedule.id IN"


@contextmanager
def once_before(statement: str, do: Callable[[], Any]) -> Iterator[None]:
    """Do this before the first statement that has these words."""
    done: list[str] = []

    def note(_connection, _cursor, said, *_more) -> None:
        if statement in said and not done:
            done.append(said)
            do()

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def in_context(app: Flask, do: Callable[..., Any], *given: Any) -> Any:
    with app.app_context():
        return do(*given)


def until_somebody_waits() -> None:
    """In the database, for another one's lock."""
    end = monotonic() + PATIENCE
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as beside:
        while monotonic() < end and not beside.scalar(db.text(WAITING)):
            pass
