"""A database that is locked, restarted or gone: a clear page, nothing half-stored, nothing typed is lost."""

import threading

import psycopg
import pytest
from sqlalchemy import text

from portal import transaction as unit
from portal.extensions import db
from portal.i18n import LANGUAGES
from tests.faults.conftest import OwnPostgres
from tests.support.application import Clock
from tests.support.inbox import wait_for_letter
from tests.support.journey import Journey
from tests.support.pages import Page
from tests.support.postgres import conninfo
from tests.support.visitor import Visitor
from tests.support.walking import Family

SECTION = "/case/section/diagnosis"
TYPED = {"dx_type": "other", "dx_other": "a long sentence that nobody wants to type twice"}


@pytest.fixture
def visitor(app, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Visitor:
    """A family whose database will be locked; it waits a moment instead of a quarter of a minute."""
    monkeypatch.setattr(unit, "BUSY_TIMEOUT_MS", 200)
    return Visitor(app).begin().answer("person")


@pytest.fixture
def locked(visitor: Visitor):
    """Another program writes and does not finish."""
    with visitor.app.app_context():
        db.engine.dispose()  # so that connections are made anew, with the short patience
        other = db.engine.connect().execution_options(**unit.writing(db.engine.dialect.name))
        other.execute(text("UPDATE job SET attempts = attempts"))
        yield other
        other.close()


@pytest.mark.parametrize("language", [one.code for one in LANGUAGES])
def test_a_locked_database_is_said_in_words_in_every_language(visitor, locked, language):
    visitor.language = language
    page = visitor.page(visitor.post(SECTION, **TYPED))
    assert (page.status, page.lang, len(page.headings)) == (503, language, 1)


def test_what_was_typed_is_sent_again_with_one_button(visitor, locked):
    page = visitor.page(visitor.post(SECTION, **TYPED))
    locked.rollback()
    again = dict(next(form for form in page.forms() if "dx_other" in form.controls).fields)
    visitor.client.post(f"/en{SECTION}", data=again)
    assert TYPED["dx_other"] in visitor.open(SECTION).text


def test_nothing_is_half_stored(visitor, locked):
    visitor.post(SECTION, **TYPED)
    locked.rollback()
    assert TYPED["dx_other"] not in visitor.open(SECTION).text


def test_reading_goes_on_while_another_program_writes(visitor, locked):
    assert visitor.open("/case").status_code == 200


def test_a_password_is_never_kept_on_an_error_page(visitor, locked):
    answer = visitor.post("/en/desk/sign-in", email="a@clinic.example", password="four plain words here")
    assert (answer.status_code, "four plain words" in answer.text) == (503, False)


@pytest.fixture
def walk(serve, own_postgres: OwnPostgres) -> Journey:
    """A family's walk on a portal whose database server can be stopped."""
    portal = serve(sqlalchemy_database_uri=own_postgres.url)
    journey = Journey(Family(portal.base_url, "fr"), "fr")
    journey.portal = portal
    journey.begin()
    journey.answer("person")
    return journey


def posted(walk: Journey, **values: str) -> Page:
    """Post the open section as it is, whatever the answer."""
    return walk.family.submit(values)


def test_a_database_server_may_go_and_come_back(walk, own_postgres):
    walk.family.open("/fr/case/section/diagnosis")
    own_postgres.stop()
    refused = posted(walk, dx_type="dmd")
    public, health = walk.family.open("/fr/"), walk.portal.healthy()
    own_postgres.start()
    walk.answer("diagnosis", dx_type="bmd")
    doctor = walk.portal.command("doctor")
    assert (refused.status, refused.lang, public.status, health, doctor.returncode) == (503, "fr", 200, False, 0)


@pytest.mark.exhaustive
def test_a_session_outlives_the_database_servers_restart(walk, own_postgres):
    own_postgres.stop()
    walk.family.open("/fr/case")
    own_postgres.start()
    assert walk.family.open("/fr/case").status == 200


@pytest.mark.exhaustive
def test_the_worker_waits_for_the_database_and_goes_on(walk, own_postgres):
    own_postgres.stop()
    own_postgres.start()
    walk.book()
    assert wait_for_letter(walk.portal.instance, "appointment.booked")["Content-Language"] == "fr"


def test_a_connection_cut_in_mid_request_stores_nothing_and_says_so(walk, own_postgres):
    walk.family.open("/fr/case/section/diagnosis")
    with psycopg.connect(conninfo(own_postgres.url)) as other:
        other.execute("LOCK TABLE case_file IN ACCESS EXCLUSIVE MODE")
        answers: list[Page] = []
        sending = threading.Thread(target=lambda: answers.append(posted(walk, dx_type="dmd")))
        sending.start()
        while not waiting(other):
            pass
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        sending.join()
    shown = walk.family.open("/fr/case/section/diagnosis").form().controls["dx_type"].chosen
    assert (answers[0].status, shown) == (503, [])


def waiting(other: psycopg.Connection) -> bool:
    """Whether somebody waits for the lock."""
    found = other.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'").fetchone()
    return bool(found and found[0])


@pytest.mark.exhaustive
def test_a_table_locked_for_half_a_minute_delays_and_loses_nothing(walk, own_postgres):
    walk.family.open("/fr/case/section/diagnosis")
    with psycopg.connect(conninfo(own_postgres.url)) as other:
        other.execute("LOCK TABLE case_file IN ACCESS EXCLUSIVE MODE")
        refused = posted(walk, dx_type="dmd")
    walk.answer("diagnosis", dx_type="bmd")
    assert refused.status == 503
