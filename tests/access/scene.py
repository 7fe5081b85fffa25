"""A clinic with its families and its people, made once for each test process and copied for whoever needs it."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event, select, update
from werkzeug.test import TestResponse

from portal import create_app
from portal.booking.models import CLOSED, Appointment, Difference, Participant, Slot, Window
from portal.booking.service.feeds import open_feed
from portal.booking.service.schedules import schedule_of
from portal.cases.models import Case
from portal.cases.service.access import open_way
from portal.extensions import db
from portal.mail.models import OutboxMessage
from portal.staff import service
from portal.staff.sign_in import secret_from_key
from portal.transaction import transaction
from tests.access.who_may import ROLES
from tests.booking.scene import AT_NINE, Scene, token
from tests.staff.colleague import KEY, PASSWORD, Colleague, quick_hash
from tests.support.application import Clock, safe_settings
from tests.support.files import make_pdf
from tests.support.visitor import Visitor

ACCESS, VISIT = "portal_access", "portal_visit"
COUNTERS = {"throttle", "web_session"}
PHONE = {"channel": "phone", "phone": "+33 1 23 45 67 89"}
TUESDAY, SLOT = AT_NINE + timedelta(days=1), timedelta(minutes=40)
PEOPLE = {
    "coordinator 1": "coordinator",
    "coordinator 2": "coordinator",
    "lead": "lead",
    "interpreter": "interpreter",
    "admin": "admin",
    "removed colleague": "lead",
    "spare colleague": "lead",
}
MADE_UP = {
    "made-up case": "AAA-AAA",
    "made-up document": "0" * 32,
    "made-up message": "0" * 32,
    "made-up person": "0" * 32,
    "clinic": "clinic",
    "made-up slot": "0" * 32,
    "made-up section": "horoscope",
    "made-up link": "x" * 43,
    "made-up invitation": "x" * 43,
    "made-up file": "nothing.css",
    "section": "person",
    "file": "portal.css",
}


class Browser:
    """Somebody's browser at one place of the network, with the cookies it is given."""

    def __init__(self, app: Flask, cookies: dict[str, str] | None = None, address: str = "198.51.100.1") -> None:
        self.client = app.test_client()
        self.client.environ_base["REMOTE_ADDR"] = address
        self.form_token = ""
        for name, value in (cookies or {}).items():
            self.client.set_cookie(name, value)

    def ask(self, method: str, path: str, **values: Any) -> TestResponse:
        """Any method at any address; a POST carries a valid token of this browser."""
        if method != "POST":
            return self.client.open(path, method=method, buffered=True)
        self.form_token = self.token()
        return self.client.post(path, data={"csrf_token": self.form_token, **values})

    def open(self, path: str) -> TestResponse:
        """GET an English page."""
        return self.ask("GET", f"/en{path}")

    def post(self, path: str, **values: Any) -> TestResponse:
        """POST to an English page."""
        return self.ask("POST", f"/en{path}", **values)

    def post_again(self, path: str, headers: dict[str, str] | None = None, **values: Any) -> TestResponse:
        """POST with the token of the first time: quick, for hundreds of tries."""
        self.form_token = self.form_token or self.token()
        return self.client.post(f"/en{path}", data={"csrf_token": self.form_token, **values}, headers=headers)

    def token(self) -> str:
        """A form token of this browser; the family's start carries one for whoever asks."""
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.client.get("/en/start/who").text)
        assert found, "a page without a form token"
        return found[1]

    def cookie(self, name: str = ACCESS) -> str:
        """The value of a cookie; empty where there is none."""
        found = self.client.get_cookie(name)
        return found.value if found else ""


@dataclass(frozen=True)
class Grown:
    """An instance with everything in it. `names` are what stands in addresses, `cookies` those of each role."""

    instance: Path
    names: dict[str, str]
    cookies: dict[str, dict[str, str]]


