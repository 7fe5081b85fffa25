"""Move a consultation to a time that is kept for it, or change how to talk. The old one stands until the new does."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from portal.booking.emails import Booked, changed_letters, moved_letters
from portal.booking.models import LAPSED, Appointment, Participant, Schedule
from portal.booking.service.cancel import NothingBooked
from portal.booking.service.claims import SlotTaken, free_people
from portal.booking.service.reserve import booked, held, kept_time
from portal.booking.slots import token_of
from portal.booking.walls import walls
from portal.cases.models import Case
from portal.cases.service.start import locked_case
from portal.config import Settings
from portal.keys.ids import new_token
from portal.keys.keyring import Keyring
from portal.mail import outbox
from portal.mail.draft import Draft
from portal.rows import change_row


def move(
    session: Session, keyring: Keyring, case_id: str, *, settings: Settings, now: datetime, token: str | None = None
) -> Appointment:
    """Put the consultation at the time that the case keeps, with another room, and tell everybody.

    The same once more, for a time at which it stands already, changes nothing. Raises `NothingBooked`, `SlotTaken` or
    `OtherTimeKept`; the old time stands then.
    """
    case = locked_case(session, case_id, people=True)
    found = booked(session, case_id, person=True)
    if found is None:
        raise NothingBooked
    if token and token == token_of(found.start_at, found.end_at):
        return found
    if not token and held(session, case_id, now=now) is None:
        raise SlotTaken  # nothing says which time is meant
    kept = kept_time(session, case, token, now, moving=True)
    before = _as_it_was(found)
    _put_at(session, keyring, case, found, kept, now)
    _tell(session, keyring, case, moved_letters(Booked(keyring, case, found, settings, now), before), now)
    return found


def change_details(
    session: Session,
    keyring: Keyring,
    case_id: str,
    *,
    channel: str,
    phone: str | None,
    interpreter: str,
    settings: Settings,
    now: datetime,
) -> Appointment:
    """Talk in another way, or at another number; the same as before tells nobody. Raises `NothingBooked`."""
    case = locked_case(session, case_id, people=True)
    found = booked(session, case_id, person=True)
    if found is None:
        raise NothingBooked
    key = keyring.case(case_id)
    said = key.read_json(found, "details") or {}
    new = said | {"channel": channel, "phone": phone, "interpreter": interpreter}
    if new == said:
        return found
    change_row(session, found, details=key.sealed_json(found, "details", new), sequence=found.sequence + 1)
    change_row(session, case, changed_at=now)
    _tell(session, keyring, case, changed_letters(Booked(keyring, case, found, settings, now)), now)
    return found


def _put_at(
    session: Session, keyring: Keyring, case: Case, found: Appointment, kept: Appointment, now: datetime
) -> None:
    """Let an appointment take the place of a hold: its people, its time, and another room."""
    free_people(session, found.id)
    taken = update(Participant).where(Participant.appointment_id == kept.id).values(appointment_id=found.id)
    session.execute(taken, execution_options={"synchronize_session": False})
    change_row(session, kept, status=LAPSED)
    coordinator = session.get_one(Schedule, kept.schedule_id).staff
    change_row(
        session,
        found,
        schedule_id=kept.schedule_id,
        interpreter_id=kept.interpreter_id,
        start_at=kept.start_at,
        end_at=kept.end_at,
        time_zone=case.time_zone,
        wall=walls(kept.start_at, case.time_zone, coordinator.time_zone),
        clock_moved_at=None,
        booked_at=now,
        reminded=0,
        sequence=found.sequence + 1,
        room=keyring.case(case.id).sealed_text(found, "room", new_token()[:22]),
    )
    session.expire(found, ["schedule", "interpreter"])
    change_row(session, case, changed_at=now, answers_until=found.start_at)


def _as_it_was(found: Appointment) -> Appointment:
    """A copy outside of the session: what letters say about the time before."""
    before = Appointment(**{column.key: getattr(found, column.key) for column in Appointment.__table__.columns})
    before.schedule, before.interpreter = found.schedule, found.interpreter
    return before


def _tell(session: Session, keyring: Keyring, case: Case, letters: list[Draft], now: datetime) -> None:
    for letter in letters:
        outbox.post(session, keyring, letter, scope=outbox.case_scope(case.id), now=now)
