"""Append to the log and verify its chain."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import Session

from portal.accesslog.models import Entry
from portal.keys.keyring import Keyring
from portal.rows import connection_of, insert_values

BEGINNING = "0" * 64
AT_ONCE = 500
LAST = select(Entry.seq, Entry.digest).order_by(Entry.seq.desc()).limit(1)
CHAIN_LOCK = 0x706F7274  # any fixed number: PostgreSQL's advisory lock that keeps the chain one chain


def record(
    session: Session,
    keyring: Keyring,
    *,
    actor: str,
    action: str,
    now: datetime,
    pseudonym: str = "",
    object_id: str = "",
) -> None:
    """Append one entry in the caller's transaction. Call it last: on PostgreSQL it holds a lock until the commit.

    `actor` is `staff:<id>`, `family:<respondent id>`, or `system`; `pseudonym` stands for the case.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CHAIN_LOCK})
    last = connection_of(session).execute(LAST).one_or_none()
    seq, previous = (last.seq + 1, last.digest) if last else (1, BEGINNING)
    said = (actor, action, pseudonym, object_id)
    insert_values(
        session,
        Entry,
        seq=seq,
        at=now,
        actor=actor,
        action=action,
        pseudonym=pseudonym,
        object_id=object_id,
        previous=previous,
        digest=_digest(keyring, seq, now, *said, previous),
    )


def record_by_family(
    session: Session,
    keyring: Keyring,
    respondent_id: str,
    pseudonym: str,
    action: str,
    object_id: str = "",
    *,
    now: datetime,
) -> None:
    """Append what a respondent did to the case that `pseudonym` stands for. Call it last, like `record`."""
    actor = f"family:{respondent_id}"
    record(session, keyring, actor=actor, action=action, now=now, pseudonym=pseudonym, object_id=object_id)


def first_break(session: Session, keyring: Keyring) -> int | None:
    """The number of the first entry that was changed, removed or put in later; `None` where the chain is whole.

    The digest is keyed, so that someone with the database alone cannot rebuild the chain. A cut at the very end is
    seen by comparing `length` with a copy kept elsewhere.
    """
    previous, expected = BEGINNING, 1
    in_order, last = select(*Entry.__table__.columns).order_by(Entry.seq).limit(AT_ONCE), None
    while entries := session.execute(in_order if last is None else in_order.where(Entry.seq > last)).all():
        for entry in entries:
            if entry.seq != expected or entry.previous != previous or entry.digest != _digest_of(keyring, entry):
                return expected
            previous, expected, last = entry.digest, expected + 1, entry.seq
    return None


def length(session: Session) -> int:
    """How many entries there are."""
    return session.scalar(select(func.count()).select_from(Entry)) or 0


def _digest_of(keyring: Keyring, entry: Row[Any]) -> str:
    said = (entry.actor, entry.action, entry.pseudonym, entry.object_id)
    return _digest(keyring, entry.seq, entry.at, *said, entry.previous)


def _digest(keyring: Keyring, seq: int, at: datetime, *said: str) -> str:
    return keyring.lookup("access-log", "\x1f".join((str(seq), at.strftime("%Y-%m-%dT%H:%M:%S.%f"), *said)))
