"""Calendar files as two libraries read them that share no code: what they do not agree on, no calendar can rely on."""

from dataclasses import dataclass
from datetime import datetime

import icalendar
from ical.calendar_stream import CalendarStream

from portal.mail.letter import Letter

LONGEST_LINE = 75  # octets, RFC 5545 3.1


@dataclass(frozen=True)
class Entry:
    """A meeting in a file."""

    uid: str
    sequence: int
    start: datetime
    end: datetime
    status: str
    summary: str
    description: str
    location: str
    url: str
    organizer: str
    attendees: tuple[str, ...]


@dataclass(frozen=True)
class Read:
    """A calendar file."""

    method: str
    entries: tuple[Entry, ...]


def read_calendar(ics: str) -> Read:
    """What both libraries read in a file, after a look at its lines; fails where they read it differently."""
    check_lines(ics)
    one, two = by_icalendar(ics), by_ical(ics)
    assert one == two, f"icalendar reads {one}, ical reads {two}"
    return one


def entry_of(ics: str) -> Entry:
    """The only meeting of a file, as both libraries read it."""
    (entry,) = read_calendar(ics).entries
    return entry


def well_formed(letter: Letter) -> Letter:
    """A letter whose calendar file, if it has one, is read alike by both."""
    if letter.calendar is not None:
        assert read_calendar(letter.calendar.ics).method == letter.calendar.method, "a file and its part disagree"
    return letter


def check_lines(ics: str) -> None:
    """Each line ends as the format asks, is short enough, and is text by itself: no letter is cut in two."""
    raw = ics.encode()
    assert raw.endswith(b"\r\n"), "the last line has no end"
    lines = raw.removesuffix(b"\r\n").split(b"\r\n")
    for line in lines:
        assert len(line) <= LONGEST_LINE, f"{len(line)} octets: {line!r}"
        assert b"\n" not in line, f"half an end of a line: {line!r}"
        assert b"\r" not in line, f"half an end of a line: {line!r}"
        line.decode()


def by_icalendar(ics: str) -> Read:
    """As icalendar reads it, which writes ours."""
    calendar = icalendar.Calendar.from_ical(ics)
    entries = tuple(map(_by_icalendar, calendar.walk("VEVENT")))
    return Read(str(calendar["METHOD"]), entries)


def by_ical(ics: str) -> Read:
    """As ical reads it."""
    (calendar,) = CalendarStream.from_ics(ics).calendars
    return Read(calendar.method or "", tuple(map(_by_ical, calendar.events)))


def name_of(ics: str) -> str:
    """What a calendar is called; icalendar knows no such property as a text."""
    (calendar,) = CalendarStream.from_ics(ics).calendars
    return "".join(calendar.name or ())


def _by_icalendar(event: icalendar.Event) -> Entry:
    attendees = event.get("ATTENDEE", [])
    return Entry(
        str(event["UID"]),
        int(event["SEQUENCE"]),
        event["DTSTART"].dt,
        event["DTEND"].dt,
        str(event["STATUS"]),
        *(str(event.get(name, "")) for name in ("SUMMARY", "DESCRIPTION", "LOCATION", "URL", "ORGANIZER")),
        tuple(map(str, attendees if isinstance(attendees, list) else [attendees])),
    )


def _by_ical(event: object) -> Entry:
    return Entry(
        event.uid,
        event.sequence,
        event.dtstart,
        event.dtend,
        event.status.value,
        event.summary,
        event.description or "",
        event.location or "",
        str(event.url or ""),
        str(event.organizer.uri),
        tuple(str(one.uri) for one in event.attendees),
    )
