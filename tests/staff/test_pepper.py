"""A stolen password hash is of no use alone: it was made with `keys/lookup`, which the thief of a database lacks."""

import base64
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from flask import Flask
from flask_security.utils import get_hmac

from portal import create_app
from portal.config import Settings
from portal.extensions import db
from portal.staff import service
from portal.staff.sign_in import password_fits
from portal.transaction import transaction
from tests.staff.colleague import PASSWORD, Colleague, code_of, employ, member
from tests.support.application import Clock

INVITED = {"email": "new@clinic.example", "name": "Test New", "language": "en", "time_zone": "Europe/Istanbul"}


@pytest.fixture(params=["made ready", "invited"])
def email(request: pytest.FixtureRequest, app: Flask, clock: Clock) -> str:
    """Somebody with a password, by each of the ways in which one is set."""
    return employ(app, "lead") if request.param == "made ready" else invite(app)


@pytest.fixture
def elsewhere(settings: Settings, email: str, tmp_path) -> Iterator[Flask]:
    """The thief's own portal on the stolen database, with every key but one."""
    stolen = tmp_path / "stolen"
    shutil.copytree(settings.instance, stolen)
    stolen.chmod(0o700)
    (stolen / "keys" / "lookup").write_text(base64.b64encode(os.urandom(32)).decode())
    other = create_app(replace(settings, instance=stolen, sqlalchemy_database_uri=f"sqlite:///{stolen}/portal.db"))
    yield other
    with other.app_context():
        db.session.remove()
        db.engine.dispose()


def invite(app: Flask) -> str:
    """Somebody who chooses the password on the page of an invitation."""
    here = app.extensions["portal"]
    with app.app_context(), transaction() as session:
        made = {**INVITED, "roles": ["lead"], "languages": ["en"]}
        token = service.invite(session, here.keyring, **made, now=here.clock())[1]
    browser = Colleague(app)
    key = re.search(r"Key: ((?:[A-Z2-7]{4}-?)+)", browser.page(f"/invitation/{token}").main)[1].replace("-", "")
    browser.post(f"/invitation/{token}", password=PASSWORD, code=code_of(key))
    return INVITED["email"]


def stored(app: Flask, email: str) -> str:
    """The hash as it stands in the database."""
    with app.app_context():
        return member(email).password


def fits(app: Flask, email: str) -> bool:
    """Whether the right password is taken for the right one here."""
    with app.app_context():
        return password_fits(member(email), PASSWORD)


def test_the_stored_hash_does_not_verify_the_plain_password(app, email):
    with pytest.raises(VerifyMismatchError):
        PasswordHasher().verify(stored(app, email), PASSWORD)


def test_with_the_key_it_does(app, email):
    with app.app_context():
        peppered = get_hmac(PASSWORD)
    assert (PasswordHasher().verify(stored(app, email), peppered), fits(app, email)) == (True, True)


def test_with_every_key_but_that_one_the_right_password_does_not_fit(app, email, elsewhere):
    assert (fits(app, email), fits(elsewhere, email)) == (True, False)
