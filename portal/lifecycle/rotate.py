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
from portal.keys.sealed import Sealed, SealedColumn
from portal.lifecycle.start import check_fingerprints
from portal.transaction import transaction

BATCH = 200


@dataclass(frozen=True)
class Rotated:
    """What a run did: the key that seals now, how many values it sealed anew, and the old keys that are left."""

    current: str
    values: int
    left: tuple[str, ...]


def rotate(instance: Path, keyring: Keyring) -> Rotated:
    """Begin a rotation, or go on with one that was cut short; at its end nothing is sealed with an older key."""
    if len(keyring.instance.secrets) == 1:
        add_column_key(instance)
    current = keyring.instance.current
    with transaction() as session:
        check_fingerprints(session, keyring, remember=True)
    number = sum(keyring.rewrap(name) for name in sorted(keyring.subject_names()))
    number += sum(_seal_anew(keyring.instance, table, column) for table, column in sealed_columns())
    return Rotated(current, number, tuple(sorted(set(keyring.instance.secrets) - {current})))


def forget_old(instance: Path, keyring: Keyring) -> list[str]:
    """Remove the old keys, after one more look that nothing needs them; their ids."""
    if len(keyring.instance.secrets) == 1:
        return []
    rotate(instance, keyring)
    gone = drop_column_keys(instance)
    with transaction() as session:
        for key_id in gone:
            row = session.get(KeyFingerprint, f"columns/{key_id}")
            if row is not None:
                session.delete(row)
    return gone


def sealed_columns() -> Iterator[tuple[Table, Column[Sealed]]]:
    """Every sealed column of every table."""
    for table in db.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, SealedColumn):
                yield table, column


def _seal_anew(keys: ColumnKeys, table: Table, column: Column[Sealed]) -> int:
    """Values that an older key of the instance sealed; those of families and cases have keys of their own."""
    number, last = 0, ""
    while True:
        with transaction() as session:
            after = select(table.c.id, column).where(table.c.id > last).order_by(table.c.id).limit(BATCH)
            rows = session.execute(after).all()
            number += sum(_seal_one(session, keys, table, column, row_id, old) for row_id, old in rows if old)
        if len(rows) < BATCH:
            return number
        last = rows[-1][0]


def _seal_one(
    session: Session, keys: ColumnKeys, table: Table, column: Column[Sealed], row_id: str, old: Sealed
) -> bool:
    if old.key_id == keys.current or old.key_id not in keys.secrets:
        return False
    place = f"{table.name}/{column.name}/{row_id}"
    new = keys.seal(keys.open(old, place), place)
    # Only if it is still what was read: somebody may have written a newer value, with the newer key.
    asked = update(table).where(table.c.id == row_id, column == old).values({column.name: new})
    return bool(session.connection().execute(asked).rowcount)
