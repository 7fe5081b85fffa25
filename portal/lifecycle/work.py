"""Everything the worker does: mail, and the clock's sweeps."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Flask

from portal.booking.service.reserve import lapse_expired
from portal.cases.service.access import sweep_access
from portal.cases.service.changes import TELL
from portal.cases.service.resume import MAIL_WAY_BACK, mail_ways_back
from portal.documents.service import DESTROY, destroy_object, sweep_orphans
from portal.family.changes import tell_changes
from portal.intake.service.parking import sweep_parked
from portal.jobs.loop import Handler, Work
from portal.jobs.queue import Claim
from portal.mail import outbox
from portal.mail.carrier import Carrier, SmtpCarrier
from portal.mail.sending import sender
from portal.transaction import transaction
from portal.web import once, throttle
from portal.web.parts import Parts
from portal.web.session_rows import sweep_sessions

SWEEP, ORPHANS = "clock.sweep", "clock.orphans"


def build_work(app: Flask, parts: Parts, carrier: Carrier | None = None) -> Work:
    """The handlers and clock jobs of this application. Tests hand in a carrier of their own."""
    own = carrier or (SmtpCarrier(app) if parts.settings.mail_server else None)
    return Work(
        handlers={
            outbox.SEND: sender(parts.keyring, lambda: own),
            MAIL_WAY_BACK: _way_back(parts),
            DESTROY: _destroy(parts),
            TELL: _tell(parts),
            SWEEP: _sweep(parts),
            ORPHANS: _orphans(parts),
        },
        clock={SWEEP: timedelta(minutes=1), ORPHANS: timedelta(hours=6)},
    )


def _way_back(parts: Parts) -> Handler:
    def handle(held: Claim, now: datetime) -> None:
        with transaction() as session:
            mail_ways_back(session, parts.keyring, held.id, settings=parts.settings, now=now)

    return handle


def _tell(parts: Parts) -> Handler:
    def handle(held: Claim, now: datetime) -> None:
        with transaction() as session:
            tell_changes(session, parts.keyring, held.subject, settings=parts.settings, now=now)

    return handle


def _destroy(parts: Parts) -> Handler:
    def handle(held: Claim, now: datetime) -> None:
        destroy_object(parts.store, held.subject)

    return handle


def _sweep(parts: Parts) -> Handler:
    def handle(held: Claim, now: datetime) -> None:
        with transaction() as session:
            lapse_expired(session, now)
            sweep_sessions(session, now=now)
            sweep_access(session, now=now)
            throttle.sweep(session, now=now)
            once.sweep(session, now=now)
            sweep_parked(session, now=now)

    return handle


def _orphans(parts: Parts) -> Handler:
    def handle(held: Claim, now: datetime) -> None:
        with transaction() as session:
            sweep_orphans(session, parts.store, now=now)

    return handle
