"""On PostgreSQL what is read needs no transaction, and what the server has prepared outlives every end of one."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select, text

from portal.cases.models import Case
from portal.extensions import db
from portal.transaction import transaction

pytestmark = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
PREPARED = text("SELECT count(*) FROM pg_prepared_statements")


@pytest.fixture
def asked(app_context) -> Callable[[], int]:
    """Ask the same until the driver has it prepared; how much is prepared on this connection by then."""

    def ask() -> int:
        for _ in range(7):
            db.session.scalar(select(func.count()).select_from(Case))
        return int(db.session.scalar(PREPARED))

    db.engine.dispose()
    return ask


def test_a_page_that_reads_leaves_the_server_in_no_transaction(asked):
    asked()
    states = db.session.scalars(text("SELECT state FROM pg_stat_activity WHERE datname = current_database()")).all()
    assert "idle in transaction" not in states
    assert db.session.connection().connection.driver_connection.info.transaction_status.name == "IDLE"


def test_what_is_prepared_outlives_a_page(asked):
    before = asked()
    db.session.rollback()
    assert 0 < before <= db.session.scalar(PREPARED)


def fail() -> None:
    """Write, and then something goes wrong."""
    with transaction() as session:
        session.execute(text("UPDATE job SET attempts = attempts"))
        raise LookupError


def test_and_work_that_is_rolled_back(asked):
    before = asked()
    db.session.rollback()
    with pytest.raises(LookupError):
        fail()
    assert 0 < before <= db.session.scalar(PREPARED)