@dataclass
class Stage:
    """One copy of the scene, served by one or more workers."""

    grown: Grown
    instance: Path
    clock: Clock = field(default_factory=Clock)
    workers: list[Flask] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.worker()

    @property
    def app(self) -> Flask:
        """The first worker."""
        return self.workers[0]

    @property
    def names(self) -> dict[str, str]:
        """What stands in addresses: references, ids, tokens."""
        return self.grown.names

    def worker(self, **changes: object) -> Flask:
        """One more application on the same instance and database."""
        app = create_app(safe_settings(self.instance, f"sqlite:///{self.instance}/portal.db", **changes))
        app.testing = True
        app.extensions["portal"].clock = self.clock
        self.workers.append(app)
        return app

    def browser(self, role: str, app: Flask | None = None) -> Browser:
        """A browser with the cookies of a role, at that role's place of the network."""
        return Browser(app or self.app, self.grown.cookies[role], address_of(role))

    def cookie(self, role: str) -> str:
        """The token of a role's session."""
        return self.grown.cookies[role][ACCESS]

    def stored(self) -> dict[str, list[Any]]:
        """Everything in the database but the counters of tries and the sessions, and the names of all objects."""
        tables = [table for table in db.metadata.sorted_tables if table.name not in COUNTERS]
        with self.app.app_context():
            rows = {table.name: list(db.session.execute(table.select())) for table in tables}
        return rows | {"objects": sorted(path.name for path in (self.instance / "objects").glob("*/*"))}

    def changed_since(self, before: dict[str, list[Any]]) -> list[str]:
        """Where something is not as it was."""
        return [name for name, rows in self.stored().items() if rows != before[name]]

    def close(self) -> None:
        """Let go of the database."""
        for app in self.workers:
            dispose(app)


@contextmanager
def statements(scene: Stage) -> Iterator[list[str]]:
    """What the database is asked meanwhile."""
    asked: list[str] = []

    def note(_connection, _cursor, statement: str, *_more: object) -> None:
        asked.append(statement)

    with scene.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


def copy_of(grown: Grown, folder: Path) -> Stage:
    """A copy of the scene that may be spoiled."""
    shutil.copytree(grown.instance, folder)
    folder.chmod(0o700)
    return Stage(grown, folder)


def address_of(role: str) -> str:
    """Everybody's own place of the network."""
    return f"10.1.0.{ROLES.index(role) + 1}"


def dispose(app: Flask) -> None:
    """Close an application's connections."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def grow(instance: Path) -> Grown:
    """Let everybody come, and note who they are."""
    stage = Stage(Grown(instance, dict(MADE_UP), {role: {} for role in ROLES}), instance)
    app = stage.app
    _people(stage)
    _times(stage)
    _consultations(stage)
    _families(stage)
    _calendars(stage)
    with app.app_context(), transaction() as session:
        service.revoke(session, service.find_by_email(session, email_of("removed colleague")), stage.clock())
    stage.close()
    return stage.grown


def email_of(who: str) -> str:
    """A person's sign-in address."""
    return f"{who.replace(' ', '-')}@clinic.example"


def _people(stage: Stage) -> None:
    keyring, names = stage.app.extensions["portal"].keyring, stage.names
    shared = {"language": "en", "time_zone": "Europe/Istanbul", "languages": ["en"], "now": stage.clock()}
    with stage.app.app_context():
        ready = {"password_hash": quick_hash(PASSWORD), "totp_secret": secret_from_key(KEY)}
        with transaction() as session:
            for who, role in PEOPLE.items():
                person = {"email": email_of(who), "name": f"Test {who}", "roles": [role]}
                names[who] = service.create_ready(session, keyring, **person, **ready, **shared).id
            invited = {"email": email_of("invited"), "name": "Test invited", "roles": ["lead"]}
            _person, names["invitation"] = service.invite(session, keyring, **invited, **shared)
    for who in (one for one in PEOPLE if one in ROLES):
        colleague = Colleague(stage.app, address=address_of(who)).sign_in(email_of(who))
        stage.grown.cookies[who][ACCESS] = colleague.client.get_cookie(ACCESS).value


def _times(stage: Stage) -> None:
    """Three times of the first coordinator: the first becomes A's, B keeps the second, the third is free."""
    with stage.app.app_context():
        with transaction() as session:
            schedule = schedule_of(session, stage.names["coordinator 1"]).id
        Scene(stage.app).open_day(schedule)
        free = db.select(Slot.id).order_by(Slot.start_at.desc())
        stage.names["slot"] = db.session.scalars(free).first()
        Scene(stage.app).open_day(schedule, TUESDAY.date())
        Scene(stage.app).times(schedule, TUESDAY + timedelta(days=2))
        with transaction() as session:
            closed = session.scalars(select(Slot).where(Slot.start_at == TUESDAY + timedelta(days=2))).one()
            closed.status, stage.names["closed slot"] = CLOSED, closed.id


