"""The words of a questionnaire in one language: labels, hints, options. Exactly what the definition needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import structs

from portal.intake.questionnaire.definition import AGE_LIKE, BadDefinition, Question, Questionnaire


class QuestionWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words of one question. `{name}` in a label stands for the person's name.

    `you`, `you_hint` and `you_options` say the same to an adult who fills in alone.
    """

    label: str
    hint: str = ""
    you: str = ""
    you_hint: str = ""
    help: str = ""
    short: str = ""
    add: str = ""
    none: str = ""
    options: dict[str, str] = {}
    you_options: dict[str, str] = {}
    units: dict[str, str] = {}
    methods: dict[str, str] = {}
    parts: dict[str, QuestionWords] = {}


class SectionWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A section's title, and why it is asked."""

    title: str
    why: str


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All words of one language."""

    person: str
    sections: dict[str, SectionWords]
    questions: dict[str, QuestionWords]


def load_words(raw: bytes | dict[str, Any], questionnaire: Questionnaire) -> Words:
    """Words from JSON, held to the definition; raises `BadDefinition` with what is missing or too much."""
    try:
        words = msgspec.json.decode(raw, type=Words) if isinstance(raw, bytes) else msgspec.convert(raw, type=Words)
    except msgspec.DecodeError as fault:  # a wrong shape is one of these too
        raise BadDefinition(str(fault)) from fault
    for found in _faults(questionnaire, words):
        raise BadDefinition(found)
    return words


def addressed(said: QuestionWords, *, alone: bool) -> QuestionWords:
    """The words of a question as they are put to whoever answers; `alone` to an adult about themselves."""
    if not alone:
        return said
    return structs.replace(
        said,
        label=said.you or said.label,
        hint=said.you_hint or said.hint,
        options=said.options | said.you_options,
        parts={code: addressed(part, alone=True) for code, part in said.parts.items()},
    )


def label_of(said: QuestionWords, person: str, *, alone: bool = False) -> str:
    """How a question is asked; `alone` where an adult answers for themselves."""
    return named(said.you if alone and said.you else said.label, person)


def hint_of(said: QuestionWords, person: str, *, alone: bool = False) -> str:
    """What is said below it."""
    return named(said.you_hint if alone and said.you_hint else said.hint, person)


def named(text: str, name: str) -> str:
    """A text with the person's name in it."""
    return text.replace("{name}", name)


def _faults(questionnaire: Questionnaire, words: Words) -> Iterator[str]:
    yield from _unequal("sections", {section.id for section in questionnaire.sections}, words.sections)
    yield from _unequal("questions", set(questionnaire.questions), words.questions)
    for code, question in questionnaire.questions.items():
        if code in words.questions:
            yield from _question_faults(code, question, words.questions[code])


def _question_faults(where: str, question: Question, words: QuestionWords) -> Iterator[str]:
    yield from _unequal(f"{where}.options", set(question.options), words.options)
    if extra := sorted(set(words.you_options) - set(question.options)):
        yield f"{where}.you_options: too much {', '.join(extra)}"
    yield from _unequal(f"{where}.methods", set(question.methods), words.methods)
    units = set(question.units) | (AGE_LIKE if question.type == "age" else set())
    yield from _unequal(f"{where}.units", units, words.units)
    yield from _unequal(f"{where}.parts", {part.code for part in question.parts}, words.parts)
    if bool(words.add) != bool(question.parts):
        yield f"{where}.add: the words of the button belong to repeats"
    if bool(words.none) != question.none:
        yield f"{where}.none: the words for nothing belong to a repeat that may say so"
    if bool(words.help) != bool(question.help):
        yield f"{where}.help: a line about help belongs to a question with a way to it"
    for part in question.parts:
        yield from _question_faults(f"{where}.{part.code}", part, words.parts.get(part.code, QuestionWords("")))


def _unequal(where: str, wanted: set[str], given: Mapping[str, object]) -> Iterator[str]:
    if missing := sorted(wanted - set(given)):
        yield f"{where}: missing {', '.join(missing)}"
    if extra := sorted(set(given) - wanted):
        yield f"{where}: too much {', '.join(extra)}"
