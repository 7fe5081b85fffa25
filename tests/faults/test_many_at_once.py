"""Two web processes, two mail workers, twenty clients at once: nothing doubled, nothing lost, nobody turned away."""

import html
import itertools
import json
import re
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

import psutil
import pytest
import requests
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from portal.booking.models import BOOKED, Appointment
from portal.jobs.models import Job
from tests.support.inbox import meeting_of
from tests.support.journey import CONSENTS, SECTIONS, WHO
from tests.support.mailserver import SlowServer
from tests.support.postgres import Postgres
from tests.support.serving import ROOT, STOPPING_SECONDS, Portal, free_port, start_portal

FAMILIES = 10
WINDOWS = 2  # of each family: twenty clients
ROUNDS, MANY_ROUNDS = 3, 40
TRIES = 10 * FAMILIES  # somebody gets a time at each try of all
LETTER_SECONDS = 0.02  # so that one worker alone cannot have sent everything before the other has looked
SECOND = "second-worker@portal.example"
TICKED = {name: "y" for name, value in CONSENTS.items() if value}
HIDDEN = re.compile(r'<input type="hidden" name="(csrf_token|version|slot|once)" value="([^"]*)"')
OFFERED = re.compile(r'<input type="radio"[^>]* name="slot" value="([^"]+)"')


@dataclass
class Window:
    """One window of a family's browser; quick, so that twenty of them press on the portal and not on the test."""

    base_url: str
    email: str
    session: requests.Session = field(default_factory=requests.Session)
    statuses: Counter[int] = field(default_factory=Counter)
    saved: int = 0
    booked: int = 0

    def __post_init__(self) -> None:
        self.session.trust_env = False

    def open(self, path: str) -> requests.Response:
        """GET a page."""
        return self._note(self.session.get(f"{self.base_url}/en{path}", timeout=60))

    def post(self, path: str, page: str | None = None, **values: str) -> requests.Response:
        """Fill in the form of a page, opened anew unless its text is given, and send it."""
        text = page if page is not None else self.open(path).text
        fields = {name: html.unescape(value) for name, value in HIDDEN.findall(text)} | values
        return self._note(self.session.post(f"{self.base_url}/en{path}", data=fields, timeout=60))

    def begin(self) -> None:
        """From nothing to a case with a time zone."""
        self.post("/start/who", **WHO)
        self.post("/start/agree", contact_email=self.email, **TICKED)
        self.post("/case/section/person", **SECTIONS["person"])
        self.post("/case/section/diagnosis", dx_type="other")  # which brings the question that is answered below

    def second(self) -> "Window":
        """One more window of the same browser: it shares its cookies."""
        more = Window(self.base_url, self.email)
        more.session.cookies.update(self.session.cookies)
        return more

    def save(self) -> None:
        """One more answer; counted when the portal has said that it is kept."""
        number = f"number {self.saved + 1}"
        answer = self.post("/case/section/diagnosis", dx_type="other", dx_other=number)
        if answer.history:  # a redirect onwards: only what was kept leads on
            self.saved += 1

    def choose(self) -> tuple[str, str]:
        """The page of free times, and the one that is offered first: the same for all who look at this moment."""
        text = self.open("/case/book").text
        offered = OFFERED.findall(text)
        return text, html.unescape(offered[0]) if offered else ""

    def take(self, text: str, slot: str) -> bool:
        """Try to get that time. False where somebody was quicker, or this family has one already."""
        confirm = self.post("/case/book", text, slot=slot)
        if not confirm.url.endswith("/book/confirm"):
            return False
        done = self.post("/case/book/confirm", confirm.text, channel="phone", phone="+33 1 23 45 67 89")
        return done.url.endswith("/appointment")

    def cancel(self) -> None:
        """Give the time back."""
        answer = self.post("/case/appointment/cancel")
        assert answer.history, answer.status_code

    def _note(self, answer: requests.Response) -> requests.Response:
        for one in (*answer.history, answer):
            self.statuses[one.status_code] += 1
        return answer


@dataclass
class Rush:
    """What is left when everybody has gone: the portal still serves, all mail is sent."""

    portal: Portal
    listening: int
    savers: list[Window]
    bookers: list[Window]
    letters: list[tuple[str, EmailMessage]]
    outbox: list[dict]
    database: str

    @property
    def windows(self) -> list[Window]:
        """All of them."""
        return [*self.savers, *self.bookers]

    def rows(self, table: type) -> list:
        """All rows of a table."""
        engine = create_engine(self.database)
        with Session(engine) as session:
            found = list(session.scalars(select(table)))
        engine.dispose()
        return found


