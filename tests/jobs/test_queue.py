"""Jobs are claimed with a lease; each by one worker at a time, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

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
