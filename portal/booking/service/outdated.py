"""Letters about a consultation that is not so any more: what waits does not leave, nor is it sent again, as it was.

A mail server may be away, or ask to come back later, so that letters leave in another order than they were posted in.
For whoever has written the change to the consultation's row before: who reminds of it at this moment is waited for
there.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.booking.emails import talked_anew
from portal.booking.models import Appointment
from portal.booking.told import Before, Booked, people_of
from portal.mail import outbox
from portal.mail.draft import Draft


def _kinds(*what: str) -> tuple[str, ...]:
    return tuple(f"appointment.{one}{to}" for one in what for to in ("", ".staff"))


LOST = "appointment.cancelled.staff"
OF_CHANGES = _kinds("changed")
OF_TIME = _kinds("booked", "moved", "soon")
ALL = OF_TIME + OF_CHANGES


def take_back(session: Session, appointment: Appointment, *, now: datetime) -> None:
    """A consultation has another time, or is cancelled: nothing that tells of it as it was leaves any more.

    Who was told nothing yet can do without: what is posted now is complete in itself, and a calendar passes over the
    end of an entry that it never had.
    """
    outbox.withdraw(session, appointment.case_id, ALL, now=now)


def say_anew(session: Session, of: Booked) -> None:
    """How a consultation is talked has changed, its time has not: what still tells the time says the new way.

    So whoever waits for the first letter about it learns of the time itself, and not only that something changed. What
    has left already stands; the letter about the change goes out beside it, and takes the place of an earlier one.
    """
    outbox.withdraw(session, of.case.id, OF_CHANGES, now=of.now)
    outbox.write_anew(session, of.keyring, of.case.id, OF_TIME, lambda old: talked_anew(of, old), now=of.now)


def regained(session: Session, of: Booked, before: Before) -> None:
    """A move gives a consultation to somebody: what says that this person lost it by an earlier one leaves no more."""
    had = {person.id for person in before.people}
    come = {person.email for person in people_of(of.appointment) if person.id not in had}
    if come:
        outbox.write_anew(session, of.keyring, of.case.id, [LOST], lambda old: _unless_to(come, of, old), now=of.now)


def _unless_to(come: set[str], of: Booked, old: Draft) -> Draft | None:
    about_it = old.meeting is not None and old.meeting.uid.startswith(f"{of.appointment.id}@")
    return None if about_it and old.recipient in come else old
