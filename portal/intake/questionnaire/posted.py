"""A posted form as the reader of answers sees it: clean text, never cut, never an error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from portal.intake.questionnaire.definition import Question
from portal.typed import exact, whole

MOST_VALUES = 200
LONGEST_NUMBER = 3


class Posted:
    """Fields by name, each a list of texts. None is cut here: how much there can be is for the request to bound."""

    def __init__(self, fields: Mapping[str, Iterable[str]]) -> None:
        self._posted = {name: list(values)[:MOST_VALUES] for name, values in fields.items()}
        self._fields = {name: [whole(value) for value in values] for name, values in self._posted.items()}

    def one(self, name: str) -> str:
        """The first value of a field, without space around it; empty where there is none."""
        return next(iter(self._fields.get(name, [])), "").strip()

    def exactly(self, name: str) -> str:
        """The first value of a field as it was typed, mark by mark."""
        return exact(next(iter(self._posted.get(name, [])), ""))

    def many(self, name: str) -> list[str]:
        """All values of a field that say something."""
        return [value.strip() for value in self._fields.get(name, []) if value.strip()]

    def about(self, question: Question) -> dict[str, list[str]]:
        """Everything that was posted for a question; of notation as it was typed."""
        code = question.code
        names = [name for name in self._fields if name == code or name.startswith(f"{code}.")]
        if question.ltr:
            return {name: [exact(value) for value in self._posted[name]] for name in names}
        return {name: self._fields[name] for name in names}

    def rows(self, code: str, most: int) -> list[int]:
        """The numbers of a repeat's rows that were posted."""
        numbers = (row_of(name, code) for name in self._fields)
        return sorted({number for number in numbers if number is not None and number < most})


def code_of(name: str) -> str:
    """The question that a field belongs to: `code`, `code.unit`, `code.0.part`."""
    return name.partition(".")[0]


def row_of(name: str, code: str) -> int | None:
    """The number of the row that a field `code.<number>.<part>` belongs to; `None` for any other name."""
    if not name.startswith(f"{code}."):
        return None
    head, _, part = name.removeprefix(f"{code}.").partition(".")
    return int(head) if part and head.isascii() and head.isdigit() and len(head) <= LONGEST_NUMBER else None
