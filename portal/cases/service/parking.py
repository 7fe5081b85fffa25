"""Forms whose access had ended when they were sent: kept sealed, and given back to the same browser after the code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from portal.cases.models import Case, ParkedForm
from portal.keys.keyring import Keyring
from portal.rows import insert_row

LIFE = timedelta(days=2)
SHOWN = timedelta(hours=6)  # once its page has been led to: as long as an access that nobody uses
SENDING = "sending"  # where a page sends itself again and again: how often it had
MOST = 30  # for one case at a time: far more than a family has windows


@dataclass(frozen=True)
class Parked:
    """A form that waits: its row, of which page it is, and what it holds."""

    id: str
    page: str
    content: dict[str, Any]


def park(
    session: Session, keyring: Keyring, case_id: str, page: str, content: dict[str, Any], *, owner: str, now: datetime
) -> bool:
    """Keep what was typed for the browser that holds the secret `owner`. Whether there was room for it.

    What was kept of the same `page` before goes, for the last one says it all; a page without a name takes no place.
    One that was held up on its way, while the page sent itself again, is kept by what that brought.
    """
    key, hashed = keyring.case(case_id), _owner(keyring, owner)
    waiting = (ParkedForm.case_id == case_id) & (ParkedForm.until > now)
    mine = session.scalars(select(ParkedForm).where(waiting, ParkedForm.owner_hash == hashed)).all()
    held = {one.id: key.read_json(one, "content") for one in mine} if page else {}
    before = {row_id: said["content"] for row_id, said in held.items() if said["page"] == page}
    if any(said.get(SENDING, 0) > content.get(SENDING, 0) for said in before.values()):
        return True
    same = list(before)
    room = MOST - (session.scalar(select(func.count()).select_from(ParkedForm).where(waiting)) or 0)
    if not same and room <= 0:
        return False
    let_go(session, same)
    row = ParkedForm(case_id=case_id, owner_hash=hashed, created_at=now, until=now + LIFE)
    key.write_json(row, "content", {"page": page, "content": content})
    insert_row(session, row)
    return True


def parked_by(session: Session, keyring: Keyring, case: Case, *, owner: str, now: datetime) -> list[Parked]:
    """What a browser has waiting for a case, the oldest first. What belongs to another case stays where it is."""
    mine = (ParkedForm.case_id == case.id) & (ParkedForm.owner_hash == _owner(keyring, owner))
    rows = session.scalars(select(ParkedForm).where(mine, ParkedForm.until > now).order_by(ParkedForm.created_at)).all()
    key = keyring.case(case.id) if rows else None
    held = [(row.id, key.read_json(row, "content")) for row in rows] if key else []
    return [Parked(row_id, said["page"], said["content"]) for row_id, said in held]


def led_to(session: Session, ids: list[str], *, now: datetime) -> None:
    """Their family has been led to these pages: what it leaves there does not wait for long any more."""
    soon = (ParkedForm.id.in_(ids)) & (ParkedForm.until > now + SHOWN)
    session.execute(update(ParkedForm).where(soon).values(until=now + SHOWN))


def let_go(session: Session, ids: list[str]) -> None:
    """These wait no more."""
    session.execute(delete(ParkedForm).where(ParkedForm.id.in_(ids)))


def sweep_parked(session: Session, *, now: datetime) -> None:
    """Remove what nobody came back for."""
    session.execute(delete(ParkedForm).where(ParkedForm.until <= now))


def _owner(keyring: Keyring, secret: str) -> str:
    return keyring.lookup("parked by", secret)
