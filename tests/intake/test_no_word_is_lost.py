"""Two readers at one section, in windows of any age: no word goes that no human saw and let go."""

import re
from dataclasses import dataclass, field, replace
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal.intake.questionnaire.answers import digest, has_value
from portal.intake.questionnaire.reading import Typed, fields_of, read_section
from portal.intake.service import merging
from portal.intake.service.merging import lay_over, marks_of, merge, touched
from portal.intake.service.sheet import EMPTY, Base, Conflict, Sheet, answer_in
from tests.intake import synthetic

TODAY = date(2027, 3, 1)
KINDS = synthetic.questionnaire().section("kinds")
# A long text, notation, a number and a list: of each there is what can be read and what cannot be.
ASKED = {
    "story": ("story", "words {}", "x" * 500 + " {}"),
    "notation": ("notation", "c.{}", "c.{}" + "_" * 60),
    "whole": ("whole", "{}", "about {}"),
    "relatives": ("relatives.0.note", "aunt {}", "z" * 200 + " {}"),
}
QUESTIONS = {one.code: one for one in KINDS.questions if one.code in ASKED}
SHOWN = frozenset(ASKED)


@dataclass
class Window:
    """A page as it stands open: its fields, the marks it carries, and the words that its reader has before them."""

    page: str
    was: dict[str, str]
    fields: Typed
    words: dict[str, set[str]]
    over: dict[str, str] = field(default_factory=dict)
    beside: dict[str, list[Typed]] = field(default_factory=dict)


@dataclass
class Desk:
    """The section as it is stored, two windows, and what must be so after each step."""

    sheet: Sheet = EMPTY
    windows: dict[int, Window] = field(default_factory=dict)
    pages: int = 0
    typed: int = 0

    def open(self, number: int) -> None:
        """Look at the page as it is now."""
        self.pages += 1
        stored, words = self.sheet, {code: in_fields(shown_fields(self.sheet, code)) for code in ASKED}
        asks = [code for code in ASKED if stored.has_moved_below(code)]
        for code in asks:  # side by side with what its fields show
            words[code] |= words_about(stored, code)
        self.windows[number] = Window(
            f"page{self.pages}",
            {code: stored.shown(code) for code in ASKED},
            {name: values for code in ASKED for name, values in shown_fields(stored, code).items()},
            words,
            {code: stored.mark(code) for code in asks},
            {code: list(stored.beside.get(code, ())) for code in asks},
        )

    def write(self, number: int, code: str, readable: bool) -> None:
        """Put another word, never used before, into a field."""
        window = self.windows[number]
        self.typed += 1
        name, good, bad = ASKED[code]
        word = str(self.typed)  # far below what a number may be at most
        window.fields = {one: values for one, values in window.fields.items() if not one.startswith(code)}
        window.fields[name] = [(good if readable else bad).format(word)]

    def empty(self, number: int, code: str) -> None:
        """Take away what stands in a field."""
        window = self.windows[number]
        window.fields = {name: [""] if name.startswith(code) else said for name, said in window.fields.items()}

    def save(self, number: int, by_the_way: bool, choice: str) -> None:
        """Save the page; a page that asks with the same choice for each question. After a conflict it is shown anew.

        By the way a page that asks chooses nothing, and a conflict leaves it as it stands.
        """
        window, before = self.windows[number], self.sheet
        if by_the_way and window.over:
            self.keep(number)
            return
        fields, settled = dict(window.fields), {}
        for code in window.over:
            if choice == "saved":
                settled[code] = window.over[code]
            if choice == "saved" or (choice == "0" and window.beside[code]):
                fields = {name: values for name, values in fields.items() if not name.startswith(code)}
                fields |= window.beside[code][0] if choice == "0" else {}
        over = {code: mark for code, mark in window.over.items() if code not in settled}
        stood = {code: answer_in(mark) for code, mark in window.was.items()}
        reading = read_section(KINDS, fields, SHOWN - set(settled), TODAY, stood)
        base = Base(window.was, window.page, over, settled)
        try:
            merged = merge(before, reading, base=base, version=None, shown=SHOWN, by_the_way=by_the_way)
        except Conflict:
            self.keep(number)
            if not by_the_way:
                self.open(number)
            return
        self.sheet = merged.sheet
        self.check(before, replace(window, fields=fields))  # as it was sent, with what was chosen in its place
        if by_the_way:
            window.was |= {code: self.sheet.shown(code) for code in merged.mine}
            window.words |= {code: words_about(self.sheet, code) for code in merged.mine}
        else:
            del self.windows[number]

    def keep(self, number: int) -> None:
        """Change the language, or come back late: what is typed is kept as it is."""
        window, before = self.windows[number], self.sheet
        marks = marks_of(before, window.was, window.page)
        typed, was = touched(KINDS, window.fields, SHOWN, TODAY, marks=marks, stored={})
        self.sheet = lay_over(before, typed, was, window.page)
        self.check(before, window)
        for code in was:
            window.words[code] |= in_fields(self.sheet.kept(code))

    def check(self, before: Sheet, window: Window) -> None:
        """What went was before this reader's eyes, and what is kept of this page stands on it."""
        for code in ASKED:
            gone = held(before, code) - words_about(self.sheet, code)
            assert gone <= window.words[code], (code, gone, before, self.sheet)
            if self.sheet.by.get(code) == window.page and self.sheet.kept(code):  # and what it kept stands on it
                own = {name: said for name, said in window.fields.items() if name.startswith(code)}
                assert in_fields(self.sheet.kept(code)) == in_fields(own), (code, window, self.sheet)


