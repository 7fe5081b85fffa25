"""The outbox: the truth about every message, sealed apart from its kind, state and times."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model
from portal.keys.sealed import Sealed, SealedColumn
from portal.rows import Row, UtcDateTime

WAITING, SENT, EXPIRED, REFUSED, UNREADABLE = "waiting", "sent", "expired", "refused", "unreadable"


class OutboxMessage(Row, Model):
    """One message. `key_scope` and `key_id` say which data key seals it, so that it is erased with its case."""

    __tablename__ = "message"
    __table_args__ = (Index("ix_message_state_created_at", "state", "created_at"),)

    kind: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(12), default=WAITING)
    language: Mapped[str] = mapped_column(String(12))
    case_id: Mapped[str | None] = mapped_column(String(32), index=True)
    key_scope: Mapped[str] = mapped_column(String(8))
    key_id: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    not_after: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    last_error: Mapped[str | None] = mapped_column(String(80))
    draft: Mapped[Sealed] = mapped_column(SealedColumn)
