"""The ways to talk that can be had: those that the office offers, within them those of whoever has the time."""

from __future__ import annotations

from portal.booking.models import Schedule
from portal.config import Settings


class OtherWay(Exception):
    """Whoever has this time does not talk in the way that the family chose; it is asked anew."""


def ways_of_office(settings: Settings) -> tuple[str, ...]:
    """By video where an address for it is set, by telephone always, by WhatsApp where it is turned on."""
    offered = {"video": bool(settings.meeting_url), "phone": True, "whatsapp": settings.whatsapp}
    return tuple(code for code, there in offered.items() if there)


def ways_of(schedule: Schedule, settings: Settings) -> tuple[str, ...]:
    """Those of a calendar; all of the office's where it names none, or none that the office offers any more."""
    office, own = ways_of_office(settings), schedule.channels.split()
    return tuple(code for code in office if code in own) or office


def talks_by(schedule: Schedule, channel: str, settings: Settings) -> bool:
    """Whether whoever has this calendar talks in that way."""
    return not schedule.channels or channel in schedule.channels.split() or channel in ways_of(schedule, settings)
