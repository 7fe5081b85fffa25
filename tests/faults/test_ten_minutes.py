"""The database is gone for ten minutes of the application's clock: what was acknowledged stays, the rest is said."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from portal import create_app
from portal.booking.models import BOOKED, HELD, Appointment
from portal.extensions import db
from portal.jobs.loop import Worker
from portal.jobs.models import Job
from portal.lifecycle.doctor import examine
from portal.lifecycle.start import initialise
from portal.lifecycle.work import build_work
from portal.mail.carrier import MemoryCarrier
from portal.transaction import DatabaseBusy
from tests.booking.scene import AT_NINE, Scene, token
from tests.faults.conftest import OwnPostgres
from tests.support.application import Clock, safe_settings
from tests.support.visitor import Visitor

pytestmark = pytest.mark.exhaustive
SECTION = "/fr/case/section/diagnosis"
BEFORE = {"dx_type": "other", "dx_other": "what was saved before"}
MEANWHILE = {"dx_type": "other", "dx_other": "what was typed meanwhile"}
NEXT = AT_NINE + timedelta(minutes=40)
LETTERS = ["appointment.booked", "appointment.booked.staff", "welcome", "welcome"]
PHONE = {"channel": "phone", "phone": "+33 1 23 45 67 89"}


@pytest.fixture
def app(tmp_path: Path, own_postgres: OwnPostgres) -> Iterator[Flask]:
    """A portal on a server of its own, whose clock the test moves."""
    instance = tmp_path / "instance"
    instance.mkdir(mode=0o700)
    made = create_app(safe_settings(instance, own_postgres.url, mail_server="127.0.0.1"))
    made.testing = True
    with made.app_context():
        initialise()
        scene = Scene(made)
        scene.open_day(scene.coordinator(speaks=("fr",)))
    yield made
    with made.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def clock(app: Flask) -> Clock:
    stopped = Clock()
    app.extensions["portal"].clock = stopped
    return stopped


@pytest.fixture
def booked(app: Flask, clock: Clock) -> Visitor:
    """A family that has a consultation; no letter has gone out yet."""
    family = Visitor(app, "fr").begin().answer("person")
    family.post("/case/section/diagnosis", **BEFORE)
    family.post("/case/book", slot=token())
    family.post("/case/book/confirm", **PHONE)
    return family


@pytest.fixture
def choosing(app: Flask, clock: Clock, booked: Visitor) -> Visitor:
    """Another family, which keeps the next time."""
    clock.advance(seconds=1)
    family = Visitor(app, "fr").begin("other@family.example").answer("person")
    family.post("/case/book", slot=token(NEXT))
    return family


@dataclass
class Outage:
    """What was seen in each of the ten minutes, and the page on which what was typed waits to be sent again."""

    told: list[list[tuple[int, str, int]]]
    worker: list[str]
    again: dict[str, str]


@pytest.fixture
def carrier() -> MemoryCarrier:
    return MemoryCarrier()


@pytest.fixture
def work(app: Flask, clock: Clock, carrier: MemoryCarrier) -> Callable[[], str]:
    """Lets a worker do what is due; whether it found the database."""
    worker = Worker(app, build_work(app, app.extensions["portal"], carrier))
    with app.app_context():
        worker._ensure_clock_jobs()  # what `run` begins with

    def go() -> str:
        try:
            with app.app_context():
                while worker.run_due(clock()):
                    pass
        except DatabaseBusy:
            return "away"
        return "done"

    return go


def told(family: Visitor, data: dict[str, str]) -> list[tuple[int, str, int]]:
    """What a reader gets who looks, saves, or is nobody: status, language and how many first headings."""
    nobody = family.app.test_client()
    answers = [family.client.get("/fr/case"), family.client.post(SECTION, data=data), nobody.get("/fr/start")]
    pages = [family.page(answer) for answer in answers]
    return [(page.status, page.lang, len(page.headings)) for page in pages]


@pytest.fixture
def outage(clock: Clock, booked: Visitor, choosing: Visitor, work, own_postgres: OwnPostgres) -> Outage:
    """The server is away for ten minutes of the application's clock, and there again."""
    form = dict(booked.page(booked.open("/case/section/diagnosis")).form().sent) | MEANWHILE
    own_postgres.stop()
    seen = Outage([], [], {})
    for _ in range(10):
        clock.advance(minutes=1)
        seen.told.append(told(booked, form))
        seen.worker.append(work())
    page = booked.page(booked.client.post(SECTION, data=form))
    seen.again = dict(next(one for one in page.forms() if "dx_other" in one.controls).fields)
    own_postgres.start()
    return seen


def test_every_reader_is_told_in_words_and_the_worker_waits(outage):
    words = [(503, "fr", 1), (503, "fr", 1), (200, "fr", 1)]
    assert (outage.told, outage.worker) == ([words] * 10, ["away"] * 10)


def test_what_was_acknowledged_is_there_afterwards(app, outage, booked):
    assert (BEFORE["dx_other"] in booked.open("/case/section/diagnosis").text, BOOKED in states(app)) == (True, True)


def test_what_was_typed_meanwhile_is_stored_by_one_button(outage, booked):
    status = booked.client.post(SECTION, data=outage.again).status_code
    assert (status, MEANWHILE["dx_other"] in booked.open("/case/section/diagnosis").text) == (303, True)


def test_letters_go_out_once_and_nothing_stays_undone(app, clock, outage, work, carrier):
    done = [work(), work()]
    kinds = sorted(letter.kind for _id, letter in carrier.carried)
    with app.app_context():
        left = list(db.session.scalars(db.select(Job.kind).where(Job.subject != "clock")))
        # This clock is the test's, months ahead of the server's.
        found = [one for one in examine(app.extensions["portal"], now=clock()) if "s apart" not in one]
    assert (done, kinds, left, found) == (["done"] * 2, LETTERS, [], [])


def test_a_time_that_was_kept_has_run_out_and_can_be_chosen_again(app, outage, work, choosing):
    work()
    before = states(app)
    choosing.post("/case/book", slot=token(NEXT))
    assert (before, states(app)) == ([BOOKED], [BOOKED, HELD])


def states(app: Flask) -> list[str]:
    """What blocks a time."""
    with app.app_context():
        live = db.select(Appointment.status).where(Appointment.status.in_([BOOKED, HELD]))
        return sorted(db.session.scalars(live))
