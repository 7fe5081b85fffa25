"""What a process holds when it begins to serve is left alone by every later collection of garbage."""

from __future__ import annotations

import ctypes
import gc
from contextlib import suppress

OBJECTS = 10_000
"""So many new ones begin a collection, not Python's 700: a page makes several thousand, and lets go nearly all by
itself."""


def settle() -> None:
    """Collect once what the start let go; what is left, libraries and words, is never looked through again.

    For a process that serves, when its application is built: a collection of everything takes as long as dozens of
    pages, and in a forked child it copies what was shared.
    """
    gc.collect()
    with suppress(OSError, AttributeError):  # only glibc can give back what the start used up and let go
        ctypes.CDLL(None).malloc_trim(0)
    gc.freeze()
    gc.set_threshold(OBJECTS)
