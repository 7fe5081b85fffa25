"""What is wrong with something typed: where, and which kind. The words for it are the reader's."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Problem:
    """`where` is the posted field's name. Kinds: see `portal.intake.words.MESSAGES`."""

    where: str
    kind: str
    values: dict[str, str] = field(default_factory=dict)
