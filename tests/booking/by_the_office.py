"""What the office does at its desk to the consultation of a family, and how the family came to it."""

from datetime import datetime, timedelta

from flask import Flask

from portal.booking.service.afterwards import note_outcome
from portal.transaction import transaction
from tests.booking.scene import AT_NINE, token
from tests.staff.colleague import Colleague
from tests.support.visitor import Visitor

SPEAKS = ("en", "fr", "tr", "ar")
PHONE = {"channel": "phone", "phone": "+33 1 23 45 67 89"}
STEP = timedelta(minutes=40)
LATER, LATEST = AT_NINE + STEP, AT_NINE + 2 * STEP
NO_LETTER, LETTER = "", "parent@family.example"


def book(visitor: Visitor, start=AT_NINE, **how: str) -> Visitor:
    visitor.post("/case/book", slot=token(start))
    visitor.post("/case/book/confirm", **(how or PHONE))
    return visitor


def at_the_desk(office: Colleague, family: Visitor, step: str, **said: str) -> None:
    answer = office.post(f"/cases/{family.reference()}/{step}", **said)
    assert answer.status_code == 303


def move(office: Colleague, family: Visitor, start=LATER, was=AT_NINE, reason: str = "technical") -> None:
    at_the_desk(office, family, "move-consultation", slot=token(start), was=token(was), reason=reason)


def cancel(office: Colleague, family: Visitor, start=AT_NINE) -> None:
    at_the_desk(office, family, "cancel-consultation", slot=token(start), reason="technical")


def absent(app: Flask, family: Visitor, who: str, now: datetime = AT_NINE + timedelta(hours=1)) -> None:
    with app.app_context():
        here, case_id = app.extensions["portal"], family.case_id()
        with transaction() as session:
            note_outcome(session, here.keyring, case_id, who, settings=here.settings, now=now)
