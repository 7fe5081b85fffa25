"""A meeting as an iCalendar file (RFC 5545, iTIP RFC 5546): UTC times, stable UID, rising SEQUENCE."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from icalendar import Calendar as Ical
from icalendar import Event, vCalAddress, vDuration, vText

from portal.mail.letter import Calendar

# A file that is downloaded invites nobody: iTIP calls that PUBLISH, and then forbids an ATTENDEE.
REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"
AGAIN = timedelta(hours=1)
TIMES = ("start", "end", "changed")


@dataclass(frozen=True)
class Meeting:
    """What a calendar may know: no name of a child, no word that names a disease."""

    uid: str
    sequence: int
    start: datetime
    end: datetime
    changed: datetime
    summary: str
    description: str
    location: str
    url: str
    organizer: str
    organizer_name: str
    attendee: str
    language: str

    def to_json(self) -> dict[str, Any]:
        """Plain values, times in ISO format."""
        return vars(self) | {name: getattr(self, name).isoformat() for name in TIMES}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Meeting:
        """The meeting that `to_json` wrote."""
        return cls(**value | {name: datetime.fromisoformat(value[name]) for name in TIMES})


def uid_of(appointment_id: str, base_url: str) -> str:
    """The same for as long as the appointment lives, in every message about it."""
    return f"{appointment_id}@{_host_of(base_url)}"


@cache
def _host_of(base_url: str) -> str | None:
    return urlsplit(base_url).hostname


def calendar_file(meeting: Meeting, method: str) -> Calendar:
    """The file, with METHOD as its message will repeat it."""
    return Calendar(method, _calendar([meeting], method).to_ical().decode("utf-8"))


def feed(meetings: Sequence[Meeting], name: str) -> str:
    """Many meetings as a calendar that programs subscribe to and look at again every hour."""
    calendar = _calendar(meetings, PUBLISH)
    called = vText(name)  # icalendar does not escape these by itself
    calendar.add("name", called)
    calendar.add("refresh-interval", AGAIN, parameters={"value": "DURATION"})
    # What RFC 7986 names so was called otherwise for long, and many programs still read only the old names.
    calendar.add("x-wr-calname", called)
    calendar.add("x-published-ttl", vDuration(AGAIN))
    return str(calendar.to_ical().decode("utf-8"))


def _calendar(meetings: Sequence[Meeting], method: str) -> Ical:
    calendar = Ical()
    calendar.add("prodid", "-//Family Consultation Portal//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    for meeting in meetings:
        calendar.add_component(_event(meeting, method))
    return calendar


def _event(meeting: Meeting, method: str) -> Event:
    event = Event()
    event.add("uid", meeting.uid)
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", meeting.changed)
    event.add("last-modified", meeting.changed)
    event.add("dtstart", meeting.start)
    event.add("dtend", meeting.end)
    event.add("summary", meeting.summary, parameters={"language": meeting.language})
    event.add("description", meeting.description, parameters={"language": meeting.language})
    if meeting.location:
        event.add("location", meeting.location)
    event.add("status", "CANCELLED" if method == CANCEL else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if method == CANCEL else "OPAQUE")
    event.add("class", "PRIVATE")
    if meeting.url:
        event.add("url", meeting.url)
    organizer = vCalAddress(f"mailto:{meeting.organizer}")
    organizer.params["cn"] = vText(meeting.organizer_name)
    event["organizer"] = organizer
    if meeting.attendee:
        attendee = vCalAddress(f"mailto:{meeting.attendee}")
        attendee.params["partstat"] = vText("ACCEPTED")
        attendee.params["rsvp"] = vText("FALSE")
        event.add("attendee", attendee, encode=False)
    return event
