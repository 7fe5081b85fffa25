"""Choices: one of several, several, one with words beside it, yes or no; and what stands in one of our long lists."""

from __future__ import annotations

from collections.abc import Callable

from portal.i18n import is_country, is_language, zone_of
from portal.intake.questionnaire.answers import Answer
from portal.intake.questionnaire.definition import Question
from portal.intake.questionnaire.readers.form import Reader, Unreadable
from portal.intake.questionnaire.readers.texts import words_in


def choice(reader: Reader, question: Question, name: str) -> Answer | None:
    """One of the options."""
    chosen = reader.posted.one(name)
    if not chosen:
        return None
    if chosen not in question.options:
        raise Unreadable(name, "option")
    return {"value": chosen}


def choices(reader: Reader, question: Question, name: str) -> Answer | None:
    """Several of the options, in the order of the question."""
    posted = reader.posted.many(name)
    chosen = [option for option in question.options if option in posted]
    if set(posted) - set(question.options):
        raise Unreadable(name, "option")
    if question.wins and len(chosen) > 1:
        chosen = [option for option in chosen if option not in question.alone]
    if set(chosen) & set(question.alone) and len(chosen) > 1:
        raise Unreadable(name, "alone")
    return {"value": chosen} if chosen else None


def choice_text(reader: Reader, question: Question, name: str) -> Answer | None:
    """One of the options, with words beside it."""
    answer, text = choice(reader, question, name), words_in(reader, question, f"{name}.text")
    if answer is None and text:
        if not question.text_with:
            raise Unreadable(name, "option")
        answer = {"value": question.text_with[0]}  # words without a choice: the choice that has words
    return answer | {"text": text} if answer and text else answer  # beside any other choice they are kept as well


def boolean(reader: Reader, question: Question, name: str) -> Answer | None:
    """Yes or no."""
    posted = reader.posted.one(name)
    if not posted:
        return None
    if posted not in {"true", "false"}:
        raise Unreadable(name, "option")
    return {"value": posted}


def zone(reader: Reader, question: Question, name: str) -> Answer | None:
    """A time zone, by the name that our list has; what is no place, such as UTC, is nobody's clock."""
    typed = reader.posted.one(name)
    if not typed:
        return None
    found = zone_of(typed)
    if found is None:
        raise Unreadable(name, "zone")
    return {"value": found}


def country(reader: Reader, question: Question, name: str) -> Answer | None:
    """A country by its code."""
    return _known(reader, name, is_country)


def language(reader: Reader, question: Question, name: str) -> Answer | None:
    """A language by its code, or several."""
    if not question.multiple:
        return _known(reader, name, is_language)
    posted = list(dict.fromkeys(reader.posted.many(name)))
    if not all(is_language(code) for code in posted):
        raise Unreadable(name, "option")
    return {"value": posted} if posted else None


def _known(reader: Reader, name: str, is_known: Callable[[str], bool]) -> Answer | None:
    typed = reader.posted.one(name)
    if not typed:
        return None
    if not is_known(typed):
        raise Unreadable(name, "option")
    return {"value": typed}
