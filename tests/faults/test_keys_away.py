"""Key files that are missing, wrong, damaged, or taken away from a running portal: refused in one line, never replaced.

What is lost with a key is lost for good, so the only harm that may be done is none: nothing is made anew, nothing is
thrown away, and when the operator has put the file back everything is as it was.
"""

import base64
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from portal.keys.files import NAMES, make_keys
from tests.support.application import both_databases
from tests.support.inbox import letters, wait_for_letter
from tests.support.journey import Journey
from tests.support.mailserver import RefusingServer
from tests.support.pages import Page
from tests.support.postgres import Postgres
from tests.support.serving import ROOT, Portal, environment_for, free_port, run_command, start_portal
from tests.support.walking import Family

INTERNALS = re.compile(r"Traceback|Error\b|Exception|KeyDestroyed|CannotOpen|\.py\b|keys/|subjects/|sqlalchemy")
REFUSING_SECONDS = 60  # a start that is refused takes a few; on a busy machine more
EVERY_DAY = {"columns", "documents", "a list", "half", "serve", "worker"}
CASE_PAGES = ["", "/section/person", "/section/diagnosis", "/documents", "/book", "/book/confirm", "/check"]
# What is started for all of them is started once.
pytestmark = pytest.mark.xdist_group("keys-away")


@pytest.fixture
def environment(instance: Path, database_url: str) -> dict[str, str]:
    """How an operator starts commands on a set-up instance that has no process yet."""
    return environment_for(instance, sqlalchemy_database_uri=database_url, port=free_port())


def start(environment: dict[str, str], command: str) -> CompletedProcess[str]:
    """Run `init` or `serve`. One that should have refused and serves instead is ended, with exit code 0."""
    arguments = [sys.executable, "-m", "flask", "--app", "wsgi", "portal", command]
    process = subprocess.Popen(arguments, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        _out, said = process.communicate(timeout=REFUSING_SECONDS)
    except subprocess.TimeoutExpired:
        process.terminate()
        _out, said = process.communicate()
    return CompletedProcess(arguments, process.returncode, "", said)


def refusal(done: CompletedProcess[str]) -> tuple[bool, int, bool]:
    """Whether a command refused, in how many lines, and whether it showed where in the code."""
    return done.returncode != 0, done.stderr.count("\n"), "Traceback" in done.stderr


REFUSED = (True, 1, False)


def some(*names: str) -> list:
    """Parameters of which most are for the long run: each starts a process, and they differ little."""
    return [pytest.param(name, marks=[] if name in EVERY_DAY else pytest.mark.exhaustive) for name in names]


def keys_of(instance: Path) -> dict[str, bytes]:
    """The key files as they lie there."""
    folder = instance / "keys"
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}


# ---- at the start --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", some("serve", "init"))
@pytest.mark.parametrize("name", some(*NAMES))
def test_a_missing_key_stops_the_start_in_one_line_that_names_it(environment, instance, name, command):
    (instance / "keys" / name).unlink()
    left = keys_of(instance)
    done = start(environment, command)
    assert (refusal(done), f"keys/{name}" in done.stderr, keys_of(instance)) == (REFUSED, True, left)


@pytest.mark.parametrize("command", some("worker", "doctor", "people list", "outbox release"))
def test_no_other_command_starts_without_a_key(environment, instance, command):
    (instance / "keys" / "columns").unlink()
    done = run_command(environment, *command.split())
    assert (refusal(done), "keys/columns" in done.stderr) == (REFUSED, True)


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """The keys of another deployment: whole, and of no use here."""
    other = tmp_path / "other"
    make_keys(other)
    return other / "keys"


# `session` signs cookies only: with another one readers begin a new visit, and nothing is lost.
@pytest.mark.parametrize("command", some("serve", "init"))
@pytest.mark.parametrize("name", some(*(name for name in NAMES if name != "session")))
def test_the_key_of_another_deployment_stops_the_start_in_one_line(environment, instance, foreign, name, command):
    shutil.copy(foreign / name, instance / "keys" / name)
    left = keys_of(instance)
    done = start(environment, command)
    assert (refusal(done), keys_of(instance)) == (REFUSED, left)


