"""How urgent a case is, is said by a named member of staff; no answer of a family ever says it."""

import pytest

from portal.accesslog.models import Entry
from portal.cases.models import Case
from portal.extensions import db
from tests.staff.colleague import Colleague, employ
from tests.support.application import both_in_full
from tests.support.visitor import Visitor


@pytest.fixture
def reference(app, clock) -> str:
    family = Visitor(app).begin().answer()
    with app.app_context():
        return family.reference()


@pytest.fixture
def colleague(app, clock) -> Colleague:
    return Colleague(app, "en").sign_in(employ(app, "coordinator"))


def marked(app) -> tuple[bool, bool]:
    with app.app_context():
        case = db.session.scalars(db.select(Case)).one()
        return case.urgent_by is not None, case.urgent_at is not None


@both_in_full
def test_it_is_set_by_name_and_taken_back(app, colleague, reference):
    colleague.post(f"/cases/{reference}/urgent")
    page = colleague.page(f"/cases/{reference}").main
    assert (marked(app), "set by Test Coordinator" in page) == ((True, True), True)
    colleague.post(f"/cases/{reference}/not-urgent")
    assert marked(app) == (False, False)


def test_the_list_shows_it(colleague, reference):
    before = colleague.page("/cases").main
    colleague.post(f"/cases/{reference}/urgent")
    assert ("Urgent" in before, "Urgent" in colleague.page("/cases").main) == (False, True)


def test_it_is_logged(app, colleague, reference):
    colleague.post(f"/cases/{reference}/urgent")
    with app.app_context():
        entry = db.session.scalars(db.select(Entry).where(Entry.action == "case.urgent")).one()
    assert entry.actor.startswith("staff:")


def test_no_family_can_set_it(app, reference):
    family = Visitor(app)
    assert family.post(f"/desk/cases/{reference}/urgent").headers["Location"].endswith("/desk/sign-in")
    assert marked(app) == (False, False)
