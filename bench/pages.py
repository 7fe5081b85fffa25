"""Pages: requests a second in one process, as a share of a bare Flask answer measured in the same run."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from flask import Flask

from portal import create_app
from portal.config import Settings
from portal.demo.clinic import open_clinic
from portal.lifecycle.start import initialise
from portal.transaction import transaction
from portal.web.parts import parts
from tests.support.visitor import Visitor

SECONDS = 2.0
PATHS = {
    "home": "/",
    "who is filling in": "/start/who",
    "overview": "/case",
    "a section": "/case/section/diagnosis",
    "free times": "/case/book",
}


def rate(call: Callable[[], object]) -> float:
    """Calls a second."""
    for _ in range(5):
        call()
    count, began = 0, time.perf_counter()
    while time.perf_counter() - began < SECONDS:
        call()
        count += 1
    return count / (time.perf_counter() - began)


def bare() -> Flask:
    """The limit: Flask saying hello."""
    app = Flask("bare")
    app.add_url_rule("/", view_func=lambda: "hello")
    return app


def clinic(folder: Path) -> Flask:
    """The demo clinic in a folder."""
    settings = Settings(instance=folder, demo=True)
    folder.mkdir(mode=0o700)
    app = create_app(settings)
    with app.app_context():
        initialise()
    app = create_app(replace(settings))
    with app.app_context():
        here = parts()
        with transaction() as session:
            open_clinic(session, here.keyring, settings, now=here.clock())
    return app


def main() -> None:
    """Print the table."""
    limit = rate(lambda: bare_client.get("/")) if (bare_client := bare().test_client()) else 0.0
    print(f"| page | requests/s | share of bare Flask ({limit:.0f}/s) |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        app = clinic(Path(folder) / "instance")
        visitor = Visitor(app, "ar").begin().answer("person")
        for name, path in PATHS.items():
            found = rate(lambda path=path: visitor.open(path))
            print(f"| {name} | {found:.0f} | {found / limit:.2f} |")
