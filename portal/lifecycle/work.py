"""Everything the worker does: mail, and the clock's sweeps."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy.orm import Session

from portal.booking.models import Schedule
from portal.booking.service.as_it_stands import as_it_stands
from portal.booking.service.claims import lapse_expired
from portal.booking.service.freed import OFFER, time_freed
from portal.booking.service.making import MAKE, make_ahead
from portal.booking.service.offering import offer_first, suited
from portal.booking.service.reminders import AT_ONCE, note_moved_clocks, remind
from portal.booking.service.rules_of import calendars
from portal.cases.service.access import sweep_access
from portal.cases.service.changes import TELL
from portal.cases.service.parking import sweep_parked
from portal.cases.service.resume import MAIL_WAY_BACK, mail_ways_back
from portal.documents.service import DESTROY, destroy_object, sweep_orphans
from portal.extensions import db
from portal.family.changes import tell_changes
from portal.intake.service.alike import note_likenesses
from portal.jobs.loop import Handler, Work
from portal.jobs.queue import Claim
from portal.mail import outbox
from portal.mail.carrier import Carrier, SmtpCarrier
from portal.mail.draft import Draft
from portal.mail.sending import sender
from portal.transaction import transaction
from portal.web import once, throttle
from portal.web.parts import Parts
from portal.web.session_rows import sweep_sessions

SWEEP, ORPHANS, TIMES, REMIND = "clock.sweep", "clock.orphans", "clock.times", "clock.remind"


def build_work(app: Flask, parts: Parts, carrier: Carrier | None = None) -> Work:
    """The handlers and clock jobs of this application. Tests hand in a carrier of their own."""
    own = carrier or (SmtpCarrier(app) if parts.settings.mail_server else None)
    return Work(
        handlers={
            outbox.SEND: sender(parts.keyring, lambda: own, _as_it_stands(parts)),
            MAIL_WAY_BACK: _way_back(parts),
            DESTROY: _destroy(parts),
            TELL: _tell(parts),
            SWEEP: _sweep(parts),
            ORPHANS: _orphans(parts),
            MAKE: _make(parts),
            OFFER: _offer(parts),
            TIMES: _times(parts),
            REMIND: _remind(parts),
        },
        clock={
            SWEEP: timedelta(minutes=1),
            REMIND: timedelta(minutes=1),
            ORPHANS: timedelta(hours=6),
            TIMES: timedelta(hours=1),
        },
    )


def _as_it_stands(parts: Parts) -> outbox.Anew:
    def anew(session: Session, case_id: str, draft: Draft, now: datetime) -> Draft:
        return as_it_stands(session, parts.keyring, case_id, draft, settings=parts.settings, now=now)

    return anew


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
            if lapse_expired(session, now):
                time_freed(session, now=now)
            sweep_sessions(session, now=now)
            sweep_access(session, now=now)
            throttle.sweep(session, now=now)
            once.sweep(session, now=now)
            sweep_parked(session, now=now)
            note_likenesses(session, parts.keyring, today=now.date())

    return handle


def _orphans(parts: Parts) -> Handler:
    def handle(held: Claim, now: datetime) -> None:
        with transaction() as session:
            sweep_orphans(session, parts.store, now=now)

    return handle


def _times(parts: Parts) -> Handler:
    """Make every calendar's times up to its horizon, one calendar in a transaction; then look whether clocks moved."""

    def handle(held: Claim, now: datetime) -> None:
        for schedule_id in calendars(db.session()):
            _make_one(parts, schedule_id, now)
        with transaction() as session:
            note_moved_clocks(session, now=now)

    return handle


def _make(parts: Parts) -> Handler:
    def handle(held: Claim, now: datetime) -> None:
        _make_one(parts, int(held.subject), now)

    return handle


def _make_one(parts: Parts, schedule_id: int, now: datetime) -> None:
    with transaction() as session:
        schedule = session.get_one(Schedule, schedule_id)
        make_ahead(session, schedule, clinic_zone=parts.settings.clinic_time_zone, now=now)
        time_freed(session, now=now)  # made, or left by somebody who cancelled or moved


def _offer(parts: Parts) -> Handler:
    """Offer what is free to who waits for it, one family in a transaction.

    Where those before it have taken all that was listed for a family, and more would suit it, the next look begins at
    once, with this family: whoever waits behind it comes after it. Each look that ends so has offered something.
    """

    def handle(held: Claim, now: datetime) -> None:
        offered = 0
        for found in suited(db.session(), now=now):
            with transaction() as session:
                if offer_first(session, parts.keyring, found.case_id, found.times, settings=parts.settings, now=now):
                    offered += 1
                elif found.more and offered:
                    time_freed(session, now=now)
                    return

    return handle


def _remind(parts: Parts) -> Handler:
    """One consultation in a transaction: whoever holds two of them waits in a circle with who holds them the other way.

    What is left after a few is due in the next run.
    """

    def handle(held: Claim, now: datetime) -> None:
        for _one in range(AT_ONCE):
            with transaction() as session:
                if not remind(session, parts.keyring, settings=parts.settings, now=now, most=1):
                    return

    return handle
