"""The rows behind signed-in sessions, and their end: sign-out, removal, age. Knows nothing of HTTP."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.extensions import Model
from portal.keys.sealed import Sealed, SealedColumn
from portal.rows import Row, UtcDateTime


class WebSession(Row, Model):
    """A signed-in session. The cookie's token is stored only as a hash; `subject` is a person of staff or a family."""

    __tablename__ = "web_session"

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    audience: Mapped[str] = mapped_column(String(8))
    subject: Mapped[str] = mapped_column(String(64), index=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    content: Mapped[Sealed] = mapped_column(SealedColumn)


def end_sessions(session: Session, subject: str) -> None:
    """End every session of a person of staff or a family, at once, everywhere."""
    session.execute(delete(WebSession).where(WebSession.subject == subject))


def sweep_sessions(session: Session, *, now: datetime) -> None:
    """Remove sessions that have expired."""
    session.execute(delete(WebSession).where(WebSession.expires_at <= now))
