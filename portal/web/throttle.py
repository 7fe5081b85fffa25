"""Counters in rows, where security depends on them: they hold across threads, processes and hosts."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Integer, String, case, delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.extensions import Model
from portal.keys.keyring import Keyring
from portal.rows import CLOCK_STEP, UtcDateTime


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

    One statement, so that tries at the same moment wait for each other and each is counted.
    `who` names the requester first (its network address), so that no stranger can use up a family's tries. Where it
    does not, nobody may be shut out by it: whoever is over the limit waits, or has shown a secret before.
    A window that ends later than any can was begun by a clock that has been set back since; it is over.
    """
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    first = insert(Throttle).values(bucket=keyring.lookup("throttle", f"{what}\0{who}"), count=1, until=now + window)
    passed = (Throttle.until <= now) | (Throttle.until > _latest_end(window, now))
    counted = first.on_conflict_do_update(
        index_elements=[Throttle.bucket],
        set_={
            "count": case((passed, 1), else_=Throttle.count + 1),
            "until": case((passed, first.excluded.until), else_=Throttle.until),
        },
    )
    return session.execute(counted.returning(Throttle.count)).scalar_one() <= limit


def spent(
    session: Session, keyring: Keyring, what: str, who: str, *, limit: int, window: timedelta, now: datetime
) -> bool:
    """Whether all tries have been counted already; counts none."""
    row = session.get(Throttle, keyring.lookup("throttle", f"{what}\0{who}"), populate_existing=True)
    return row is not None and now < row.until <= _latest_end(window, now) and row.count >= limit


def _latest_end(window: timedelta, now: datetime) -> datetime:
    return now + window + CLOCK_STEP


def forgive(session: Session, keyring: Keyring, what: str, who: str) -> None:
    """Start from nought again, after a success."""
    session.execute(delete(Throttle).where(Throttle.bucket == keyring.lookup("throttle", f"{what}\0{who}")))


def give_back(session: Session, keyring: Keyring, what: str, who: str) -> None:
    """Take back the one try that this transaction has counted, where it was right: no more than that is given."""
    own = update(Throttle).where(Throttle.bucket == keyring.lookup("throttle", f"{what}\0{who}"), Throttle.count > 0)
    session.execute(own.values(count=Throttle.count - 1).execution_options(synchronize_session=False))


def sweep(session: Session, *, now: datetime) -> None:
    """Remove counters whose window has passed."""
    session.execute(delete(Throttle).where(Throttle.until <= now))
