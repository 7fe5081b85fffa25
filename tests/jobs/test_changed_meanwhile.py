"""The letter about a family's changes, while the worker is at it: what is saved meanwhile is told all the same."""

from datetime import datetime

import pytest

from portal.cases.service.changes import TELL
from portal.jobs.loop import Handler, Work, Worker
from portal.jobs.queue import Claim
from portal.lifecycle.work import build_work
from tests.staff.colleague import employ
from tests.support.application import both_databases
from tests.support.visitor import Visitor

pytestmark = both_databases


@pytest.fixture
def changed(app, clock) -> Visitor:
    """A family that has sent its case and changed an answer; the letter to its coordinator is due."""
    clock.advance(hours=19, minutes=30)  # half an hour before the office's morning
    employ(app, "coordinator", email="reader@clinic.example", speaks=("en",))
    visitor = Visitor(app).begin().answer()
    visitor.post("/case/check")
    visitor.work()
    visitor.post("/case/section/walking", walk_now="walks_with_aid")
    clock.advance(minutes=30)
    return visitor


def save_behind(visitor: Visitor, handler: Handler) -> Handler:
    """The handler, and behind what it has read and written a family saves."""

    def handle(held: Claim, now: datetime) -> None:
        handler(held, now)
        visitor.post("/case/section/walking", walk_now="no_longer_walks")

    return handle


def told(visitor: Visitor) -> int:
    return sum(letter.kind == "intake.changed" for _id, letter in visitor.carrier.carried)


def test_a_change_saved_between_the_workers_reading_and_its_finish_is_told(changed, app, clock):
    work = build_work(app, app.extensions["portal"], changed.carrier)
    handlers = {**work.handlers, TELL: save_behind(changed, work.handlers[TELL])}
    with app.app_context():
        while Worker(app, Work(handlers)).run_due(clock.now):
            pass
    first = told(changed)
    clock.advance(days=1)
    changed.work()
    assert (first, told(changed)) == (1, 2)
