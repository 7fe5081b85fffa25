"""What a family says, apart from the language it is written in: a change of that alone is no change."""

from __future__ import annotations

from typing import Any

LANGUAGE = "lang"  # beside words that a family wrote in another language than its case's


def bare(said: Any) -> Any:
    """An answer, or all rows of one, without the languages of its words."""
    if isinstance(said, dict):
        return {name: bare(part) for name, part in said.items() if name != LANGUAGE}
    return [bare(one) for one in said] if isinstance(said, list) else said
