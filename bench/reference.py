"""The reference: Flask and SQLAlchemy doing the same statements, formatting as many times, sending as many bytes.

No session, no sealing, no translation, no forms, no templates: what remains is what nobody can go without.
"""

from __future__ import annotations

import os
import random
import uuid
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.dates import format_datetime
from flask import Flask, Response
from sqlalchemy import Engine, create_engine, text

from bench.plans import load
from portal.config import Settings
from portal.transaction import READS, prepare_engine, writing

START = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
RENEWED = {"seq", "id"}
app = Flask("reference")
settings = Settings.from_environ(os.environ)
plans = load(Path(os.environ["PORTAL_TEST_PLANS"])) if "PORTAL_TEST_PLANS" in os.environ else {}
dialect = "sqlite" if settings.database_uri.startswith("sqlite") else "postgresql"
reads = {} if dialect == "sqlite" else READS  # as the portal reads
engine: Engine = create_engine(settings.database_uri, pool_size=8, max_overflow=64, **reads)
prepare_engine(engine)


@lru_cache(maxsize=10_000)
def formatted(instant: datetime) -> str:
    """A time in words; formatted once for each distinct instant, as ours are."""
    return format_datetime(instant, "d MMM y, HH:mm", locale="ar")


def anew(statement: str, values: Any) -> Any:
    """The values of a statement; a new row gets a new name."""
    if not statement.startswith("INSERT"):
        return values
    if isinstance(values, list):  # several rows of one statement
        return [anew(statement, row) for row in values]
    number, name = random.randrange(10**9, 19 * 10**8), uuid.uuid4().hex
    if isinstance(values, dict):
        return {key: _new(value, number, name) if key in RENEWED else value for key, value in values.items()}
    return tuple(
        _new(value, number, name) if place in {0, len(values) - 1} else value for place, value in enumerate(values)
    )


def _new(value: Any, number: int, name: str) -> Any:
    return number if isinstance(value, int) else name if isinstance(value, str) and len(value) == len(name) else value


@app.get("/hello")
def hello() -> str:
    """The bare limit."""
    return "hello"


@app.route("/plan/<name>", methods=["GET", "POST"])
def planned(name: str) -> Response:
    """One page's work."""
    plan = plans[name]
    with engine.connect().execution_options(**(writing(dialect) if plan.writes else {})) as connection:
        for statement, values in plan.statements:
            done = connection.exec_driver_sql(statement, anew(statement, values))
            if done.returns_rows:
                done.fetchall()
        connection.commit()
    words = "".join(formatted(START + timedelta(minutes=number)) for number in range(plan.times))
    return Response((words + "x" * plan.size)[: plan.size], mimetype="text/html")


@app.post("/insert")
def insert() -> str:
    """One durable insert."""
    with engine.connect().execution_options(**writing(dialect)) as connection:
        connection.execute(
            text(
                "INSERT INTO job (id, kind, subject, due_at, attempts, created_at) "
                "VALUES (:id, 'bench', :id, :at, 0, :at)"
            ),
            {"id": uuid.uuid4().hex, "at": "2100-01-01 00:00:00.000000"},
        )
        connection.commit()
    return "done"
