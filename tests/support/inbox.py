"""The demo's mailbox, read as its files: who got what, in which language."""

import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from tests.support.calendars import Entry, entry_of, read_calendar

PATIENCE = 30


def letters(instance: Path, kind: str | None = None, to: str | None = None) -> list[EmailMessage]:
    """The messages received so far, oldest first, of one kind or to one address."""
    found = [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in sorted((instance / "demo-mail").glob("*.eml"))
    ]
    return [one for one in found if kind in {None, one["X-Portal-Kind"]} and to in {None, one["To"]}]


def wait_for_letter(instance: Path, kind: str, to: str | None = None) -> EmailMessage:
    """The newest letter of a kind; waits for the worker, which runs in another process."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if found := letters(instance, kind, to):
            return found[-1]
        time.sleep(0.1)  # another process sends it: there is nothing here to wait on
    kinds = [(one["X-Portal-Kind"], one["To"]) for one in letters(instance)]
    raise AssertionError(f"no {kind} to {to} among {kinds}")


def text_of_letter(letter: EmailMessage) -> str:
    """The text part."""
    part = letter.get_body(("plain",))
    assert part is not None, "a letter without a text part"
    return str(part.get_content())


def calendar_of(letter: EmailMessage) -> str:
    """The calendar part, once two libraries have read it alike."""
    parts = [part for part in letter.walk() if part.get_content_type() == "text/calendar"]
    assert parts, "a letter without a calendar"
    ics = str(parts[0].get_content()).replace("\r\n", "\n").replace("\n", "\r\n")
    assert read_calendar(ics).method == parts[0].get_param("method"), "a file and its part disagree"
    return ics


def meeting_of(letter: EmailMessage) -> Entry:
    """The meeting in the calendar part."""
    return entry_of(calendar_of(letter))
