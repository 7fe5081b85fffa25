"""What a questionnaire is: sections of questions with codes and no words. Checked when it is loaded."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, Literal

import msgspec

from portal.intake.questionnaire.answers import UNABLE
from portal.intake.questionnaire.conditions import Always, BadCondition, Condition, parse

Type = Literal[
    "choice",
    "choices",
    "choice_text",
    "boolean",
    "text",
    "long_text",
    "integer",
    "decimal",
    "age",
    "measurement",
    "scale",
    "partial_date",
    "repeat",
    "documents",
    "time_zone",
    "country",
    "language",
]
State = Literal["unknown", "declined", "never", "unable"]
WITH_OPTIONS = {"choice", "choices", "choice_text"}
# What a repeat may hold: everything of one field, and nothing that repeats again.
PARTS = {"choice", "text", "integer", "decimal", "partial_date", "age", "boolean", "country", "scale"}
NUMERIC = {"integer", "decimal", "age", "measurement"}
DERIVED = {"age"}
AGE_LIKE = {"years", "months"}
SCALE = frozenset(str(number) for number in range(11))
LEAST_GROUPED = 1000


class BadDefinition(Exception):
    """The definition cannot be used; one line says where and why."""


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """One question (FHIR Questionnaire.item). `least` and `most` bound numbers, or the rows of a repeat.

    Outside of `usual` (of several units: `usual_by`), or below the answer to `not_below`, a value is kept and asked
    about softly. A part's `ranges` bound it by what the part `by` of the same row says, it is a whole number for the
    `wholes` among them, and may stand with its unit in `units_by`; only such a part may be `unable`. `none` lets a
    repeat say that there is nothing to name. Where a question `wins`, any option counts even beside one that stands
    alone. Of a number whose values reach `thousands`, three digits behind a lone point or comma are these. A `dated`
    age may be said as the month or year when it was. Of an adult nobody is offered what is `of_child`.
    With `help` a line says where help can be found, with a way to that page.
    """

    code: str
    type: Type
    required: bool = False
    tier: Literal["core", "more"] = "core"
    show_if: str = ""
    states: tuple[State, ...] = ()
    options: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    text_with: tuple[str, ...] = ()
    of_child: tuple[str, ...] = ()
    max_length: int = 200
    least: float | None = None
    most: float | None = None
    units: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    earliest: str = "1900"
    latest: str = "now"
    parts: tuple[Question, ...] = ()
    kind: str = ""
    multiple: bool = False
    ltr: bool = False
    none: bool = False
    wins: bool = False
    thousands: bool = False
    dated: bool = False
    help: Literal["", "urgent"] = ""
    usual: tuple[float, float] | None = None
    usual_by: dict[str, tuple[float, float]] = {}
    not_below: str = ""
    by: str = ""
    ranges: dict[str, tuple[float, float]] = {}
    units_by: dict[str, str] = {}
    wholes: tuple[str, ...] = ()

    @cached_property
    def condition(self) -> Condition:
        """When the question is asked."""
        return parse(self.show_if) if self.show_if else Always()

    @property
    def is_more(self) -> bool:
        """Whether it is folded under one line."""
        return self.tier == "more"

    @cached_property
    def codes(self) -> frozenset[str]:
        """Whatever its fields, and those of its parts, may hold that nobody typed."""
        own = {"", "true", "false", *self.options, *self.states, *self.units, *self.methods}
        return frozenset(own | (SCALE if self.type == "scale" else set())).union(*(part.codes for part in self.parts))


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """One page of the intake."""

    id: str
    questions: tuple[Question, ...]

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The place of each question on the page by its code, from 1, whatever is asked of whom."""
        return {question.code: number for number, question in enumerate(self.questions, 1)}


