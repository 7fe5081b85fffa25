"""The page of one section, and what it learns while it is open."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import cast

from flask import request, url_for
from flask import session as web_session
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from portal.cases.entry import about_child, answers_alone, at_hand
from portal.i18n import only_zone, spoken
from portal.intake import page
from portal.intake.blocks import block
from portal.intake.comparing import differing
from portal.intake.questionnaire import store
from portal.intake.questionnaire.definition import Section
from portal.intake.questionnaire.posted import code_of
from portal.intake.questionnaire.problems import Problem
from portal.intake.questionnaire.reading import Reading
from portal.intake.service.answers import Intake
from portal.intake.service.flags import is_open as flag_is_open
from portal.intake.service.saving import Saved
from portal.intake.service.sheet import EMPTY, Sheet
from portal.intake.words import message
from portal.keys.ids import new_token
from portal.pages import showing as pages
from portal.web.parts import now
from portal.web.rendering import open_until, render
from portal.web.sessions import PortalSession
from portal.web.ways import back_to

PAGE_MARKS = 16
REQUIRED = "required"


def show_page(
    own: Section,
    intake: Intake,
    *,
    sheet: Sheet | None = None,
    problems: Sequence[Problem] = (),
    clash: frozenset[str] = frozenset(),
    rows_more: str = "",
    closed: bool = False,
) -> ResponseReturnValue:
    """The page of a section, or of another `sheet` than is stored; with what is wrong or missing, and clashes."""
    said, sheet = store.words(intake.questionnaire.id, spoken()), sheet or sheet_of(own, intake)
    alone = answers_alone()
    wrong = [problem for problem in problems if problem.kind != REQUIRED]
    missing = {problem.where: message(problem) for problem in problems if problem.kind == REQUIRED}
    asked = page.ask(
        own, intake, said, sheet=sheet, problems=wrong, rows_more=rows_more, alone=alone, of_child=about_child()
    )
    asked = [replace(one, note=missing.get(one.name, one.note)) for one in asked]  # what is missing is no fault
    codes = [one.name for one in asked]
    choices = [] if closed else differing(own, intake, said, codes, spoken(), alone=alone, clash=clash)
    number = [one.id for one in intake.questionnaire.sections].index(own.id) + 1
    more = [one for one in asked if one.question.is_more]
    return render(
        "intake/section.html",
        title=said.sections[own.id].title,
        why=said.sections[own.id].why,
        number=number,
        total=len(intake.questionnaire.sections),
        core=[one for one in asked if not one.question.is_more],
        more=more,
        more_open="more" in request.args or any(one.errors or one.note or sheet.kept(one.name) for one in more),
        problems=[(page.anchor(own, problem.where), message(problem)) for problem in wrong],
        missing=[(one.id, one.label) for one in asked if one.name in missing],
        case_language=at_hand().case.language,
        by_the_way=url_for("intake.by_the_way", section=own.id),
        choices=choices,
        closed=closed,
        back=back_to(),
        help_first=(pages.text("urgent-short").title, pages.body("urgent-short")),
        block=_writer(intake),
        **_marks(sheet, codes, [one.code for one in choices]),
        **_come_from(),
    )


def _marks(sheet: Sheet, codes: Sequence[str], to_choose: Sequence[str]) -> dict[str, object]:
    """What a page says about itself when it is sent: what it showed, and over what a human chooses on it."""
    return {
        "version": sheet.version,
        "shown": " ".join(codes),
        "was": _pairs({code: sheet.shown(code) for code in codes}),
        "over": _pairs({code: sheet.mark(code) for code in to_choose}),
        "page": new_token()[:PAGE_MARKS],
        "written": spoken(),
    }


def _come_from() -> dict[str, object]:
    """What the way here has to tell: questions that are new, words that came back, a number worth a second look."""
    opened = request.method == "GET"
    return {
        "new": request.args.get("new", type=int) if opened else None,
        "kept": opened and "kept" in request.args,
        "look": opened and "look" in request.args,
    }


def news(own: Section, intake: Intake, reading: Reading, shown: frozenset[str], saved: Saved) -> dict[str, object]:
    """What a page that is open learns from a save by the way."""
    said = store.words(intake.questionnaire.id, spoken())
    asked = page.ask(own, intake, said, alone=answers_alone(), of_child=about_child())
    new = {one.name for one in asked} - shown
    write, sheet = _writer(intake), sheet_of(own, intake)
    return {
        "version": saved.version,
        "was": {one.name: sheet.shown(one.name) for one in asked if one.name in {*saved.mine, *new}},
        "shown": [one.name for one in asked],
        "questions": [
            {"code": one.name, "tier": one.question.tier, "html": str(write(one))} for one in asked if one.name in new
        ],
        "notes": {one.name: one.note for one in asked if one.note},
        "problems": {code_of(problem.where): message(problem) for problem in reading.problems},
        "counts": {} if saved.overtaken else reading.counts,
        **standing(intake),
    }


def standing(intake: Intake) -> dict[str, object]:
    """What every page that saves itself hears, agreed or not: how long it is open, and whether a sign cannot wait."""
    return {
        "until": open_until(),
        "last": cast(PortalSession, web_session).last,
        "urgent": flag_is_open(intake),
    }


def sheet_of(own: Section, intake: Intake) -> Sheet:
    """What is stored of a section."""
    return intake.sheets.get(own.id, EMPTY)


def _writer(intake: Intake) -> Callable[[page.Asked], Markup]:
    # Where no zone is chosen: that of a country that has one clock, for whoever reads without scripts.
    country = at_hand().country
    return lambda one: block(
        one, intake.questionnaire.id, only_zone(country, now().year) if one.type == "time_zone" else ""
    )


def _pairs(marks: Mapping[str, str]) -> str:
    return " ".join(f"{code}:{mark}" for code, mark in marks.items())
