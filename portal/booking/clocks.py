"""An appointment in words: on the reader's own clock, and on the other side's where that differs."""

from __future__ import annotations

from datetime import datetime

from portal.booking.models import Appointment
from portal.i18n import city, clock, day, offset
from portal.i18n import gettext as _


def clocks(appointment: Appointment, own: str, other: str, language: str) -> dict[str, str]:
    """The time in two zones, in the language being spoken: `day`, `time`, `end`, `zone`; `other_…` where it differs."""
    start = appointment.start_at
    found = {
        "day": day(start, own, language),
        "time": clock(start, own, language),
        "end": clock(appointment.end_at, own, language),
        "zone": zone_in_words(start, own, language),
    }
    if other and (clock(start, other, language), day(start, other, language)) != (found["time"], found["day"]):
        found |= {
            "other_day": day(start, other, language),
            "other_time": clock(start, other, language),
            "other_zone": zone_in_words(start, other, language),
        }
    return found


def zone_in_words(start: datetime, zone: str, language: str) -> str:
    """A zone by its city and its distance to UTC on that day: `Paris, UTC+1`."""
    return _("%(city)s, %(offset)s", city=city(zone, language), offset=offset(start, zone, language))
