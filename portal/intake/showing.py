"""Answers in words, in the language of whoever reads them; what a family wrote itself stays as it was written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date

from portal.cases.said import LANGUAGE
from portal.i18n import OFFERED, age, country_name, decimal, language_name, locale, speaking, zone_name
from portal.i18n import gettext as _
from portal.intake import words as interface
from portal.intake.questionnaire import store
from portal.intake.questionnaire.ages import YEAR, YEARS, is_date, reckoned
from portal.intake.questionnaire.answers import SKIPPED, UNABLE, Answer, has_value
from portal.intake.questionnaire.definition import Question
from portal.intake.questionnaire.path import birth_in
from portal.intake.questionnaire.reading import Typed
from portal.intake.questionnaire.texts import QuestionWords, addressed, label_of
from portal.intake.questionnaire.tongues import WRITTEN
from portal.intake.service.answers import Intake

MANY_MONTHS = 36  # from here on years with months are read more easily


@dataclass(frozen=True)
class Piece:
    """A piece of an answer. `own`: words of the family itself, written in `language`; where empty, in the case's."""

    text: str
    own: bool = False
    language: str = ""


BETWEEN = Piece(" · ")


@dataclass(frozen=True)
class RowShown:
    """One answer. `ltr`: notation that never turns; `state`: nothing was said."""

    code: str
    label: str
    pieces: tuple[Piece, ...]
    ltr: bool = False
    state: str | None = None

    @property
    def text(self) -> str:
        """The whole answer."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def free(self) -> bool:
        """Whether words of the family itself stand in it, be it in one row of a list."""
        return any(piece.own for piece in self.pieces)

    @property
    def languages(self) -> list[str]:
        """In which languages these words are written; an empty one is the case's."""
        return list(dict.fromkeys(piece.language for piece in self.pieces if piece.own))


@dataclass(frozen=True)
class SectionShown:
    """One section's answers on the path, in order."""

    id: str
    title: str
    rows: list[RowShown]


def rows(intake: Intake, language: str, *, alone: bool = False) -> list[SectionShown]:
    """Every question on the path with its answer in words. Documents are listed elsewhere.

    `alone` where it is shown to an adult who answered for themselves.
    """
    said = store.words(intake.questionnaire.id, language)
    person = intake.name or said.person
    shown = []
    for section in intake.questionnaire.sections:
        asked = [one for one in section.questions if one.code in intake.path and one.type != "documents"]
        answers = [
            show_row(
                one,
                addressed(said.questions[one.code], alone=alone),
                intake.answers.get(one.code),
                label_of(said.questions[one.code], person, alone=alone),
                language,
                birth_in(intake.answers),
            )
            for one in asked
        ]
        shown.append(SectionShown(section.id, said.sections[section.id].title, answers))
    return shown


def show_row(
    question: Question, said: QuestionWords, answer: Answer | None, label: str, language: str, born: str = ""
) -> RowShown:
    """An answer in words, or why there is none; under its short name where it has one, else under `label`.

    An age that was said as a date stands with the age that it comes to, where the birth is known.
    """
    label = said.short or label
    with speaking(language):
        if has_value(answer):
            pieces = [*_pieces(question, said, answer, language), *_reckoned(question, answer, language, born)]
            return RowShown(question.code, label, tuple(pieces), question.ltr)
        state = str((answer or {}).get("state", SKIPPED))
        return RowShown(question.code, label, (Piece(interface.state(state)),), state=state)


def typed_in_pieces(said: QuestionWords, typed: Typed, language: str = "") -> tuple[Piece, ...]:
    """What was typed about a question and is no answer: what was chosen in words, the rest as it was typed.

    `language` is the one that it was typed in; where empty, the case's.
    """
    parts = [_typed(said, name, text, language) for name, texts in typed.items() for text in texts if text.strip()]
    return tuple(piece for part in parts for piece in (BETWEEN, part))[1:]


def _typed(said: QuestionWords, name: str, text: str, language: str) -> Piece:
    part = said.parts.get(name.rpartition(".")[2], said)
    if name.endswith(".none"):
        return Piece(said.none)
    if name.endswith(".state") and text in interface.STATES:
        return Piece(interface.state(text))
    chosen = {**part.units, **part.methods, **part.options}.get(text)
    return Piece(text, own=True, language=language) if chosen is None else Piece(chosen)


