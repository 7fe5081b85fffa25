"""What a page of ours does at the bottom: its statements with their values, formatted times, size. Recorded once."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event
from werkzeug.test import TestResponse

from portal import i18n
from portal.extensions import db

FORMATS = (i18n.day, i18n.clock, i18n.moment, i18n.offset, i18n.city)
READS = ("SELECT", "WITH")


@dataclass
class Plan:
    """Enough to do the same work without our layers."""

    statements: list[tuple[str, Any]] = field(default_factory=list)
    times: int = 0
    size: int = 0

    @property
    def writes(self) -> bool:
        """Whether anything is changed."""
        return any(not statement.lstrip().startswith(READS) for statement, _values in self.statements)


def record(app: Flask, ask: Callable[[], TestResponse], *, twice: bool = True) -> Plan:
    """Ask once, after a first time that fills the caches where asking twice is the same, and note what it took."""
    if twice:
        ask()
    plan = Plan()

    def note(connection: Any, cursor: Any, statement: str, values: Any, *more: Any) -> None:
        if statement.split(maxsplit=1)[0] not in {"BEGIN", "SAVEPOINT", "RELEASE", "PRAGMA"}:
            plan.statements.append((statement, _plain(values)))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    before = _formatted()
    answer = ask()
    plan.times, plan.size = _formatted() - before, len(answer.data)
    event.remove(engine, "before_cursor_execute", note)
    assert answer.status_code < 400, answer.status
    return plan


def _plain(values: Any) -> Any:
    """Values that can be written down."""
    if isinstance(values, dict):
        return {name: _plain(value) for name, value in values.items()}
    if isinstance(values, list | tuple):
        return type(values)(_plain(value) for value in values)
    return bytes(values) if isinstance(values, memoryview) else values


def save(plans: dict[str, Plan], path: Path) -> None:
    """For the reference server, which is another process."""
    path.write_bytes(pickle.dumps(plans))


def load(path: Path) -> dict[str, Plan]:
    """What `save` wrote."""
    plans: dict[str, Plan] = pickle.loads(path.read_bytes())  # noqa: S301  # written by ourselves a moment ago
    return plans


def _formatted() -> int:
    infos = [function.cache_info() for function in FORMATS]
    return sum(info.hits + info.misses for info in infos)
