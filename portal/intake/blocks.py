"""The HTML of a question. Where nothing but codes stands in its fields it is made once, like the long lists.

A page of the form takes most of its time to write its questions, and most of these are empty or ticked. What is kept
belongs to nobody: no name, no word that somebody typed, no note and no fault is in it.
"""

from __future__ import annotations

from functools import lru_cache

from markupsafe import Markup

from portal.i18n import spoken
from portal.intake import long_lists
from portal.intake.page import Asked, ask_nobody
from portal.intake.questionnaire import store
from portal.web.rendering import macro

KEPT = 2_000
"""Blocks of about 1.5 kB: all questions, empty, in four languages, of a child, of an adult, to one; as many ticked."""

PERSON = "\ue000"
"""Stands where the person's name will stand; of private use, hence in no word of a questionnaire."""

Codes = tuple[tuple[str, tuple[str, ...]], ...]


def block(one: Asked, questionnaire: str, zone: str = "") -> Markup:
    """The HTML of a question of such a version, in the language being spoken.

    `zone` is the time zone to offer where none is chosen.
    """
    codes = _codes_of(one)
    if codes is None:
        return _written(one, zone)
    kept = of_nobody(spoken(), questionnaire, one.name, codes, len(one.rows), one.alone, one.of_child)
    return kept.replace(PERSON, one.person)


@lru_cache(maxsize=KEPT)
def of_nobody(
    language: str, questionnaire: str, code: str, codes: Codes, rows: int, alone: bool, of_child: bool
) -> Markup:
    """Such a question with nothing but codes in its fields, to whoever: `PERSON` stands for the name."""
    fields = {name: list(values) for name, values in codes}
    words = store.words(questionnaire, language)
    asked = ask_nobody(
        store.load(questionnaire), words, code, fields, rows=rows, person=PERSON, alone=alone, of_child=of_child
    )
    return _written(asked, "")


def _written(one: Asked, zone: str) -> Markup:
    def options(kind: str, chosen: str) -> Markup:
        return long_lists.options(kind, spoken()).with_chosen(chosen or (zone if kind == "time_zone" else ""))

    return macro("intake/question.html", "asked_block")(one, lambda kind: long_lists.choices(kind, spoken()), options)


def _codes_of(one: Asked) -> Codes | None:
    """What stands in the fields, where all of it is codes; `None` where anything else belongs to the block.

    Of a list only the empty one: with its rows a block may be long, and there are many.
    """
    if one.note or one.errors or one.type == "time_zone" or (one.type == "repeat" and any(one.fields.values())):
        return None
    found = []
    for name, values in one.fields.items():
        if any(value not in one.question.codes for value in values):
            return None
        if any(values):
            found.append((name, tuple(values)))
    return tuple(found)
