"""The log says what went wrong and where; never who asked, from which place, or what was typed, in whatever failure."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from itertools import count

import pytest
from flask import Flask, abort, request
from sqlalchemy import text
from werkzeug.test import TestResponse

from portal.adapters.storage import StorageFull
from portal.extensions import db
from portal.transaction import transaction
from portal.web.routes import Route, describe
from tests.access.scene import ACCESS, Browser, Stage, address_of, copy_of
from tests.access.who_may import ROLES, TABLE
from tests.support.planted import Planted, report
from tests.support.visitor import Visitor

TYPED, NAMED, ASKED, PATH, COOKIE = "plantedtyped", "plantedname", "plantedquery", "plantedpath", "plantedcookie"
FILE, AGENT, FOREIGN, PROXIED = "plantedfile", "plantedagent", "planted.example", "198.51.100.77"
PLACE, NETWORK = "203.0.113.66", "2001:db8:77:88::99"
WORDS = (TYPED, NAMED, ASKED, PATH, COOKIE, FILE, AGENT, FOREIGN, PROXIED, PLACE, NETWORK)
HEADERS = {
    "User-Agent": AGENT,
    "Referer": f"http://{FOREIGN}/{PATH}",
    "X-Forwarded-For": PROXIED,
    "Forwarded": f"for={PROXIED}",
    "Accept-Language": f"en, {TYPED}",
}
PLACES = [("family A", NETWORK), ("family B", PLACE), ("lead", PLACE), ("admin", NETWORK), ("nobody", PLACE)]


class Log(io.StringIO):
    """What was written to standard error, and what libraries told the log of Python."""

    def __init__(self, libraries: pytest.LogCaptureFixture) -> None:
        super().__init__()
        self.libraries = libraries

    def text(self) -> str:
        """All of it."""
        told = [record for record in self.libraries.records if record.levelno >= logging.WARNING]
        return self.getvalue() + "\n".join(map(logging.Formatter().format, told))

    def events(self) -> list[dict[str, object]]:
        """The events of the portal's own."""
        return [json.loads(line) for line in self.getvalue().splitlines() if line.startswith("{")]


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Log:
    """The log from here on: an application takes standard error when it is made."""
    taken = Log(caplog)
    monkeypatch.setattr(sys, "stderr", taken)
    return taken


@pytest.fixture
def stage(log: Log, grown, tmp_path) -> Iterator[Stage]:
    """A scene of its own that writes into this log."""
    made = copy_of(grown, tmp_path / "told")
    made.app.testing = False  # as behind a server: no exception comes to the test
    yield made
    made.close()


def type_into(browser: Browser, address: str, route: Route) -> TestResponse:
    """Send a form with planted values: first well, then with a wrong token, then as a file."""
    token, fields = browser.token(), route["fields"] or ["any"]
    typed = {name: f"{TYPED} {number}" for number, name in enumerate(fields)} | {NAMED: TYPED}
    more = {"query_string": {"page": ASKED}, "headers": HEADERS}
    browser.client.post(address, data={**typed, "csrf_token": COOKIE}, **more)
    file = {"csrf_token": token, **typed, "file": (io.BytesIO(TYPED.encode()), f"{FILE}.pdf")}
    browser.client.post(address, data=file, **more)
    return browser.client.post(address, data={"csrf_token": token, **typed}, **more)


def walk(stage: Stage, app: Flask, role: str, place: str) -> None:
    """Everything that can be asked, with planted values wherever one can stand."""
    by_path = {route["path"]: route for route in describe(app)}
    for line in TABLE:
        browser, address = stage.browser(role, app), line.address(stage.names)
        browser.client.environ_base["REMOTE_ADDR"] = place
        browser.client.set_cookie(COOKIE, COOKIE)
        if line.method == "POST":
            type_into(browser, address, by_path[line.path])
        else:
            browser.client.get(address, query_string={"page": ASKED}, headers=HEADERS, buffered=True)
    for odd in (f"/en/{PATH}", f"/{PATH}", f"/en/resume/{PATH}", f"/static/{PATH}", f"/en/desk/cases/{PATH}"):
        for method in ("GET", "DELETE"):
            browser.client.open(odd, method=method, headers=HEADERS)


