"""How what a page brings is merged into what is stored while others write there too: no word goes unseen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from portal.intake.questionnaire.answers import Answer, digest, skipped
from portal.intake.questionnaire.definition import Section
from portal.intake.questionnaire.posted import code_of
from portal.intake.questionnaire.reading import Reading, Typed, about, read_section, typed_in
from portal.intake.service.sheet import (
    SEAM,
    Base,
    Conflict,
    Sheet,
    answer_in,
    apart,
    beside_in,
    joined,
    words_in,
    words_mark,
)

LEFT = skipped()
MOST_BESIDE = 30  # versions of one answer: as many as a case has room for pages sent too late


@dataclass(frozen=True)
class Merged:
    """What a section holds after a save, and the codes that the save changed."""

    sheet: Sheet
    changed: frozenset[str]
    mine: frozenset[str]
    """What this reader changed on the page, whether or not it was stored so already."""


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

    What is kept as typed goes where this reader, whose page showed it, changed it or chose, and where the page that
    wrote it took it back. Raises `Conflict`.
    """
    page = _Shown(sheet, base)
    mine = {code: answer for code, answer in reading.answers.items() if digest(answer) != answer_in(page.mark(code))}
    unread = {code: about(reading.typed, code) for code in map(code_of, reading.typed)}
    words = {code: typed for code, typed in unread.items() if page.is_new(code, typed)}
    if clash := _clash(page, mine, words, version):
        raise Conflict(clash)
    back = {code for code, answer in reading.answers.items() if code not in mine and page.is_put_back(code, answer)}
    back |= {code for code in reading.answers if code not in mine and page.has_taken_back(code)}
    done = {*mine, *words, *back, *(base.settled if base else ())}
    left = {code: LEFT for code, one in reading.answers.items() if one == LEFT and code not in {*mine, *sheet.answers}}
    changed = frozenset(code for code, answer in mine.items() if sheet.answers.get(code) != answer)
    typed = _without(sheet.typed, done) | {name: values for own in words.values() for name, values in own.items()}
    beside = {code: versions for code, versions in sheet.beside.items() if code not in done}
    if by_the_way and not changed and (typed, beside) == (sheet.typed, sheet.beside):
        return Merged(sheet, changed, frozenset({*mine, *words}))
    merged = Sheet(
        sheet.version + 1,
        {**sheet.answers, **(mine if by_the_way else {**left, **mine})},
        sheet.seen if by_the_way else sheet.seen | shown | set(left) | set(mine),
        typed,
        _but(sheet.was, done) | {code: answer_in(page.mark(code)) for code in words},
        _signed(sheet, done, base.page if base else "", beside),
        beside,
        sendings=sheet.sendings,
    )
    return Merged(merged, changed, frozenset({*mine, *words}))


def lay_over(sheet: Sheet, typed: Typed, was: Mapping[str, str], page: str) -> Sheet:
    """A section with what was typed laid over it, unread. `was` names the questions, with the marks of their page.

    What is kept already of others stays; of the same question and not seen by this `page`, it goes beside. What this
    page brings takes the place of what it brought before.
    """
    shown = _Shown(sheet, Base(was, page))
    beside = dict(sheet.beside)
    for code in was:
        kept, mine = sheet.kept(code), about(typed, code)
        versions = [*beside.pop(code, ())]
        if kept and words_in(shown.mark(code)) != words_mark(kept):
            versions.append(kept)
        versions = [one for one in versions if words_mark(one) != words_mark(mine)]
        versions = [one for one in versions if not page or sheet.writer(code, one) != page]
        if versions:
            beside[code] = versions[-MOST_BESIDE:]
    return replace(
        sheet,
        typed=_without(sheet.typed, was) | typed,
        was={**sheet.was, **{code: answer_in(shown.mark(code)) for code in was}},
        by=_signed(sheet, was, page, beside),
        beside=beside,
    )


def touched(
    own: Section,
    fields: Typed,
    shown: frozenset[str],
    today: date,
    *,
    marks: Mapping[str, str],
    stored: Mapping[str, str],
    also: Iterable[str] = (),
) -> tuple[Typed, dict[str, str]]:
    """What a reader has changed on a page, unread, and the `marks` of what it showed there; `also` these codes.

    A group of boxes of which none is ticked any more is an empty field. Of a page without marks, whatever differs from
    the digests `stored`.
    """
    stood = {code: answer_in(mark) for code, mark in (marks or stored).items()}
    reading, typed = read_section(own, fields, shown, today, stood), typed_in(own, fields)
    codes = {code for code, answer in reading.answers.items() if digest(answer) != stood.get(code, "")}
    codes |= set(map(code_of, reading.typed))
    codes |= {code for code in reading.answers if words_in(marks.get(code, ""))}
    same = {code for code in codes if words_in(marks.get(code, "")) == words_mark(about(typed, code))}
    codes = (codes - same) | (set(also) & shown)
    said = {name: values for name, values in typed.items() if code_of(name) in codes}
    empty = {code: [""] for code in codes if code not in map(code_of, said)}
    return said | empty, {code: marks.get(code, "") for code in codes}


