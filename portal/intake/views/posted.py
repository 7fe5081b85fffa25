"""What the form of a section carries: names of fields, what was typed, which questions it showed, what is chosen."""

from __future__ import annotations

from collections.abc import Iterable

from flask import request

from portal.intake.questionnaire.definition import Question, Section
from portal.intake.questionnaire.reading import Typed, typed_in
from portal.intake.questionnaire.store import current

CHOOSE = "_choose."
SAVED, MINE = "saved", "mine"
LONGEST_VERSION = 9


def field_names() -> list[str]:
    """Every field that some section of the questionnaire for new cases posts."""
    return [name for question in current().questions.values() for name in names_of(question)]


def names_of(question: Question) -> list[str]:
    """The fields of one question; of a repeat those of its first row."""
    if question.type == "repeat":
        none = [f"{question.code}.none"] if question.none else []
        return none + [f"{question.code}.0.{part.code}" for part in question.parts]
    more = {
        "choice_text": ["text"],
        "measurement": ["date", "unit", "method"],
        "age": ["unit"],
        "decimal": ["unit"],
        "integer": ["unit"],
    }
    names = [question.code, *(f"{question.code}.{part}" for part in more.get(question.type, []))]
    return [*names, f"{question.code}.state"] if question.states else names


def form_fields(own: Section) -> Typed:
    """The posted form. Where two versions were shown and the saved one was chosen, what was typed there falls away."""
    fields = request.form.to_dict(flat=False)
    dropped = {code for code in _codes(own) if fields.get(f"{CHOOSE}{code}") == [SAVED]}
    return {name: values for name, values in fields.items() if name.partition(".")[0] not in dropped}


def typed(own: Section) -> Typed:
    """Everything typed in a section, unread."""
    return typed_in(own, form_fields(own))


def shown_codes(own: Section, on_path: Iterable[str], *, by_the_way: bool = False) -> frozenset[str]:
    """The questions that this page showed, as it says itself; of a page that does not say, those on the path now.

    A script always says; of one that does not, nothing is taken as shown.

    A question that came onto the path since, with an answer from before, must not be taken as emptied.
    """
    dropped = {code for code in _codes(own) if request.form.get(f"{CHOOSE}{code}") == SAVED}
    said = request.form.get("shown")
    if said is None:
        codes = frozenset[str]() if by_the_way else frozenset(on_path)
    else:
        codes = frozenset(said.split()) & frozenset(on_path)
    return codes - dropped


def version() -> int | None:
    """The version of the section that the page showed."""
    given = request.form.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < LONGEST_VERSION else None


def _codes(own: Section) -> list[str]:
    return [question.code for question in own.questions]