def found_in(log: Log, stage: Stage, *more: str) -> str:
    """What was planted, and who the scene is about, as far as it stands in the log."""
    known = ("email A", "email B", "link A", "case A", "case B", "invitation")
    cookies = [cookie for role in ROLES if (cookie := stage.grown.cookies[role].get(ACCESS))]
    places = [address_of(role) for role in ROLES]
    words = Planted(*WORDS, *cookies, *places, *(stage.names[name] for name in known), *more)
    return report(words.in_bytes(log.text().encode(), "the log"))


def failing(number: Iterator[int]):
    """A view that fails in another way each time, with what was sent in the text of its fault."""

    def view(**given: object) -> None:
        said = f"{request.remote_addr} {given} {request.url} {request.form} {request.headers} {request.cookies}"
        ways = [ValueError(said), StorageFull(said), OSError(28, said, said), KeyError(said), None]
        fault = ways[next(number) % len(ways)]
        if fault is None:
            abort(400, said)
        raise fault

    return view


@pytest.mark.parametrize(("role", "place"), PLACES)
def test_no_page_and_no_refusal_tells_who_asked_or_what_was_typed(stage, log, role, place):
    walk(stage, stage.app, role, place)
    assert ({400, 404, 405} <= {one.get("status") for one in log.events()}, found_in(log, stage)) == (True, "")


@pytest.mark.parametrize("role", ["family B", "lead", "nobody"])
def test_no_fault_of_a_view_tells_what_it_was_about(stage, log, monkeypatch, role):
    number = count()
    for endpoint in stage.app.view_functions:
        if endpoint != "family.start_who":  # where the tokens of forms come from
            monkeypatch.setitem(stage.app.view_functions, endpoint, failing(number))
    walk(stage, stage.app, role, PLACE)
    assert ({400, 500, 503} <= {one.get("status") for one in log.events()}, found_in(log, stage)) == (True, "")


def refuse_writing(app: Flask, *but: str, only: str = "") -> None:
    """Let the database take nothing more, but into some tables; or nothing more into one."""
    with app.app_context(), transaction() as session:
        for name in [only] if only else [table.name for table in db.metadata.sorted_tables if table.name not in but]:
            for what in ("INSERT", "UPDATE"):
                refuse = f"BEFORE {what} ON {name} BEGIN SELECT RAISE(ABORT, 'no'); END"
                session.execute(text(f"CREATE TRIGGER refuse_{what}_{name} {refuse}"))


@pytest.mark.parametrize("role", ["family B", "nobody"])
def test_no_fault_of_the_database_tells_what_should_have_been_written(stage, log, role):
    refuse_writing(stage.app, "web_session")
    walk(stage, stage.app, role, PLACE)
    told = {one.get("error") for one in log.events()}
    assert ("IntegrityError" in told, found_in(log, stage)) == (True, "")


def test_no_session_that_cannot_be_saved_tells_which_link_was_opened(stage, log):
    refuse_writing(stage.app, only="web_session")
    stage.browser("family B").open(f"/desk/invitation/{stage.names['invitation']}")
    assert found_in(log, stage) == ""


def test_no_letter_that_fails_tells_to_whom_it_should_have_gone(stage, log, monkeypatch):
    visitor = Visitor(stage.app)
    visitor.post("/resume", contact_email=stage.names["email A"])

    def carry(letter, *_more: object) -> None:
        raise RuntimeError(f"{letter.recipient} {letter.text}")

    monkeypatch.setattr(visitor.carrier, "carry", carry)
    visitor.work(stage.clock())
    assert ("job_failed" in {one["event"] for one in log.events()}, found_in(log, stage)) == (True, "")


def test_what_the_log_should_not_say_would_be_found(stage, log):
    print(json.dumps({"event": "x", "who": PLACE, "what": [TYPED]}), file=log)
    assert len(found_in(log, stage).splitlines()) == 2
