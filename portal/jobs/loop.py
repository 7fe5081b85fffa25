"""The one loop for all clock work and mail."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import structlog
from flask import Flask

from portal.extensions import db
from portal.jobs import queue
from portal.jobs.models import Job
from portal.jobs.queue import Claim
from portal.transaction import DatabaseBusy, transaction

log = structlog.get_logger(__name__)
# Web processes commit and this process polls: a second is soon enough for mail, and one indexed query is cheap.
IDLE = timedelta(seconds=1)
BROKEN = timedelta(seconds=5)

Handler = Callable[[Claim, datetime], None]


@dataclass(frozen=True)
class Work:
    """What the loop can do: handlers by kind, and clock jobs by kind with how often they come round.

    A handler opens its own transactions, must be safe to run twice, and raises to be tried again.
    """

    handlers: Mapping[str, Handler]
    clock: Mapping[str, timedelta] = field(default_factory=dict)


class Worker:
    """Works jobs off until told to stop. Several may run, in one process or on several hosts."""

    def __init__(self, app: Flask, work: Work) -> None:
        self._app = app
        self._work = work
        self._wake = threading.Event()
        self._stop = threading.Event()

    def wake(self) -> None:
        """Look for due jobs now instead of at the next tick."""
        self._wake.set()

    def stop(self) -> None:
        """Finish the job in hand, then return from `run`."""
        self._stop.set()
        self._wake.set()

    def run(self) -> None:
        """Work until `stop`. A database that is away is waited for."""
        while not self._stop.is_set():
            try:
                with self._app.app_context():
                    self._ensure_clock_jobs()
                    while not self._stop.is_set() and self.run_due(datetime.now(UTC)):
                        pass
                    pause = self._pause()
            except DatabaseBusy:
                log.warning("database_away")
                pause = BROKEN
            self._wake.wait(pause.total_seconds())
            self._wake.clear()

    def run_due(self, now: datetime) -> int:
        """Claim and work off what is due next; the number of jobs taken. Needs an application context.

        One at a time: if this worker is killed, no more than the job in hand waits for the end of a lease.
        """
        with transaction() as session:
            held = queue.claim(session, now=now)
        for claim in held:
            self._work_off(claim, now)
        return len(held)

    def _work_off(self, held: Claim, now: datetime) -> None:
        try:
            self._work.handlers[held.kind](held, now)
        except Exception as fault:  # noqa: BLE001  # whatever it was, the job is tried again and says so
            log.warning("job_failed", kind=held.kind, job=held.id, attempts=held.attempts, error=type(fault).__name__)
            with transaction() as session:
                queue.retry(session, held, now=now, error=type(fault).__name__)
            return
        with transaction() as session:
            if held.kind in self._work.clock:
                queue.repeat(session, held, due_at=now + self._work.clock[held.kind], now=now)
            else:
                queue.finish(session, held)

    def _ensure_clock_jobs(self) -> None:
        now = datetime.now(UTC)
        present = set(db.session.scalars(db.select(Job.kind).where(Job.subject == "clock")))
        db.session.rollback()
        missing = set(self._work.clock) - present
        if missing:
            with transaction() as session:
                for kind in missing:
                    queue.enqueue(session, kind, "clock", due_at=now, now=now)

    def _pause(self) -> timedelta:
        due = queue.next_due(db.session())
        db.session.rollback()
        if due is None:
            return IDLE
        return min(max(due - datetime.now(UTC), timedelta(0)), IDLE)