class Questionnaire(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """A whole version of the questionnaire."""

    id: str
    sections: tuple[Section, ...]

    @cached_property
    def questions(self) -> dict[str, Question]:
        """Every question by its code, in order."""
        return {question.code: question for section in self.sections for question in section.questions}

    @cached_property
    def _asking(self) -> dict[str, str]:
        return {question.code: section.id for section in self.sections for question in section.questions}

    def section_with(self, code: str) -> str | None:
        """The id of the section that asks a question; `None` where no section does."""
        return self._asking.get(code)

    def section(self, section_id: str) -> Section:
        """A section by its id, or `LookupError`."""
        for section in self.sections:
            if section.id == section_id:
                return section
        raise LookupError(section_id)


def load(raw: bytes | dict[str, Any]) -> Questionnaire:
    """A definition from JSON, checked; raises `BadDefinition`."""
    try:
        made = (
            msgspec.json.decode(raw, type=Questionnaire)
            if isinstance(raw, bytes)
            else msgspec.convert(raw, type=Questionnaire)
        )
    except msgspec.DecodeError as fault:  # a wrong shape is one of these too
        raise BadDefinition(str(fault)) from fault
    for found in _faults(made):
        raise BadDefinition(found)
    return made


def _faults(made: Questionnaire) -> Iterator[str]:
    seen: dict[str, Question] = {}
    for section in made.sections:
        for question in section.questions:
            if question.code in seen or question.code in DERIVED:
                yield f"{question.code}: the code is used twice"
            yield from _own_faults(question)
            yield from _condition_faults(question, seen)
            seen[question.code] = question
    for question in seen.values():
        if question.not_below and getattr(seen.get(question.not_below), "type", "") != question.type:
            yield f"{question.code}: not_below names no question of its type"


def _own_faults(question: Question) -> Iterator[str]:
    yield from (f"{question.code}: {words}" for broken, words in _rules(question) if broken)
    parts = {part.code: part for part in question.parts}
    for part in question.parts:
        where = f"{question.code}.{part.code}"
        if part.type not in PARTS or part.show_if or part.required:
            yield f"{where}: a part is a plain field"
        if bool(part.by) != bool(part.ranges) or (part.by and set(part.ranges) != _options_of(parts.get(part.by))):
            yield f"{where}: ranges belong to the options of another part, one to each"
        if part.states and any(other.by == part.code for other in question.parts):
            yield f"{where}: what bounds another part has no states"
        if part.ranges and not set(part.states) <= {UNABLE}:
            yield f"{where}: what another part bounds has no states but that it could not be done"
        if not {*part.wholes, *part.units_by} <= set(part.ranges):
            yield f"{where}: wholes or units_by names no option that has a range"
        yield from _own_faults(part)


def _rules(question: Question) -> list[tuple[bool, str]]:
    """What must hold for a question by itself: whether it is broken, and the words for it."""
    options = set(question.options)
    return [
        ((question.type in WITH_OPTIONS) != bool(options), "options belong to choices, and choices need options"),
        (len(options) != len(question.options), "an option stands twice"),
        (bool(options & set(question.states)), "an option is called like a state of it"),
        (not {*question.text_with, *question.alone} <= options, "text_with or alone names no option"),
        (not set(question.of_child) <= options, "of_child names no option"),
        ((question.type == "repeat") != bool(question.parts), "parts belong to repeats, and repeats need parts"),
        ((question.type == "documents") != bool(question.kind), "a kind belongs to documents"),
        (UNABLE in question.states and not question.ranges, "only a result may be one that could not be had"),
        (question.dated and question.type != "age", "only ages may be dated"),
        (question.none and question.type != "repeat", "none belongs to repeats"),
        (question.thousands and (question.most or 0) < LEAST_GROUPED, "thousands are out of the range"),
        (
            bool(question.not_below) and question.type not in NUMERIC,
            "only numbers have something that they do not lie below",
        ),
        (
            bool(question.usual or question.usual_by) and question.type not in {*NUMERIC, "text"},
            "only numbers, and words that may be one, have a usual range",
        ),
        (
            bool(question.usual_by) and set(question.usual_by) != set(question.units),
            "usual_by has a range to each unit",
        ),
    ]


def _options_of(part: Question | None) -> set[str]:
    return set(part.options) if part else set()


def _condition_faults(question: Question, earlier: dict[str, Question]) -> Iterator[str]:
    try:
        compared = question.condition.compared()
    except BadCondition as fault:
        yield f"{question.code}: {fault}"
        return
    for name, words in compared:
        if name in DERIVED:
            continue
        if name not in earlier:
            yield f"{question.code}: show_if names {name}, which is not asked earlier"
        elif earlier[name].options and not set(words) <= {*earlier[name].options, *earlier[name].states}:
            yield f"{question.code}: show_if compares {name} with what is no option of it"
