"""Something is free that was not: a worker looks who waits for it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.booking.models import Waiting
from portal.jobs import queue

OFFER = "slots.offer"
ALL = "waiting"  # one job looks for everybody who waits
ANYBODY = select(Waiting.id).limit(1)


def time_freed(session: Session, *, now: datetime) -> None:
    """Let a worker offer what is free now to those who wait; nothing to do where nobody does."""
    if session.scalar(ANYBODY) is not None:
        queue.enqueue_by(session, OFFER, ALL, due_at=now, now=now)
