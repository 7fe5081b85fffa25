"""A posted form as the reader of answers sees it: clean text, bounded, never an error."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping

LONGEST = 20_000
MOST_VALUES = 200
KEPT_CONTROLS = "\n\t"


class Posted:
    """Fields by name, each a list of cleaned texts."""

    def __init__(self, fields: Mapping[str, Iterable[str]]) -> None:
        self._fields = {name: [clean(value) for value in list(values)[:MOST_VALUES]] for name, values in fields.items()}

    def one(self, name: str) -> str:
        """The first value of a field, without space around it; empty where there is none."""
        return next(iter(self._fields.get(name, [])), "").strip()

    def many(self, name: str) -> list[str]:
        """All values of a field that say something."""
        return [value.strip() for value in self._fields.get(name, []) if value.strip()]

    def about(self, code: str) -> dict[str, list[str]]:
        """Everything that was posted for a question."""
        return {name: values for name, values in self._fields.items() if name == code or name.startswith(f"{code}.")}

    def rows(self, code: str, most: int) -> list[int]:
        """The numbers of a repeat's rows that were posted."""
        numbers = set()
        for name in self._fields:
            head, _, rest = name.removeprefix(f"{code}.").partition(".")
            if name.startswith(f"{code}.") and rest and head.isascii() and head.isdigit() and int(head) < most:
                numbers.add(int(head))
        return sorted(numbers)


def clean(text: str) -> str:
    """Text without control characters, line ends as one, composed, bounded; direction marks of a script stay."""
    text = text[:LONGEST].replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(
        mark for mark in text if mark in KEPT_CONTROLS or unicodedata.category(mark) not in {"Cc", "Cs", "Co", "Cn"}
    )
    return unicodedata.normalize("NFC", kept)


def ascii_digits(text: str) -> str:
    """Digits of any script as ASCII ones."""
    return "".join(str(int(mark)) if mark.isdecimal() else mark for mark in text)
