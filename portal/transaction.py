"""`with transaction():` — one commit at the edge, then the worker is woken. Also how each database begins."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from portal.extensions import db
from portal.rows import CONNECTION

# PostgreSQL reads without a transaction: a page ends without a ROLLBACK, which would let the driver forget every
# statement that the server has prepared, and planning the longest takes longer than all the rest (ADR 2).
READS = {"isolation_level": "AUTOCOMMIT"}
OPEN = ("INTRANS", "INERROR")  # how its driver names a connection within a transaction, whole or failed
IN_TRANSACTION = {"isolation_level": "READ COMMITTED"}
BUSY_TIMEOUT_MS = 15_000
LOOK_AGAIN = 0.001

# One writer at a time within a process: SQLite has one write lock anyway, and threads that queue here instead of
# polling for it keep the slowest answer short.
_writer = threading.Lock()
_inside = threading.local()
_wake: list[Callable[[], None]] = []


# How a database says that it is locked, full, restarting or gone; or that all connections to it are in use.
AWAY = (OperationalError, InterfaceError, PoolTimeout)


class DatabaseBusy(Exception):
    """The database did not answer in time; nothing was stored and the same may be tried again."""


@contextmanager
def transaction() -> Iterator[Session]:
    """One unit of work: commits at the end, rolls back on any error, wakes the worker after the commit.

    What the session read before is let go first, so that the work sees the present state. Raises `DatabaseBusy` where
    the database is locked or gone, and `RuntimeError` within another one of the same thread: it would give up what
    that one has done so far, or wait for it.
    """
    with _not_within_another(db.engine):
        session: Session = db.session()
        let_go(session)
        with _written(session):
            yield session


@contextmanager
def transaction_beside() -> Iterator[Session]:
    """The same in a session of its own, beside what the request reads: nothing that was read needs to be read again.

    For what stands by itself, an entry in the log above all.
    """
    with _not_within_another(db.engine), Session(db.engine, expire_on_commit=False) as session, _written(session):
        yield session


@contextmanager
def _written(session: Session) -> Iterator[Session]:
    with _one_writer(session):
        try:
            session.info[CONNECTION] = session.connection(execution_options=writing(session.get_bind().dialect.name))
            yield session
            session.commit()
        except DBAPIError as fault:
            session.rollback()
            if isinstance(fault, AWAY) or fault.connection_invalidated:
                raise DatabaseBusy from fault
            raise
        except PoolTimeout as fault:
            session.rollback()
            raise DatabaseBusy from fault
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info.pop(CONNECTION, None)
    for wake in _wake:
        wake()


@contextmanager
def _not_within_another(engine: Engine) -> Iterator[None]:
    begun: set[Engine] = _inside.__dict__.setdefault("engines", set())
    if engine in begun:
        raise RuntimeError("a transaction within a transaction")
    begun.add(engine)
    try:
        yield
    finally:
        begun.remove(engine)


def writing(dialect: str) -> dict[str, Any]:
    """The options of a connection of ours that writes, or that holds a lock from one statement to the next."""
    return {"portal_writes": True} | at_one_time(dialect)


def at_one_time(dialect: str) -> dict[str, Any]:
    """Those of a connection that only reads, but piece by piece: on both databases in one transaction."""
    return IN_TRANSACTION if dialect == "postgresql" else {}


def let_go(session: Session) -> None:
    """End a reading: the connection goes back to the pool. Where the database is gone there is nothing to end."""
    with suppress(*AWAY):
        session.rollback()


def on_commit(wake: Callable[[], None]) -> None:
    """Call `wake` after every commit of this process (the in-process worker does this)."""
    _wake.append(wake)


def prepare_engine(engine: Engine) -> None:
    """Set up how an engine connects and begins (SQLite), and how it rolls back (PostgreSQL)."""
    if engine.dialect.name != "sqlite":
        event.listen(engine, "rollback", _keep_what_is_prepared)
        return

    @event.listens_for(engine, "connect")
    def connect(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("portal_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _keep_what_is_prepared(connection: Connection) -> None:
    """Roll back beside the driver, which would let the server forget every statement that it has planned.

    It does so because a table may be gone with the transaction that made it; ours make none. A connection that is
    broken is left to the driver.
    """
    if connection.invalidated:
        return
    driver = connection.connection.driver_connection
    with suppress(connection.dialect.loaded_dbapi.Error):
        if driver is not None and driver.info.transaction_status.name in OPEN:
            driver.pgconn.exec_(b"ROLLBACK")


@contextmanager
def _one_writer(session: Session) -> Iterator[None]:
    if session.get_bind().dialect.name != "sqlite":
        yield
        return
    if not _writer.acquire(timeout=BUSY_TIMEOUT_MS / 1000):
        raise DatabaseBusy
    try:
        with _first_among_processes(session.get_bind().engine.url.database):
            yield
    finally:
        _writer.release()


@contextmanager
def _first_among_processes(database: str | None) -> Iterator[None]:
    """Web and worker queue at a file beside the database: SQLite itself lets who waits look again after up to 100 ms.

    Only a courtesy. Who waits too long, or cannot open the file, goes on: SQLite's own lock is what decides.
    """
    if not database or database == ":memory:":
        yield
        return
    handle = None
    try:
        # Opened anew each time: what a forked process inherits would be one lock for all of them.
        with suppress(OSError):
            handle = os.open(f"{database}-writer", os.O_RDWR | os.O_CREAT, 0o600)
            _queue_at(handle)
        yield
    finally:
        if handle is not None:
            os.close(handle)


def _queue_at(handle: int) -> None:
    deadline = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while time.monotonic() < deadline:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(LOOK_AGAIN)
        else:
            return
