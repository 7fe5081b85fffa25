"""Whom a family reaches at the office, and when a change is so near that a letter may come too late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.config import Settings

LATE = timedelta(hours=24)
PHONE, MAIL, OTHERWISE = "phone", "mail", ""


@dataclass(frozen=True)
class Office:
    """Where the office is reached at once. `by` is `phone`, `mail`, or empty where the place is in words."""

    place: str
    by: str


def is_late(start: datetime, now: datetime) -> bool:
    """Whether it is less than a day until then."""
    return timedelta(0) < start - now < LATE


def office(settings: Settings) -> Office:
    """The office's telephone; where none is set, where it is written to."""
    if settings.clinic_phone:
        return Office(settings.clinic_phone, PHONE)
    place = settings.controller_contact or settings.sender_address
    return Office(place, MAIL if "@" in place and " " not in place else OTHERWISE)
