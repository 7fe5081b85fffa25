"""The letter to those who lead the office: somebody has left it, and these consultations stand with nobody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from portal.booking.clocks import clocks_at
from portal.config import Settings
from portal.mail.draft import Draft
from portal.staff.models import COORDINATOR, LEAD, StaffMember

LEFT = "appointments.left.staff"
MOST_NAMED = 20


class Standing(NamedTuple):
    """A consultation to come that stands with somebody."""

    staff_id: str
    case_id: str
    reference: str
    start_at: datetime
    time_zone: str
    """The family's."""


def left_letters(standing: Sequence[Standing], people: Sequence[StaffMember], *, settings: Settings) -> list[Draft]:
    """To each in the own language and on the own clock: how many there are, their references and times; no name.

    It says something until the last of them begins.
    """
    return [
        Draft(
            kind=LEFT,
            recipient=person.email,
            language=person.language,
            template="booking/mail/staff_left",
            not_after=max(one.start_at for one in standing),
            values={
                "public_name": settings.public_name,
                "number": len(standing),
                "first": [_named(one, person) for one in standing[:MOST_NAMED]],
                "more": max(len(standing) - MOST_NAMED, 0),
                "url": f"{settings.public_base_url}/{person.language}/desk/{_place(person)}",
            },
        )
        for person in people
    ]


def _named(one: Standing, person: StaffMember) -> dict[str, str]:
    said = clocks_at(one.start_at, person.time_zone, one.time_zone, person.language)
    return {"reference": one.reference} | said


def _place(person: StaffMember) -> str:
    """Where this person sees them: an admin opens no case."""
    return "cases" if person.is_a(COORDINATOR, LEAD) else "people"
