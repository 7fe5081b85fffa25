"""Letters about the intake: to the family that it arrived, to coordinators what can be read at the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.booking.models import Appointment
from portal.cases.models import Case
from portal.config import Settings
from portal.i18n import city, clock, country_name, day, language_name, offset, speaking
from portal.mail.layout import write_letter
from portal.mail.letter import Letter

RECEIVED_LIFE = timedelta(days=14)
SUMMARY_LIFE = timedelta(days=30)


@dataclass(frozen=True)
class Summary:
    """What a coordinator may learn by mail: no answer, no name, only counts and how to speak with the family."""

    reference: str
    languages: tuple[str, ...]
    country: str | None
    complete: int
    missing: int
    documents: int
    interpreter: bool
    channel: str | None


def received_letter(
    recipient: str, language: str, case: Case, appointment: Appointment | None, *, settings: Settings, now: datetime
) -> Letter:
    """To the family: the intake is here, and what comes next."""
    with speaking(language):
        return write_letter(
            "family/mail/received",
            kind="intake.received",
            recipient=recipient,
            not_after=now + RECEIVED_LIFE,
            public_name=settings.public_name,
            reference=case.reference,
            when=_clocks(appointment, case.time_zone, settings.clinic_time_zone, language),
            url=f"{settings.public_base_url}/{language}/resume",
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
) -> Letter:
    """To a coordinator, in the coordinator's language: a case was sent, and where to read it."""
    with speaking(language):
        return write_letter(
            "family/mail/summary",
            kind="intake.summary",
            recipient=recipient,
            not_after=now + SUMMARY_LIFE,
            public_name=settings.public_name,
            summary=summary,
            languages=", ".join(language_name(code, language) for code in summary.languages),
            country=country_name(summary.country, language) if summary.country else None,
            when=_clocks(appointment, zone, appointment.time_zone if appointment else "", language),
            url=f"{settings.public_base_url}/{language}/desk/cases/{summary.reference}",
        )


def _clocks(appointment: Appointment | None, own: str, other: str, language: str) -> dict[str, str] | None:
    """The appointment on the reader's clock and on the other side's."""
    if appointment is None or not own:
        return None
    start = appointment.start_at
    found = {"day": day(start, own, language), "time": clock(start, own, language), "zone": _zone(start, own, language)}
    if other and other != own:
        found |= {
            "other_day": day(start, other, language),
            "other_time": clock(start, other, language),
            "other_zone": _zone(start, other, language),
        }
    return found


def _zone(start: datetime, zone: str, language: str) -> str:
    return f"{city(zone, language)}, {offset(start, zone)}"
