"""Sealed columns: AES-256-GCM bound to key id, table, column and row, so that no value can be moved elsewhere."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

VERSION = 1
NONCE = 12


class CannotOpen(Exception):
    """The sealed value was made with another key, for another place, or was changed."""


@dataclass(frozen=True)
class Sealed:
    """A sealed value: version byte, length and name of its key, nonce, cipher text."""

    blob: bytes

    @property
    def key_id(self) -> str:
        """The name of the key that sealed this value; it stands in clear in front."""
        return self.blob[2 : 2 + self.blob[1]].decode("ascii")


class SealedColumn(TypeDecorator[Sealed]):
    """A column that takes and gives `Sealed` only: clear text cannot be bound to it by mistake."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Sealed | None, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        if not isinstance(value, Sealed):
            raise TypeError("a sealed column takes sealed values only")
        return value.blob

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Sealed | None:
        return None if value is None else Sealed(bytes(value))


class SealedRow(Protocol):
    """What a row needs for its sealed columns: a table name and an id that exists before it is stored."""

    __tablename__: str
    id: Any


def ciphers(keys: Mapping[str, bytes]) -> dict[str, AESGCM]:
    """Keys ready for use, by their ids."""
    return {key_id: AESGCM(key) for key_id, key in keys.items()}


@dataclass(frozen=True)
class Ring:
    """Keys by their ids, and the one that seals."""

    current: str
    ciphers: Mapping[str, AESGCM]


class SealingKey:
    """One or more AES keys by id: seals with the current one, opens with whichever sealed."""

    def __init__(self, keys: Mapping[str, bytes], current: str) -> None:
        # One object, replaced as a whole: a thread that seals never meets one key's name with another key's cipher.
        self._ring = Ring(current, ciphers(keys))

    def seal(self, clear: bytes, place: str) -> Sealed:
        """Seal bytes for one place; `place` must be given again to open them."""
        ring = self._ring
        key_id = ring.current.encode("ascii")
        head = bytes([VERSION, len(key_id)]) + key_id
        nonce = os.urandom(NONCE)
        return Sealed(head + nonce + ring.ciphers[ring.current].encrypt(nonce, clear, head + place.encode()))

    def open(self, sealed: Sealed, place: str) -> bytes:
        """The clear bytes, or `CannotOpen`."""
        blob, head = sealed.blob, 2 + sealed.blob[1]
        cipher = self._ring.ciphers.get(sealed.key_id)
        if cipher is None or blob[0] != VERSION:
            raise CannotOpen(f"no key {sealed.key_id!r} here")
        try:
            return cipher.decrypt(blob[head : head + NONCE], blob[head + NONCE :], blob[:head] + place.encode())
        except InvalidTag as fault:
            raise CannotOpen(f"the value at {place} does not open") from fault

    def write(self, row: SealedRow, column: str, clear: str | None) -> None:
        """Seal a text into a row's column; `None` empties the column."""
        setattr(row, column, None if clear is None else self.sealed_text(row, column, clear))

    def read(self, row: SealedRow, column: str) -> str | None:
        """The clear text of a row's column, or `None` where it is empty."""
        sealed = getattr(row, column)
        return None if sealed is None else self.open(sealed, place_of(row, column)).decode()

    def write_json(self, row: SealedRow, column: str, value: Any) -> None:
        """Seal a value of plain dicts, lists, texts and numbers."""
        setattr(row, column, self.sealed_json(row, column, value))

    def sealed_text(self, row: SealedRow, column: str, clear: str) -> Sealed:
        """What `write` would put into the column, for who writes the column itself."""
        return self.seal(clear.encode(), place_of(row, column))

    def sealed_json(self, row: SealedRow, column: str, value: Any) -> Sealed:
        """What `write_json` would put into the column."""
        return self.sealed_text(row, column, _compact(value))

    def read_json(self, row: SealedRow, column: str) -> Any:
        """The value that `write_json` sealed, or `None`."""
        clear = self.read(row, column)
        return None if clear is None else json.loads(clear)

    def reveal_json(self, sealed: Sealed, table: type[SealedRow], column: str, row_id: str) -> Any:
        """As `read_json`, for a column that was selected by itself, without its row."""
        return json.loads(self.open(sealed, place(table.__tablename__, column, row_id)))

    def conceal_json(self, value: Any, table: type[SealedRow], column: str, row_id: str) -> Sealed:
        """What `write_json` would put into the column, without a row at hand: the way back of `reveal_json`."""
        return self.seal(_compact(value).encode(), place(table.__tablename__, column, row_id))


def place(table: str, column: str, row_id: str) -> str:
    """Where a sealed value belongs: table, column and row. A value copied to another row does not open there."""
    return f"{table}/{column}/{row_id}"


def place_of(row: SealedRow, column: str) -> str:
    """The same for a row at hand."""
    return place(row.__tablename__, column, row.id)


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
