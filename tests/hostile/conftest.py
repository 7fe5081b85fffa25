"""One clinic for each file of these tests: attacks leave it as it is, and whoever changes something is somebody new."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

import pytest
from flask import Flask

from portal import create_app
from portal.extensions import db
from tests.hostile.attacker import Attacker
from tests.hostile.clinic import ROLES, Clinic
from tests.hostile.forms import Way, arrive, somebody_for
from tests.support.application import Clock, Template, safe_settings


@pytest.fixture(scope="module")
def clinic(template_of: Callable[[str], Template], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    """A clinic for all tests of a file."""
    folder = tmp_path_factory.mktemp("clinic") / "instance"
    shutil.copytree(template_of("sqlite").instance, folder)
    folder.chmod(0o700)
    app = create_app(safe_settings(folder))
    yield opened(app)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def readers(clinic: Clinic) -> dict[str, Attacker]:
    """One reader for each audience; whoever works at the desk has every role."""
    assert clinic.office
    found = {name: somebody_for(clinic, [name]) for name in ("public", "family")}
    return found | dict.fromkeys(ROLES, Attacker.like(clinic.office))


@pytest.fixture(scope="module")
def way_to(clinic: Clinic) -> Callable[..., Way]:
    """Somebody in front of a form: the same for all tests of a file, who is not led on by any answer."""
    return cache(lambda form, language="en": arrive(clinic, form, language))


@pytest.fixture
def own_clinic(app: Flask) -> Clinic:
    """A clinic for one test, on the database that the test is marked with."""
    return opened(app)


def opened(app: Flask) -> Clinic:
    """A clinic whose clock stands still, and which answers as behind a server: no exception comes to the test."""
    clock = Clock()
    app.extensions["portal"].clock = clock
    app.testing = False
    app.wsgi_app = _as_a_server(app.wsgi_app)
    return Clinic(app, clock)


def _as_a_server(application: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    def serve(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        try:
            return application(environ, start_response)
        except Exception as fault:  # noqa: BLE001  # a server catches everything, and says nothing
            start_response("500 Fell Through", [("Content-Type", "text/plain")])
            return [type(fault).__name__.encode()]

    return serve
