"""The outbox: post a draft with what it tells, send what waits, list and resend."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select, update
from sqlalchemy.orm import Session

from portal.jobs import queue
from portal.keys.ids import new_id
from portal.keys.keyring import KeyDestroyed, Keyring
from portal.keys.sealed import SealingKey
from portal.mail.draft import Draft
from portal.mail.models import EXPIRED, REFUSED, SENT, UNREADABLE, WAITING, OutboxMessage
from portal.rows import insert_all

SEND = "mail.send"
Anew = Callable[[Session, str, Draft, datetime], Draft]
NO_SYNC = {"synchronize_session": False}


@dataclass(frozen=True)
class Scope:
    """Whose data key seals a message: a case's, a family's, or the instance's (mail among staff)."""

    kind: str
    id: str | None = None

    def key(self, keyring: Keyring) -> SealingKey:
        """The key, or `KeyDestroyed` where the case or family was erased."""
        if self.kind == "case" and self.id:
            return keyring.case(self.id)
        if self.kind == "family" and self.id:
            return keyring.family(self.id)
        return keyring.instance


def case_scope(case_id: str) -> Scope:
    """Sealed with the case's key."""
    return Scope("case", case_id)


def family_scope(family_id: str) -> Scope:
    """Sealed with the family's key."""
    return Scope("family", family_id)


INSTANCE = Scope("instance")


def post(
    session: Session, keyring: Keyring, draft: Draft, *, scope: Scope, now: datetime, case_id: str | None = None
) -> str:
    """Keep a draft and a job to send it, in the transaction of what it tells. Returns the message's id."""
    return _keep(session, keyring, [draft], scope, now, case_id)[0]


def post_all(session: Session, keyring: Keyring, drafts: Iterable[Draft], *, scope: Scope, now: datetime) -> None:
    """Keep each of these."""
    _keep(session, keyring, drafts, scope, now, None)


def _keep(
    session: Session, keyring: Keyring, drafts: Iterable[Draft], scope: Scope, now: datetime, case_id: str | None
) -> list[str]:
    rows = [_row(keyring, draft, scope, now, case_id) for draft in drafts]
    insert_all(session, OutboxMessage, rows)
    ids = [row["id"] for row in rows]
    queue.enqueue_new(session, SEND, ids, due_at=now, now=now)
    return ids


def _row(keyring: Keyring, draft: Draft, scope: Scope, now: datetime, case_id: str | None) -> dict[str, Any]:
    message_id = new_id()
    return {
        "id": message_id,
        "kind": draft.kind,
        "language": draft.language,
        "case_id": case_id or (scope.id if scope.kind == "case" else None),
        "key_scope": scope.kind,
        "key_id": scope.id,
        "created_at": now,
        "not_after": draft.not_after,
        "state": WAITING,
        "attempts": 0,
        "draft": scope.key(keyring).conceal_json(draft.to_json(), OutboxMessage, "draft", message_id),
    }


def open_draft(row: OutboxMessage, keyring: Keyring) -> Draft:
    """The draft of a row, or `KeyDestroyed`."""
    return Draft.from_json(Scope(row.key_scope, row.key_id).key(keyring).read_json(row, "draft"))


def take(
    session: Session, keyring: Keyring, message_id: str, *, now: datetime, anew: Anew | None = None
) -> Draft | None:
    """What to write out and send now. `None` where there is nothing: sent, withdrawn, too late, or its case erased.

    A letter about a case leaves as `anew` writes it: what it tells beside its own news may not be so any more.
    """
    # Locked: who withdraws it at this moment is waited for, and what was withdrawn is not sent.
    row = session.get(OutboxMessage, message_id, with_for_update=True)
    if row is None or row.state != WAITING:
        return None
    if row.not_after <= now:
        row.state = EXPIRED
        return None
    try:
        draft = open_draft(row, keyring)
    except KeyDestroyed:
        row.state = UNREADABLE
        return None
    row.attempts += 1
    return anew(session, row.case_id, draft, now) if anew is not None and row.case_id else draft


def mark_sent(session: Session, message_id: str, *, now: datetime) -> None:
    """The mail server took it."""
    row = session.get_one(OutboxMessage, message_id)
    row.state, row.sent_at, row.last_error = SENT, now, None


def mark_failed(session: Session, message_id: str, *, error: str, final: bool) -> None:
    """The mail server did not take it; `final` where it will never."""
    row = session.get_one(OutboxMessage, message_id)
    row.last_error = error[:80]
    if final:
        row.state = REFUSED


def withdraw(session: Session, case_id: str, kinds: Collection[str], *, now: datetime) -> None:
    """What a case's messages of these kinds say is not so any more: none of them leaves, and none is sent again."""
    ended = case((OutboxMessage.state == WAITING, EXPIRED), else_=OutboxMessage.state)
    still = update(OutboxMessage).where(_still_says(case_id, kinds, now)).values(state=ended, not_after=now)
    session.execute(still, execution_options=NO_SYNC)


def write_anew(
    session: Session,
    keyring: Keyring,
    case_id: str,
    kinds: Collection[str],
    anew: Callable[[Draft], Draft | None],
    *,
    now: datetime,
) -> None:
    """What a case's messages of these kinds say has changed: what leaves from now on, or once more, says it `anew`.

    One for which there is nothing to say any more (`None`) is withdrawn.
    """
    # Locked, as in `take`: what is being sent at this moment says the old, and nothing after it does.
    for row in session.scalars(select(OutboxMessage).where(_still_says(case_id, kinds, now)).with_for_update()):
        draft = anew(open_draft(row, keyring))
        if draft is None:
            row.state, row.not_after = EXPIRED if row.state == WAITING else row.state, now
        else:
            Scope(row.key_scope, row.key_id).key(keyring).write_json(row, "draft", draft.to_json())


def resend(session: Session, message_id: str, *, now: datetime) -> None:
    """Put a message back on its way, whatever became of it, unless its time has passed."""
    row = session.get_one(OutboxMessage, message_id)
    if row.not_after > now:
        row.state, row.last_error = WAITING, None
        queue.enqueue(session, SEND, row.id, due_at=now, now=now)


def release(session: Session, *, now: datetime) -> int:
    """Make every waiting message due at once, for instance after a mail server came back. Returns how many."""
    waiting = session.scalars(select(OutboxMessage.id).where(OutboxMessage.state == WAITING)).all()
    for message_id in waiting:
        queue.enqueue(session, SEND, message_id, due_at=now, now=now)
    return len(waiting)


def depth(session: Session) -> tuple[int, datetime | None]:
    """How many messages wait, and since when the oldest."""
    row = session.execute(
        select(func.count(), func.min(OutboxMessage.created_at)).where(OutboxMessage.state == WAITING)
    ).one()
    return row[0], row[1]


def _still_says(case_id: str, kinds: Collection[str], now: datetime) -> ColumnElement[bool]:
    return (OutboxMessage.case_id == case_id) & OutboxMessage.kind.in_(kinds) & (OutboxMessage.not_after > now)
