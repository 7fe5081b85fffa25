"""The rows behind signed-in sessions, and their end: sign-out, removal, age. Knows nothing of HTTP."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import String, delete, or_
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.extensions import Model
from portal.keys.sealed import Sealed, SealedColumn
from portal.rows import CLOCK_STEP, Row, UtcDateTime

IDLE = {"family": timedelta(hours=6), "staff": timedelta(minutes=45)}


class WebSession(Row, Model):
    """A signed-in session. The cookie's token is stored only as a hash; `subject` is a person of staff or a family."""

    __tablename__ = "web_session"

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    audience: Mapped[str] = mapped_column(String(8))
    subject: Mapped[str] = mapped_column(String(64), index=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    content: Mapped[Sealed] = mapped_column(SealedColumn)


def is_over(audience: str, expires_at: datetime, now: datetime) -> bool:
    """Whether a session has expired.

    One that ends later than any can was last used under a clock that has been set back since: nobody knows when.
    """
    return not now < expires_at <= _latest_end(audience, now)


def end_sessions(session: Session, subject: str, *, but: str | None = None) -> None:
    """End every session of a person of staff or a family, at once, everywhere; `but` is the id of one that stays."""
    theirs = WebSession.subject == subject
    session.execute(delete(WebSession).where(theirs & (WebSession.id != but) if but else theirs))


def sweep_sessions(session: Session, *, now: datetime) -> None:
    """Remove sessions that have expired, see `is_over`."""
    ahead = [(WebSession.audience == one) & (WebSession.expires_at > _latest_end(one, now)) for one in IDLE]
    session.execute(delete(WebSession).where(or_(WebSession.expires_at <= now, *ahead)))


def _latest_end(audience: str, now: datetime) -> datetime:
    return now + IDLE[audience] + CLOCK_STEP
