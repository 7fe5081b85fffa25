"""Partial dates: a year, or a month and year."""

from __future__ import annotations

from portal.intake.questionnaire.answers import Answer
from portal.intake.questionnaire.definition import Question
from portal.intake.questionnaire.numbers import read_partial_date, within
from portal.intake.questionnaire.readers.form import Reader, Unreadable
from portal.typed import legible


def partial_date(reader: Reader, question: Question, name: str) -> Answer | None:
    """A year, or a month and year."""
    typed = legible(reader.posted.one(name))
    return {"value": checked_date(reader, question, name, typed)} if typed else None


def checked_date(reader: Reader, question: Question, name: str, typed: str) -> str:
    """What was typed as a partial date that can be."""
    when = read_partial_date(typed)
    if when is None:
        raise Unreadable(name, "date")
    if not within(when, question.earliest, question.latest, reader.today):
        raise Unreadable(name, "date_range")
    return when
