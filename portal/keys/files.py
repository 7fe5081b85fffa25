"""The instance's key files: made once by `portal init`, read at start, never replaced."""

from __future__ import annotations

import base64
import json
import os
import secrets
from pathlib import Path

import pyrage

from portal.keys.keyring import InstanceKeys

NAMES = ("columns", "lookup", "documents", "documents.pub", "session")
SECRET_BYTES = 32


class KeysMissing(Exception):
    """A key file is absent or cannot be read; the message says which."""


def make_keys(instance: Path) -> None:
    """Make all key files of an empty instance, mode 0600. Raises `FileExistsError` rather than replace one."""
    folder = instance / "keys"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    identity = pyrage.x25519.Identity.generate()
    first = {"current": "c1", "keys": {"c1": base64.b64encode(os.urandom(32)).decode()}}
    _write_new(folder / "columns", json.dumps(first))
    _write_new(folder / "lookup", base64.b64encode(os.urandom(32)).decode())
    _write_new(folder / "documents", str(identity))
    _write_new(folder / "documents.pub", str(identity.to_public()))
    _write_new(folder / "session", secrets.token_urlsafe(48))


def keys_exist(instance: Path) -> bool:
    """Whether this instance has ever been given keys."""
    return any((instance / "keys" / name).exists() for name in NAMES)


def load_keys(instance: Path, *, with_identity: bool) -> InstanceKeys:
    """Read the key files, or raise `KeysMissing`. A public process does not even open the document identity."""
    try:
        found = json.loads(_text(instance, "columns"))
        columns = {key_id: _secret(key) for key_id, key in found["keys"].items()}
        keys = InstanceKeys(
            columns=columns,
            columns_current=found["current"],
            lookup=_secret(_text(instance, "lookup")),
            document_recipient=_text(instance, "documents.pub"),
            document_identity=_text(instance, "documents") if with_identity else None,
        )
        if keys.columns_current not in columns:
            raise KeysMissing("keys/columns lacks its current key; restore it from its backup")
    except (LookupError, ValueError, TypeError, AttributeError) as fault:
        raise KeysMissing("a key file is damaged; restore the folder keys/ from its backup") from fault
    if keys.document_identity is not None and _public(keys.document_identity) != keys.document_recipient:
        raise KeysMissing("keys/documents is not the other half of keys/documents.pub; restore both from their backup")
    return keys


def session_secret(instance: Path) -> str:
    """The secret that signs anonymous cookies and tokens."""
    return _text(instance, "session")


def _secret(text: str) -> bytes:
    key = base64.b64decode(text, validate=True)
    if len(key) != SECRET_BYTES:
        raise ValueError
    return key


def _public(identity: str) -> str:
    try:
        return str(pyrage.x25519.Identity.from_str(identity).to_public())
    except pyrage.IdentityError as fault:
        raise KeysMissing("keys/documents is damaged; restore it from its backup") from fault


def _text(instance: Path, name: str) -> str:
    try:
        text = (instance / "keys" / name).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as fault:
        raise KeysMissing(f"the key file keys/{name} is missing or unreadable; restore it from its backup") from fault
    if not text:
        raise KeysMissing(f"the key file keys/{name} is empty; restore it from its backup")
    return text


def _write_new(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
