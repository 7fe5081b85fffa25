"""Take a document, list, open, remove; and remove what belongs to no row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.adapters.cipher import OpenedStream
from portal.adapters.storage import ObjectMissing, ObjectStore
from portal.cases.models import DRAFT, Case
from portal.cases.service.changes import DOCUMENTS, Pair, is_open, note_change
from portal.documents.models import Document
from portal.documents.rules import MOST_FILES, FileRefused, media_type_of, name_for_people
from portal.jobs import queue
from portal.keys.ids import is_id
from portal.keys.keyring import Keyring

DESTROY = "documents.destroy"
ORPHAN_AFTER = timedelta(days=1)


OF_CASE = (
    select(Document.id, Document.added_at, Document.details)
    .where(Document.case_id == bindparam("case_id"))
    .order_by(Document.added_at, Document.id)
)


class Received(Protocol):
    """A file that came in, sealed already."""

    object_name: str
    size: int
    head: bytes
    too_large: bool

    @property
    def sha256(self) -> str: ...
    def publish(self) -> None: ...


class TooLate(Exception):
    """The consultation has begun: the documents stay as the coordinator has them."""


@dataclass(frozen=True)
class Listed:
    """A document as its case shows it. `size` in bytes; `sha256` of the clear bytes in hexadecimal digits."""

    id: str
    kind: str
    name: str
    media_type: str
    size: int
    sha256: str
    added_at: datetime


def add_document(
    session: Session,
    keyring: Keyring,
    case: Case,
    *,
    respondent_id: str,
    kind: str,
    given_name: str,
    received: Received,
    office_zone: str,
    now: datetime,
) -> Listed:
    """Keep a file that was sealed while it came in. Raises `FileRefused`, `TooLate` or `StorageFull`.

    The object is durable before its row is committed; an object whose row was never committed is swept after a day.
    """
    if not is_open(case, now):
        raise TooLate
    if received.too_large:
        raise FileRefused("too_large")
    if not received.size:
        raise FileRefused("empty")
    present = documents_of(session, keyring, case.id)
    for listed in present:
        if (listed.sha256, listed.kind) == (received.sha256, kind):
            return listed  # sent twice, perhaps by a second press of the button
    if len(present) >= MOST_FILES:
        raise FileRefused("too_many")
    media_type = media_type_of(received.head)
    document = Document(case_id=case.id, object_name=received.object_name, added_at=now, added_by=respondent_id)
    details = {
        "kind": kind,
        "name": name_for_people(given_name, media_type),
        "media_type": media_type,
        "size": received.size,
        "sha256": received.sha256,
    }
    keyring.case(case.id).write_json(document, "details", details)
    received.publish()
    session.add(document)
    case.changed_at = now
    session.flush()
    if case.state != DRAFT:
        said: dict[str, Pair] = {document.id: (None, {"value": kind, "name": details["name"]})}
        _tell(session, keyring, case, said, respondent_id, office_zone, now)
    return _listed(keyring, document)


def documents_of(session: Session, keyring: Keyring, case_id: str) -> list[Listed]:
    """A case's documents, oldest first."""
    rows = session.execute(OF_CASE, {"case_id": case_id}).all()
    if not rows:
        return []
    key = keyring.case(case_id)
    return [
        Listed(id=row.id, added_at=row.added_at, **key.reveal_json(row.details, Document, "details", row.id))
        for row in rows
    ]


def remove_document(
    session: Session,
    keyring: Keyring,
    case: Case,
    document_id: str,
    *,
    respondent_id: str,
    office_zone: str,
    now: datetime,
) -> bool:
    """Take a document out of a case; the worker destroys the object. Whether there was one. Raises `TooLate`."""
    if not is_open(case, now):
        raise TooLate
    document = session.get(Document, document_id) if is_id(document_id) else None
    if document is None or document.case_id != case.id:
        return False
    queue.enqueue(session, DESTROY, document.object_name, due_at=now, now=now)
    if case.state != DRAFT:
        gone = _listed(keyring, document)
        said: dict[str, Pair] = {document_id: ({"value": gone.kind, "name": gone.name}, None)}
        _tell(session, keyring, case, said, respondent_id, office_zone, now)
    session.delete(document)
    case.changed_at = now
    session.flush()
    return True


def open_document(
    session: Session, keyring: Keyring, store: ObjectStore, document_id: str
) -> tuple[Listed, OpenedStream]:
    """A document and its clear bytes, piece by piece. Raises `LookupError`, `ObjectMissing` or `NoDocumentIdentity`."""
    document = session.get(Document, document_id)
    if document is None:
        raise LookupError(document_id)
    identity = keyring.case_identity(document.case_id)
    return _listed(keyring, document), OpenedStream(identity, store.open(document.object_name))


def destroy_object(store: ObjectStore, object_name: str) -> None:
    """Remove a sealed object for good."""
    store.delete(object_name)


def sweep_orphans(session: Session, store: ObjectStore, *, now: datetime) -> int:
    """Remove objects older than a day that no row knows: uploads that a power cut left half-way. Returns how many."""
    known = set(session.scalars(select(Document.object_name)))
    gone = 0
    for name in list(store.names()):
        if name not in known and _old(store, name, now):
            store.delete(name)
            gone += 1
    return gone


def _tell(
    session: Session,
    keyring: Keyring,
    case: Case,
    said: Mapping[str, Pair],
    respondent_id: str,
    office_zone: str,
    now: datetime,
) -> None:
    """After sending the office hears of every document that came or went."""
    note_change(session, keyring, case, DOCUMENTS, said, author_id=respondent_id, office_zone=office_zone, now=now)


def _old(store: ObjectStore, name: str, now: datetime) -> bool:
    try:
        return now - store.written_at(name) > ORPHAN_AFTER
    except ObjectMissing:
        return False


def _listed(keyring: Keyring, document: Document) -> Listed:
    details = keyring.case(document.case_id).read_json(document, "details")
    return Listed(id=document.id, added_at=document.added_at, **details)
