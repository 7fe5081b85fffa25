"""Clocks that jump, and a worker that was away: late is better than never, and nothing happens twice."""

from datetime import datetime, timedelta

import pytest

from portal.booking.models import BOOKED, HELD
from portal.extensions import db
from portal.jobs import queue
from portal.jobs.loop import Worker
from portal.jobs.models import Job
from portal.lifecycle.doctor import examine
from portal.lifecycle.work import build_work
from portal.mail.carrier import MemoryCarrier
from portal.mail.models import OutboxMessage
from portal.transaction import transaction
from portal.web.throttle import allow
from tests.booking.scene import AT_NINE, NOW, Scene
from tests.staff.colleague import Colleague, employ
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


STEPS = [timedelta(hours=3), timedelta(days=1)]
CLOCK_JOBS = {"clock.sweep", "clock.remind", "clock.times", "clock.orphans"}


class Office:
    """A real worker, which is asked to work at the moments that a test says."""

    def __init__(self, app) -> None:
        self.app, self.carrier = app, MemoryCarrier()
        self.worker = Worker(app, build_work(app, app.extensions["portal"], self.carrier))

    def start(self, now: datetime) -> "Office":
        """Note the clock's work, as a worker does when it starts."""
        with self.app.app_context(), transaction() as session:
            for kind in CLOCK_JOBS:
                queue.enqueue(session, kind, "clock", due_at=now, now=now)
        return self

    def work(self, now: datetime) -> int:
        """Do what is due; how many jobs there were."""
        number = 0
        with self.app.app_context():
            while number < 100 and self.worker.run_due(now):
                number += 1
        return number

    def later_than(self, moment: datetime) -> list[str]:
        """The jobs that are due later."""
        with self.app.app_context():
            return list(db.session.scalars(db.select(Job.kind).where(Job.due_at > moment)))


@pytest.fixture
def office(app, clock) -> Office:
    return Office(app).start(NOW - timedelta(hours=1))


@pytest.mark.parametrize("step", STEPS)
def test_the_clocks_work_goes_on_when_a_fast_clock_is_mended(office, step):
    office.work(NOW + step)
    done = office.work(NOW)
    assert (done, office.later_than(NOW + timedelta(hours=6)), office.work(NOW)) == (len(CLOCK_JOBS), [], 0)


@pytest.mark.parametrize("step", STEPS)
def test_a_reminder_goes_out_when_a_fast_clock_is_mended(app, clock, office, step):
    mended = AT_NINE - timedelta(hours=3)
    office.work(mended + step)
    with app.app_context():
        scene = Scene(app)
        scene.open_day(scene.coordinator())
        case_id = scene.family()
        scene.hold(case_id, now=mended)
        scene.book(case_id, now=mended)
    office.work(AT_NINE - timedelta(minutes=59))
    assert [letter.kind for _id, letter in office.carrier.carried if letter.kind == "appointment.soon"]


@pytest.mark.parametrize("step", STEPS)
def test_a_letter_posted_under_a_fast_clock_and_never_tried_goes_out_when_it_is_mended(app, clock, step):
    clock.now = NOW + step
    visitor = Visitor(app).begin()
    clock.now = NOW
    assert [letter.kind for _id, letter in visitor.work().carried] == ["welcome"]


def test_what_fails_then_waits_as_ever(app_context):
    fast = NOW + timedelta(hours=3)
    with transaction() as session:
        queue.enqueue(session, "mail.send", "x", due_at=fast, now=fast)
        (held,) = queue.claim(session, now=NOW)
        queue.retry(session, held, now=NOW, error="x")
    with transaction() as session:
        assert queue.claim(session, now=NOW) == []


def test_what_is_asked_for_again_under_a_fast_clock_is_due_when_it_is_mended(app_context):
    with transaction() as session:
        queue.enqueue(session, "mail.send", "x", due_at=NOW, now=NOW)
        queue.enqueue(session, "mail.send", "x", due_at=NOW + timedelta(hours=3), now=NOW + timedelta(hours=3))
    with transaction() as session:
        assert [claim.subject for claim in queue.claim(session, now=NOW)] == ["x"]


def test_the_doctor_says_that_a_clock_ran_ahead(app, clock, office):
    office.work(NOW + timedelta(hours=3))
    with app.app_context():
        here = app.extensions["portal"]
        ahead = [one for one in examine(here, now=NOW) if one.startswith("clock: work was noted 180 minutes ahead")]
        office.work(NOW)
        assert (len(ahead), [one for one in examine(here, now=NOW) if one.startswith("clock: work")]) == (1, [])


def test_whoever_mistyped_under_a_fast_clock_is_let_try_when_it_is_mended(app, clock):
    email = employ(app, "lead")
    clock.now = NOW + timedelta(hours=3)
    for _ in range(11):
        Colleague(app).post("/sign-in", email=email, password="not this one, sorry")
    shut = Colleague(app).sign_in(email).is_in()
    clock.now = NOW
    assert (shut, Colleague(app).sign_in(email, later=1).is_in()) == (False, True)


def test_two_hosts_whose_clocks_differ_a_little_count_together(app_context):
    keyring, counted = app_context.extensions["portal"].keyring, []
    for number in range(6):
        with transaction() as session:
            now = NOW + timedelta(seconds=20 * (number % 2))
            about = {"limit": 3, "window": timedelta(minutes=15), "now": now}
            counted.append(allow(session, keyring, "door", "one", **about))
    assert counted == [True] * 3 + [False] * 3


def test_a_code_asked_for_under_a_fast_clock_is_over_when_it_is_mended(app, clock):
    visitor = Visitor(app).begin()
    visitor.post("/sign-out")
    clock.now = NOW + timedelta(hours=3)
    visitor.post("/resume", contact_email="parent@family.example")
    letter = visitor.work().carried[-1][1]
    code = next(word for word in letter.text.split() if word.isdigit() and len(word) == 6)
    clock.now = NOW
    assert visitor.post("/resume/code", code=code).status_code == 200


def test_a_familys_access_from_under_a_fast_clock_ends_when_it_is_mended(app, clock):
    clock.now = NOW + timedelta(days=1)
    visitor = Visitor(app).begin()
    inside = visitor.open("/case").status_code
    clock.now = NOW
    assert (inside, visitor.open("/case").headers.get("Location")) == (200, "/en/resume")


def test_and_where_nobody_asks_until_the_clock_has_caught_up_the_worker_ends_it(app, clock, office):
    clock.now = NOW + timedelta(days=1)
    visitor = Visitor(app).begin()
    office.work(NOW)
    clock.now = NOW + timedelta(hours=25)
    assert visitor.open("/case").headers.get("Location") == "/en/resume"


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