def _pieces(question: Question, said: QuestionWords, answer: Answer, language: str) -> list[Piece]:
    """One answer in words, the family's own apart from ours."""
    if question.type == "repeat":
        return _rows(question, said, answer, language)
    text = str(WRITERS.get(question.type, _plain)(question, said, answer, language))
    if question.type in WRITTEN or not answer.get("text"):
        return [Piece(text, question.type in WRITTEN, answer.get(LANGUAGE, ""))]
    return [Piece(f"{text}: "), Piece(answer["text"], own=True, language=answer.get(LANGUAGE, ""))]


def _plain(question: Question, said: QuestionWords, answer: Answer, language: str) -> str:
    return str(answer["value"])


def _option(question: Question, said: QuestionWords, answer: Answer, language: str) -> str:
    return said.options.get(answer["value"], str(answer["value"]))


def _options(question: Question, said: QuestionWords, answer: Answer, language: str) -> str:
    return "\n".join(said.options.get(value, value) for value in answer["value"])


def _with_unit(question: Question, said: QuestionWords, answer: Answer, language: str) -> str:
    unit = said.units.get(answer.get("unit", ""), "")
    text = f"{decimal(str(answer['value']), language)} {unit}".strip()
    method = said.methods.get(answer.get("method", ""), "")
    when = partial_date(answer["date"], language) if answer.get("date") else ""
    more = OFFERED[language].comma.join(part for part in (method, when) if part)
    return f"{text} ({more})" if more else text


def _age(question: Question, said: QuestionWords, answer: Answer, language: str) -> str:
    if is_date(answer):
        return partial_date(answer["value"], language)
    number, unit = int(answer["value"]), str(answer["unit"])
    if unit == YEARS or number < MANY_MONTHS:
        return age(number, unit, language)
    parts = [age(number // YEAR, YEARS, language), *([age(number % YEAR, unit, language)] if number % YEAR else [])]
    return OFFERED[language].comma.join(parts)


def _reckoned(question: Question, answer: Answer, language: str, born: str) -> list[Piece]:
    found = reckoned(answer, born) if question.type == "age" else None
    return [Piece(" " + _("(age: about %(age)s)", age=age(*found, language)))] if found else []


def _rows(question: Question, said: QuestionWords, answer: Answer, language: str) -> list[Piece]:
    """A list: a line for each row, the parts of a row with commas between."""
    found: list[Piece] = []
    for number, row in enumerate(answer["value"]):
        found += [Piece("\n")] if number else []
        parts = [part for part in question.parts if row.get(part.code)]
        for place, part in enumerate(parts):
            found += [Piece(OFFERED[language].comma)] if place else []
            found += _part(part, said.parts[part.code], row[part.code], language)
    return found or [Piece(said.none)]


def _part(part: Question, said: QuestionWords, answer: Answer, language: str) -> list[Piece]:
    """A part of a row; a state with what it is about, unless it says all by itself: a test that could not be done."""
    if has_value(answer):
        return _pieces(part, said, answer, language)
    if answer["state"] == UNABLE:
        return [Piece(interface.state(UNABLE))]
    return [Piece(f"{said.short or said.label} {interface.state(answer['state'])}")]


def _many_languages(question: Question, said: QuestionWords, answer: Answer, language: str) -> str:
    codes = answer["value"] if isinstance(answer["value"], list) else [answer["value"]]
    return OFFERED[language].comma.join(language_name(code, language) for code in codes)


def partial_date(value: str, language: str) -> str:
    """`2015-04` as `April 2015`; a year alone stays a year."""
    year, _, month = value.partition("-")
    return format_date(date(int(year), int(month), 1), "MMMM y", locale=locale(language)) if month else year


WRITERS: dict[str, Callable[[Question, QuestionWords, Answer, str], Any]] = {
    "choice": _option,
    "choice_text": _option,
    "choices": _options,
    "boolean": lambda question, said, answer, language: interface.yes_no(answer["value"]),
    "age": _age,
    "integer": _with_unit,
    "decimal": _with_unit,
    "measurement": _with_unit,
    "partial_date": lambda question, said, answer, language: partial_date(answer["value"], language),
    "country": lambda question, said, answer, language: country_name(answer["value"], language),
    "language": _many_languages,
    "time_zone": lambda question, said, answer, language: zone_name(answer["value"], language),
    "scale": lambda question, said, answer, language: f"{answer['value']} / 10",
}
