"""A real PostgreSQL for one test run: started on first use, shared by all test processes, gone when the run is."""

import fcntl
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from tests.support import postgres_keeper

_held: list[TextIO] = []  # the run's lock; only the process that started the run has one


class Postgres:
    """A server that test databases are made in."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)

    def create(self, template: str | None = None) -> str:
        """Make a database, empty or as a copy of another's, and return its SQLAlchemy URL."""
        name = f"test_{uuid.uuid4().hex}"
        source = make_url(template).database if template else "template0"
        self._run(sql.SQL("CREATE DATABASE {} TEMPLATE {}"), name, source)
        return self.url.set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        """Remove a database and end whatever is still connected to it."""
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)"), make_url(url).database)

    def _run(self, statement: sql.SQL, *names: str) -> None:
        with psycopg.connect(conninfo(self.url), autocommit=True) as connection:
            connection.execute(statement.format(*map(sql.Identifier, names)))


def conninfo(url: URL | str) -> str:
    """What psycopg itself connects with, from a SQLAlchemy URL."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Postgres:
    """The run's PostgreSQL: `PORTAL_TEST_POSTGRES_URL`, or one that is started here; else a skip that says why."""
    given = os.environ.get("PORTAL_TEST_POSTGRES_URL")
    if given:
        return Postgres(given.replace("postgresql://", "postgresql+psycopg://", 1))
    word, _, rest = _shared_server(_run_folder(tmp_path_factory)).partition(" ")
    if word != "ready":
        pytest.skip(f"no PostgreSQL: {rest}")
    return Postgres(rest)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Take the lock that the server lives by, in the process that starts the run."""
    if not hasattr(session.config, "workerinput"):
        lock = (session.config._tmp_path_factory.getbasetemp() / "run.lock").open("w")
        fcntl.flock(lock, fcntl.LOCK_EX)
        _held.append(lock)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """Give the lock back and wait until the server, if there was one, is gone."""
    while _held:
        lock = _held.pop()
        lock.close()
        with _locked(Path(lock.name).with_name("postgres.alive")):
            pass


def _run_folder(factory: pytest.TempPathFactory) -> Path:
    # Under xdist each process has a folder of its own below the one of the run.
    base = factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _shared_server(run: Path) -> str:
    answer = run / "postgres.answer"
    with _locked(run / "postgres.lock"):
        if not answer.exists():
            answer.write_text(_start_keeper(run))
    return answer.read_text()


def _start_keeper(run: Path) -> str:
    command = [sys.executable, postgres_keeper.__file__, run / "run.lock", run / "postgres.alive"]
    # A session of its own, so that Ctrl-C in a terminal reaches the tests first and their database only afterwards.
    keeper = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    with keeper.stdout as said:
        answer = said.readline().strip()
    keeper.returncode = 0  # it outlives this process on purpose; without this, Python warns about that
    return answer or "failed its keeper ended without a word"
