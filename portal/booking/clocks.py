"""An appointment in words: on the reader's own clock, and on the other side's where that differs."""

from __future__ import annotations

from datetime import datetime

from portal.booking.models import Appointment
from portal.i18n import OFFERED, city, clock, day, offset


def clocks(appointment: Appointment, own: str, other: str, language: str) -> dict[str, str]:
    """The time in two zones, in a language: `day`, `time`, `end`, `zone`, and `at`, which says
    day and time in one; `other_…` where it differs.
    """
    found = _on(own, appointment, language)
    there = _on(other, appointment, language) if other else found
    if there["at"] != found["at"]:
        found |= {f"other_{name}": said for name, said in there.items()}
    return found


def _on(zone: str, appointment: Appointment, language: str) -> dict[str, str]:
    date, hour = day(appointment.start_at, zone, language), clock(appointment.start_at, zone, language)
    return {
        "day": date,
        "time": hour,
        "at": OFFERED[language].comma.join((date, hour)),
        "end": clock(appointment.end_at, zone, language),
        "zone": zone_in_words(appointment.start_at, zone, language),
    }


def zone_in_words(start: datetime, zone: str, language: str) -> str:
    """A zone by its city and its distance to UTC on that day: `Paris, UTC+1`."""
    return OFFERED[language].comma.join((city(zone, language), offset(start, zone, language)))
