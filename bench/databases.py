"""The databases to measure on: SQLite, and a PostgreSQL of our own or the one that is given by URL."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support import postgres_keeper
from tests.support.postgres import Postgres


def databases() -> Iterator[tuple[str, str]]:
    """(name, URL) of each; an empty URL is SQLite in the instance. Only those named in `BENCH_DATABASES`, if any."""
    wanted = os.environ.get("BENCH_DATABASES", "sqlite,postgresql").split(",")
    if "sqlite" in wanted:
        yield "SQLite", ""
    if "postgresql" not in wanted:
        return
    with tempfile.TemporaryDirectory(prefix="bench-pg-", ignore_cleanup_errors=True) as folder:
        try:
            running = postgres_keeper.start(Path(folder))
        except postgres_keeper.NoPostgres as reason:
            print(f"PostgreSQL is not measured: {reason}")
            return
        try:
            yield "PostgreSQL", f"postgresql://postgres@/postgres?host={folder}"
        finally:
            postgres_keeper.stop(running)


@contextmanager
def own_database(url: str) -> Iterator[str]:
    """An empty database on the same server; for SQLite each instance has its own anyway."""
    if not url:
        yield ""
        return
    server = Postgres(url.replace("postgresql://", "postgresql+psycopg://", 1))
    made = server.create()
    yield made
    server.drop(made)
