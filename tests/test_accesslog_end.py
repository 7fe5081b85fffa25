"""A cut at the end of the access log leaves a whole chain, and is seen by its length against a copy of it."""

import pytest
from flask import Flask
from sqlalchemy import text

from portal.accesslog.log import first_break, length, record
from portal.extensions import db
from portal.transaction import transaction
from tests.support.application import Clock, both_databases
from tests.test_accesslog import UNGUARD

pytestmark = both_databases

ENTRIES = 5


@pytest.fixture
def log(app_context: Flask) -> Flask:
    """A log of five entries."""
    for number in range(ENTRIES):
        append(app_context, number)
    return app_context


def append(app: Flask, number: int) -> None:
    with transaction() as session:
        keyring = app.extensions["portal"].keyring
        record(session, keyring, actor="system", action="test", now=Clock().now, object_id=str(number))


def cut(last: int, database_kind: str) -> None:
    """What a writer in the database does who takes away everything after an entry."""
    with transaction() as session:
        for unguard in UNGUARD[database_kind]:
            session.execute(text(unguard))
        session.execute(text("DELETE FROM access_log WHERE seq > :last"), {"last": last})


def verified(app: Flask) -> str:
    """What `portal audit verify` says."""
    return app.test_cli_runner().invoke(args=["portal", "audit", "verify"]).output.strip()


@pytest.mark.parametrize("last", [ENTRIES - 1, 1, 0])
def test_a_cut_at_the_end_is_seen_by_the_length(log, database_kind, last):
    kept_elsewhere = length(db.session())
    cut(last, database_kind)
    assert (kept_elsewhere, length(db.session())) == (ENTRIES, last)


def test_the_chain_alone_does_not_show_it(log, database_kind):
    cut(ENTRIES - 2, database_kind)
    assert first_break(db.session(), log.extensions["portal"].keyring) is None


def test_the_command_tells_the_length_to_compare(log, database_kind):
    before = verified(log)
    cut(ENTRIES - 1, database_kind)
    assert (before, verified(log)) == ("the chain of 5 entries is whole", "the chain of 4 entries is whole")
