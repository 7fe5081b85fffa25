"""What the clocks on two walls say at an instant, kept beside it. Pure: data in, data out.

A country may decide about its clocks after a time was booked. The instant stays; whether it is still what was agreed by
the clock, a human must say.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo


def walls(instant: datetime, family: str, office: str) -> str:
    """Date and time on the family's clock and on the coordinator's: `2027-03-28T09:00 2027-03-28T10:00`."""
    return f"{in_zone(instant, family)} {in_zone(instant, office)}"


def on_another_office_wall(wall: str, instant: datetime, office: str) -> str:
    """What is kept of a time whose office side stands by another clock; the family's stays as it was agreed."""
    family, space, _office = wall.partition(" ")
    return f"{family} {in_zone(instant, office)}" if space else wall


def in_zone(instant: datetime, zone: str) -> str:
    """What one of them says; nothing is known of a clock without a zone."""
    return instant.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M") if zone else "-"
