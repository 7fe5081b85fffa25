"""What a file may be: by its content, never by its name alone."""

from __future__ import annotations

import re
import unicodedata

import filetype

MOST_BYTES = 50 * 1000 * 1000
MOST_FILES = 40
LONGEST_NAME = 120

# Kinds of the contract; what each is called stands with the form.
KINDS = ("genetic_report", "functional", "imaging", "heart_lung", "letter", "other")
MEDIA_TYPES = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}

# Characters that turn the reading direction or cannot be seen could make a name look like another one.
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
SEPARATORS = re.compile(r"[\\/:*?\"<>|]+")


class FileRefused(Exception):
    """The file cannot be taken; `reason` is `missing`, `empty`, `too_large`, `wrong_type` or `too_many`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def media_type_of(head: bytes) -> str:
    """The media type that a file's first bytes show. Raises `FileRefused` where it is none that we take."""
    found = filetype.guess_mime(head) or ""
    # A PDF must begin at its first byte: readers also open one that hides behind something else.
    if found not in MEDIA_TYPES or (found == "application/pdf" and not head.startswith(b"%PDF-")):
        raise FileRefused("wrong_type")
    return found


def name_for_people(given: str, media_type: str) -> str:
    """The file's name as people know it, cleaned: any script, no path, nothing unseen, the ending true to its type."""
    clean = "".join(
        " " if unicodedata.category(mark) in UNSEEN else mark for mark in unicodedata.normalize("NFC", given)
    )
    base = SEPARATORS.sub(" ", clean.replace("\\", "/").rpartition("/")[2])
    stem, dot, ending = " ".join(base.split()).rpartition(".")
    wanted = MEDIA_TYPES[media_type]
    same = {"jpeg": "jpg"}.get(ending.lower() if ending.isascii() else ending, ending)
    stem = stem if dot and (same.lower() == wanted or len(ending) <= 4) else " ".join(base.split())
    return f"{stem.strip('. ')[:LONGEST_NAME] or 'file'}.{wanted}"
