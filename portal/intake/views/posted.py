"""What the form of a section carries: names of fields, what was typed, which questions it showed, what is chosen."""

from __future__ import annotations

from datetime import date

from flask import request

from portal.i18n import OFFERED, spoken
from portal.intake.questionnaire.definition import Question, Section
from portal.intake.questionnaire.posted import code_of
from portal.intake.questionnaire.reading import Typed, read_section, typed_in
from portal.intake.questionnaire.store import current
from portal.intake.service.sheet import Base, digest

CHOOSE = "_choose."
SAVED, MINE = "saved", "mine"
LONGEST_PAGE, LONGEST_VERSION = 40, 9


def field_names() -> list[str]:
    """Every field that some section of the questionnaire for new cases posts."""
    return [name for question in current().questions.values() for name in names_of(question)]


def names_of(question: Question) -> list[str]:
    """The fields of one question; of a repeat those of its first row."""
    if question.type == "repeat":
        none = [f"{question.code}.none"] if question.none else []
        parts = [f"{question.code}.0.{part.code}" for part in question.parts]
        return none + parts + [f"{question.code}.0.{part.code}.state" for part in question.parts if part.states]
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
    dropped = chosen_saved(own)
    fields = request.form.to_dict(flat=False)
    return {name: values for name, values in fields.items() if code_of(name) not in dropped}


def chosen_saved(own: Section) -> frozenset[str]:
    """The questions for which a human chose what is saved over what was typed here."""
    return frozenset(one.code for one in own.questions if request.form.get(f"{CHOOSE}{one.code}") == SAVED)


def touched(own: Section, shown: frozenset[str], today: date) -> tuple[Typed, dict[str, str]]:
    """What this reader has changed on the page, unread, and what stood saved there when the page was made.

    A group of boxes of which none is ticked any more is an empty field. All of it, where the page does not say what
    it showed.
    """
    fields, marks = form_fields(own), _marks("was")
    reading = read_section(own, fields, shown - chosen_saved(own), today)
    codes = {code for code, answer in reading.answers.items() if not marks or digest(answer) != marks.get(code, "")}
    codes |= set(map(code_of, reading.typed))
    codes |= {code_of(request.form.get(name, "")) for name in ("_add", "_remove")} & set(shown)
    said = {name: values for name, values in typed_in(own, fields).items() if code_of(name) in codes}
    empty = {code: [""] for code in codes if code not in map(code_of, said)}
    return said | empty, {code: marks.get(code, "") for code in codes}


def shown_codes(own: Section) -> frozenset[str] | None:
    """The questions that this page showed, as it says itself; `None` of a page that does not say.

    A question that came onto the path since, with an answer from before, must not be taken as emptied.
    """
    said = request.form.get("shown")
    return None if said is None else frozenset(said.split()) & {one.code for one in own.questions}


def written() -> str:
    """The language of the page that is sent, for a change of language is sent to the address of the next one."""
    said = request.form.get("written", "")
    return said if said in OFFERED else spoken()


def version() -> int | None:
    """The version of the section that the page showed, for who sends no more than that."""
    given = request.form.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < LONGEST_VERSION else None


def base() -> Base | None:
    """What the page showed; `None` of a page that does not say."""
    if "was" not in request.form:
        return None
    over = {code: mark for code, mark in _marks("over").items() if request.form.get(f"{CHOOSE}{code}") == MINE}
    return Base(_marks("was"), request.form.get("page", "")[:LONGEST_PAGE], over)


def _marks(name: str) -> dict[str, str]:
    """`code:mark` pairs, as a page carries them."""
    return {code: mark for code, _, mark in (pair.partition(":") for pair in request.form.get(name, "").split())}
