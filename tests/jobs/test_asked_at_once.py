"""Two who ask for the same work at the same moment: it is asked for once, and neither of them fails for it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import event

from portal.extensions import db
from portal.jobs import queue
from portal.transaction import transaction
from tests.support.application import Clock, both_databases

pytestmark = both_databases
NOW = Clock().now
PATIENCE = 30


@pytest.mark.parametrize("ask", [queue.enqueue, queue.enqueue_by])
def test_who_adds_what_another_is_adding_waits_and_finds_it(app, database_kind, ask):
    """The second has looked, and found nothing, before the first has stored it; where the database lets it."""
    second_adds, first_has_added = Event(), Event()

    def second() -> None:
        with app.app_context():
            first_has_added.wait(PATIENCE)
            with transaction() as session:
                ask(session, "kind", "same", due_at=NOW, now=NOW)

    def note(_connection, _cursor, statement, *_more) -> None:
        if statement.startswith("INSERT INTO job") and first_has_added.is_set():
            second_adds.set()

    with app.app_context(), ThreadPoolExecutor(1) as pool:
        event.listen(db.engine, "before_cursor_execute", note)
        with transaction() as session:
            ask(session, "kind", "same", due_at=NOW + timedelta(hours=1), now=NOW)
            other = pool.submit(second)
            first_has_added.set()
            # One writer at a time in SQLite: there the second has not even looked.
            assert database_kind == "sqlite" or second_adds.wait(PATIENCE)
        other.result(PATIENCE)
        with transaction() as session:
            assert [(one.subject, one.attempts) for one in queue.claim(session, now=NOW, limit=5)] == [("same", 1)]