def test_the_doctor_names_the_key_of_another_deployment(environment, instance, foreign):
    shutil.copy(foreign / "lookup", instance / "keys" / "lookup")
    done = run_command(environment, "doctor")
    assert (done.returncode, "the key lookup is not the one" in done.stdout) == (1, True)


DAMAGED = {
    "empty": "",
    "half": None,
    "another kind of file": "-----BEGIN OPENSSH PRIVATE KEY-----",
    "too short": json.dumps({"current": "c1", "keys": {"c1": base64.b64encode(b"short").decode()}}),
    "a list": "[]",
    "without the current one": json.dumps({"current": "c2", "keys": {"c1": base64.b64encode(b"1" * 32).decode()}}),
}


def damage(path: Path, how: str) -> None:
    whole = path.read_text()
    said = DAMAGED[how]
    path.write_text(whole[: len(whole) // 2] if said is None else said)


@pytest.mark.parametrize("how", some(*DAMAGED))
def test_a_damaged_key_file_stops_the_start_in_one_line(environment, instance, how):
    damage(instance / "keys" / "columns", how)
    assert refusal(start(environment, "serve")) == REFUSED


@pytest.mark.parametrize("how", some("half", "another kind of file"))
@pytest.mark.parametrize("name", some("lookup", "documents", "documents.pub"))
def test_every_damaged_key_is_noticed_at_the_start(environment, instance, name, how):
    damage(instance / "keys" / name, how)
    assert refusal(start(environment, "serve")) == REFUSED


@both_databases
def test_a_lost_instance_folder_beside_a_full_database_gets_no_new_keys(empty_instance, database_url, database_kind):
    """As on a new host whose operator forgot to bring keys and subjects along: the database is elsewhere."""
    if database_kind == "sqlite":
        elsewhere = empty_instance.parent / "elsewhere.db"
        shutil.copy(database_url.removeprefix("sqlite:///"), elsewhere)
        database_url = f"sqlite:///{elsewhere}"
    done = run_command(environment_for(empty_instance, sqlalchemy_database_uri=database_url), "init")
    assert (refusal(done), keys_of(empty_instance)) == (REFUSED, {})


# ---- while it runs -------------------------------------------------------------------------------------------------


def walk_of(portal: Portal, language: str = "fr", email: str = "parent@family.example") -> Journey:
    walk = Journey(Family(portal.base_url, language), language, email)
    walk.begin()
    walk.answer("person")
    return walk


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.exhaustive)])
def running(request: pytest.FixtureRequest, serve) -> Portal:
    """A demo clinic on each database."""
    settings = {}
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        settings["sqlalchemy_database_uri"] = server.create()
    return serve(**settings)


@pytest.mark.exhaustive
def test_keys_taken_from_a_running_portal_stop_no_page_and_are_never_made_anew(running, serve):
    keys, away = running.instance / "keys", running.instance.parent / "away"
    early = walk_of(running)
    keys.rename(away)

    early.answer("diagnosis")
    late = walk_of(running, "tr", "late@family.example")
    late.book()
    wait_for_letter(running.instance, "appointment.booked", "late@family.example")
    said = running.command("doctor")
    running.stop()
    refused = [start(running.environment, command) for command in ("init", "serve")]
    assert [refusal(done) for done in (said, *refused)] == [REFUSED] * 3
    assert ("keys" in said.stderr, keys.exists()) == (True, False)

    away.rename(keys)
    uri = running.environment.get("PORTAL_SQLALCHEMY_DATABASE_URI", "")
    port = running.environment["PORTAL_PORT"]
    again = serve(instance=running.instance, sqlalchemy_database_uri=uri, port=port)
    early.family.open("/fr/case/section/diagnosis")
    assert early.family.page.form().controls["dx_type"].chosen == ["dmd"]
    assert late.family.open("/tr/case/appointment").url.endswith("/appointment")
    assert again.command("doctor").returncode == 0


