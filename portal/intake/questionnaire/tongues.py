"""In which language a family's own words are written: that of the page where they were typed.

It is kept beside the words, unless it is the language of their case.
"""

from __future__ import annotations

from collections.abc import Iterator

from portal.cases.said import LANGUAGE
from portal.intake.questionnaire.answers import Answer, Answers, has_value
from portal.intake.questionnaire.definition import Question, Section
from portal.intake.questionnaire.posted import row_of
from portal.intake.questionnaire.reading import Typed

WRITTEN = {"text", "long_text"}  # types whose answer a family writes itself


def marked(section: Section, answers: Answers, language: str, *before: Answers) -> dict[str, Answer]:
    """A section's answers with the language of the words in them, where there is one to say.

    Words that stood there `before` keep theirs.
    """
    questions = {question.code: question for question in section.questions}
    return {
        code: _marked(questions[code], answer, language, [then[code] for then in before if code in then])
        for code, answer in answers.items()
    }


def kept_words(question: Question, typed: Typed, language: str) -> Answer:
    """The words in what was typed and perhaps not understood, as they would stand in an answer in this language."""
    own = {LANGUAGE: language} if language else {}
    if question.type != "repeat":
        where = question.code if question.type in WRITTEN else f"{question.code}.text"
        return own | {"value" if question.type in WRITTEN else "text": (typed.get(where) or [""])[0]}
    numbers = {number for name in typed if (number := row_of(name, question.code)) is not None}
    parts = [part.code for part in question.parts if part.type in WRITTEN]
    named = {(number, part): typed.get(f"{question.code}.{number}.{part}") for number in numbers for part in parts}
    return {"value": [{part: own | {"value": texts[0]}} for (_, part), texts in named.items() if texts]}


def tongues_of(answers: Answers) -> Iterator[str]:
    """Every language that words in some answers say they are written in."""
    for answer in answers.values():
        if LANGUAGE in answer:
            yield str(answer[LANGUAGE])
        if has_value(answer) and isinstance(answer["value"], list):
            for row in answer["value"]:
                yield from tongues_of(row) if isinstance(row, dict) else ()


def _marked(question: Question, answer: Answer, language: str, before: list[Answer]) -> Answer:
    if question.type == "repeat" and has_value(answer):
        rows = [row for then in before if has_value(then) for row in then["value"]]
        return {"value": [_row(question, row, language, rows) for row in answer["value"]]}
    words = _words(question, answer)
    if not words:
        return answer
    for then in before:
        if _words(question, then) == words:
            return answer | ({LANGUAGE: then[LANGUAGE]} if LANGUAGE in then else {})
    return answer | ({LANGUAGE: language} if language else {})


def _row(question: Question, row: dict[str, Answer], language: str, before: list[dict[str, Answer]]) -> Answers:
    parts = {part.code: part for part in question.parts}
    return {
        code: _marked(parts[code], answer, language, [then[code] for then in before if code in then])
        for code, answer in row.items()
    }


def _words(question: Question, answer: Answer) -> str:
    return " ".join(str(answer.get("value" if question.type in WRITTEN else "text", "")).split())
