"""What people write in their own words, and a report's notation."""

from __future__ import annotations

from portal.intake.questionnaire.answers import Answer
from portal.intake.questionnaire.definition import Question
from portal.intake.questionnaire.readers.form import Reader, Unreadable
from portal.typed import is_visible, one_line


def text(reader: Reader, question: Question, name: str) -> Answer | None:
    """Words as they were written."""
    written = words_in(reader, question, name)
    return {"value": written} if written else None


def words_in(reader: Reader, question: Question, name: str) -> str:
    """What was written in a field; a report's notation as it is, everything else of one line as one line."""
    if question.ltr:
        written = reader.posted.exactly(name)
    else:
        written = reader.posted.one(name) if question.type == "long_text" else one_line(reader.posted.one(name))
    if len(written) > question.max_length:
        raise Unreadable(name, "too_long", most=str(question.max_length))
    return written if is_visible(written) else ""