def second_worker(portal: Portal) -> subprocess.Popen[bytes]:
    """One more worker; it sends under a name of its own, so that its letters can be told from the first one's."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "portal", "worker"]
    environment = portal.environment | {"PORTAL_MAIL_DEFAULT_SENDER": SECOND}
    with portal.log.open("ab") as out:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out, start_new_session=True)


def listeners(portal: Portal) -> int:
    """How many processes take this portal's connections: its web processes."""
    port = int(portal.environment["PORTAL_PORT"])
    family = psutil.Process(portal.process.pid).children(recursive=True)
    return sum(
        any(one.status == psutil.CONN_LISTEN and one.laddr.port == port for one in child.net_connections())
        and not child.children()
        for child in family
    )


def rush(portal: Portal, rounds: int) -> tuple[list[Window], list[Window]]:
    """Twenty clients at once: half save, half book the same times; each round ends with everybody at the barrier."""
    families = [Window(portal.base_url, f"family{number}@family.example") for number in range(FAMILIES)]
    together = threading.Barrier(FAMILIES)

    def book(window: Window) -> None:
        for number in range(rounds):
            together.wait(60)
            text, slot = window.choose()
            together.wait(60)  # everybody has seen the same times, and now wants the first of them
            for _try in range(TRIES):
                if window.take(text, slot):
                    break
                text, slot = window.choose()
            else:
                raise AssertionError(f"no time to be had in {TRIES} tries: {window.statuses}")
            window.booked += 1
            if number < rounds - 1:
                window.cancel()

    def save(window: Window) -> None:
        for _ in range(rounds * 3):
            window.save()

    with ThreadPoolExecutor(FAMILIES * WINDOWS) as pool:
        list(pool.map(Window.begin, families))
        bookers = [family.second() for family in families]
        working = [pool.submit(book, one) for one in bookers] + [pool.submit(save, one) for one in families]
        asked = pool.map(lambda one: one.result(300), working)
        list(asked)
        list(
            pool.map(lambda one: Window(portal.base_url, one.email).post("/resume", contact_email=one.email), families)
        )
    return families, bookers


def letters_expected(bookers: list[Window], rounds: int) -> int:
    """A welcome and a way back for each family, and one to either side for each cancellation and for what stands.

    What tells of a booking that was cancelled before the letter left is withdrawn, and may be missing.
    """
    return 2 * len(bookers) * (1 + rounds)


LONG = pytest.mark.exhaustive
VARIANTS = [
    pytest.param((kind, rounds), id=f"{kind}-{rounds}", marks=[pytest.mark.xdist_group(f"rush-{kind}"), LONG])
    for rounds in (ROUNDS, MANY_ROUNDS)
    for kind in ("sqlite", "postgresql")
]


@pytest.fixture(scope="module", params=VARIANTS)
def after(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rush]:
    """One rush for each database."""
    kind, rounds = request.param
    folder: Path = tmp_path_factory.mktemp("rush")
    database = f"sqlite:///{folder}/instance/portal.db"
    if kind == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        database = server.create()
    with SlowServer(folder, LETTER_SECONDS) as mail:
        portal = start_portal(
            folder / "instance",
            port=free_port(),
            workers=2,
            threads=20,
            sqlalchemy_database_uri=database,
            mail_server="127.0.0.1",
            mail_port=mail.port,
            mail_use_tls=0,
        )
        worker = second_worker(portal)
        try:
            listening = listeners(portal)
            savers, bookers = rush(portal, rounds)
            mail.wait_for(letters_expected(bookers, rounds), seconds=120)
            told = settle(portal)
            letters = [(one.sender, one.message) for one in mail.deliveries]
            yield Rush(portal, listening, savers, bookers, letters, told, database)
        finally:
            worker.terminate()
            worker.wait(STOPPING_SECONDS)
            portal.stop()


def settle(portal: Portal) -> list[dict]:
    """The whole outbox once nothing waits any more: then there is nothing left that could be sent twice."""
    for _ in range(30):
        listed: list[dict] = json.loads(portal.command("outbox", "list", "--json", "--all").stdout)
        if not any(one["state"] == "waiting" for one in listed):
            return listed
    raise AssertionError(portal.command("outbox", "list").stdout)