def marks_of(sheet: Sheet, was: Mapping[str, str], page: str) -> dict[str, str]:
    """The marks that a page carries; of what it wrote itself, those of what is stored, whether or not it heard so."""
    shown = _Shown(sheet, Base(was, page))
    return {code: shown.mark(code) for code in was}


class _Shown:
    """What a page showed of a section. Who does not say is taken to have shown all that is stored."""

    def __init__(self, sheet: Sheet, base: Base | None) -> None:
        self.sheet, self.base = sheet, base

    def mark(self, code: str) -> str:
        """The mark of what the page showed, or of what its reader looked at since."""
        if self.base is None or self.has_chosen(code):
            return self.sheet.mark(code)
        shown = self.base.was.get(code, "")
        if self.wrote(code):
            # What is stored came from this very page, which has not heard so. What stands beside it did not.
            own = self.sheet.shown(code)
            return joined(answer_in(own), words_in(own), beside_in(shown))
        return shown

    def has_chosen(self, code: str) -> bool:
        """Whether a human looked at all that is stored now, and chose what this page brings."""
        over = self.base.chosen_over.get(code) if self.base else None
        return over is not None and self.has_looked(code, over)

    def has_looked(self, code: str, over: str | None) -> bool:
        """Whether the mark `over` is of all that is stored now, but for words that this page has kept since."""
        stored = self.sheet.mark(code)
        if over is not None and self.wrote(code):
            over = joined(answer_in(over), words_in(stored), beside_in(over))
        return over == stored

    def wrote(self, code: str) -> bool:
        """Whether this very page was the last to write about a question."""
        return self.base is not None and bool(self.base.page) and self.base.page == self.sheet.by.get(code)

    def has_taken_back(self, code: str) -> bool:
        """Whether words that only this page kept do not stand on it any more: what others saved since stays."""
        return self.wrote(code) and bool(self.sheet.kept(code)) and not self.sheet.beside.get(code)

    def has_moved(self, code: str) -> bool:
        """Whether somebody else wrote about a question since, and nobody has looked at both."""
        return self.mark(code) != self.sheet.mark(code)

    def is_new(self, code: str, typed: Typed) -> bool:
        """Whether words that cannot be read are not those that the page showed already."""
        return self.has_chosen(code) or words_in(self.mark(code)) != words_mark(typed)

    def is_put_back(self, code: str, answer: Answer) -> bool:
        """Whether kept words that the page showed were taken away again, for the answer that is saved."""
        kept = bool(self.sheet.kept(code) or self.sheet.beside.get(code))
        return kept and not self.has_moved(code) and (self.base is not None or answer != LEFT)

    def is_stored(self, code: str, answer: Answer) -> bool:
        """Whether an answer is saved so already, with nothing kept about it that the page did not show."""
        shown, stored = self.mark(code), self.sheet.mark(code)
        rest = (shown.removeprefix(answer_in(shown)), stored.removeprefix(answer_in(stored)))
        return digest(answer) == answer_in(stored) and rest[0] == rest[1]

    def is_kept(self, code: str, typed: Typed) -> bool:
        """Whether words are kept so already, and nothing else beside them."""
        kept, beside = self.sheet.kept(code), self.sheet.beside.get(code)
        return bool(kept) and not beside and words_mark(kept) == words_mark(typed)


def _clash(page: _Shown, mine: Mapping[str, Answer], words: Mapping[str, Typed], version: int | None) -> frozenset[str]:
    """The questions about which this reader and somebody else disagree."""
    if page.base is None:
        old = version is not None and version != page.sheet.version
        return frozenset({*mine, *words}) if old else frozenset()
    answers = {code for code in mine if page.has_moved(code) and not page.is_stored(code, mine[code])}
    unread = {code for code, typed in words.items() if page.has_moved(code) and not page.is_kept(code, typed)}
    settled = {code for code, mark in page.base.settled.items() if not page.has_looked(code, mark)}
    return frozenset({*answers, *unread, *settled})


def _without(typed: Typed, codes: Iterable[str]) -> Typed:
    gone = set(codes)
    return {name: values for name, values in typed.items() if code_of(name) not in gone}


def _but(marks: Mapping[str, str], codes: Iterable[str]) -> dict[str, str]:
    gone = set(codes)
    return {code: mark for code, mark in marks.items() if code not in gone}


def _signed(sheet: Sheet, codes: Iterable[str], page: str, beside: Mapping[str, Sequence[Typed]]) -> dict[str, str]:
    """Who wrote last about which question, once this page wrote about these; and who wrote what stands beside."""
    codes = list(codes)
    last = _but({code: one for code, one in sheet.by.items() if SEAM not in code}, codes)
    last |= dict.fromkeys(codes, page) if page else {}
    others = {apart(code, one): sheet.writer(code, one) for code, versions in beside.items() for one in versions}
    return last | {name: one for name, one in others.items() if one}
