"""The application on a fresh, migrated instance, on SQLite or on PostgreSQL."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import create_app
from portal.config import Settings
from portal.extensions import db
from portal.lifecycle.start import initialise
from tests.support.postgres import Postgres

KINDS = ("sqlite", "postgresql")
# A test marked so runs once on each database; it must use `database_url` or what builds on it, such as `app`.
both_databases = pytest.mark.parametrize("database_kind", KINDS, indirect=True)
# For rules in which the database has no say of its own: on the second one among the exhaustive runs.
both_in_full = pytest.mark.parametrize(
    "database_kind",
    ["sqlite", pytest.param("postgresql", marks=pytest.mark.exhaustive)],
    indirect=True,
)


@dataclass
class Clock:
    """The application's time, moved only by the test."""

    now: datetime = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> datetime:
        """Move on, as in `advance(minutes=20)`, and return the new time."""
        self.now += timedelta(**by)
        return self.now


@dataclass(frozen=True)
class Template:
    """An instance that `portal init` made once; tests get copies of it."""

    instance: Path
    url: str


def safe_settings(instance: Path, url: str = "", **changes: object) -> Settings:
    """Settings that pass the start-up check outside the demo."""
    return replace(
        Settings(
            instance=instance,
            base_url="http://localhost",
            sqlalchemy_database_uri=url,
            controller_name="Example Clinic (test)",
            controller_address="1 Example Street, Istanbul",
            controller_contact="privacy@clinic.example",
            permit_number="TEST-0000",
            coordinators_paid_by="Example Clinic (test)",
        ),
        **changes,
    )


@pytest.fixture(scope="session")
def template_of(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Callable[[str], Template]:
    """Makes the instance that others are copied from, once for each kind of database."""
    made: dict[str, Template] = {}

    def of(kind: str) -> Template:
        if kind not in made:
            instance = tmp_path_factory.mktemp(f"template-{kind}") / "instance"
            url = request.getfixturevalue("postgres").create() if kind == "postgresql" else ""
            _initialise(safe_settings(instance, url))
            made[kind] = Template(instance, url)
        return made[kind]

    return of


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> str:
    """Which database the test runs on: SQLite, unless it is marked with `both_databases`."""
    return getattr(request, "param", "sqlite")


@pytest.fixture
def empty_instance(tmp_path: Path) -> Path:
    """An empty folder that only we may enter."""
    folder = tmp_path / "empty"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def empty_database_url(empty_instance: Path, database_kind: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """A database without any table."""
    if database_kind == "sqlite":
        yield f"sqlite:///{empty_instance}/portal.db"
        return
    server: Postgres = request.getfixturevalue("postgres")
    url = server.create()
    yield url
    server.drop(url)


@pytest.fixture
def instance(tmp_path: Path, database_kind: str, template_of: Callable[[str], Template]) -> Path:
    """An instance folder with keys; on SQLite also with the migrated database."""
    folder = tmp_path / "instance"
    shutil.copytree(template_of(database_kind).instance, folder)
    folder.chmod(0o700)
    return folder


@pytest.fixture
def database_url(
    instance: Path, database_kind: str, template_of: Callable[[str], Template], request: pytest.FixtureRequest
) -> Iterator[str]:
    """A database of the newest schema, for this test alone."""
    if database_kind == "sqlite":
        yield f"sqlite:///{instance}/portal.db"
        return
    server: Postgres = request.getfixturevalue("postgres")
    url = server.create(template_of(database_kind).url)
    yield url
    server.drop(url)


@pytest.fixture
def settings(instance: Path, database_url: str) -> Settings:
    """What `app` is built with."""
    return safe_settings(instance, database_url)


@pytest.fixture
def make_app(settings: Settings) -> Iterator[Callable[..., Flask]]:
    """Builds applications on the test's instance: `make_app(mail_server="127.0.0.1", mail_port=2525)`."""
    made: list[Flask] = []

    def make(**changes: object) -> Flask:
        app = create_app(replace(settings, **changes))
        app.testing = True
        made.append(app)
        return app

    yield make
    for app in made:
        _dispose(app)


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """The application on the test's own instance and database."""
    return make_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor with cookies of their own."""
    return app.test_client()


@pytest.fixture
def app_context(app: Flask) -> Iterator[Flask]:
    """The application, with its context open for calls to services and `transaction()`."""
    with app.app_context():
        yield app


@pytest.fixture
def clock(app: Flask) -> Clock:
    """The application's clock, stopped on the first of March 2027, 09:00 UTC, until the test moves it."""
    stopped = Clock()
    app.extensions["portal"].clock = stopped
    return stopped


def _initialise(settings: Settings) -> None:
    settings.instance.mkdir(mode=0o700)
    app = create_app(settings)
    with app.app_context():
        initialise()
    _dispose(app)


def _dispose(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
