"""The jobs table: what is due, how often it was tried, until when a worker has it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model
from portal.keys.sealed import Sealed, SealedColumn
from portal.rows import Row, UtcDateTime


class Job(Row, Model):
    """One piece of work. `due_at` is also the lease: a claimed job is due again when its worker has died.

    `created_at` is the clock when it was last asked for; `touched_at` is the clock at the last claim or retry, empty
    where nobody has tried since then.
    """

    __tablename__ = "job"
    __table_args__ = (UniqueConstraint("kind", "subject"), Index("ix_job_due_at", "due_at"))

    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(64))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    touched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(String(80))
    payload: Mapped[Sealed | None] = mapped_column(SealedColumn)
