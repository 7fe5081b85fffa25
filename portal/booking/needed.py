"""Whom a conversation needs, and when. Pure: values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from portal.booking.slots import Span


@dataclass(frozen=True)
class Needed:
    """Somebody whom a conversation needs, when, with rests, and on which of that person's days."""

    schedule_id: int
    busy: Span
    day: date


@dataclass(frozen=True)
class Candidate:
    """Those who have the time: a coordinator, and an interpreter where one is needed.

    It can be chosen until `closes_at`, of both. `asked` names the languages where the family wished for them.
    """

    span: Span
    coordinator: Needed
    closes_at: datetime
    interpreter: Needed | None = None
    asked: str = ""

    @property
    def schedule_id(self) -> int:
        """The coordinator's calendar."""
        return self.coordinator.schedule_id

    @property
    def interpreter_id(self) -> int | None:
        """The interpreter's."""
        return self.interpreter.schedule_id if self.interpreter else None

    @property
    def people(self) -> list[Needed]:
        """Both, or the one."""
        return [self.coordinator, self.interpreter] if self.interpreter else [self.coordinator]
