"""After sending: a family may add and correct until its consultation, and every change is kept with time and author."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.cases.models import DRAFT, SUBMITTED, Case, CaseChange
from portal.jobs import queue
from portal.keys.keyring import Keyring
from portal.rows import change_row, insert_row

TELL = "cases.tell_changes"
DOCUMENTS = "documents"  # the part of a case that is no section of its answers
MORNING = time(8)  # in the office: read before the first consultation of the day
BEFORE = timedelta(hours=1)
Said = dict[str, Any]
Pair = tuple[Said | None, Said | None]


@dataclass(frozen=True)
class Change:
    """One save after sending: each changed code with what was said before and what is said now."""

    part: str
    at: datetime
    author_id: str
    said: dict[str, Pair]


def is_open(case: Case, now: datetime) -> bool:
    """Whether the family may write: before sending always, after it until its consultation begins."""
    if case.state == DRAFT:
        return True
    return case.state == SUBMITTED and (case.answers_until is None or now < case.answers_until)


def note_change(
    session: Session,
    keyring: Keyring,
    case: Case,
    part: str,
    said: Mapping[str, Pair],
    *,
    author_id: str,
    office_zone: str,
    now: datetime,
) -> None:
    """Keep what a save changed, and see to it that the office hears of it tomorrow morning, once for all of a day."""
    key = keyring.case(case.id)
    last = session.scalars(LAST, {"case_id": case.id, "part": part, "author_id": author_id}).first()
    if last is None:
        row = CaseChange(case_id=case.id, part=part, at=now, author_id=author_id, told_at=None)
        key.write_json(row, "content", {code: list(pair) for code, pair in said.items()})
        insert_row(session, row)
    else:  # one sitting: what was said before it, and what is said now
        before = _pairs(key.read_json(last, "content"))
        joined = {**before, **{code: (before.get(code, pair)[0], pair[1]) for code, pair in said.items()}}
        told = {code: list(pair) for code, pair in joined.items() if pair[0] != pair[1]}
        change_row(session, last, at=now, content=key.sealed_json(last, "content", told))
    due = next_morning(now, office_zone)
    if case.answers_until is not None:
        due = min(due, max(case.answers_until - BEFORE, now))  # heard of before the conversation, not after it
    queue.enqueue_by(session, TELL, case.id, due_at=due, now=now)


def changes_of(session: Session, keyring: Keyring, case: Case) -> list[Change]:
    """Everything that was changed after sending, newest first."""
    found = session.scalars(select(CaseChange).where(CaseChange.case_id == case.id).order_by(CaseChange.at.desc()))
    key = keyring.case(case.id)
    return [
        Change(
            row.part,
            row.at,
            row.author_id,
            _pairs(key.read_json(row, "content")),
        )
        for row in found
    ]


LAST = (
    select(CaseChange)
    .where(
        CaseChange.case_id == bindparam("case_id"),
        CaseChange.part == bindparam("part"),
        CaseChange.author_id == bindparam("author_id"),
        CaseChange.told_at.is_(None),
    )
    .with_for_update()
)


def take_untold(session: Session, keyring: Keyring, case: Case, *, now: datetime) -> list[dict[str, Pair]]:
    """What was changed and the office has not heard of; from now on it has. Raises `KeyDestroyed`."""
    key = keyring.case(case.id)
    untold = select(CaseChange).where(CaseChange.case_id == case.id, CaseChange.told_at.is_(None))
    found = []
    for row in session.scalars(untold.with_for_update()):
        row.told_at = now
        found.append(_pairs(key.read_json(row, "content")))
    session.flush()
    return found


def next_morning(now: datetime, zone: str) -> datetime:
    """The next time that it is morning at the office; its clock may have been changed overnight."""
    here = now.astimezone(ZoneInfo(zone))
    day = here.date() if here.time() < MORNING else here.date() + timedelta(days=1)
    return datetime.combine(day, MORNING, ZoneInfo(zone)).astimezone(now.tzinfo)


def _pairs(content: dict[str, list[Said | None]]) -> dict[str, Pair]:
    return {code: (before, after) for code, (before, after) in content.items()}
