"""Making: the times of many coordinators by their weekly rules, beside a bare insert of the same rows; and again."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event, text

from bench.bulk import insert_of
from bench.databases import databases, own_database
from bench.families import clinic
from bench.office import add_coordinators
from bench.results import Row, tell
from bench.sizes import scaled
from portal.booking.models import Schedule, Slot, Window
from portal.booking.service.making import Made, make_ahead
from portal.extensions import db
from portal.transaction import transaction
from portal.web.parts import parts

ROUNDS = scaled(3)
PEOPLE, DAYS = scaled(200, least=2), 90
WORKDAYS, HOURS = range(5), (("09:00", "12:00"), ("13:00", "17:00"))
REST = 10
ENOUGH, AGAIN = 0.20, 1.0
TABLE = Slot.__tablename__
CHANGES = ("INSERT", "UPDATE", "DELETE")
Rows = list[tuple[Any, ...]]


def main() -> None:
    """On each database."""
    for name, url in databases():
        with (
            tempfile.TemporaryDirectory() as folder,
            own_database(url) as own,
            clinic(Path(folder) / "instance", own) as app,
            app.app_context(),
        ):
            tell(f"Making on {name}, {PEOPLE} coordinators, {DAYS} days", _measure())


def _measure() -> list[Row]:
    now, calendars = parts().clock(), _calendars()
    rounds = [_round(calendars, now) for _ in range(ROUNDS)]
    (added, *_), (first, again, bare) = (
        rounds[0],
        (statistics.median(one[place] for one in rounds) for place in (1, 2, 3)),
    )
    rate = f"{added / first:.0f} times/s ({added} in {first:.1f} s); bare, by one executemany, {added / bare:.0f}/s"
    return [
        Row("making beside a bare insert", bare / first, ENOUGH, rate),
        Row("making again", again / first, AGAIN, f"{again:.1f} s; nothing is written", at_most=True),
    ]


def _round(calendars: list[int], now: datetime) -> tuple[int, float, float, float]:
    """How many times are made; how long that takes, how long it takes again, and how long the bare insert."""
    _empty()
    made, first = _make(calendars, now)
    added, rows = sum(one.added for one in made), _rows()
    assert added == len(rows), f"{added} made, {len(rows)} there"
    with _changing() as changes:
        repeated, again = _make(calendars, now)
    assert set(repeated) == {Made(0, 0, 0, 0)}, set(repeated)
    assert _rows() == rows, "making again changed the times"
    assert not changes, changes
    bare = _insert(rows)
    assert _rows() == rows, "the bare insert wrote other rows"
    return added, first, again, bare


def _calendars() -> list[int]:
    """Coordinators with a working week: two windows a day, conversations of 40 minutes, some rest around each."""
    with transaction() as session:
        schedules = add_coordinators(session, PEOPLE)
        for one in schedules:
            one.horizon, one.before, one.after = DAYS, REST, 0
            session.add_all(
                Window(schedule_id=one.id, weekday=day, begin=begin, end=end)
                for day in WORKDAYS
                for begin, end in HOURS
            )
        session.flush()
        return [one.id for one in schedules]


def _make(calendars: list[int], now: datetime) -> tuple[list[Made], float]:
    """As the worker does every hour: one calendar in a transaction."""
    zone, made = parts().settings.clinic_time_zone, []
    began = time.perf_counter()
    for one in calendars:
        with transaction() as session:
            made.append(make_ahead(session, session.get_one(Schedule, one), clinic_zone=zone, now=now))
    return made, time.perf_counter() - began


def _insert(rows: Rows) -> float:
    """The same rows into the same empty table, as the driver takes them."""
    _empty()
    with transaction() as session:
        connection = session.connection()
        mark = "?" if connection.dialect.name == "sqlite" else "%s"
        cursor = connection.connection.cursor()
        statement = insert_of(TABLE, Slot.__table__.columns.keys(), mark)
        began = time.perf_counter()
        cursor.executemany(statement, rows)
        session.commit()
        return time.perf_counter() - began


def _empty() -> None:
    with transaction() as session:
        session.execute(text(f"DELETE FROM {TABLE}"))  # noqa: S608  # a name of our own


def _rows() -> Rows:
    """All times as the driver gives them."""
    db.session.rollback()
    columns = ", ".join(Slot.__table__.columns.keys())
    found = db.session.connection().exec_driver_sql(f"SELECT {columns} FROM {TABLE} ORDER BY id")  # noqa: S608  # the same
    return [tuple(row) for row in found]


@contextmanager
def _changing() -> Iterator[list[str]]:
    """The statements that change anything while this is open."""
    found: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *more: Any) -> None:
        if statement.lstrip().upper().startswith(CHANGES):
            found.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


if __name__ == "__main__":
    sys.exit(main())
