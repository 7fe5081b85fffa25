"""Before a consultation: a letter a week, a day and an hour ahead, once each; and a look whether clocks have moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, Select, select, update
from sqlalchemy.orm import Session

from portal.booking.emails import reminder_letters
from portal.booking.models import BOOKED, Appointment
from portal.booking.service.gone import coordinator_left, interpreter_left
from portal.booking.service.standing import PERSON
from portal.booking.told import Booked
from portal.booking.walls import walls
from portal.cases.models import Case
from portal.config import Settings
from portal.keys.keyring import KeyDestroyed, Keyring
from portal.mail import outbox

AT_ONCE = 50


@dataclass(frozen=True)
class Lead:
    """How long before a consultation a letter goes out, and for how long after that moment it still says something."""

    name: str
    before: timedelta
    late: timedelta
    bit: int


LEADS = (
    Lead("week", timedelta(days=7), timedelta(hours=12), 1),
    Lead("day", timedelta(days=1), timedelta(hours=3), 2),
    Lead("hour", timedelta(hours=1), timedelta(minutes=20), 4),
)


def remind(session: Session, keyring: Keyring, *, settings: Settings, now: datetime, most: int = AT_ONCE) -> int:
    """Post the reminders that are due, so many at `most`; how many appointments there were.

    None for a moment that has passed or that lay before the booking. Whoever notes it on the appointment first posts
    it, in the same transaction: with any number of workers each is posted once.
    """
    number = 0
    for lead in LEADS:
        for found in session.scalars(_due(lead, now).limit(most - number)):
            number += 1
            if _is_mine(session, found, lead):
                _post(session, keyring, found, lead, settings, now)
    return number


def note_moved_clocks(session: Session, *, now: datetime) -> int:
    """Note where a later decision about a country's clocks has moved what was agreed by the wall; how many."""
    coming = select(Appointment).where(Appointment.status == BOOKED, Appointment.start_at > now).options(PERSON)
    moved = 0
    for found in session.scalars(coming.where(Appointment.wall != "", Appointment.clock_moved_at.is_(None))):
        if found.wall != walls(found.start_at, found.time_zone, found.schedule.staff.time_zone):
            found.clock_moved_at = now
            moved += 1
    session.flush()
    return moved


def _due(lead: Lead, now: datetime) -> Select[Appointment]:
    return (
        select(Appointment)
        .where(
            Appointment.status == BOOKED,
            Appointment.start_at <= now + lead.before,
            Appointment.start_at > now + lead.before - lead.late,
            Appointment.start_at > now,
            Appointment.reminded.op("&")(lead.bit) == 0,
            # Whose people have left waits until the office has settled it.
            ~coordinator_left(),
            ~interpreter_left(),
        )
        .order_by(Appointment.start_at)
        .options(PERSON)
    )


def _is_mine(session: Session, found: Appointment, lead: Lead) -> bool:
    noted = (
        update(Appointment)
        .where(
            Appointment.id == found.id,
            Appointment.status == BOOKED,
            Appointment.start_at == found.start_at,
            Appointment.reminded.op("&")(lead.bit) == 0,
        )
        .values(reminded=Appointment.reminded.op("|")(lead.bit))
        .execution_options(synchronize_session=False)
    )
    done = session.execute(noted)
    booked_before = found.booked_at is not None and found.booked_at <= found.start_at - lead.before
    return isinstance(done, CursorResult) and done.rowcount == 1 and booked_before


def _post(
    session: Session, keyring: Keyring, found: Appointment, lead: Lead, settings: Settings, now: datetime
) -> None:
    session.refresh(found)  # how they talk may have changed before it was noted; whoever changes it now waits for this
    case = session.get_one(Case, found.case_id)
    until = found.start_at - lead.before + lead.late
    try:
        letters = reminder_letters(Booked(keyring, case, found, settings, now), lead.name, until=until)
    except KeyDestroyed:
        return  # erased meanwhile: there is nobody to remind
    outbox.post_all(session, keyring, letters, scope=outbox.case_scope(case.id), now=now)
