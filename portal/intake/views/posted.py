"""What the form of a section carries: names of fields, what was typed, which questions it showed, what is chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from flask import request

from portal.i18n import OFFERED, spoken
from portal.intake.questionnaire.answers import digest
from portal.intake.questionnaire.definition import Question, Section
from portal.intake.questionnaire.posted import code_of
from portal.intake.questionnaire.reading import Typed
from portal.intake.questionnaire.store import current
from portal.intake.service import merging
from portal.intake.service.sheet import EMPTY, Base, Sheet

CHOOSE = "_choose."
SAVED, MINE = "saved", "mine"
SENDING = "sending"
LONGEST_PAGE, LONGEST_NUMBER = 40, 9


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


def form_fields(own: Section, beside: Mapping[str, Sequence[Typed]] | None = None) -> Typed:
    """The posted form. Where several versions were shown, the one that was chosen stands in its place.

    `beside` are the versions that were typed elsewhere. What is saved stands for itself: nothing is posted for it.
    """
    fields = request.form.to_dict(flat=False)
    for code, choice in _choices(own).items():
        versions = (beside or {}).get(code, ())
        if choice == SAVED or choice in map(str, range(len(versions))):
            fields = {name: values for name, values in fields.items() if code_of(name) != code}
            fields |= {} if choice == SAVED else versions[int(choice)]
    return fields


def chosen_saved(own: Section) -> frozenset[str]:
    """The questions for which a human chose what is saved over what was typed here."""
    return frozenset(code for code, choice in _choices(own).items() if choice == SAVED)


def asks(own: Section) -> bool:
    """Whether the page showed several versions to choose from."""
    return bool(_choices(own))


def touched(own: Section, shown: frozenset[str], today: date, sheet: Sheet = EMPTY) -> tuple[Typed, dict[str, str]]:
    """What this reader has changed on the page, unread, with the marks of what it showed; no choice counts yet.

    `sheet` is what is stored: it says what the page itself wrote last, and stands for a page that says nothing.
    """
    rows = {code_of(request.form.get(name, "")) for name in ("_add", "_remove")}
    fields, shows = request.form.to_dict(flat=False), merging.marks_of(sheet, marks(), page())
    stored = {code: digest(answer) for code, answer in sheet.answers.items()}
    return merging.touched(own, fields, shown, today, marks=shows, stored=stored, also=rows)


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
    return _number("version")


def base(own: Section) -> Base | None:
    """What the page showed; `None` of a page that does not say."""
    if "was" not in request.form:
        return None
    choices, over = _choices(own), _marks("over")
    settled = {code: over.get(code, "") for code, choice in choices.items() if choice == SAVED}
    chosen = {code: over[code] for code in choices if code in over and code not in settled}
    return Base(marks(), page(), chosen, settled, sending())


def marks() -> dict[str, str]:
    """The marks of what the page showed, by code."""
    return _marks("was")


def page() -> str:
    """Which page it is."""
    return request.form.get("page", "")[:LONGEST_PAGE]


def sending() -> int:
    """How often its script has sent the page, this time included; 0 without scripts."""
    return _number(SENDING) or 0


def _number(name: str) -> int | None:
    given = request.form.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < LONGEST_NUMBER else None


def _choices(own: Section) -> dict[str, str]:
    """What a human chose where several versions were shown: `MINE`, `SAVED` or the number of one typed elsewhere."""
    form = request.form
    codes = (one.code for one in own.questions)
    return {code: form[f"{CHOOSE}{code}"] for code in codes if f"{CHOOSE}{code}" in form}


def _marks(name: str) -> dict[str, str]:
    """`code:mark` pairs, as a page carries them."""
    return {code: mark for code, _, mark in (pair.partition(":") for pair in request.form.get(name, "").split())}
