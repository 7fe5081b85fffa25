"""A letter: what goes over the line to a mail server. Plain data, ready to be compared."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Calendar:
    """A calendar file. `method` is repeated in the part's content type, as iTIP asks (RFC 6047)."""

    method: str
    ics: str


@dataclass(frozen=True)
class Letter:
    """One message to one person, in that person's language. Holds no health data and no child's name."""

    kind: str
    recipient: str
    language: str
    subject: str
    text: str
    html: str
    calendar: Calendar | None = None
