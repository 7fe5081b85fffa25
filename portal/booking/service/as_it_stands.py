"""Letters that tell of something else and name the consultation beside it: what leaves says how it stands by then.

A mail server may be away, or ask to come back later, and the desk sends letters again days afterwards: the form has
arrived, a family has sent its form, an earlier time is cancelled or was missed. Nobody who books, moves or cancels
needs to look for them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.booking.clocks import clocks, clocks_to_come, zone_of_family
from portal.booking.models import Appointment
from portal.booking.service.standing import MAY, booked, standing
from portal.booking.told import Booked, people_of, wishes
from portal.cases.models import Case
from portal.config import Settings
from portal.keys.keyring import Keyring
from portal.mail.draft import Draft
from portal.staff import service as staff
from portal.staff.models import StaffMember

# Of the family's form: to the family that it arrived, to the office what there is to read.
RECEIVED, SUMMARY = "intake.received", "intake.summary"
CANCELLED, CANCELLED_STAFF = "appointment.cancelled", "appointment.cancelled.staff"
MISSED = "appointment.missed"
KINDS = (RECEIVED, SUMMARY, CANCELLED, CANCELLED_STAFF, MISSED)


def as_it_stands(
    session: Session, keyring: Keyring, case_id: str, draft: Draft, *, settings: Settings, now: datetime
) -> Draft:
    """A letter that is about to leave, with the consultation as it is now."""
    case = session.get(Case, case_id) if draft.kind in KINDS else None
    if case is None:
        return draft
    found = booked(session, case.id, person=True)
    of = Booked(keyring, case, found, settings, now) if found is not None else None
    if draft.kind in {CANCELLED, CANCELLED_STAFF}:
        return _with_a_later_one(of, draft)
    if draft.kind == MISSED:
        stands = _to_come(of, draft) if of is not None and of.appointment.start_at > now else None
        return replace(draft, values=draft.values | {"again": standing(session, case.id) == MAY, "stands": stands})
    if of is not None and of.appointment.start_at > now:
        return _with_what_stands(session, of, draft)
    without = {name: value for name, value in draft.values.items() if name != "when"}
    chooses = found is None and standing(session, case.id) == MAY
    return replace(draft, values=without | {"when": None} if chooses else without)


def _with_what_stands(session: Session, of: Booked, draft: Draft) -> Draft:
    if draft.kind == RECEIVED:
        return replace(draft, values=draft.values | {"when": _to_come(of, draft)})
    return _summary(session, of, draft)


def _summary(session: Session, of: Booked, draft: Draft) -> Draft:
    """Whoever talks with the family reads when and how; another one not, who would take it for its own conversation."""
    have_it = people_of(of.appointment)
    person = _among(have_it, draft) if have_it else staff.find_by_email(session, draft.recipient)
    if person is None:
        return replace(draft, values={name: value for name, value in draft.values.items() if name != "when"})
    said = wishes(of.keyring, of.case, of.appointment)
    how = {"channel": said.get("channel"), "interpreter": said.get("interpreter", "no") != "no"}
    return replace(
        draft,
        values=draft.values
        | {
            "when": _on_its_clock(of.appointment, of.case, person),
            "summary": draft.values["summary"] | how,
        },
    )


def _with_a_later_one(of: Booked | None, draft: Draft) -> Draft:
    """An earlier time is cancelled: where one was booked since, the letter says that this one stands."""
    again = _again(of, draft) if of is not None else None
    return replace(draft, values=draft.values | {"again": again}) if again else draft


def _again(of: Booked, draft: Draft) -> dict[str, Any] | None:
    found, case = of.appointment, of.case
    if draft.meeting is not None and draft.meeting.uid.startswith(f"{found.id}@"):
        return None  # a move took it away from this person, and the entry that ends is that of the same consultation
    if draft.kind == CANCELLED:
        return _to_come(of, draft)
    person = _among(people_of(found), draft)
    return _on_its_clock(found, case, person) if person is not None else None


def _to_come(of: Booked, draft: Draft) -> dict[str, str]:
    """The consultation as it stands now, for its family."""
    return clocks_to_come(of.appointment, of.case, of.settings.clinic_time_zone, draft.language, of.now)


def _among(people: list[StaffMember], draft: Draft) -> StaffMember | None:
    return next((one for one in people if one.email == draft.recipient), None)


def _on_its_clock(found: Appointment, case: Case, person: StaffMember) -> dict[str, str]:
    return clocks(found, person.time_zone, zone_of_family(found, case), person.language)
