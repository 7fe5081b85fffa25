"""What a conversation needs around itself in somebody's calendar. Pure: data in, data out."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.booking.models import Schedule
from portal.booking.slots import Span


def around(schedule: Schedule, time: Span) -> dict[str, datetime]:
    """What a time of this calendar needs around itself, and until when it can be chosen."""
    return {
        "busy_from": time.start - timedelta(minutes=schedule.before),
        "busy_until": time.end + timedelta(minutes=schedule.after),
        "closes_at": time.start - timedelta(minutes=schedule.notice),
    }
