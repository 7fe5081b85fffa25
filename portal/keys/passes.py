"""What a family's page carries to say whose it is, so that it is known when its access has ended."""

from __future__ import annotations

import hmac

from portal.keys.keyring import Keyring

MARKS = 32


def pass_for(keyring: Keyring, case_id: str) -> str:
    """The case, with a keyed mark that nobody else can make."""
    return f"{case_id}.{_mark(keyring, case_id)}"


def case_of(keyring: Keyring, given: str) -> str | None:
    """The case that a pass stands for; `None` for anything that is none."""
    case_id, _, mark = given.partition(".")
    whole = given.isascii() and hmac.compare_digest(mark, _mark(keyring, case_id))
    return case_id if whole else None


def _mark(keyring: Keyring, case_id: str) -> str:
    return keyring.lookup("page of a case", case_id)[:MARKS]
