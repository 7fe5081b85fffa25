"""How much is measured. `BENCH_SCALE=0.01 python -m bench growth` tries a part out with a hundredth of it."""

from __future__ import annotations

import os

SCALE = float(os.environ.get("BENCH_SCALE", "1"))


def scaled(number: int, *, least: int = 1) -> int:
    """So many in a full run; fewer while something is tried out."""
    return max(least, round(number * SCALE))
