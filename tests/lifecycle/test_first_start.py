"""`portal init`: makes what is missing, and never replaces a key where data exists."""

import base64
import json
import os
import shutil

import pytest

from portal import create_app
from portal.extensions import db
from portal.lifecycle.start import WrongKey, check_fingerprints, initialise
from tests.support.application import both_databases, safe_settings


def start(instance, url: str = ""):
    return create_app(safe_settings(instance, url))


def dispose(app) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@both_databases
def test_an_empty_instance_is_set_up_and_can_be_set_up_again(empty_instance, empty_database_url):
    app = start(empty_instance, empty_database_url)
    with app.app_context():
        said = [initialise(), initialise()]
    dispose(app)
    assert said == [f"ready: {empty_instance}"] * 2


def test_keys_are_for_their_owner_only(instance):
    modes = {path.stat().st_mode & 0o777 for path in (instance / "keys").iterdir()}
    assert modes == {0o600}


def test_an_open_instance_folder_is_refused(instance):
    instance.chmod(0o755)
    with pytest.raises(SystemExit, match="chmod 700"):
        start(instance)


@pytest.mark.parametrize("name", ["columns", "lookup", "documents", "documents.pub", "session"])
def test_a_missing_key_is_named_and_never_replaced(instance, name):
    (instance / "keys" / name).unlink()
    with pytest.raises(SystemExit, match=f"keys/{name}"):
        start(instance)
    assert not (instance / "keys" / name).exists()


def test_a_lost_key_folder_is_never_replaced(instance):
    shutil.rmtree(instance / "keys")
    with pytest.raises(SystemExit, match="there is data but no key"):
        start(instance)
    assert not (instance / "keys").exists()


def test_a_wrong_key_is_noticed(app_context, instance):
    file = instance / "keys" / "columns"
    other = {"current": "c1", "keys": {"c1": base64.b64encode(os.urandom(32)).decode()}}
    file.write_text(json.dumps(other))
    keyring = app_context.extensions["portal"].keyring
    with pytest.raises(WrongKey, match="columns/c1"):
        check_fingerprints(db.session(), keyring)
