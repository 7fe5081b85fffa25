"""`make bench`: run every measurement and print it."""

from __future__ import annotations

import sys

from bench import pages, servers

if __name__ == "__main__":
    for part in (pages, servers):
        print(f"\n## {part.__doc__.splitlines()[0] if part.__doc__ else part.__name__}\n")
        part.main()
    sys.exit(0)
