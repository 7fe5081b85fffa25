"""Text as people type it, and as programs send it: cleaned of what no reader can see. Standard library only."""

from __future__ import annotations

import unicodedata

LONGEST = 20_000
COMPOSED = 4_000  # far longer than any answer may be; to compose takes with the square of the length
KEPT_CONTROLS = "\n\t"
# Controls, halves of characters, private and unassigned ones: none of them can be read, and databases refuse some.
UNREADABLE = {"Cc", "Cs", "Co", "Cn"}
# Marks that turn the direction of what stands after them; those that belong to a script's spelling stay.
TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
# Letters and marks without a shape of their own: fillers, selectors, joiners.
SHAPELESS = {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0, *range(0x180B, 0x1810)}
# A field of one line cannot hold these: a browser would leave them out.
ENDS_IN_FIELDS = str.maketrans("\n\r", "  ")
LINE_ENDS = str.maketrans(dict.fromkeys("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029", " "))


def clean(text: str) -> str:
    """Text without what cannot be read, line ends as one, composed, bounded."""
    return unicodedata.normalize("NFC", _readable(text[:LONGEST]))


def whole(text: str) -> str:
    """The same with nothing cut, for the request is the bound. What is too long for any answer stays uncomposed."""
    kept = _readable(text)
    return unicodedata.normalize("NFC", kept) if len(kept) <= COMPOSED else kept


def exact(text: str) -> str:
    """Text mark by mark as it was typed, on one line: only what no page and no database can carry goes."""
    line = text.replace("\r\n", "\n").translate(ENDS_IN_FIELDS)
    return "".join(mark for mark in line if mark == "\t" or _is_carried(mark))


def one_line(text: str) -> str:
    """A cleaned text as a single line that turns no other; empty where there is nothing to be seen in it."""
    line = " ".join(text.translate(LINE_ENDS).translate(TURNING).split())
    return line if is_visible(line) else ""


def is_visible(text: str) -> bool:
    """Whether anything of a text can be seen."""
    return any(_has_shape(mark) for mark in text)


def legible(text: str) -> str:
    """Text without marks of format, as copying leaves them around a number or a date, and without space around it."""
    return "".join(mark for mark in text if unicodedata.category(mark) != "Cf").strip()


def ascii_digits(text: str) -> str:
    """Digits of any script as ASCII ones."""
    return "".join(str(int(mark)) if mark.isdecimal() else mark for mark in text)


def _has_shape(mark: str) -> bool:
    return unicodedata.category(mark) not in {"Cf", "Mn", "Me", "Zs", "Zl", "Zp", "Cc"} and ord(mark) not in SHAPELESS


def _readable(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isprintable():  # nearly every field; then nothing of it is unreadable, in any script
        return text
    return "".join(mark for mark in text if mark in KEPT_CONTROLS or unicodedata.category(mark) not in UNREADABLE)


def _is_carried(mark: str) -> bool:
    """Controls and halves of characters are not, nor the code points that Unicode says are no characters."""
    code = ord(mark)
    return unicodedata.category(mark) not in {"Cc", "Cs"} and code & 0xFFFE != 0xFFFE and not 0xFDD0 <= code <= 0xFDEF
