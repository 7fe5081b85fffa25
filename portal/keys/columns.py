"""The instance's column keys: several may open, one seals. Their file is looked at again when it has changed."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from pathlib import Path

from portal.keys.sealed import Ring, Sealed, SealingKey, ciphers

SECRET_BYTES = 32


class KeysMissing(Exception):
    """A key file is absent or cannot be read; the message says which."""


class ColumnKeys(SealingKey):
    """The column keys as their file has them now, so that a rotation reaches processes that run."""

    def __init__(self, file: Path) -> None:
        self._file, self._read_at = file, changed_at(file)
        self._secrets, current = read_column_keys(file)
        super().__init__(self._secrets, current)

    @property
    def current(self) -> str:
        """The id of the key that seals now."""
        self._look_again()
        return self._ring.current

    @property
    def secrets(self) -> dict[str, bytes]:
        """Every column key by its id, as the file has them now."""
        self._look_again()
        return self._secrets

    def seal(self, clear: bytes, place: str) -> Sealed:
        """Seal with the key that is current in the file."""
        self._look_again()
        return super().seal(clear, place)

    def open(self, sealed: Sealed, place: str) -> bytes:
        """The clear bytes, or `CannotOpen`."""
        if sealed.key_id not in self._ring.ciphers:
            self._look_again()
        return super().open(sealed, place)

    def _look_again(self) -> None:
        changed = changed_at(self._file)
        if not changed or changed == self._read_at:
            return
        # A file that cannot be read is no reason to stop: what was read still opens; `doctor` names the file.
        with suppress(KeysMissing):
            secrets, current = read_column_keys(self._file)
            self._ring = Ring(current, ciphers(secrets))
            self._secrets, self._read_at = secrets, changed


def read_column_keys(file: Path) -> tuple[dict[str, bytes], str]:
    """The keys of a file, and the id of the current one. Raises `KeysMissing`."""
    try:
        found = json.loads(file.read_text(encoding="ascii"))
        keys, current = {key_id: secret(key) for key_id, key in found["keys"].items()}, str(found["current"])
    except OSError as fault:
        raise KeysMissing("the key file keys/columns is missing or unreadable; restore it from its backup") from fault
    except (LookupError, ValueError, TypeError, AttributeError) as fault:
        raise KeysMissing("a key file is damaged; restore the folder keys/ from its backup") from fault
    if current not in keys:
        raise KeysMissing("keys/columns lacks its current key; restore it from its backup")
    return keys, current


def secret(text: str) -> bytes:
    """A key from its text, or `ValueError`."""
    key = base64.b64decode(text, validate=True)
    if len(key) != SECRET_BYTES:
        raise ValueError
    return key


def changed_at(file: Path) -> int:
    """When a file was last replaced; 0 where it is away: what was read from it goes on being used."""
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0
