"""Jobs are claimed with a lease; each by one worker at a time, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import event

from portal.extensions import db
from portal.jobs import queue
from portal.jobs.models import Job
from portal.transaction import transaction
from tests.support.application import Clock, both_databases

pytestmark = both_databases
NOW = Clock().now


def put(count: int = 1) -> None:
    with transaction() as session:
        for number in range(count):
            queue.enqueue(session, "kind", str(number), due_at=NOW, now=NOW)


def claim(now=NOW) -> list[queue.Claim]:
    with transaction() as session:
        return queue.claim(session, now=now)


def test_a_due_job_is_claimed_once(app_context):
    put()
    assert (len(claim()), len(claim())) == (1, 0)


def test_a_job_is_due_again_when_its_worker_died(app_context):
    put()
    claim()
    again = claim(NOW + queue.LEASE)
    assert [one.attempts for one in again] == [2]


def test_a_finished_job_is_gone(app_context):
    put()
    (held,) = claim()
    with transaction() as session:
        queue.finish(session, held)
    assert db.session.query(Job).count() == 0


def test_who_lost_the_lease_cannot_finish_the_job(app_context):
    put()
    (late,) = claim()
    claim(NOW + queue.LEASE)
    with transaction() as session:
        queue.finish(session, late)
    assert db.session.query(Job).count() == 1


def test_a_failed_job_waits_longer_each_time(app_context):
    put()
    waits = []
    now = NOW
    for _ in range(3):
        (held,) = claim(now)
        with transaction() as session:
            queue.retry(session, held, now=now, error="boom")
        due = db.session.query(Job).one().due_at
        waits.append(due - now)
        now = due
    assert waits == [timedelta(seconds=30), timedelta(seconds=60), timedelta(seconds=120)]


def test_the_same_work_is_asked_for_once(app_context):
    put()
    put()
    assert db.session.query(Job).count() == 1


def by(due_at, now=NOW) -> Job:
    """Ask that the work be done by then; the job as it stands afterwards."""
    with transaction() as session:
        queue.enqueue_by(session, "kind", "0", due_at=due_at, now=now)
    db.session.rollback()
    return db.session.query(Job).one()


@pytest.mark.parametrize(("asked", "due"), [(1, 0), (0, 0), (-1, -1)])
def test_a_job_that_waits_is_due_by_the_earlier_of_two_times(app_context, asked, due):
    put()
    assert by(NOW + timedelta(hours=asked), now=NOW - timedelta(hours=2)).due_at == NOW + timedelta(hours=due)


def test_a_job_that_is_late_is_not_put_off_by_asking_for_it(app_context):
    put()
    assert by(NOW + timedelta(days=1), now=NOW + timedelta(hours=1)).due_at == NOW


def test_what_is_asked_for_by_the_end_of_the_lease_is_not_finished_with_it(app_context):
    put()
    (held,) = claim()
    by(held.leased_until)
    with transaction() as session:
        queue.finish(session, held)
    assert db.session.query(Job).count() == 1


@pytest.mark.parametrize(("asked", "due"), [(timedelta(0), timedelta(0)), (timedelta(hours=1), queue.LEASE)])
def test_what_a_worker_is_at_comes_round_by_then_or_at_the_end_of_the_lease(app_context, asked, due):
    put()
    claim()
    assert by(NOW + asked).due_at == NOW + due


def put_off() -> None:
    """Fail at a job once."""
    put()
    (held,) = claim()
    with transaction() as session:
        queue.retry(session, held, now=NOW, error="boom")


def test_a_job_that_was_put_off_is_done_no_later_than_asked_for(app_context):
    put_off()
    assert by(NOW + timedelta(seconds=10)).due_at == NOW + timedelta(seconds=10)


def test_a_job_that_was_put_off_is_not_put_off_further(app_context):
    put_off()
    assert by(NOW + timedelta(days=1)).due_at == NOW + queue.FIRST_WAIT


def test_asking_for_what_waits_looks_once(app_context):
    put()
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda _c, _u, said, *_more: statements.append(said))
    by(NOW - timedelta(hours=1), now=NOW - timedelta(hours=2))
    looks = [one for one in statements if one.startswith("SELECT") and "job.kind =" in one]
    assert len(looks) == 1


def test_four_workers_share_the_work_without_doubling(app):
    with app.app_context():
        put(60)

    def work(_: int) -> list[str]:
        mine: list[str] = []
        with app.app_context():
            while taken := claim():
                mine += [one.subject for one in taken]
        return mine

    with ThreadPoolExecutor(4) as workers:
        done = [subject for subjects in workers.map(work, range(4)) for subject in subjects]
    assert sorted(done, key=int) == [str(number) for number in range(60)]


def ask_by(due_at) -> None:
    with transaction() as session:
        queue.enqueue_by(session, "kind", "0", due_at=due_at, now=NOW)


def test_what_is_asked_for_while_a_worker_is_at_it_is_done_once_more(app_context):
    put()
    [held] = claim()
    ask_by(NOW + timedelta(hours=8))
    with transaction() as session:
        queue.finish(session, held)
    assert len(claim(NOW + timedelta(hours=8))) == 1


def test_what_waits_and_is_due_soon_enough_stays_as_it_is(app_context):
    ask_by(NOW + timedelta(hours=1))
    ask_by(NOW + timedelta(hours=8))
    assert len(claim(NOW + timedelta(hours=1))) == 1