def statuses(windows: list[Window]) -> Counter[int]:
    return sum((window.statuses for window in windows), Counter())


def uid_of(letter: EmailMessage) -> str:
    return meeting_of(letter).uid


def test_two_web_processes_take_the_connections(after):
    assert after.listening == 2


def test_both_workers_have_sent_mail(after):
    assert len({sender for sender, _letter in after.letters}) == 2


def test_nobody_is_answered_with_an_error(after):
    assert set(statuses(after.windows)) <= {200, 303}


def test_every_acknowledged_save_is_there(after):
    shown = [window.open("/case/section/diagnosis").text for window in after.savers]
    assert [f"number {window.saved}" in text for window, text in zip(after.savers, shown, strict=True)] == [
        True
    ] * FAMILIES
    assert min(window.saved for window in after.savers) > 0


def test_every_acknowledged_booking_is_there(after):
    assert [window.open("/case/appointment").url.endswith("/appointment") for window in after.bookers] == [
        True
    ] * FAMILIES


def test_no_time_is_booked_twice_and_no_family_has_two(after):
    live = [row for row in after.rows(Appointment) if row.status == BOOKED]
    assert len({row.case_id for row in live}) == len(live) == FAMILIES
    spans = sorted((row.schedule_id, row.start_at, row.end_at) for row in live)
    overlaps = [
        (one, next_one) for one, next_one in itertools.pairwise(spans) if one[0] == next_one[0] and one[2] > next_one[1]
    ]
    assert overlaps == []


BOOKING = ("appointment.booked", "appointment.booked.staff")


def test_each_booking_was_told_once_to_the_family_and_once_to_the_coordinator(after):
    told = Counter(
        (uid_of(one).partition("@")[0], str(one["To"])) for _by, one in after.letters if is_kind(one, *BOOKING)
    )
    made = [row for row in after.rows(Appointment) if row.booked_at is not None]
    of_each = Counter(about for about, _to in told)
    assert set(told.values()) == {1}
    assert {of_each[row.id] for row in made if row.status == BOOKED} == {2}
    assert len(made) == sum(window.booked for window in after.bookers)
    withdrawn = [one for one in after.outbox if one["state"] == "expired" and one["kind"] in BOOKING]
    assert len(told) + len(withdrawn) == 2 * len(made)


def test_each_cancellation_was_told_once_to_the_family_and_once_to_the_coordinator(after):
    ends = ("appointment.cancelled", "appointment.cancelled.staff")
    told = Counter((uid_of(one).partition("@")[0], str(one["To"])) for _by, one in after.letters if is_kind(one, *ends))
    cancelled = {row.id for row in after.rows(Appointment) if row.booked_at is not None and row.status != BOOKED}
    assert set(told.values()) == {1}
    assert Counter(about for about, _to in told) == dict.fromkeys(cancelled, 2)


def test_no_message_came_twice(after):
    assert [name for name, count in Counter(one["Message-ID"] for _by, one in after.letters).items() if count > 1] == []


@pytest.mark.parametrize("kind", ["welcome", "way_back"])
def test_each_family_got_one_letter_for_what_it_asked_once(after, kind):
    got = Counter(str(one["To"]) for _by, one in after.letters if is_kind(one, kind))
    assert got == Counter(window.email for window in after.bookers)


def is_kind(letter: EmailMessage, *kinds: str) -> bool:
    return letter["X-Portal-Kind"] in kinds


def test_every_job_is_done_and_none_was_tried_again(after):
    assert {(one["state"], one["attempts"]) for one in after.outbox if one["kind"] not in BOOKING} == {("sent", 1)}
    assert {(one["state"], one["attempts"]) for one in after.outbox if one["kind"] in BOOKING} <= {
        ("sent", 1),
        ("expired", 0),
    }
    assert {job.kind.partition(".")[0] for job in after.rows(Job)} == {"clock"}


def test_the_log_of_the_portal_tells_of_no_fault(after):
    said = after.portal.log.read_text()
    assert [
        word for word in ("Traceback", "unexpected", "unavailable", "job_failed", "child_ended") if word in said
    ] == []


def test_the_doctor_finds_nothing(after):
    done = after.portal.command("doctor", "--json")
    assert done.returncode == 0, done.stdout