def _calendars(stage: Stage) -> None:
    """Addresses of feeds, weekly hours (of days long past: no times come of them) and days that differ."""
    here, names = stage.app.extensions["portal"], stage.names
    with stage.app.app_context(), transaction() as session:
        names["feed"] = open_feed(session, here.keyring, names["coordinator 1"])
        names["feed of the interpreter"] = open_feed(session, here.keyring, names["interpreter"])
        names["feed of the removed"] = open_feed(session, here.keyring, names["removed colleague"])
        own = {who: schedule_of(session, names[who]).id for who in ("coordinator 1", "coordinator 2")}
        day = stage.clock().date() - timedelta(days=900)
        for who, schedule_id in own.items():
            rows = {
                "hours": Window(schedule_id=schedule_id, weekday=0, begin="03:00", end="03:05"),
                "days": Difference(schedule_id=schedule_id, kind="off", first=day, last=day),
            }
            session.add_all(rows.values())
            session.flush()
            names.update({f"{what} of {who}": row.id for what, row in rows.items()})
        closed = Difference(kind="off", first=day, last=day)
        session.add(closed)
        session.flush()
        names["days of the clinic"] = closed.id


def _consultations(stage: Stage) -> None:
    """Two families more: the consultation of one is to come, that of the other has begun."""
    for number, case in enumerate(("case to come", "case that was")):
        stage.clock.advance(seconds=1)
        family, start = Visitor(stage.app).begin(f"another-{number}@family.example"), TUESDAY + number * SLOT
        family.answer("person").post("/case/book", slot=token(start))
        family.post("/case/book/confirm", **PHONE)
        stage.names[case] = family.reference()
    stage.names["time to come"] = token(TUESDAY)
    with stage.app.app_context(), transaction() as session:
        begun, over = stage.clock() - SLOT, stage.clock()
        was, needed = Appointment.start_at == TUESDAY + SLOT, Participant.busy_from == TUESDAY + SLOT
        session.execute(update(Appointment).where(was).values(start_at=begun, end_at=over))
        session.execute(update(Participant).where(needed).values(busy_from=begun, busy_until=over))


def _families(stage: Stage) -> None:
    sent = _family(stage, "family A", "A", *("person", "diagnosis", "genetics", "walking"))
    sent.post("/case/book", slot=token())
    sent.post("/case/book/confirm", **PHONE)
    sent.post("/case/check")
    _family(stage, "family B", "B", "person").post("/case/book", slot=token(AT_NINE + timedelta(minutes=40)))
    _family(stage, "erased family", "of the erased", "person")
    _family(stage, "signed-out family", "of the signed-out", "person").post("/sign-out")
    stage.app.extensions["portal"].keyring.destroy_case(stage.names["id of the erased"])
    _letters(stage)


def _family(stage: Stage, role: str, whose: str, *sections: str) -> Visitor:
    """Answers, and two documents; the stopped clock moves, so that the newest case is known."""
    stage.clock.advance(seconds=1)
    visitor = Visitor(stage.app)
    visitor.client.environ_base["REMOTE_ADDR"] = address_of(role)
    stage.names[f"email {whose}"] = f"parent-{ROLES.index(role)}@family.example"
    visitor.begin(stage.names[f"email {whose}"]).answer(*sections)
    visitor.upload("report.pdf", make_pdf(whose))
    visitor.upload("spare.pdf", make_pdf(f"spare {whose}"), kind="other")
    with stage.app.app_context():
        case = db.session.get(Case, visitor.case_id())
        stage.names.update({f"case {whose}": case.reference, f"pseudonym {whose}": case.pseudonym})
        stage.names.update({f"id {whose}": case.id, f"family id {whose}": case.family_id})
    documents = {one.kind: one.id for one in visitor.documents()}
    stage.names[f"document {whose}"] = documents["genetic_report"]
    stage.names[f"spare document {whose}"] = documents["other"]
    stage.grown.cookies[role][ACCESS] = visitor.client.get_cookie(ACCESS).value
    return visitor


def _letters(stage: Stage) -> None:
    here = stage.app.extensions["portal"]
    with stage.app.app_context(), transaction() as session:
        stage.names["message"] = session.scalars(db.select(OutboxMessage.id)).first()
        for whose in ("A", "of the erased"):
            respondent = session.get_one(Case, stage.names[f"id {whose}"]).family.respondents[0]
            way = open_way(session, here.keyring, respondent, settings=here.settings, now=stage.clock())
            stage.names.update({f"link {whose}": way.url.rpartition("/")[2], f"code {whose}": way.code})
