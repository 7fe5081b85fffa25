"""Put work in, claim what is due, finish it or try again later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, delete, func, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.jobs.models import Job
from portal.keys.ids import new_id
from portal.rows import CLOCK_STEP, UtcDateTime, insert_all

LEASE = timedelta(minutes=2)  # for one job: far longer than the patience with a mail server
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)


@dataclass(frozen=True)
class Claim:
    """A job that this worker holds until its lease ends. `attempts` counts this one."""

    id: str
    kind: str
    subject: str
    attempts: int
    leased_until: datetime


def enqueue(session: Session, kind: str, subject: str, *, due_at: datetime, now: datetime) -> Job:
    """Add a job, or bring an equal one (same kind and subject) to the new time. Part of the caller's transaction."""
    job, is_new = _found_or_added(session, kind, subject, due_at, now)
    return job if is_new else _ask_anew(session, job, due_at, now)


def enqueue_by(session: Session, kind: str, subject: str, *, due_at: datetime, now: datetime) -> Job:
    """Add a job, or see to it that an equal one is due no later than this.

    One that a worker holds at this moment may have read what there was before: it is done once more, by then or at the
    end of its lease, whichever comes first. One that was put off looks the same: it is due by then, or at its own time
    where that comes first.
    """
    job, is_new = _found_or_added(session, kind, subject, due_at, now)
    if is_new or (job.touched_at is None and job.due_at <= due_at):
        return job
    return _ask_anew(session, job, min(due_at, job.due_at), now)


def enqueue_new(session: Session, kind: str, subjects: Sequence[str], *, due_at: datetime, now: datetime) -> None:
    """Add jobs of which there can be no equal ones, for their subjects were made a moment ago."""
    same = {"kind": kind, "due_at": due_at, "created_at": now, "attempts": 0}
    insert_all(session, Job, [{"id": new_id(), "subject": subject} | same for subject in subjects])


def claim(session: Session, *, now: datetime, limit: int = 1, lease: timedelta = LEASE) -> list[Claim]:
    """Take up to `limit` due jobs with a lease, oldest first, in one statement; no two workers get the same one.

    A job that was asked for, leased or put off by a clock that has been set back since is due as well: its own time
    would come hours too late.
    """
    latest = now + CLOCK_STEP
    is_due = (Job.due_at <= now) | (Job.touched_at > latest) | (Job.created_at > latest)
    due = select(Job.id).where(is_due).order_by(Job.due_at).limit(limit).with_for_update(skip_locked=True)
    taken = session.execute(
        update(Job)
        .where(Job.id.in_(due.scalar_subquery()))
        .values(due_at=now + lease, attempts=Job.attempts + 1, touched_at=now, created_at=_no_later_than(now))
        .returning(Job.id, Job.kind, Job.subject, Job.attempts, Job.due_at)
        .execution_options(synchronize_session=False)
    )
    return [Claim(*row) for row in taken]


def finish(session: Session, held: Claim) -> None:
    """Remove a finished job, unless its lease was lost or the work was asked for again meanwhile."""
    session.execute(delete(Job).where(_still_in_hand(held)))


def repeat(session: Session, held: Claim, *, due_at: datetime, now: datetime) -> None:
    """Make a finished clock job due again."""
    _settle(session, held, due_at=due_at, attempts=0, created_at=now, touched_at=None, last_error=None)


def retry(session: Session, held: Claim, *, now: datetime, error: str) -> None:
    """Give a failed job back, due after a wait that doubles with each attempt up to an hour."""
    wait = min(FIRST_WAIT * 2 ** min(held.attempts - 1, 10), LONGEST_WAIT)
    _settle(session, held, due_at=now + wait, attempts=held.attempts, touched_at=now, last_error=error[:80])


def next_due(session: Session) -> datetime | None:
    """When the earliest job is due, or `None` where there is none."""
    return session.scalar(select(func.min(Job.due_at)))


def _settle(session: Session, held: Claim, **values: object) -> None:
    session.execute(update(Job).where(_still_in_hand(held)).values(**values))


def _no_later_than(now: datetime) -> ColumnElement[datetime]:
    """When a job was asked for; once it is taken, a clock that ran ahead then means nothing any more."""
    return case((Job.created_at > now, literal(now, UtcDateTime)), else_=Job.created_at)


def _still_in_hand(held: Claim) -> ColumnElement[bool]:
    """Neither lost to another worker, which shows in the time, nor asked for again, which empties `touched_at`."""
    return and_(Job.id == held.id, Job.due_at == held.leased_until, Job.touched_at.is_not(None))


def _equal(session: Session, kind: str, subject: str) -> Job | None:
    """The job of this kind and subject. No worker takes or finishes it before the caller's transaction ends."""
    return session.scalar(select(Job).where(Job.kind == kind, Job.subject == subject).with_for_update())


def _found_or_added(session: Session, kind: str, subject: str, due_at: datetime, now: datetime) -> tuple[Job, bool]:
    """The job of this kind and subject, and whether it was added for this. Who adds an equal one now is waited for."""
    job, is_new = _equal(session, kind, subject), False
    while job is None:  # what another added at this moment may be done and gone by now
        insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
        row = {"id": new_id(), "kind": kind, "subject": subject, "due_at": due_at, "attempts": 0, "created_at": now}
        adding = insert(Job).values(row).on_conflict_do_nothing(index_elements=[Job.kind, Job.subject])
        is_new = session.connection().execute(adding).rowcount == 1
        job = _equal(session, kind, subject)
    return job, is_new


def _ask_anew(session: Session, job: Job, due_at: datetime, now: datetime) -> Job:
    job.due_at, job.attempts, job.created_at, job.touched_at = due_at, 0, now, None
    session.flush()
    return job
