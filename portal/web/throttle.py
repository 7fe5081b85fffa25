"""Counters in rows, where security depends on them: they hold across threads, processes and hosts."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import Integer, String, delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.extensions import Model
from portal.keys.keyring import Keyring
from portal.rows import UtcDateTime


class Throttle(Model):
    """How often something was tried in a window. `bucket` is a keyed hash: no address is kept."""

    __tablename__ = "throttle"

    bucket: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int] = mapped_column(Integer)
    until: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


def allow(
    session: Session, keyring: Keyring, what: str, who: str, *, limit: int, window: timedelta, now: datetime
) -> bool:
    """Count one try of `what` by `who`; false once there were more than `limit` within `window`.

    `who` must name the requester first (its network address), so that no stranger can use up a family's tries.
    """
    bucket = keyring.lookup("throttle", f"{what}\0{who}")
    row = session.get(Throttle, bucket, with_for_update=True)
    if row is None:
        with suppress(IntegrityError), session.begin_nested():  # another first try may be counted at this moment
            session.add(Throttle(bucket=bucket, count=0, until=now + window))
        row = session.get_one(Throttle, bucket, with_for_update=True, populate_existing=True)
    if row.until <= now:
        row.count, row.until = 0, now + window
    row.count += 1
    session.flush()
    return row.count <= limit


def forgive(session: Session, keyring: Keyring, what: str, who: str) -> None:
    """Start from nought again, after a success."""
    session.execute(delete(Throttle).where(Throttle.bucket == keyring.lookup("throttle", f"{what}\0{who}")))


def sweep(session: Session, *, now: datetime) -> None:
    """Remove counters whose window has passed."""
    session.execute(delete(Throttle).where(Throttle.until <= now))
