"""Answers in words, in the language of whoever reads them; what a family wrote itself stays as it was written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date

from portal.i18n import OFFERED, age, country_name, language_name, locale, speaking, zone_name
from portal.intake import words as interface
from portal.intake.questionnaire import store
from portal.intake.questionnaire.answers import Answer, has_value
from portal.intake.questionnaire.definition import Question
from portal.intake.questionnaire.texts import QuestionWords, label_of
from portal.intake.service.answers import Intake

Row = dict[str, Answer]


@dataclass(frozen=True)
class RowShown:
    """One answer. `free`: the family's own words; `ltr`: notation that never turns; `state`: nothing was said."""

    code: str
    label: str
    text: str
    free: bool = False
    ltr: bool = False
    state: str | None = None


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
    with speaking(language):
        for section in intake.questionnaire.sections:
            asked = [one for one in section.questions if one.code in intake.path and one.type != "documents"]
            answers = [
                _row(
                    one,
                    said.questions[one.code],
                    intake.answers.get(one.code),
                    label_of(said.questions[one.code], person, alone=alone),
                    language,
                )
                for one in asked
            ]
            shown.append(SectionShown(section.id, said.sections[section.id].title, answers))
    return shown


def _row(question: Question, said: QuestionWords, answer: Answer | None, label: str, language: str) -> RowShown:
    label = said.short or label
    if not has_value(answer):
        state = str((answer or {}).get("state", "skipped"))
        return RowShown(question.code, label, interface.state(state), state=state)
    free = question.type in {"text", "long_text"} or "text" in answer
    return RowShown(question.code, label, in_words(question, said, answer, language), free, question.ltr)


def answer_in_words(question: Question, said: QuestionWords, answer: Answer | None, language: str) -> str:
    """An answer, or why there is none, in words."""
    if has_value(answer):
        with speaking(language):
            return in_words(question, said, answer, language)
    return interface.state(str((answer or {}).get("state", "skipped")))


def in_words(question: Question, said: QuestionWords, answer: Answer, language: str) -> str:
    """One answer in words."""
    return str(WRITERS.get(question.type, _plain)(question, said, answer, language))


def _plain(question: Question, said: QuestionWords, answer: Answer, language: str) -> str:
    return str(answer["value"])


def _option(question: Question, said: QuestionWords, answer: Answer, language: str) -> str:
    value = said.options.get(answer["value"], str(answer["value"]))
    return f"{value}: {answer['text']}" if answer.get("text") else value


def _options(question: Question, said: QuestionWords, answer: Answer, language: str) -> str:
    return "\n".join(said.options.get(value, value) for value in answer["value"])


def _with_unit(question: Question, said: QuestionWords, answer: Answer, language: str) -> str:
    unit = said.units.get(answer.get("unit", ""), "")
    text = f"{answer['value']} {unit}".strip()
    method = said.methods.get(answer.get("method", ""), "")
    when = partial_date(answer["date"], language) if answer.get("date") else ""
    more = OFFERED[language].comma.join(part for part in (method, when) if part)
    return f"{text} ({more})" if more else text


def _age(question: Question, said: QuestionWords, answer: Answer, language: str) -> str:
    return age(int(answer["value"]), str(answer["unit"]), language)


def _rows(question: Question, said: QuestionWords, answer: Answer, language: str) -> str:
    if not answer["value"]:
        return said.none
    return "\n".join(_one_row(question, said, row, language) for row in answer["value"])


def _one_row(question: Question, said: QuestionWords, row: Row, language: str) -> str:
    parts = [
        in_words(part, said.parts[part.code], row[part.code], language)
        for part in question.parts
        if has_value(row.get(part.code))
    ]
    return OFFERED[language].comma.join(parts)


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
    "repeat": _rows,
    "country": lambda question, said, answer, language: country_name(answer["value"], language),
    "language": _many_languages,
    "time_zone": lambda question, said, answer, language: zone_name(answer["value"], language),
    "scale": lambda question, said, answer, language: f"{answer['value']} / 10",
}
