"""An office of a given size: coordinators with free times, and cases, as rows that come in one go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from bench.bulk import bulk_insert
from portal.booking.hours import Offer
from portal.booking.models import BY_HAND, Schedule, Slot
from portal.booking.service.making import slot_values
from portal.booking.service.schedules import schedule_of
from portal.booking.slots import Span
from portal.cases.models import Case, Family
from portal.extensions import db
from portal.intake.questionnaire.store import current
from portal.keys.ids import new_id, new_reference
from portal.staff import service as staff
from portal.staff.models import COORDINATOR
from portal.transaction import transaction
from portal.web.parts import parts

MINUTES = 40
BATCH = 5_000


def add_slots(app: Flask, number: int, coordinators: int = 20, *, at_once: int = 0) -> None:
    """So many free times of so many coordinators who speak Arabic, from tomorrow on; all share an instant, or some."""
    with app.app_context():
        with transaction() as session:
            schedules = add_coordinators(session, coordinators)
            tomorrow = parts().clock().replace(hour=6, minute=0, second=0, microsecond=0) + timedelta(days=1)
            bulk_insert(session.connection(), Slot, _slots(schedules, number, tomorrow, at_once or coordinators))
        _settle()


def add_coordinators(session: Session, number: int) -> list[Schedule]:
    """So many of them who speak Arabic, in Istanbul; their calendars."""
    here = parts()
    people = [
        staff.invite(
            session,
            here.keyring,
            email=f"bench{one}@clinic.example",
            name=f"Bench {one}",
            language="en",
            time_zone="Europe/Istanbul",
            roles=[COORDINATOR],
            languages=["ar"],
            now=here.clock(),
        )[0]
        for one in range(number)
    ]
    return [schedule_of(session, person.id) for person in people]


def add_cases(app: Flask, number: int) -> None:
    """So many cases, as rows alone: the list of cases opens nothing that is sealed."""
    with app.app_context():
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
        with transaction() as session:
            for first in range(0, number, BATCH):
                session.execute(insert(Family), families[first : first + BATCH])
                session.execute(insert(Case), cases[first : first + BATCH])
        _settle()


def _slots(schedules: list[Schedule], number: int, first: datetime, at_once: int) -> Iterator[dict[str, Any]]:
    """Instant by instant; the calendars take turns."""
    made: dict[str, Any] = {}
    for one in range(number):
        if one % at_once == 0:
            start = first + timedelta(minutes=MINUTES) * (one // at_once)
            offer = Offer(Span(start, start + timedelta(minutes=MINUTES)), start.date())
            made = slot_values(schedules[0], offer, made_by=BY_HAND)
        yield made | {"id": new_id(), "schedule_id": schedules[one % len(schedules)].id}


def _settle() -> None:
    """What a database server does by itself within a minute."""
    if db.engine.dialect.name == "sqlite":
        with transaction() as session:
            session.execute(text("ANALYZE"))
        return
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
