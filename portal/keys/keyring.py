"""The keyring: every key that this process holds, and the only way to a family's or a case's."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from copy import copy
from dataclasses import dataclass

import pyrage

from portal.keys.columns import ColumnKeys
from portal.keys.sealed import CannotOpen, Sealed, SealingKey
from portal.keys.subjects import KeyDestroyed, SubjectStore


class NoDocumentIdentity(Exception):
    """This process may seal documents but not open them (`PORTAL_ROLE=public`)."""


@dataclass(frozen=True)
class InstanceKeys:
    """The keys of one deployment. `document_identity` is absent in a public process."""

    columns: ColumnKeys
    lookup: bytes
    document_recipient: str
    document_identity: str | None


class Keyring:
    """Opens and makes keys. Holds no clear key of a family or case for longer than the call (see `for_a_moment`)."""

    def __init__(self, keys: InstanceKeys, subjects: SubjectStore) -> None:
        self._keys = keys
        self._subjects = subjects
        self._opened: dict[str, SealingKey] | None = None
        self.instance = keys.columns

    def for_a_moment(self) -> Keyring:
        """A keyring that opens each key once, for one request: throw it away with the request.

        A key that is destroyed meanwhile, elsewhere, opens until the request ends and not in the next one.
        """
        momentary = copy(self)
        momentary._opened = {}
        return momentary

    @property
    def opens_documents(self) -> bool:
        """Whether this process holds the document identity."""
        return self._keys.document_identity is not None

    def lookup(self, kind: str, value: str) -> str:
        """A keyed hash to find a row by a value that is only stored sealed; 64 hexadecimal characters."""
        return hmac.new(self._keys.lookup, f"{kind}\0{value}".encode(), hashlib.sha256).hexdigest()

    def create_family(self, family_id: str) -> None:
        """Make the data key of a family; durable when this returns."""
        self._put("family", family_id, {})

    def create_case(self, case_id: str) -> None:
        """Make a case's data key and its age identity, the identity wrapped to the instance's document recipient."""
        identity = pyrage.x25519.Identity.generate()
        instance = pyrage.x25519.Recipient.from_str(self._keys.document_recipient)
        wrapped = pyrage.encrypt(str(identity).encode(), [instance])
        self._put("case", case_id, {"recipient": str(identity.to_public()), "identity": wrapped.hex()})

    def family(self, family_id: str) -> SealingKey:
        """The data key of a family, or `KeyDestroyed`."""
        return self._data_key("family", family_id)

    def case(self, case_id: str) -> SealingKey:
        """The data key of a case, or `KeyDestroyed`."""
        return self._data_key("case", case_id)

    def opens_case(self, case_id: str) -> bool:
        """Whether there is still a key for a case."""
        try:
            self._subjects.get(f"case-{case_id}")
        except KeyDestroyed:
            return False
        return True

    def opens(self, name: str) -> bool:
        """Whether the key of this name, as `subject_names` gives it, is whole and ours."""
        kind, _, subject_id = name.partition("-")
        try:
            self._data_key(kind, subject_id)
        except (KeyDestroyed, CannotOpen, LookupError, ValueError):
            return False
        return True

    def case_recipient(self, case_id: str) -> str:
        """The age recipient to which a case's documents are sealed."""
        return str(self._get("case", case_id)["recipient"])

    def case_identity(self, case_id: str) -> str:
        """The age identity that opens a case's documents; `NoDocumentIdentity` in a public process."""
        if self._keys.document_identity is None:
            raise NoDocumentIdentity
        own = pyrage.x25519.Identity.from_str(self._keys.document_identity)
        return str(pyrage.decrypt(bytes.fromhex(self._get("case", case_id)["identity"]), [own]), "ascii")

    def destroy_family(self, family_id: str) -> None:
        """Make a family's rows unreadable, everywhere and for good."""
        self._destroy(f"family-{family_id}")

    def destroy_case(self, case_id: str) -> None:
        """Make a case's rows and files unreadable, everywhere and for good."""
        self._destroy(f"case-{case_id}")

    def subject_names(self) -> set[str]:
        """The names of all keys in the store, as `case-…` and `family-…`."""
        return set(self._subjects.names())

    def fingerprints(self) -> dict[str, str]:
        """A short hash of each instance key, to notice a wrong one without showing any."""
        parts = {f"columns/{key_id}": key for key_id, key in self.instance.secrets.items()}
        parts |= {"lookup": self._keys.lookup, "documents": self._keys.document_recipient.encode()}
        return {name: hashlib.sha256(b"fingerprint\0" + key).hexdigest()[:16] for name, key in parts.items()}

    def wrapped_with(self, name: str) -> str:
        """The id of the column key that wraps a family's or case's key; empty where that is gone or damaged."""
        kind, _, subject_id = name.partition("-")
        try:
            return _wrapped(self._get(kind, subject_id)).key_id
        except (KeyDestroyed, LookupError, ValueError):
            return ""

    def rewrap(self, name: str) -> bool:
        """Wrap a family's or case's key anew where it is not wrapped with the current column key; whether it was.

        A key that was destroyed meanwhile stays destroyed.
        """
        kind, _, subject_id = name.partition("-")
        try:
            record = self._get(kind, subject_id)
        except KeyDestroyed:
            return False
        wrapped, place = _wrapped(record), f"{kind}/{subject_id}"
        if wrapped.key_id == self.instance.current:
            return False
        record["data"] = self.instance.seal(self.instance.open(wrapped, place), place).blob.hex()
        return self._subjects.replace(name, json.dumps(record).encode())

    def _put(self, kind: str, subject_id: str, more: dict[str, str]) -> None:
        wrapped = self.instance.seal(os.urandom(32), f"{kind}/{subject_id}")
        record = {"data": wrapped.blob.hex(), **more}
        self._subjects.put(f"{kind}-{subject_id}", json.dumps(record).encode())

    def _get(self, kind: str, subject_id: str) -> dict[str, str]:
        record: dict[str, str] = json.loads(self._subjects.get(f"{kind}-{subject_id}"))
        return record

    def _destroy(self, name: str) -> None:
        self._subjects.destroy(name)
        if self._opened is not None:
            self._opened.pop(name, None)

    def _data_key(self, kind: str, subject_id: str) -> SealingKey:
        name = f"{kind}-{subject_id}"
        if self._opened is not None and name in self._opened:
            return self._opened[name]
        wrapped = _wrapped(self._get(kind, subject_id))
        key = SealingKey({"data": self.instance.open(wrapped, f"{kind}/{subject_id}")}, "data")
        if self._opened is not None:
            self._opened[name] = key
        return key


def _wrapped(record: dict[str, str]) -> Sealed:
    return Sealed(bytes.fromhex(record["data"]))


__all__ = ["CannotOpen", "InstanceKeys", "KeyDestroyed", "Keyring", "NoDocumentIdentity"]