one_process = pytest.mark.xdist_group("single-keys")  # so that their clinic is started once


class Pair:
    """Two families of one clinic, and the keys of the first."""

    def __init__(self, portal: Portal) -> None:
        self.portal, self.folder = portal, portal.instance / "subjects"
        self.away = portal.instance.parent / "subjects-away"
        before = self.names()
        self.hit = walk_of(portal, "fr", "hit@family.example")
        self.own = self.names() - before
        self.other = walk_of(portal, "tr", "other@family.example")

    def names(self) -> set[Path]:
        """Where the keys lie."""
        return {path for path in self.folder.glob("*/*") if path.suffix != ".part"}

    def key(self, kind: str) -> Path:
        """Where the first family's key of that kind lies."""
        return next(path for path in self.own if path.name.startswith(kind))

    def take_away(self, kind: str) -> Path:
        """Move that key to where nobody looks for it; returns where it belongs."""
        self.key(kind).rename(self.away)
        return self.key(kind)

    def pages(self, walk: Journey) -> list[Page]:
        """Everything about a case that its family can open."""
        return [walk.family.open(f"/{walk.language}/case{path}") for path in CASE_PAGES]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """One clinic for all tests of single keys."""
    portal = start_portal(tmp_path_factory.mktemp("pair") / "instance")
    yield Pair(portal)
    portal.stop()


@pytest.fixture
def pair(both: Pair, tmp_path: Path) -> Iterator[Pair]:
    """Both have begun; their keys are whole again at the end, whatever a test did to them."""
    kept_keys = shutil.copytree(both.folder, tmp_path / "kept")
    yield both
    for left in (both.folder, both.away):
        if left.is_dir():
            shutil.rmtree(left)
        else:
            left.unlink(missing_ok=True)
    shutil.copytree(kept_keys, both.folder)


def in_words(page: Page) -> bool:
    """Whether a page says something to a reader, and nothing about how the portal is built."""
    return bool(page.headings) and not INTERNALS.search(page.text)


@one_process
@pytest.mark.parametrize("kind", ["case", pytest.param("family", marks=pytest.mark.exhaustive)])
def test_without_one_familys_key_its_pages_answer_in_words_and_the_others_notice_nothing(pair, kind):
    place = pair.take_away(kind)
    hit, other = pair.pages(pair.hit), pair.pages(pair.other)
    pair.other.answer("diagnosis")
    said = pair.portal.command("doctor")
    pair.away.rename(place)
    assert [(page.status, page.url) for page in hit if page.status >= 500 or not in_words(page)] == []
    assert {page.status for page in other} == {200}
    assert (said.returncode, "1 cases or families have no key" in said.stdout) == (1, True)


@one_process
@pytest.mark.parametrize("kind", ["case", "family"])
def test_what_a_family_without_a_key_sends_is_answered_in_words(pair, kind):
    pair.hit.family.open("/fr/case/section/diagnosis")
    section = pair.hit.family.page.form()
    pair.hit.family.open("/fr/case/book")
    times = pair.hit.family.page.form()
    place = pair.take_away(kind)
    pages = []
    for form, values in ((section, {"dx_type": "dmd"}), (times, {"slot": times.controls["slot"].offered[0]})):
        pages.append(pair.hit.family.submit(values, form=form))
    pages.append(pair.hit.family.page)
    pair.away.rename(place)
    assert [page.status for page in pages if page.status >= 500 or not in_words(page)] == []


@one_process
def test_confirming_a_consultation_without_the_familys_key_is_answered_in_words_and_books_nothing(pair):
    pair.hit.family.open("/fr/case/book")
    pair.hit.family.submit({"slot": pair.hit.family.page.form().controls["slot"].offered[0]})
    place = pair.take_away("family")
    page = pair.hit.family.submit({"channel": "phone", "phone": "+33 1 23 45 67 89"})
    pair.away.rename(place)
    assert (in_words(page), letters(pair.portal.instance, "appointment.booked")) == (True, [])
    pair.hit.book()
    wait_for_letter(pair.portal.instance, "appointment.booked", "hit@family.example")
    pair.hit.family.open("/fr/case/appointment/cancel")
    pair.hit.family.submit()


