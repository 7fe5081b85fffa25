"""The ledger of messages: what became of each, and a second try by hand."""

import pytest

from portal.extensions import db
from portal.mail import outbox
from portal.mail.models import OutboxMessage
from tests.staff.colleague import Colleague, employ
from tests.support.visitor import Visitor


@pytest.fixture
def lead(app, clock) -> Colleague:
    return Colleague(app).sign_in(employ(app, "lead"))


@pytest.fixture
def message_id(app, clock) -> str:
    """The welcome to a new family, which the mail server refused."""
    Visitor(app).begin("parent@family.example")
    with app.app_context():
        row = db.session.scalars(db.select(OutboxMessage)).one()
        outbox.mark_failed(db.session(), row.id, error="550", final=True)
        db.session.commit()
        return row.id


def state(app, message_id: str) -> str:
    with app.app_context():
        return db.session.get(OutboxMessage, message_id).state


def test_the_ledger_says_what_became_of_a_message(lead, message_id):
    assert "refused" in lead.page("/messages").main


def test_the_ledger_does_not_say_to_whom(lead, message_id):
    assert "parent@family.example" not in lead.open("/messages").text


def test_a_message_is_sent_again(app, lead, message_id):
    lead.post(f"/messages/{message_id}/resend")
    assert state(app, message_id) == "waiting"


def test_what_came_too_late_is_not_sent_again(app, lead, message_id, clock):
    clock.advance(days=60)
    lead = Colleague(app).sign_in("lead@clinic.example", later=1)
    lead.post(f"/messages/{message_id}/resend")
    assert state(app, message_id) == "refused"


def test_an_unknown_message_is_not_found(lead):
    assert lead.post("/messages/none/resend").status_code == 404
