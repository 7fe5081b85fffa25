"""Letters about the waiting list: to the family what is offered to it and until when, to the office who waits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from portal.booking.clocks import clock_change, clocks
from portal.booking.slots import FreeTime
from portal.booking.told import Booked
from portal.cases.contact import reachable
from portal.cases.models import Case
from portal.config import Settings
from portal.i18n import country_name, language_name
from portal.mail.draft import Draft
from portal.staff.models import StaffMember

OFFER, WISHED = "appointment.offered", "waiting.wished"
WISHED_LIFE = timedelta(days=7)


def offered_letters(of: Booked, *, pause: bool) -> list[Draft]:
    """To every respondent who can be reached: the time on both clocks, until when it is kept, and the way to answer.

    `pause` says that nothing more is offered afterwards until the family says that it still waits.
    """
    found, settings = of.appointment, of.settings
    until, own, clinic = found.held_until or of.now, found.time_zone, settings.clinic_time_zone
    return [
        Draft(
            kind=OFFER,
            recipient=one.email,
            language=one.language,
            template="booking/mail/offered",
            not_after=until,
            values={
                "public_name": settings.public_name,
                "reference": of.case.reference,
                "when": clocks(found, own, clinic, one.language)
                | {"change": clock_change(found.start_at, own, one.language, of.now)},
                "until": clocks(FreeTime(until, until, ""), own, clinic, one.language),
                "interpreted": found.interpreter_id is not None,
                "pause": pause,
                "url": f"{settings.public_base_url}/{one.language}/resume",
            },
        )
        for one in reachable(of.keyring, of.case)
    ]


def wished_letters(case: Case, people: Sequence[StaffMember], *, settings: Settings, now: datetime) -> list[Draft]:
    """To coordinators, each in the own language: a family waits for a time. What suits it stands at the desk."""
    return [
        Draft(
            kind=WISHED,
            recipient=person.email,
            language=person.language,
            template="booking/mail/staff_wished",
            not_after=now + WISHED_LIFE,
            values={
                "public_name": settings.public_name,
                "reference": case.reference,
                "language_of_family": language_name(case.language, person.language),
                "country": country_name(case.country, person.language) if case.country else "",
                "url": f"{settings.public_base_url}/{person.language}/desk/cases/{case.reference}",
            },
        )
        for person in people
    ]
