"""A letter: what a writer returns. Plain data, ready to be sealed, compared and sent."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any


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
    not_after: datetime
    calendar: Calendar | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain values, times in ISO format."""
        return asdict(self) | {"not_after": self.not_after.isoformat()}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Letter:
        """The letter that `to_json` wrote."""
        calendar = Calendar(**value["calendar"]) if value["calendar"] else None
        return cls(**value | {"not_after": datetime.fromisoformat(value["not_after"]), "calendar": calendar})
