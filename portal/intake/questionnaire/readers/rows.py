"""The rows of a list."""

from __future__ import annotations

from portal.intake.questionnaire.answers import Answer
from portal.intake.questionnaire.definition import Question
from portal.intake.questionnaire.problems import Problem
from portal.intake.questionnaire.readers import results
from portal.intake.questionnaire.readers.form import Reader, Unreadable

MOST_ROWS = 20


def repeat(reader: Reader, question: Question, name: str) -> Answer | None:
    """Rows in their order, without empty ones; or that there is nothing to name."""
    rows = []
    for number in reader.posted.rows(name, min(int(question.most or 10), MOST_ROWS)):
        row = {part.code: _part(reader, part, f"{name}.{number}.{part.code}") for part in question.parts}
        said = {code: answer for code, answer in row.items() if answer}
        if said:
            reader.problems += results.row_problems(reader, question, said, f"{name}.{number}")
            rows.append(said)
    if question.none and reader.posted.one(f"{name}.none"):
        if rows:
            raise Unreadable(f"{name}.none", "alone")
        return {"value": []}
    return {"value": rows} if rows else None


def _part(reader: Reader, part: Question, name: str) -> Answer | None:
    """A part of a row; where nothing was said, the state that was chosen for it.

    A radio cannot be unticked, so its choice goes before a state; a field can be emptied, and both are asked about.
    """
    chosen = reader.posted.one(f"{name}.state")
    state: Answer | None = {"state": chosen} if chosen in part.states else None
    answer = reader.kept(results.result, part, name) if part.by else reader.read(part, name)
    if answer and state and part.type != "choice":
        reader.problems.append(Problem(name, "one"))
    return answer or state
