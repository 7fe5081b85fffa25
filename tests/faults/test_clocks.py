"""Clocks that jump, and a worker that was away: late is better than never, and nothing happens twice."""

from datetime import timedelta

import pytest

from portal.booking.models import BOOKED, HELD
from portal.extensions import db
from portal.jobs import queue
from portal.jobs.models import Job
from portal.mail.models import OutboxMessage
from portal.transaction import transaction
from tests.booking.scene import AT_NINE, NOW, Scene
from tests.support.application import Clock, both_databases
from tests.support.visitor import Visitor

pytestmark = both_databases


@pytest.fixture
def visitor(app, clock: Clock) -> Visitor:
    return Visitor(app).begin()


def states(visitor: Visitor) -> list[str]:
    with visitor.app.app_context():
        return [row.state for row in db.session.scalars(db.select(OutboxMessage))]


def test_a_worker_that_was_away_for_a_day_sends_what_still_matters(visitor, clock):
    clock.advance(days=1)
    assert [letter.kind for _id, letter in visitor.work().carried] == ["welcome"]


def test_what_came_due_many_times_is_done_once(visitor, clock):
    visitor.work()
    clock.advance(days=1)
    visitor.work()
    with visitor.app.app_context():
        assert {job.attempts for job in db.session.scalars(db.select(Job))} <= {0}


def test_a_letter_that_failed_under_a_fast_clock_is_not_late_when_the_clock_is_mended(app_context):
    fast = NOW + timedelta(hours=3)
    with transaction() as session:
        queue.enqueue(session, "mail.send", "x", due_at=fast, now=fast)
        (held,) = queue.claim(session, now=fast)
        queue.retry(session, held, now=fast, error="x")
    with transaction() as session:
        assert [claim.subject for claim in queue.claim(session, now=NOW)] == ["x"]


def test_a_lease_taken_under_a_fast_clock_ends_when_the_clock_is_mended(app_context):
    fast = NOW + timedelta(days=1)
    with transaction() as session:
        queue.enqueue(session, "mail.send", "x", due_at=fast, now=fast)
        queue.claim(session, now=fast)
    with transaction() as session:
        assert [claim.subject for claim in queue.claim(session, now=NOW)] == ["x"]


def test_two_hosts_whose_clocks_differ_a_little_do_not_take_each_others_work(app_context):
    with transaction() as session:
        queue.enqueue(session, "mail.send", "x", due_at=NOW, now=NOW)
        queue.claim(session, now=NOW + timedelta(seconds=20))
    with transaction() as session:
        assert queue.claim(session, now=NOW) == []


def test_a_time_that_is_set_for_later_is_waited_for(app_context):
    with transaction() as session:
        queue.enqueue(session, "reminder", "x", due_at=NOW + timedelta(days=7), now=NOW)
    with transaction() as session:
        assert queue.claim(session, now=NOW + timedelta(days=6)) == []


@pytest.fixture
def clinic(app_context) -> Scene:
    scene = Scene(app_context)
    scene.open_day(scene.coordinator())
    return scene


FAST = NOW + timedelta(hours=12)


def test_a_time_kept_under_a_fast_clock_does_not_hide_it_for_half_a_day(clinic):
    clinic.hold(clinic.family("first@family.example"), now=FAST)
    assert AT_NINE in clinic.free()


def test_a_time_kept_under_a_fast_clock_can_be_taken_by_another_family(clinic):
    clinic.hold(clinic.family("first@family.example"), now=FAST)
    second = clinic.family("second@family.example")
    assert clinic.appointment(clinic.hold(second)).status == HELD


def test_the_family_that_kept_it_can_choose_and_book_again(clinic):
    family = clinic.family()
    clinic.hold(family, now=FAST)
    clinic.hold(family)
    assert clinic.appointment(clinic.book(family)).status == BOOKED
