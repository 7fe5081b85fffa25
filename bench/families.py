"""A clinic, and families in it whose browsers are already let in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from flask import Flask

from portal import create_app
from portal.config import Settings
from portal.demo.clinic import open_clinic
from portal.extensions import db
from portal.lifecycle.start import initialise
from portal.transaction import transaction
from portal.web.parts import parts
from tests.staff.colleague import Colleague
from tests.support.visitor import Visitor


@contextmanager
def clinic(folder: Path, url: str = "") -> Iterator[Flask]:
    """The demo clinic, with nothing else in it."""
    settings = Settings(instance=folder, demo=True, sqlalchemy_database_uri=url)
    folder.mkdir(mode=0o700)
    app = create_app(settings)
    with app.app_context():
        initialise()
    app = create_app(replace(settings))
    with app.app_context():
        here = parts()
        with transaction() as session:
            open_clinic(session, here.keyring, settings, now=here.clock())
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def family(app: Flask, number: int) -> Visitor:
    """One of many families, each at its own place in the network, that has answered everything."""
    visitor = Visitor(app, "ar")
    visitor.client.environ_base["REMOTE_ADDR"] = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
    return visitor.begin(f"family{number}@family.example").answer()


def cookie_of(visitor: Visitor | Colleague) -> str:
    """The cookie of a browser that is let in."""
    found = visitor.client.get_cookie("portal_access")
    assert found is not None
    return f"portal_access={found.value}"
