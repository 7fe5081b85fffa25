"""One reader for each type of question: from what was posted to a coded answer, or a problem."""

from __future__ import annotations

from datetime import date

from portal.intake.questionnaire.answers import Answer
from portal.intake.questionnaire.definition import Question
from portal.intake.questionnaire.posted import Posted
from portal.intake.questionnaire.readers import ages, choices, dates, quantities, rows, texts
from portal.intake.questionnaire.readers.form import Reader, ReadOne


def _documents(reader: Reader, question: Question, name: str) -> Answer | None:
    return None  # files are kept beside the answers, and counted there


READERS: dict[str, ReadOne] = {
    "choice": choices.choice,
    "choices": choices.choices,
    "choice_text": choices.choice_text,
    "boolean": choices.boolean,
    "text": texts.text,
    "long_text": texts.text,
    "integer": quantities.integer,
    "decimal": quantities.decimal,
    "age": ages.age,
    "measurement": quantities.measurement,
    "scale": quantities.scale,
    "partial_date": dates.partial_date,
    "repeat": rows.repeat,
    "documents": _documents,
    "time_zone": choices.zone,
    "country": choices.country,
    "language": choices.language,
}


def reader_of(posted: Posted, today: date) -> Reader:
    """A reader of one form on one day."""
    return Reader(posted, today, READERS)
