"""Another column key: killed anywhere it is finished by running it again, and nobody notices meanwhile."""

import json
import random
import threading

import pytest
from sqlalchemy import select

from portal.extensions import db
from portal.keys.keyring import KeyDestroyed, Keyring
from portal.keys.sealed import Sealed
from portal.lifecycle import rotate as module
from portal.lifecycle.rotate import StillOld, forget_old, rotate, sealed_columns
from portal.lifecycle.start import WrongKey, check_fingerprints
from portal.transaction import transaction, writing
from portal.web.session_rows import WebSession
from tests.staff.colleague import employ
from tests.support.application import both_databases
from tests.support.visitor import Visitor

pytestmark = both_databases
KILLS = 10


class Killed(Exception):
    """As `kill -9` would: nothing more happens."""


@pytest.fixture
def peopled(app, clock):
    """An instance with families, colleagues, sessions and letters."""
    for number in range(4):
        Visitor(app).begin(f"family-{number}@family.example").answer("person", "diagnosis")
    Visitor(app).post("/resume", contact_email="family-1@family.example")
    employ(app, "coordinator")
    return app


def parts(app):
    return app.extensions["portal"]


def names_of_keys(app) -> set[str]:
    """The ids of the instance's keys with which anything is sealed."""
    with app.app_context():
        used = {
            value.key_id
            for table, column in sealed_columns()
            for value in db.session.scalars(select(column))
            if value is not None
        }
        db.session.rollback()
    subjects = parts(app).settings.instance / "subjects"
    for path in subjects.glob("*/*"):
        blob = bytes.fromhex(json.loads(path.read_text())["data"])
        used.add(blob[2 : 2 + blob[1]].decode())
    return {key_id for key_id in used if key_id.startswith("c")}


def turn(app):
    with app.app_context():
        return rotate(parts(app).settings.instance, parts(app).opened_keyring)


def test_afterwards_nothing_is_sealed_with_the_old_key(peopled):
    assert names_of_keys(peopled) == {"c1"}
    done = turn(peopled)
    assert (done.current, done.left, names_of_keys(peopled)) == ("c2", ("c1",), {"c2"})


def test_run_again_it_begins_the_next_rotation(peopled):
    turn(peopled)
    again = turn(peopled)
    assert (again.current, again.left, names_of_keys(peopled)) == ("c3", ("c1", "c2"), {"c3"})


def test_what_is_damaged_is_named_and_keeps_its_key(peopled):
    with peopled.app_context(), transaction() as session:
        row = session.scalars(select(WebSession)).first()
        row.content = Sealed(row.content.blob[:-1] + bytes([row.content.blob[-1] ^ 1]))
        place = f"web_session/content/{row.id}"
    done = turn(peopled)
    assert done.broken == (place,)
    with peopled.app_context(), pytest.raises(StillOld):
        forget_old(parts(peopled).settings.instance, parts(peopled).opened_keyring)


def test_threads_that_seal_while_the_key_changes_seal_what_opens(app, clock):
    keys, folder = parts(app).opened_keyring.instance, parts(app).settings.instance
    stop, sealed = threading.Event(), []

    def seal():
        while not stop.is_set():
            sealed.append(keys.seal(b"a word", "a/b/c"))

    threads = [threading.Thread(target=seal) for _ in range(4)]
    for one in threads:
        one.start()
    for _ in range(60):
        module.add_column_key(folder)
    stop.set()
    for one in threads:
        one.join()
    assert {keys.open(one, "a/b/c") for one in sealed} == {b"a word"}


def test_killed_ten_times_it_is_finished_by_the_eleventh(peopled, monkeypatch):
    whole, chance, kills = module._seal_one, random.Random(4), 0
    wrapping = Keyring.rewrap

    def perhaps(work, *given):
        nonlocal kills
        if kills < KILLS and chance.random() < 0.25:
            kills += 1
            raise Killed
        return work(*given)

    monkeypatch.setattr(module, "_seal_one", lambda *given: perhaps(whole, *given))
    monkeypatch.setattr(Keyring, "rewrap", lambda *given: perhaps(wrapping, *given))
    for _ in range(KILLS + 20):
        try:
            done = turn(peopled)
            break
        except Killed:
            continue
    assert (kills, done.current, names_of_keys(peopled)) == (KILLS, "c2", {"c2"})


def test_a_family_goes_on_while_the_key_changes(app, clock):
    visitor = Visitor(app).begin().answer("person")
    turn(app)
    visitor.post("/case/section/diagnosis", dx_type="dmd")
    page = visitor.open("/case/section/diagnosis").text
    assert 'value="dmd" checked' in page


def test_a_process_that_runs_seals_with_the_new_key(app, clock):
    running = parts(app).opened_keyring
    turn(app)
    assert running.instance.seal(b"x", "a/b/c").key_id == "c2"


def test_a_key_that_is_destroyed_meanwhile_stays_destroyed(peopled):
    keyring = parts(peopled).opened_keyring
    name = min(keyring.subject_names())
    kind, _, subject_id = name.partition("-")
    getattr(keyring, f"destroy_{kind}")(subject_id)
    turn(peopled)
    assert (keyring.rewrap(name), name in keyring.subject_names()) == (False, False)


def test_a_key_that_is_destroyed_between_reading_and_writing_stays_destroyed(peopled, monkeypatch):
    keyring = parts(peopled).opened_keyring
    name = min(name for name in keyring.subject_names() if name.startswith("case-"))
    real = keyring._get

    def read_and_lose(kind, subject_id):
        record = real(kind, subject_id)
        keyring.destroy_case(subject_id)
        return record

    monkeypatch.setattr(keyring, "_get", read_and_lose)
    turned = keyring.instance
    module.add_column_key(parts(peopled).settings.instance)
    assert turned.current == "c2"
    assert keyring.rewrap(name) is False
    with pytest.raises(KeyDestroyed):
        real("case", name.removeprefix("case-"))


def test_the_old_key_goes_when_it_is_told_to(peopled):
    turn(peopled)
    with peopled.app_context():
        gone = forget_old(parts(peopled).settings.instance, parts(peopled).opened_keyring)
        check_fingerprints(db.session(), parts(peopled).opened_keyring)
    assert (gone, set(parts(peopled).opened_keyring.instance.secrets)) == (["c1"], {"c2"})


def test_without_a_rotation_nothing_is_forgotten(peopled):
    with peopled.app_context():
        assert forget_old(parts(peopled).settings.instance, parts(peopled).opened_keyring) == []


def test_a_wrong_key_is_still_noticed(peopled):
    turn(peopled)
    file = parts(peopled).settings.instance / "keys" / "columns"
    found = json.loads(file.read_text())
    found["keys"]["c2"] = found["keys"]["c1"]
    file.write_text(json.dumps(found))
    keyring = parts(peopled).opened_keyring
    assert keyring.instance.current == "c2"
    with peopled.app_context(), pytest.raises(WrongKey):
        check_fingerprints(db.session(), keyring)


def test_a_look_for_old_keys_keeps_nobody_from_saving(peopled, monkeypatch):
    def other(self) -> str:
        """Another connection writes while values are looked at, as a family does that saves."""
        with db.engine.connect().execution_options(**writing(db.engine.dialect.name)) as connection:
            connection.execute(db.update(WebSession).values(audience=WebSession.audience))
            connection.commit()
        return "no such key"

    with peopled.app_context():
        monkeypatch.setattr(Sealed, "key_id", property(other))
        assert module._work_is_left(parts(peopled).opened_keyring) is False