def shown_fields(sheet: Sheet, code: str) -> Typed:
    """What a page's fields hold of a question."""
    return sheet.kept(code) or fields_of(QUESTIONS[code], sheet.answers.get(code))


def in_fields(typed: Typed) -> set[str]:
    """The words in some fields: each is a number that was never used before."""
    return {word for texts in typed.values() for text in texts for word in re.findall("[0-9]+", text)}


def words_about(sheet: Sheet, code: str) -> set[str]:
    """All words that are stored about a question, wherever."""
    answer = sheet.answers.get(code)
    saved = in_fields(fields_of(QUESTIONS[code], answer)) if has_value(answer) else set()
    beside = {word for one in sheet.beside.get(code, ()) for word in in_fields(one)}
    return saved | in_fields(sheet.kept(code)) | beside


def held(sheet: Sheet, code: str) -> set[str]:
    """The same without those of an answer that somebody who saw it wrote over: it goes when that is saved."""
    answer = sheet.answers.get(code)
    is_over = bool(sheet.kept(code)) and sheet.was[code] == digest(answer)
    return words_about(replace(sheet, answers={}) if is_over else sheet, code)


def walk(steps) -> Desk:
    """Take these steps one after the other."""
    desk = Desk()
    for what, number, *more in steps:
        if number not in desk.windows:
            desk.open(number)
        getattr(desk, what)(number, *more)
    return desk


NUMBER, CODE = st.sampled_from([1, 2]), st.sampled_from(sorted(ASKED))
STEPS = st.one_of(
    st.tuples(st.just("open"), NUMBER),
    st.tuples(st.just("write"), NUMBER, CODE, st.booleans()),
    st.tuples(st.just("write"), NUMBER, CODE, st.booleans()),
    st.tuples(st.just("empty"), NUMBER, CODE),
    st.tuples(st.just("save"), NUMBER, st.booleans(), st.sampled_from(["mine", "saved", "0"])),
    st.tuples(st.just("save"), NUMBER, st.booleans(), st.just("mine")),
    st.tuples(st.just("keep"), NUMBER),
)


TAKEN_BACK = [("open", 1), ("write", 1, "story", True), ("keep", 1), ("empty", 1, "story"), ("keep", 1)]


@settings(max_examples=300)
@example(TAKEN_BACK)
@given(st.lists(STEPS, max_size=25))
def test_no_word_goes_unseen(steps):
    walk(steps)


@pytest.mark.exhaustive
@settings(max_examples=3_000)
@given(st.lists(STEPS, max_size=25))
def test_no_word_goes_unseen_in_many_walks(steps):
    walk(steps)


OLDER = [
    ("open", 1),
    ("open", 2),
    ("write", 1, "whole", False),
    ("save", 1, False, "mine"),
    ("write", 2, "whole", True),
    ("save", 2, False, "mine"),
]


def test_without_the_marks_of_what_a_page_showed_one_does(monkeypatch):
    monkeypatch.setattr(merging._Shown, "mark", lambda shown, code: shown.sheet.mark(code))
    with pytest.raises(AssertionError):
        walk(OLDER)


def test_with_them_both_are_there_and_a_human_chooses():
    sheet = walk(OLDER).sheet
    assert (words_about(sheet, "whole"), sheet.has_moved_below("whole")) == ({"1", "2"}, True)
