"""A draft: what a letter will say, as plain facts. It is kept with what it tells; the worker writes it out.

So a request that books, cancels or sends costs no more for the letters that follow from it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from portal.mail.calendar import Meeting


@dataclass(frozen=True)
class Draft:
    """One letter to one person. `values` are texts, numbers and plain dicts of them, in the recipient's language.

    With a `meeting` the letter carries a calendar file of that `method`. Holds no health data and no child's name.
    """

    kind: str
    recipient: str
    language: str
    template: str
    not_after: datetime
    values: dict[str, Any] = field(default_factory=dict)
    meeting: Meeting | None = None
    method: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain values, times in ISO format."""
        meeting = self.meeting.to_json() if self.meeting else None
        return vars(self) | {"not_after": self.not_after.isoformat(), "meeting": meeting}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Draft:
        """The draft that `to_json` wrote."""
        meeting = Meeting.from_json(value["meeting"]) if value["meeting"] else None
        return cls(**value | {"not_after": datetime.fromisoformat(value["not_after"]), "meeting": meeting})
