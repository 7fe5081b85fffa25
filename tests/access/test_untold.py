"""What cannot be written into the access log does not happen: no look, no change, no reset. And a reset is told."""

import re

import pytest
from sqlalchemy import text

from portal.accesslog.models import Entry
from portal.extensions import db
from portal.transaction import transaction
from tests.access.scene import Stage, copy_of, email_of
from tests.access.who_may import (
    CALENDAR,
    CASE,
    CLOSE,
    DAYS,
    DOCUMENT,
    HOURS,
    NO_DAYS,
    NO_HOURS,
    REMOVE,
    RESEND,
    RESET,
    REVOKE,
    ROLES,
    TABLE,
    Line,
)
from tests.staff.colleague import PASSWORD, Colleague

READERS = ["coordinator 1", "coordinator 2", "lead"]
LOOKS = [line for line in TABLE if line.method == "GET"]
CHANGES = [line for line in TABLE if line.method == "POST"]
OF_A_CASE = re.compile(rb"Deniz|04/2017|\+33|parent-|report\.pdf|spare\.pdf|%PDF|[A-Z2-9]{3}-[A-Z2-9]{3}\b")
REFUSE = "CREATE TRIGGER refuse BEFORE INSERT ON access_log BEGIN SELECT RAISE(ABORT, 'no room'); END"
# Asking for the head of a document leaves its file to the collector in Flask's test client: see test_head.py.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture
def refusing(grown, tmp_path) -> Stage:
    """The scene on a database that takes no entry more."""
    stage = copy_of(grown, tmp_path / "refusing")
    with stage.app.app_context(), transaction() as session:
        session.execute(text(REFUSE))
    yield stage
    stage.close()


def told(stage: Stage) -> list[tuple[str, str, str]]:
    """What the log says: who, what, and which object."""
    with stage.app.app_context():
        entries = db.session.scalars(db.select(Entry).order_by(Entry.seq))
        return [(one.actor, one.action, one.object_id) for one in entries]


def that_tell(stage: Stage, role: str, lines: list[Line]) -> list[Line]:
    """Those that leave an entry when this role asks for them one after the other."""
    found = []
    for line in lines:
        before = len(told(stage))
        stage.browser(role).ask(line.method, line.address(stage.names), **line.said(stage.names))
        found += [line] if len(told(stage)) > before else []
    return found


def test_a_reset_by_an_admin_leaves_an_entry(fresh):
    before, spare = len(told(fresh)), fresh.names["spare colleague"]
    fresh.browser("admin").post(f"/desk/people/{spare}/reset")
    assert told(fresh)[before:] == [(f"staff:{fresh.names['admin']}", "people.reset", spare)]


def test_an_invitation_by_an_admin_leaves_an_entry(fresh):
    before = len(told(fresh))
    new = {
        "email": "new@clinic.example",
        "name": "Test New",
        "language": "en",
        "roles": "lead",
        "speaks": "en",
        "zone": "Asia/Tokyo",
    }
    fresh.browser("admin").post("/desk/people", **new)
    assert [one[:2] for one in told(fresh)[before:]] == [(f"staff:{fresh.names['admin']}", "people.added")]


@pytest.mark.parametrize("role", READERS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_look_that_cannot_be_told_shows_nothing(fresh, refusing, role, method):
    looks = that_tell(fresh, role, LOOKS)
    answers = [refusing.browser(role).ask(method, line.address(refusing.names)) for line in looks]
    assert {CASE, DOCUMENT} <= {line.path for line in looks}
    assert {(one.status_code, one.mimetype, "Content-Disposition" in one.headers) for one in answers} == {
        (500, "text/html", False)
    }
    assert [found for one in answers for found in OF_A_CASE.findall(visible(one.data))] == []


@pytest.mark.parametrize("role", READERS)
def test_the_same_looks_show_a_case_where_they_can_be_told(fresh, role):
    shown = [fresh.browser(role).open(f"/desk/cases/{fresh.names[f'case {whose}']}").data for whose in "AB"]
    assert [bool(OF_A_CASE.search(visible(one))) for one in shown] == [True, True]


@pytest.mark.parametrize("role", ROLES)
def test_what_cannot_be_told_is_not_done(fresh, refusing, role):
    before = refusing.stored()
    for line in that_tell(fresh, role, CHANGES):
        answer = refusing.browser(role).ask(line.method, line.address(refusing.names), **line.said(refusing.names))
        assert (str(line), answer.status_code, refusing.changed_since(before)) == (str(line), 500, [])


@pytest.mark.parametrize(
    ("role", "paths"),
    [
        ("admin", {REVOKE, RESET, RESEND, CLOSE, CALENDAR, HOURS, DAYS, NO_HOURS, NO_DAYS}),
        ("coordinator 1", {f"{CASE}/cancel-consultation", f"{CASE}/outcome", f"{CASE}/urgent", f"{CASE}/not-urgent"}),
        ("interpreter", {"/<lang>/desk/calendar/new", "/<lang>/desk/calendar/end"}),
        ("family B", {REMOVE}),
    ],
)
def test_what_is_told_is_among_what_was_tried_above(fresh, role, paths):
    assert paths - {line.path for line in that_tell(fresh, role, CHANGES)} == set()


def test_a_reset_that_cannot_be_told_leaves_the_password_as_it_is(refusing):
    answer = refusing.browser("admin").post(f"/desk/people/{refusing.names['spare colleague']}/reset")
    asking = Colleague(refusing.app).give_password(email_of("spare colleague"), PASSWORD)
    assert (answer.status_code, asking.location) == (500, "/en/desk/sign-in/code")


def visible(page: bytes) -> bytes:
    """A page without the address that was asked for, which stands in its language bar."""
    return re.sub(rb'(?:href|action)="[^"]*"', b"", page)
