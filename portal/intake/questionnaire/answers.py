"""Answers as plain data: a value with what belongs to it, or a state. No entry means never asked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, TypeGuard

from portal.cases.said import bare

Answer = dict[str, Any]
Answers = Mapping[str, Answer]

SKIPPED = "skipped"  # it was shown when the page was saved, and left
UNABLE = "unable"  # a test that was tried and could not be done: a result without a number
STATES = ("unknown", "declined", "never", UNABLE)
DIGEST = 12


def has_value(answer: Answer | None) -> TypeGuard[Answer]:
    """Whether something was said, not only a state."""
    return answer is not None and "value" in answer


def is_answered(answer: Answer | None) -> TypeGuard[Answer]:
    """Whether the question needs no more: a value, or a state that was chosen."""
    return bool(answer) and answer is not None and answer.get("state") != SKIPPED


def skipped() -> Answer:
    """Shown and left."""
    return {"state": SKIPPED}


def digest(answer: Answer | None) -> str:
    """A short mark of what an answer says, to see whether it is still the same; empty for one that was left."""
    return "" if answer is None or answer == skipped() else short_hash(bare(answer))


def short_hash(value: object) -> str:
    """A short mark of plain data."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:DIGEST]
