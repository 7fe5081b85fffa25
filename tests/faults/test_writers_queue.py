"""Processes that write into one SQLite file queue at a file beside it; that file is a courtesy and never a wall."""

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal import transaction as unit_of_work
from portal.cases.models import Case
from portal.extensions import db
from portal.transaction import transaction
from tests.support.visitor import Visitor


@pytest.fixture
def beside(app) -> Path:
    """The file at which writers queue."""
    with app.app_context():
        return Path(f"{db.engine.url.database}-writer")


@pytest.fixture
def another_process(beside: Path) -> Iterator[int]:
    """Somebody who stands at the head of the queue; a lock belongs to an opened file, not to a process."""
    handle = os.open(beside, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(handle, fcntl.LOCK_EX)
    yield handle
    os.close(handle)


def is_free(beside: Path) -> bool:
    with beside.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return True


def begins_a_case(app) -> int:
    Visitor(app).begin()
    with app.app_context():
        return db.session.query(Case).count()


def test_a_writer_waits_its_turn(app, another_process, monkeypatch):
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 3:
            fcntl.flock(another_process, fcntl.LOCK_UN)

    monkeypatch.setattr(unit_of_work.time, "sleep", wait)
    with app.app_context(), transaction():
        assert len(waited) == 3


def test_a_writer_who_never_gets_its_turn_writes_all_the_same(app, another_process, monkeypatch):
    monkeypatch.setattr(unit_of_work, "BUSY_TIMEOUT_MS", 5)
    assert begins_a_case(app) == 1


def test_without_the_file_writing_goes_on(app, beside: Path):
    beside.unlink(missing_ok=True)
    beside.mkdir()
    assert begins_a_case(app) == 1


def test_the_head_of_the_queue_is_free_after_each_transaction(app, beside: Path):
    with app.app_context():
        with transaction():
            pass
        assert is_free(beside)
        with pytest.raises(RuntimeError), transaction():
            raise RuntimeError
        assert is_free(beside)


def test_only_its_owner_may_open_the_file(app, beside: Path):
    begins_a_case(app)
    assert oct(beside.stat().st_mode & 0o777) == "0o600"
