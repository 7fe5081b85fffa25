"""`doctor`: looks at everything that can go wrong quietly, changes nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from portal.accesslog.log import first_break
from portal.adapters.storage import ObjectStore
from portal.cases.models import Case, Family
from portal.documents.models import Document
from portal.extensions import db
from portal.jobs.models import Job
from portal.lifecycle.start import WrongKey, check_fingerprints
from portal.mail import outbox
from portal.rows import CLOCK_STEP
from portal.web.parts import Parts

LATE = timedelta(minutes=15)
CLOCK_TOLERANCE = timedelta(seconds=5)
FREE_SPACE = 512 * 1024 * 1024


def examine(parts: Parts, *, now: datetime) -> list[str]:
    """Every problem as one line in English, for the operator; an empty list where all is well."""
    session: Session = db.session()
    try:
        problems = list(_schema(session))
        if problems:
            return problems
        for check in (_keys, _orphan_keys, _orphan_files, _outbox, _jobs, _clock, _disk, _log):
            problems += check(session, parts, now)
    except SQLAlchemyError as fault:
        return [f"database: {type(fault).__name__}; is it running, and is PORTAL_SQLALCHEMY_DATABASE_URI right?"]
    finally:
        session.rollback()
    return problems


def _schema(session: Session) -> Iterator[str]:
    from portal.lifecycle.schema import newest  # noqa: PLC0415  # whoever serves has no use for its eleven megabytes

    head = newest()
    try:
        found = session.scalar(text("SELECT version_num FROM alembic_version"))
    except SQLAlchemyError:
        session.rollback()
        found = None
    if found != head:
        yield f"schema: the database is at {found or 'nothing'}, the code at {head}; run: portal init"


def _keys(session: Session, parts: Parts, now: datetime) -> Iterator[str]:
    try:
        check_fingerprints(session, parts.keyring)
    except WrongKey as fault:
        yield f"keys: {fault}"


def _orphan_keys(session: Session, parts: Parts, now: datetime) -> Iterator[str]:
    rows = {f"case-{case_id}" for case_id in session.scalars(select(Case.id))}
    rows |= {f"family-{family_id}" for family_id in session.scalars(select(Family.id))}
    stored = parts.keyring.subject_names()
    if rows - stored:
        yield f"keys: {len(rows - stored)} cases or families have no key and cannot be read"
    damaged = sum(not parts.keyring.opens(name) for name in stored & rows)
    if damaged:
        yield f"keys: {damaged} keys of cases or families are damaged; restore subjects/ from its backup"
    if stored - rows:
        yield f"keys: {len(stored - rows)} keys belong to no case or family"


def _orphan_files(session: Session, parts: Parts, now: datetime) -> Iterator[str]:
    rows, files = set(session.scalars(select(Document.object_name))), _names(parts.store)
    waiting = set(session.scalars(select(Job.subject).where(Job.kind == "documents.destroy")))
    if rows - files:
        yield f"documents: {len(rows - files)} rows have no file"
    if files - rows - waiting:
        yield f"documents: {len(files - rows - waiting)} files have no row; the worker removes those older than a day"


def _outbox(session: Session, parts: Parts, now: datetime) -> Iterator[str]:
    depth, oldest = outbox.depth(session)
    if not depth:
        return
    # The demo's mailbox is known only to the processes that `serve` starts.
    if not parts.settings.mail_server and not parts.settings.demo:
        yield f"outbox: {depth} messages wait because no mail server is configured (PORTAL_MAIL_SERVER)"
    elif oldest and now - oldest > LATE:
        yield f"outbox: {depth} messages wait, the oldest for {_minutes(now - oldest)} minutes"


def _jobs(session: Session, parts: Parts, now: datetime) -> Iterator[str]:
    oldest = session.scalar(select(func.min(Job.due_at)))
    if oldest is None:
        yield "jobs: no worker has ever run; start one with: portal worker"
    elif now - oldest > LATE:
        yield f"jobs: the oldest is overdue by {_minutes(now - oldest)} minutes; is a worker running?"


def _clock(session: Session, parts: Parts, now: datetime) -> Iterator[str]:
    noted = session.execute(select(func.max(Job.created_at), func.max(Job.touched_at))).one()
    ahead = max((one - now for one in noted if one is not None), default=timedelta(0))
    if ahead > CLOCK_STEP:
        yield f"clock: work was noted {_minutes(ahead)} minutes ahead of this host's clock; which of the two is wrong?"
    if session.get_bind().dialect.name != "postgresql":
        return
    there = session.scalar(text("SELECT clock_timestamp()"))
    apart = abs(there - parts.clock()) if isinstance(there, datetime) else timedelta(0)
    if apart > CLOCK_TOLERANCE:
        yield f"clock: this host and the database are {apart.total_seconds():.0f} s apart"


def _disk(session: Session, parts: Parts, now: datetime) -> Iterator[str]:
    folder: Path = parts.settings.instance
    if shutil.disk_usage(folder).free < FREE_SPACE:
        yield "disk: less than 512 MB free for the instance"


def _log(session: Session, parts: Parts, now: datetime) -> Iterator[str]:
    broken = first_break(session, parts.keyring)
    if broken is not None:
        yield f"access log: the chain is broken at entry {broken}"


def _names(store: ObjectStore) -> set[str]:
    return set(store.names())


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)