@one_process
def test_a_key_that_is_put_back_opens_everything_again(pair):
    pair.hit.answer("diagnosis")
    place = pair.take_away("case")
    pair.pages(pair.hit)
    pair.away.rename(place)
    pair.hit.family.open("/fr/case/section/diagnosis")
    assert pair.hit.family.page.form().controls["dx_type"].chosen == ["dmd"]
    assert pair.portal.command("doctor").returncode == 0


@one_process
@pytest.mark.parametrize("how", ["empty", "half", "another kind of file"])
def test_a_damaged_key_of_one_case_shows_no_internals_and_hits_nobody_else(pair, how):
    damage(pair.key("case"), how)
    hit, other = pair.pages(pair.hit), pair.pages(pair.other)
    assert [page.url for page in hit if not in_words(page)] == []
    assert {page.status for page in other} == {200}


@one_process
@pytest.mark.parametrize("how", ["half", "another kind of file"])
def test_the_doctor_names_a_damaged_key_of_a_case(pair, how):
    damage(pair.key("case"), how)
    said = pair.portal.command("doctor")
    assert (said.returncode, "Traceback" in said.stderr, "keys" in said.stdout) == (1, False, True)


@pytest.mark.exhaustive
def test_a_key_store_that_is_away_for_a_while_costs_no_letter(serve, refusing_mail_server: RefusingServer):
    """As when a shared folder is not mounted: a key that cannot be reached is not a key that was destroyed."""
    refusing_mail_server.refuse("450 4.2.0 later")
    portal = serve(mail_server="127.0.0.1", mail_port=refusing_mail_server.port, mail_use_tls=0)
    walk_of(portal)
    store, away = portal.instance / "subjects", portal.instance.parent / "subjects-away"
    store.rename(away)
    refusing_mail_server.relent()
    portal.command("outbox", "release")
    portal.stop()  # which lets the worker finish what it has in hand
    away.rename(store)
    again = serve(instance=portal.instance, **kept(portal))
    again.command("outbox", "release")
    assert refusing_mail_server.wait_for(1)[0]["X-Portal-Kind"] == "welcome"


def kept(portal: Portal) -> dict[str, str]:
    """The settings of a portal, to start it again with."""
    given = {name.removeprefix("PORTAL_").lower(): value for name, value in portal.environment.items()}
    return {name: value for name, value in given.items() if name.startswith("mail_") or name == "port"}


@one_process
def test_a_page_that_needs_a_key_store_that_is_away_says_so_and_does_not_send_the_family_away(pair):
    store = pair.folder
    store.rename(pair.away)
    pages = pair.pages(pair.hit)
    pair.away.rename(store)
    assert {(page.status, in_words(page)) for page in pages} == {(503, True)}


def begin_in_vain(portal: Portal) -> Page:
    """A new family that comes as far as it can; returns where it stands then."""
    walk = Journey(Family(portal.base_url, "en"), "en", "new@family.example")
    with pytest.raises(AssertionError, match="/start/agree"):
        walk.begin()
    return walk.family.page


@one_process
def test_no_family_begins_while_its_key_cannot_be_written(pair):
    """A case whose key is not on the disk would be unreadable from the next start on."""
    pair.folder.rename(pair.away)
    pair.folder.write_text("not a folder")  # permissions would mean nothing to root
    page = begin_in_vain(pair.portal)
    pair.folder.unlink()
    pair.away.rename(pair.folder)
    assert (page.status >= 500, in_words(page), pair.portal.command("doctor").returncode) == (True, True, 0)


@one_process
def test_no_family_begins_in_a_key_store_that_is_away(pair):
    """A key that is written where the store is not would be hidden as soon as the store is back."""
    pair.folder.rename(pair.away)
    page = begin_in_vain(pair.portal)
    assert (page.status, in_words(page), pair.folder.exists()) == (503, True, False)
    pair.away.rename(pair.folder)
    assert pair.portal.command("doctor").returncode == 0
