"""A person's calendar for other programs: a secret address that can be made anew or taken back, and what it shows."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from portal.booking.models import BOOKED, FULFILLED, NOSHOW, Appointment, Schedule
from portal.booking.service.schedules import schedule_of
from portal.cases.models import Case
from portal.config import Settings
from portal.i18n import gettext as _
from portal.i18n import speaking
from portal.keys.ids import new_token
from portal.keys.keyring import Keyring
from portal.mail import calendar as ical
from portal.staff.models import StaffMember

BEHIND = timedelta(days=30)
PURPOSE = "calendar feed"


def open_feed(session: Session, keyring: Keyring, staff_id: str) -> str:
    """A new secret for a person's calendar, which is known to nobody afterwards; the one before opens nothing more."""
    token = new_token()
    schedule_of(session, staff_id).feed_hash = keyring.lookup(PURPOSE, token)
    session.flush()
    return token


def close_feed(session: Session, staff_id: str) -> None:
    """No address opens this person's calendar any more."""
    session.execute(update(Schedule).where(Schedule.staff_id == staff_id).values(feed_hash=None))


def has_feed(session: Session, staff_id: str) -> bool:
    """Whether some address opens this person's calendar."""
    asked = select(Schedule.id).where(Schedule.staff_id == staff_id, Schedule.feed_hash.is_not(None))
    return session.scalar(asked) is not None


def feed_of(session: Session, keyring: Keyring, token: str, *, settings: Settings, now: datetime) -> str:
    """The consultations that need the person, from a month ago on. Raises `LookupError` for no or an old secret."""
    whose = session.execute(
        select(Schedule.id, StaffMember.language)
        .join(StaffMember, StaffMember.id == Schedule.staff_id)
        .where(Schedule.feed_hash == keyring.lookup(PURPOSE, token), StaffMember.active)
    ).one_or_none()
    if whose is None:
        raise LookupError
    found = session.execute(
        select(Appointment, Case.reference)
        .join(Case, Case.id == Appointment.case_id)
        .where(
            or_(Appointment.schedule_id == whose.id, Appointment.interpreter_id == whose.id),
            Appointment.status.in_([BOOKED, FULFILLED, NOSHOW]),
            Appointment.start_at > now - BEHIND,
        )
        .order_by(Appointment.start_at)
    )
    with speaking(whose.language):
        meetings = [_meeting(one, reference, whose.language, settings) for one, reference in found]
        return ical.feed(meetings, settings.public_name)


def _meeting(one: Appointment, reference: str, language: str, settings: Settings) -> ical.Meeting:
    office = settings.public_name
    return ical.Meeting(
        uid=ical.uid_of(one.id, settings.public_base_url),
        sequence=one.sequence,
        start=one.start_at,
        end=one.end_at,
        changed=one.changed_at or one.booked_at or one.start_at,
        summary=_("Conversation with %(office)s", office=office),
        description=_("Reference %(reference)s.", reference=reference),
        location="",
        url="",
        organizer=settings.sender_address,
        organizer_name=office,
        attendee="",
        language=language,
    )
