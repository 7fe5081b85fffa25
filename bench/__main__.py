"""`make bench`: run every measurement and print it; `make bench PARTS="pages forms"` runs some."""

from __future__ import annotations

import sys
from importlib import import_module

PARTS = ("pages", "slowest", "forms", "mailing", "growth", "claims", "making", "weight", "servers")


def main(names: tuple[str, ...]) -> None:
    """Print each part under its heading."""
    for name in names:
        part = import_module(f"bench.{name}")
        print(f"\n## {(part.__doc__ or name).splitlines()[0]}")
        part.main()


if __name__ == "__main__":
    main(tuple(sys.argv[1:]) or PARTS)
