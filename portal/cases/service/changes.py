"""After sending: a family may add and correct until its consultation, and every change is kept with time and author."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.cases.models import DRAFT, SUBMITTED, Case, CaseChange
from portal.cases.said import bare
from portal.jobs import queue
from portal.keys.keyring import Keyring
from portal.keys.sealed import SealingKey
from portal.rows import insert_row

TELL = "cases.tell_changes"
DOCUMENTS, START = "documents", "start"  # the parts of a case that are no section of its answers
MORNING = time(8)  # in the office: read before the first consultation of the day
BEFORE = timedelta(hours=1)
TOGETHER = timedelta(minutes=10)  # typed in one go: with scripts each field is a save
APART = "red_flags"  # each tick, and each time it is taken back, is a version of its own
SINCE = "since"
Said = dict[str, Any]
Pair = tuple[Said | None, Said | None]


@dataclass(frozen=True)
class Change:
    """A save after sending, or a few in one go: each changed code with what was said before and what is said now."""

    part: str
    at: datetime
    author_id: str
    said: dict[str, Pair]


@dataclass(frozen=True)
class _Sitting:
    """What a row holds: saves that belong together, from the first one on."""

    since: datetime
    said: dict[str, Pair]
    left: dict[str, Said]

    def stored(self) -> dict[str, Any]:
        return {
            SINCE: self.since.isoformat(),
            "said": {code: [*pair] for code, pair in self.said.items()},
            "left": self.left,
        }


class Answered(Protocol):
    """A case, or what is known of it."""

    @property
    def state(self) -> str:
        """Draft, or sent."""

    @property
    def answers_until(self) -> datetime | None:
        """When its consultation begins."""


def is_open(case: Answered, now: datetime) -> bool:
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
    left: Mapping[str, Said] | None = None,
    author_id: str,
    office_zone: str,
    now: datetime,
) -> None:
    """Keep what a save changed, and see to it that the office hears of it tomorrow morning, once for all of a day.

    A row for each save. Saves of one part by one person within ten minutes are one, and where they put everything back
    there is none; signs that cannot wait are joined with nothing. `left` is what was said and is not asked any more: it
    is not shown, and remembered for when it comes back at once.
    """
    key = keyring.case(case.id)
    last = session.scalars(LAST, {"case_id": case.id, "part": part}).first()
    sitting = _Sitting(now, dict(said), dict(left or {}))
    if last is not None and last.author_id == author_id and last.told_at is None:
        sitting = _instead_of(session, last, key, sitting)
    changed = {code: pair for code, pair in sitting.said.items() if bare(pair[0]) != bare(pair[1])}
    if not changed:
        return
    row = CaseChange(case_id=case.id, part=part, at=now, author_id=author_id, told_at=None)
    key.write_json(row, "content", replace(sitting, said=changed).stored())
    insert_row(session, row)
    due = next_morning(now, office_zone)
    if case.answers_until is not None:
        due = min(due, max(case.answers_until - BEFORE, now))  # heard of before the conversation, not after it
    queue.enqueue_by(session, TELL, case.id, due_at=due, now=now)


def changes_of(session: Session, keyring: Keyring, case: Case) -> list[Change]:
    """Everything that was changed after sending, newest first."""
    found = session.scalars(select(CaseChange).where(CaseChange.case_id == case.id).order_by(CaseChange.at.desc()))
    key = keyring.case(case.id)
    read = [Change(row.part, row.at, row.author_id, _sitting(row, key).said) for row in found]
    return [change for change in read if change.said]


LAST = (
    select(CaseChange)
    .where(CaseChange.case_id == bindparam("case_id"), CaseChange.part == bindparam("part"))
    .order_by(CaseChange.at.desc())
    .limit(1)
    .with_for_update()
)


def take_untold(session: Session, keyring: Keyring, case: Case, *, now: datetime) -> list[dict[str, Pair]]:
    """What was changed and the office has not heard of; from now on it has. Raises `KeyDestroyed`."""
    key = keyring.case(case.id)
    untold = select(CaseChange).where(CaseChange.case_id == case.id, CaseChange.told_at.is_(None))
    found = []
    for row in session.scalars(untold.with_for_update()):
        row.told_at = now
        found.append(_sitting(row, key).said)
    session.flush()
    return found


def next_morning(now: datetime, zone: str) -> datetime:
    """The next time that it is morning at the office; its clock may have been changed overnight."""
    here = now.astimezone(ZoneInfo(zone))
    day = here.date() if here.time() < MORNING else here.date() + timedelta(days=1)
    return datetime.combine(day, MORNING, ZoneInfo(zone)).astimezone(now.tzinfo)


def _sitting(row: CaseChange, key: SealingKey) -> _Sitting:
    content = key.read_json(row, "content")
    if SINCE not in content:  # rows of before held what was said and no more
        return _Sitting(row.at, _pairs(content), {})
    return _Sitting(datetime.fromisoformat(content[SINCE]), _pairs(content["said"]), content["left"])


def _instead_of(session: Session, row: CaseChange, key: SealingKey, later: _Sitting) -> _Sitting:
    """A save together with the one before it, whose row goes; by itself where the two do not belong together."""
    earlier = _sitting(row, key)
    if later.since - earlier.since >= TOGETHER or APART in {*earlier.said, *later.said}:
        return later
    session.delete(row)
    session.flush()
    return _joined(earlier, later)


def _joined(earlier: _Sitting, later: _Sitting) -> _Sitting:
    """Two saves as one: what was said before the first, and what is said after the second."""
    said, left = dict(earlier.said), dict(earlier.left)
    for code, (before, after) in later.said.items():
        first = said[code][0] if code in said else left.pop(code, before)
        said[code] = (first, after)
    for code, before in later.left.items():
        first = said.pop(code)[0] if code in said else before
        if first is not None:
            left[code] = first
    return _Sitting(earlier.since, said, left)


def _pairs(content: dict[str, list[Said | None]]) -> dict[str, Pair]:
    return {code: (before, after) for code, (before, after) in content.items()}
