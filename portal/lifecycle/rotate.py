"""Another column key: what the old one sealed is sealed anew, piece by piece. Can be stopped anywhere and run again.

Running processes take the new key as soon as it is current (`keys/columns.py`). The old one stays until everything is
sealed anew and an operator says that it may go: backups made before cannot be read without it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Column, Table, select, update
from sqlalchemy.orm import Session

from portal.extensions import db
from portal.keys.columns import ColumnKeys
from portal.keys.files import add_column_key, drop_column_keys
from portal.keys.keyring import Keyring
from portal.keys.models import KeyFingerprint
from portal.keys.sealed import CannotOpen, Sealed, SealedColumn, place
from portal.lifecycle.start import check_fingerprints
from portal.transaction import at_one_time, transaction

BATCH = 200


class StillOld(Exception):
    """Something is sealed with an old key and cannot be sealed anew: that key must stay."""


@dataclass(frozen=True)
class Rotated:
    """What a run did: the key that seals now, how many values it sealed anew, the old keys that are left.

    `broken` are places that no key opens: they were damaged before, and are left as they are.
    """

    current: str
    values: int
    left: tuple[str, ...]
    broken: tuple[str, ...]


def rotate(instance: Path, keyring: Keyring) -> Rotated:
    """Begin a rotation, or go on with one that was cut short; at its end nothing is sealed with an older key.

    Where nothing of an older key is left to do, and none is kept for backups but one that a run before has finished
    with, another run begins the next rotation.
    """
    keys = keyring.instance
    if len(keys.secrets) == 1 or not _work_is_left(keyring):
        add_column_key(instance)
    current = keys.current
    with transaction() as session:
        check_fingerprints(session, keyring, remember=True)
    number, broken = 0, []
    for name in sorted(keyring.subject_names()):
        try:
            number += keyring.rewrap(name)
        except (CannotOpen, LookupError, ValueError):
            broken.append(name)
    for table, column in sealed_columns():
        done, damaged = _seal_anew(keys, table, column)
        number, broken = number + done, broken + damaged
    return Rotated(current, number, tuple(sorted(set(keys.secrets) - {current})), tuple(broken))


def forget_old(instance: Path, keyring: Keyring) -> list[str]:
    """Remove the old keys, after one more look that nothing needs them; their ids. Raises `StillOld`."""
    if len(keyring.instance.secrets) == 1:
        return []
    if _work_is_left(keyring):
        raise StillOld
    gone = drop_column_keys(instance)
    with transaction() as session:
        for key_id in gone:
            row = session.get(KeyFingerprint, f"columns/{key_id}")
            if row is not None:
                session.delete(row)
    return gone


def _work_is_left(keyring: Keyring) -> bool:
    """Whether anything is still sealed with a key that is not the current one."""
    keys = keyring.instance
    old = set(keys.secrets) - {keys.current}
    if any(keyring.wrapped_with(name) in old for name in keyring.subject_names()):
        return True
    # Only read, and let go of after each column: families save meanwhile.
    return any(_holds(column, old) for _table, column in sealed_columns())


def _holds(column: Column[Sealed], keys: set[str]) -> bool:
    """Whether a column has a value that one of these keys sealed."""
    asked = select(column).where(column.is_not(None)).execution_options(yield_per=BATCH)
    # A session of its own, so that it sees the present state whatever was read before.
    with Session(db.engine) as session:
        session.connection(execution_options=at_one_time(db.engine.dialect.name))  # read piece by piece
        with session.scalars(asked) as values:
            return any(value.key_id in keys for value in values)


def sealed_columns() -> Iterator[tuple[Table, Column[Sealed]]]:
    """Every sealed column of every table."""
    for table in db.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, SealedColumn):
                yield table, column


def _seal_anew(keys: ColumnKeys, table: Table, column: Column[Sealed]) -> tuple[int, list[str]]:
    """Values that an older key of the instance sealed; those of families and cases have keys of their own.

    How many were sealed anew, and the places of those that do not open.
    """
    number, broken, last = 0, list[str](), ""
    while True:
        with transaction() as session:
            after = select(table.c.id, column).where(table.c.id > last).order_by(table.c.id).limit(BATCH)
            rows = session.execute(after).all()
            for row_id, old in rows:
                try:
                    number += bool(old) and _seal_one(session, keys, table, column, row_id, old)
                except CannotOpen:
                    broken.append(place(table.name, column.name, row_id))
        if len(rows) < BATCH:
            return number, broken
        last = rows[-1][0]


def _seal_one(
    session: Session, keys: ColumnKeys, table: Table, column: Column[Sealed], row_id: str, old: Sealed
) -> bool:
    if old.key_id == keys.current or old.key_id not in keys.secrets:
        return False
    where = place(table.name, column.name, row_id)
    new = keys.seal(keys.open(old, where), where)
    # Only if it is still what was read: somebody may have written a newer value, with the newer key.
    asked = update(table).where(table.c.id == row_id, column == old).values({column.name: new})
    return bool(session.connection().execute(asked).rowcount)
