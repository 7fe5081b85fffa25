"""Rules of the ways back into a case: how long they live, how often a code may be tried."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

LINK_LIFE = timedelta(days=30)
CODE_LIFE = timedelta(minutes=15)
TRIES = 5  # for each requester at a link, and for a code that was asked for in a browser
MOST_GUESSES, A_DAY = 200, timedelta(days=1)  # wrong codes against one person, from all browsers that asked
TRIES_OF_ALL = 50  # of a link, whoever tries: a stranger who is stopped leaves the family its own


@dataclass(frozen=True)
class WayBack:
    """What a mail says: an address that opens a page, and the code that page asks for."""

    url: str
    code: str
