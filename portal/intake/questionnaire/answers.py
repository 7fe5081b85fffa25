"""Answers as plain data: a value with what belongs to it, or a state. No entry means never asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Answer = dict[str, Any]
Answers = Mapping[str, Answer]

SKIPPED = "skipped"  # it was shown when the page was saved, and left
STATES = ("unknown", "declined", "never")


def has_value(answer: Answer | None) -> bool:
    """Whether something was said, not only a state."""
    return bool(answer) and "value" in answer


def is_answered(answer: Answer | None) -> bool:
    """Whether the question needs no more: a value, or a state that was chosen."""
    return bool(answer) and answer.get("state") != SKIPPED


def skipped() -> Answer:
    """Shown and left."""
    return {"state": SKIPPED}
