"""The first result counts: a form that creates something carries a token, and sent again gives what it gave before.

So a double press, and a retry after the answer was lost, make one family, one letter, one invitation.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import String, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.extensions import Model
from portal.keys.keyring import Keyring
from portal.keys.sealed import Sealed, SealedColumn
from portal.rows import Row, UtcDateTime

FIELD = "once"
LIFE = timedelta(hours=1)
LONGEST = 2_000


class FirstResult(Row, Model):
    """What a form gave when it was first sent. The token is stored only as a keyed hash, the result sealed."""

    __tablename__ = "first_result"

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    until: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    result: Mapped[Sealed | None] = mapped_column(SealedColumn)


class Once:
    """One sending of a form. `first` tells what an earlier one gave; `remember` keeps what this one gives.

    `owner` is a secret of the browser, so that a token alone opens nothing. Two sendings at once wait for each other
    at the unique hash. A form without a token is simply worked off.
    """

    def __init__(self, session: Session, keyring: Keyring, *, token: str, owner: str, now: datetime) -> None:
        self._session, self._keyring = session, keyring
        self.first: Any = None
        self._row: FirstResult | None = None
        if not token or len(token) > LONGEST:
            return
        hashed = _hash(keyring, token, owner)
        try:
            with session.begin_nested():
                self._row = FirstResult(token_hash=hashed, until=now + LIFE)
                session.add(self._row)
        except IntegrityError:
            self._row = session.scalars(select(FirstResult).where(FirstResult.token_hash == hashed)).one()
            self.first = keyring.instance.read_json(self._row, "result")

    def told(self, result: Any, *, changed: bool) -> Any:
        """What to tell of work that is done at each sending and adds nothing twice: its result where it `changed`
        something, for something else may have happened since; what the first sending gave where it did not.
        """
        if self.first is not None and not changed:
            return self.first
        self.remember(result)
        return result

    def remember(self, result: Any) -> None:
        """Keep a plain value for whoever sends the same form again."""
        if self._row is not None:
            self._keyring.instance.write_json(self._row, "result", result)


def first_result(session: Session, keyring: Keyring, *, token: str, owner: str) -> Any:
    """What an earlier sending gave, or `None`. Reading only."""
    if not token or not owner or len(token) > LONGEST:
        return None
    row = session.scalar(select(FirstResult).where(FirstResult.token_hash == _hash(keyring, token, owner)))
    return keyring.instance.read_json(row, "result") if row is not None else None


def _hash(keyring: Keyring, token: str, owner: str) -> str:
    return keyring.lookup("once", f"{owner}\0{token}")


def sweep(session: Session, *, now: datetime) -> None:
    """Remove results that nobody will ask for again."""
    session.execute(delete(FirstResult).where(FirstResult.until <= now))
