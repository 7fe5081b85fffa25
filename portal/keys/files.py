"""The instance's key files: made once by `portal init`, read at start. Only the column keys may change, by rotation."""

from __future__ import annotations

import base64
import json
import os
import secrets
from pathlib import Path

import pyrage

from portal.keys.columns import SECRET_BYTES, ColumnKeys, KeysMissing, secret
from portal.keys.keyring import InstanceKeys
from portal.keys.owners import give

__all__ = [
    "KeysMissing",
    "add_column_key",
    "drop_column_keys",
    "keys_exist",
    "load_keys",
    "make_keys",
    "session_secret",
]
NAMES = ("columns", "lookup", "documents", "documents.pub", "session")


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
        _text(instance, "columns")  # says which file is missing or empty
        keys = InstanceKeys(
            columns=ColumnKeys(instance / "keys" / "columns"),
            lookup=secret(_text(instance, "lookup")),
            document_recipient=_text(instance, "documents.pub"),
            document_identity=_text(instance, "documents") if with_identity else None,
        )
    except (LookupError, ValueError, TypeError, AttributeError) as fault:
        raise KeysMissing("a key file is damaged; restore the folder keys/ from its backup") from fault
    if keys.document_identity is not None and _public(keys.document_identity) != keys.document_recipient:
        raise KeysMissing("keys/documents is not the other half of keys/documents.pub; restore both from their backup")
    return keys


def add_column_key(instance: Path) -> str:
    """Make one more column key and let it be the current one; those before stay, to open what they sealed. Its id.

    The file is replaced as a whole, and durable when this returns: a power cut leaves the old or the new one.
    """
    found = json.loads(_text(instance, "columns"))
    key_id = f"c{max(int(known.removeprefix('c')) for known in found['keys']) + 1}"
    found["keys"][key_id] = base64.b64encode(os.urandom(SECRET_BYTES)).decode()
    _replace(instance / "keys" / "columns", json.dumps(found | {"current": key_id}))
    return key_id


def drop_column_keys(instance: Path) -> list[str]:
    """Remove every column key but the current one, for good. What they sealed must have been sealed anew before."""
    found = json.loads(_text(instance, "columns"))
    current = found["current"]
    gone = sorted(set(found["keys"]) - {current})
    _replace(instance / "keys" / "columns", json.dumps({"current": current, "keys": {current: found["keys"][current]}}))
    return gone


def session_secret(instance: Path) -> str:
    """The secret that signs anonymous cookies and tokens."""
    return _text(instance, "session")


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


def _replace(path: Path, text: str) -> None:
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)  # of a run that was cut short
    _write_new(part, text)
    give(part, like=path)
    part.rename(path)
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_new(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
