"""Random names: opaque ids, references to read aloud, codes to type."""

from __future__ import annotations

import re
import secrets

# No 0/O, 1/I/L, U/V: characters that are misread on paper or misheard on the telephone.
ID = re.compile("[0-9a-f]{32}")
READABLE = "23456789ABCDEFGHJKMNPQRSTWXYZ"


def new_id() -> str:
    """An opaque id: 32 hexadecimal characters, random."""
    return secrets.token_hex(16)


def is_id(text: str) -> bool:
    """Whether this could be one of ours; databases refuse some of what stands in an address."""
    return bool(ID.fullmatch(text))


def new_reference() -> str:
    """A case's readable reference, such as `K7M-4QX`: about 29 bits, unique by constraint, no secret."""
    return f"{_readable(3)}-{_readable(3)}"


def new_case_code() -> str:
    """A code to write down, such as `K7M4-QX2P-9RTW`: about 58 bits, which opens a case and is shown once."""
    return "-".join(_readable(4) for _ in range(3))


def new_digits(length: int = 6) -> str:
    """A short code to type from a mail."""
    return "".join(secrets.choice("0123456789") for _ in range(length))


def new_token() -> str:
    """An unguessable token for a link or a cookie: 256 bits, safe in a URL."""
    return secrets.token_urlsafe(32)


def fold_code(typed: str) -> str:
    """A typed case code as it was made: capitals, no spaces or dashes, look-alikes mapped. Never fails."""
    kept = "".join(mark for mark in typed.upper() if mark.isascii() and mark.isalnum())
    return kept.translate(str.maketrans("VU", "WW"))


def _readable(length: int) -> str:
    return "".join(secrets.choice(READABLE) for _ in range(length))
