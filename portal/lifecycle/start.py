"""The first start: folder, keys, schema, roles. Safe to run again, and from several processes at once."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from portal.extensions import db
from portal.keys.files import keys_exist, load_keys, make_keys
from portal.keys.keyring import Keyring
from portal.keys.models import KeyFingerprint
from portal.keys.subjects import FolderSubjects
from portal.staff.models import ROLES, Role
from portal.transaction import transaction, writing
from portal.web.parts import parts

MIGRATION_LOCK = 0x6D696772


class WrongKey(Exception):
    """A key is not the one that this database was made with."""


def initialise() -> str:
    """Make what is missing, migrate, check the keys. Returns one line for the operator."""
    instance = parts().settings.instance
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(instance):
        if not keys_exist(instance):
            if _has_data():
                raise WrongKey("there is data in the database but no key; restore keys/ and subjects/ from backup")
            instance.chmod(0o700)
            make_keys(instance)
        keyring = _keyring(instance)
        (instance / "subjects").mkdir(mode=0o700, exist_ok=True)
        _migrate()
        with transaction() as session:
            check_fingerprints(session, keyring, remember=True)
            _add_roles(session)
    return f"ready: {instance}"


def check_fingerprints(session: Session, keyring: Keyring, *, remember: bool = False) -> None:
    """Raise `WrongKey` where a key differs from what the database remembers."""
    known = {row.name: row.fingerprint for row in session.scalars(select(KeyFingerprint))}
    for name, fingerprint in keyring.fingerprints().items():
        if known.get(name, fingerprint) != fingerprint:
            raise WrongKey(f"the key {name} is not the one this database was made with; restore keys/ from its backup")
        if name not in known and remember:
            session.add(KeyFingerprint(name=name, fingerprint=fingerprint))


def schema_present() -> bool:
    """Whether the database has any schema at all."""
    return inspect(db.engine).has_table("key_fingerprint")


def _has_data() -> bool:
    # Looking into a file of SQLite's that is not there would make it.
    url = db.engine.url
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return False
    return schema_present()


def _keyring(instance: Path) -> Keyring:
    here = parts()
    if here.opened_keyring is None:
        keys = load_keys(instance, with_identity=here.settings.role != "public")
        here.opened_keyring = Keyring(keys, FolderSubjects(instance / "subjects"))
    return here.opened_keyring


def _add_roles(session: Session) -> None:
    present = set(session.scalars(select(Role.name)))
    session.add_all(Role(name=name) for name in ROLES if name not in present)


def _migrate() -> None:
    from portal.lifecycle.schema import upgrade  # noqa: PLC0415  # whoever serves has no use for its eleven megabytes

    if db.engine.dialect.name != "postgresql":
        upgrade()
        return
    with db.engine.connect().execution_options(**writing("postgresql")) as connection:
        # Another process may be migrating a large table: it is waited for, however long that takes.
        connection.execute(text("SET lock_timeout = 0"))
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("SET idle_in_transaction_session_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
        try:
            upgrade()
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": MIGRATION_LOCK})


@contextmanager
def _alone(instance: Path) -> Iterator[None]:
    with (instance / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
