"""One section as it is stored, and how what a page brings is merged into it while others write there too."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from portal.cases.said import bare
from portal.intake.questionnaire.answers import Answer, skipped
from portal.intake.questionnaire.posted import code_of
from portal.intake.questionnaire.reading import Reading, Typed

LEFT = skipped()
DIGEST = 12


class Conflict(Exception):
    """Somebody else changed, meanwhile, what this reader changes too: the `codes` of the questions."""

    def __init__(self, codes: frozenset[str]) -> None:
        super().__init__(len(codes))
        self.codes = codes


@dataclass(frozen=True)
class Sheet:
    """One section as it is stored. `seen` are the codes that its page has shown when it was saved."""

    version: int
    answers: dict[str, Answer]
    seen: frozenset[str]
    typed: Typed
    was: Mapping[str, str] = field(default_factory=dict)
    """What stood saved when something was typed that is only kept: digests by code."""
    page: str = ""
    """Which page saved last."""
    tongues: Mapping[str, str] = field(default_factory=dict)
    """In which language something was typed that is only kept, by code."""


@dataclass(frozen=True)
class Base:
    """What a page showed: digests by code of what was saved then, which page it is, and what a human chose over."""

    was: Mapping[str, str]
    page: str
    chosen_over: Mapping[str, str] = field(default_factory=dict)

    def has_moved(self, code: str, stored: Answer | None) -> bool:
        """Whether somebody else changed an answer since, and nobody has looked at both."""
        return digest(stored) not in {self.was.get(code, ""), self.chosen_over.get(code)}


@dataclass(frozen=True)
class Merged:
    """What a section holds after a save, and the codes that the save changed."""

    sheet: Sheet
    changed: frozenset[str]
    mine: frozenset[str]
    """What this reader changed on the page, whether or not it was stored so already."""


EMPTY = Sheet(0, {}, frozenset(), {})


def merge(
    sheet: Sheet,
    reading: Reading,
    *,
    base: Base | None,
    version: int | None,
    shown: frozenset[str],
    by_the_way: bool,
) -> Merged:
    """The next version of a section: what this reader changed over what is stored. The same one if nothing is new.

    What was typed about questions that this page does not show stays kept. Raises `Conflict`.
    """
    mine = {
        code: answer
        for code, answer in reading.answers.items()
        if digest(answer) != (base.was.get(code, "") if base else digest(sheet.answers.get(code)))
    }
    unread = set(map(code_of, reading.typed))
    clash = _clash(sheet, mine, unread, reading, base, version)
    if clash:
        raise Conflict(clash)
    left = {code: LEFT for code, one in reading.answers.items() if one == LEFT and code not in {*mine, *sheet.answers}}
    said = mine if by_the_way else {**left, **mine}
    changed = frozenset(code for code, answer in mine.items() if sheet.answers.get(code) != answer)
    others = {code for code in sheet.was if code not in {*shown, *reading.answers, *unread}}
    kept = {name: values for name, values in sheet.typed.items() if code_of(name) in others}
    typed = kept | reading.typed
    if not changed and typed == sheet.typed and by_the_way:
        return Merged(sheet, changed, frozenset(mine))
    was = {code: sheet.was[code] for code in others} | {
        code: (base.was.get(code, "") if base else "") for code in unread
    }
    answers = {**sheet.answers, **said}
    seen = sheet.seen if by_the_way else sheet.seen | shown | set(said)
    merged = Sheet(sheet.version + 1, answers, seen, typed, was, base.page if base else "")
    return Merged(merged, changed, frozenset(mine))


def digest(answer: Answer | None) -> str:
    """A short mark of what an answer says, to see whether it is still the same; empty for one that was left."""
    if answer is None or answer == LEFT:
        return ""
    return hashlib.sha256(json.dumps(bare(answer), sort_keys=True).encode()).hexdigest()[:DIGEST]


def _clash(
    sheet: Sheet,
    mine: Mapping[str, Answer],
    unread: set[str],
    reading: Reading,
    base: Base | None,
    version: int | None,
) -> frozenset[str]:
    """The questions about which this reader and somebody else disagree."""
    if base is None:
        old = version is not None and version != sheet.version
        return frozenset({*mine, *unread}) if old and (mine or reading.typed != sheet.typed) else frozenset()
    if base.page and base.page == sheet.page:
        return frozenset()  # what was saved last came from this very page: its answer was lost on the way
    moved = {code for code in {*mine, *unread} if base.has_moved(code, sheet.answers.get(code))}
    return frozenset(code for code in moved if code in unread or digest(mine[code]) != digest(sheet.answers.get(code)))
