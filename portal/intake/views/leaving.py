"""Where the buttons of a section's page lead."""

from __future__ import annotations

from flask import request, url_for

from portal.cases.entry import at_hand
from portal.documents.rules import KINDS
from portal.intake.questionnaire import store
from portal.intake.questionnaire.definition import Section
from portal.web.ways import back_to, way_on


def aside(own: Section) -> str:
    """Where a button leads that leaves the page as it is, unfinished: what is on it is saved by the way."""
    go, _, kind = request.form.get("_go", "").partition(".")
    if go == "skip":
        return on_from(own)
    if go == "documents":
        return url_for("documents.documents", kind=kind if kind in KINDS else None, back=back_to())
    return ""


def away(own: Section) -> str:
    """Where a button leads that leaves the page, unfinished or done for now."""
    return url_for("family.tasks") if request.form.get("_go") == "later" else aside(own)


def on_from(own: Section) -> str:
    """Where the way goes on after this page: back to where it was opened from, or to the next page."""
    if back_to():
        return way_on()
    ids = [one.id for one in store.load(at_hand().questionnaire).sections]
    later = ids[ids.index(own.id) + 1 :]
    return url_for("intake.section", section=later[0]) if later else url_for("family.tasks")
