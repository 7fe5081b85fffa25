"""Letters about the intake: to the family that it arrived, to coordinators what can be read at the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.booking.clocks import clocks, clocks_to_come
from portal.booking.models import Appointment
from portal.cases.models import Case
from portal.config import Settings
from portal.i18n import OFFERED, country_name, language_name
from portal.mail.draft import Draft

RECEIVED_LIFE = timedelta(days=14)
SUMMARY_LIFE = timedelta(days=30)


@dataclass(frozen=True)
class Summary:
    """What a coordinator may learn by mail: no answer, no name, only counts and how to speak with the family.

    `zone` is that of the family's clock.
    """

    reference: str
    languages: tuple[str, ...]
    country: str | None
    zone: str
    complete: int
    missing: int
    documents: int
    interpreter: bool
    channel: str | None


def received_letter(
    recipient: str, language: str, case: Case, appointment: Appointment | None, *, settings: Settings, now: datetime
) -> Draft:
    """To the family: the intake is here, and what comes next."""
    return Draft(
        kind="intake.received",
        recipient=recipient,
        language=language,
        template="family/mail/received",
        not_after=now + RECEIVED_LIFE,
        values={
            "public_name": settings.public_name,
            "reference": case.reference,
            "when": appointment and clocks_to_come(appointment, case, settings.clinic_time_zone, language, now),
            "url": f"{settings.public_base_url}/{language}/resume",
        },
    )


def summary_letter(
    recipient: str,
    language: str,
    zone: str,
    summary: Summary,
    appointment: Appointment | None,
    *,
    settings: Settings,
    now: datetime,
) -> Draft:
    """To a coordinator, in the coordinator's language: a case was sent, and where to read it."""
    return Draft(
        kind="intake.summary",
        recipient=recipient,
        language=language,
        template="family/mail/summary",
        not_after=now + SUMMARY_LIFE,
        values={
            "public_name": settings.public_name,
            "summary": dict(vars(summary)),
            "languages": OFFERED[language].comma.join(language_name(code, language) for code in summary.languages),
            "country": country_name(summary.country, language) if summary.country else None,
            "when": appointment and clocks(appointment, zone, summary.zone, language),
            "url": f"{settings.public_base_url}/{language}/desk/cases/{summary.reference}",
        },
    )


def changed_letter(
    recipient: str, language: str, case: Case, number: int, *, settings: Settings, now: datetime
) -> Draft:
    """To a coordinator: how many answers a family changed after sending, and where to read them."""
    return Draft(
        kind="intake.changed",
        recipient=recipient,
        language=language,
        template="family/mail/changed",
        not_after=now + SUMMARY_LIFE,
        values={
            "public_name": settings.public_name,
            "reference": case.reference,
            "number": number,
            "url": f"{settings.public_base_url}/{language}/desk/cases/{case.reference}",
        },
    )
