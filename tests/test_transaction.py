"""A transaction is one unit of work: none begins within another."""

import pytest
from sqlalchemy import func, select

from portal.cases.models import Case
from portal.extensions import db
from portal.transaction import transaction, transaction_beside
from tests.support.application import both_databases
from tests.support.visitor import Visitor

pytestmark = both_databases
BOTH = pytest.mark.parametrize("another", [transaction, transaction_beside])


@BOTH
def test_within_another_none_begins(app_context, another):
    with pytest.raises(RuntimeError, match="within"), transaction(), another():
        pass


def send_within(another, case_id: str) -> None:
    """Change a case, then forget that this is a transaction already."""
    with transaction() as session:
        session.get_one(Case, case_id).state = "submitted"
        session.flush()
        with another():
            pass


@BOTH
def test_what_began_one_within_it_stores_nothing(app, app_context, another):
    case_id = Visitor(app).begin().case_id()
    with pytest.raises(RuntimeError, match="within"):
        send_within(another, case_id)
    assert db.session().scalar(select(Case.state)) == "draft"


@BOTH
def test_after_it_the_next_begins(app_context, another):
    with pytest.raises(RuntimeError, match="within"), transaction(), another():
        pass
    with another() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 0


def fail(case_id: str) -> None:
    """Write, and then something goes wrong."""
    with transaction() as session:
        session.get_one(Case, case_id).state = "submitted"
        session.flush()
        raise LookupError


def test_what_was_written_is_rolled_back_where_something_goes_wrong(app, app_context):
    case_id = Visitor(app).begin().case_id()
    with pytest.raises(LookupError):
        fail(case_id)
    assert db.session().scalar(select(Case.state)) == "draft"
