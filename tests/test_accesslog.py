"""The access log only grows, and a change to it is seen."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.accesslog.log import first_break, length, record
from portal.extensions import db
from portal.transaction import transaction
from tests.support.application import Clock, both_databases

pytestmark = both_databases
NOW = Clock().now
UNGUARD = {
    "sqlite": ["DROP TRIGGER access_log_append_only_UPDATE", "DROP TRIGGER access_log_append_only_DELETE"],
    "postgresql": ["DROP TRIGGER access_log_append_only ON access_log"],
}


@pytest.fixture
def keyring(app_context):
    return app_context.extensions["portal"].keyring


@pytest.fixture
def three_entries(keyring):
    for number in range(3):
        with transaction() as session:
            record(session, keyring, actor="system", action="test", now=NOW, object_id=str(number))


def change(statement: str, database_kind: str | None = None) -> None:
    with transaction() as session:
        for unguard in UNGUARD.get(database_kind or "", []):
            session.execute(text(unguard))
        session.execute(text(statement))


def test_an_untouched_chain_is_whole(three_entries, keyring):
    assert (first_break(db.session(), keyring), length(db.session())) == (None, 3)


@pytest.mark.parametrize("statement", ["UPDATE access_log SET actor = 'x'", "DELETE FROM access_log"])
def test_the_database_refuses_changes(three_entries, statement):
    with pytest.raises(DBAPIError, match="append-only"):
        change(statement)


def test_a_change_behind_the_guard_breaks_the_chain(three_entries, keyring, database_kind):
    change("UPDATE access_log SET actor = 'x' WHERE seq = 2", database_kind)
    assert first_break(db.session(), keyring) == 2


def test_a_missing_entry_breaks_the_chain(three_entries, keyring, database_kind):
    change("DELETE FROM access_log WHERE seq = 2", database_kind)
    assert first_break(db.session(), keyring) == 2
