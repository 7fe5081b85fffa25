"""A clinic of a given size, and families in it whose browsers are already let in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import insert, text

from portal import create_app
from portal.booking.hours import Offer
from portal.booking.models import BY_HAND, Schedule, Slot
from portal.booking.service.making import slot_values
from portal.booking.service.schedules import schedule_of
from portal.booking.slots import Span
from portal.cases.models import Case, Family
from portal.config import Settings
from portal.demo.clinic import open_clinic
from portal.extensions import db
from portal.intake.questionnaire.store import current
from portal.keys.ids import new_id, new_reference
from portal.lifecycle.start import initialise
from portal.staff import service as staff
from portal.staff.models import COORDINATOR
from portal.transaction import transaction
from portal.web.parts import parts
from tests.staff.colleague import Colleague
from tests.support.visitor import Visitor

EPOCH = datetime(2027, 1, 4, 6, 0, tzinfo=UTC)
MINUTES = 40


@contextmanager
def clinic(folder: Path, url: str = "") -> Iterator[Flask]:
    """The demo clinic, with nothing else in it."""
    settings = Settings(instance=folder, demo=True, sqlalchemy_database_uri=url)
    folder.mkdir(mode=0o700)
    app = create_app(settings)
    with app.app_context():
        initialise()
    app = create_app(replace(settings))
    with app.app_context():
        here = parts()
        with transaction() as session:
            open_clinic(session, here.keyring, settings, now=here.clock())
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def family(app: Flask, number: int) -> Visitor:
    """One of many families, each at its own place in the network, that has answered everything."""
    visitor = Visitor(app, "ar")
    visitor.client.environ_base["REMOTE_ADDR"] = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
    return visitor.begin(f"family{number}@family.example").answer()


def cookie_of(visitor: Visitor | Colleague) -> str:
    """The cookie of a browser that is let in."""
    found = visitor.client.get_cookie("portal_access")
    assert found is not None
    return f"portal_access={found.value}"


def add_slots(app: Flask, number: int, coordinators: int = 20) -> None:
    """So many free times of so many coordinators who speak Arabic, from tomorrow on."""
    with app.app_context(), transaction() as session:
        here = parts()
        schedules: list[Schedule] = []
        for one in range(coordinators):
            person, _token = staff.invite(
                session,
                here.keyring,
                email=f"bench{one}@clinic.example",
                name=f"Bench {one}",
                language="en",
                time_zone="Europe/Istanbul",
                roles=[COORDINATOR],
                languages=["ar"],
                now=here.clock(),
            )
            schedules.append(schedule_of(session, person.id))
        tomorrow = here.clock().replace(hour=6, minute=0, second=0, microsecond=0) + timedelta(days=1)
        rows = []
        for one in range(number):
            start = tomorrow + timedelta(minutes=MINUTES) * (one // coordinators)
            schedule = schedules[one % coordinators]
            span = Span(start, start + timedelta(minutes=MINUTES))
            rows.append(slot_values(schedule, Offer(span, start.date()), made_by=BY_HAND))
        for first in range(0, number, 5000):
            session.execute(insert(Slot), rows[first : first + 5000])
        session.execute(text("ANALYZE"))  # as a database does by itself within a minute


def add_cases(app: Flask, number: int) -> None:
    """So many cases, as rows alone: the list of cases opens nothing that is sealed."""
    with app.app_context(), transaction() as session:
        now = parts().clock()
        families = [{"id": new_id(), "created_at": now} for _ in range(number)]
        cases = [
            {
                "id": new_id(),
                "family_id": family["id"],
                "reference": f"{new_reference()}{one:x}"[:12],
                "pseudonym": new_id(),
                "state": "submitted",
                "language": "ar",
                "country": "IQ",
                "time_zone": "Asia/Baghdad",
                "questionnaire": current().id,
                "created_at": now,
                "changed_at": now - timedelta(seconds=one),
                "submitted_at": now,
            }
            for one, family in enumerate(families)
        ]
        for first in range(0, number, 5000):
            session.execute(insert(Family), families[first : first + 5000])
            session.execute(insert(Case), cases[first : first + 5000])
        session.execute(text("ANALYZE"))
