"""One section as it is stored, and the marks by which a page says what of it it showed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from portal.intake.questionnaire.answers import Answer, digest, short_hash
from portal.intake.questionnaire.posted import code_of
from portal.intake.questionnaire.reading import Typed, about

SEAM = "+"
MOST_PAGES = 30  # whose sendings are known: far more than are open at a time


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
    """What is only kept: words that could not be read, or that nobody has saved yet. They stand over the answers."""
    was: Mapping[str, str] = field(default_factory=dict)
    """What stood saved when something was typed that is only kept: digests by code."""
    by: Mapping[str, str] = field(default_factory=dict)
    """Which page wrote last about a question, by code; which one wrote a version that stands beside, by `apart`."""
    beside: Mapping[str, Sequence[Typed]] = field(default_factory=dict)
    """What was typed elsewhere about a question, until a human has chosen between that and `typed`."""
    tongues: Mapping[str, str] = field(default_factory=dict)
    """In which language something was typed that is only kept, by code; of what stands beside it by `apart`."""
    sendings: Mapping[str, int] = field(default_factory=dict)
    """How often a page that saves itself had sent itself when it last came here, by page; the newest pages, last."""

    @classmethod
    def stored_as(cls, version: int, content: dict[str, Any]) -> Sheet:
        """The sheet of which `to_json` gave this content."""
        # Sheets that were stored before pages had marks have none.
        was = content.get("was") or dict.fromkeys(map(code_of, content["typed"]), "")
        seen = frozenset(content["seen"])
        by, beside = content.get("by", {}), content.get("beside", {})
        tongues, sendings = content.get("tongues", {}), content.get("sendings", {})
        return cls(version, content["answers"], seen, content["typed"], was, by, beside, tongues, sendings)

    def to_json(self) -> dict[str, Any]:
        """What is kept of it, sealed, beside its version."""
        return {
            "answers": self.answers,
            "seen": sorted(self.seen),
            "typed": self.typed,
            "was": dict(self.was),
            "by": dict(self.by),
            "beside": dict(self.beside),
            "tongues": dict(self.tongues),
            "sendings": dict(self.sendings),
        }

    def has_newer(self, page: str, sending: int) -> bool:
        """Whether this page has brought more already than this sending of it, which was held up on its way."""
        return sending < self.sendings.get(page, 0)

    def noted(self, page: str, sending: int) -> Sheet:
        """The same sheet once this sending has come; without scripts there is nothing to note."""
        if not (page and sending) or self.sendings.get(page) == sending:
            return self
        others = [(one, number) for one, number in self.sendings.items() if one != page]
        return replace(self, sendings=dict([*others, (page, sending)][-MOST_PAGES:]))

    def kept(self, code: str) -> Typed:
        """What is kept about a question as it was typed."""
        return about(self.typed, code)

    def tongue(self, code: str, typed: Typed) -> str:
        """In which language a version that is only kept was typed; empty where nobody noted it."""
        return self.tongues.get(self._name(code, typed), "")

    def writer(self, code: str, typed: Typed) -> str:
        """Which page wrote a version that is only kept; empty where nobody noted it."""
        return self.by.get(self._name(code, typed), "")

    def mark(self, code: str) -> str:
        """A mark of all that is stored about a question."""
        return self._mark(code, digest(self.answers.get(code)))

    def shown(self, code: str) -> str:
        """The same as a page shows it: what is kept stands over the answer of when it was typed."""
        return self._mark(code, self.was.get(code, "")) if self.kept(code) else self.mark(code)

    def has_moved_below(self, code: str) -> bool:
        """Whether there is more about a question than its page's fields show, so that a human has to choose."""
        return bool(self.beside.get(code)) or self.mark(code) != self.shown(code)

    def _name(self, code: str, typed: Typed) -> str:
        """What a version goes by: the code of its question, or `apart` where it stands beside the kept words."""
        return code if words_mark(typed) == words_mark(self.kept(code)) else apart(code, typed)

    def _mark(self, code: str, answer: str) -> str:
        kept, beside = self.kept(code), self.beside.get(code)
        return joined(answer, words_mark(kept) if kept else "", short_hash(beside) if beside else "")


@dataclass(frozen=True)
class Base:
    """What a page showed: marks by code, and which page it is; and the marks of what a human looked at and chose over.

    `settled` are those where what is saved was chosen over whatever was typed. `sending` counts how often the page has
    sent itself: two of one page may arrive in another order than they left.
    """

    was: Mapping[str, str]
    page: str
    chosen_over: Mapping[str, str] = field(default_factory=dict)
    settled: Mapping[str, str] = field(default_factory=dict)
    sending: int = 0


EMPTY = Sheet(0, {}, frozenset(), {})


def joined(answer: str, words: str, beside: str) -> str:
    """One mark of three: of the answer, of the words kept over it, and of the versions beside them."""
    return SEAM.join([answer, words, beside]).rstrip(SEAM)


def answer_in(mark: str) -> str:
    """Of a mark, the digest of the answer."""
    return mark.partition(SEAM)[0]


def words_in(mark: str) -> str:
    """Of a mark, what stands for the kept words; empty where there were none."""
    return [*mark.split(SEAM), ""][1]


def beside_in(mark: str) -> str:
    """Of a mark, what stands for the versions that wait for a choice."""
    return [*mark.split(SEAM), "", ""][2]


def apart(code: str, typed: Typed) -> str:
    """What a version beside the kept words goes by."""
    return f"{code}{SEAM}{words_mark(typed)}"


def words_mark(typed: Typed) -> str:
    """A mark of what is typed about one question; fields that are empty say nothing."""
    return short_hash({name: said for name, values in typed.items() if (said := [one for one in values if one])})
