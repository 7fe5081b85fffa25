"""A page of a section that is sent after its access has ended: what it holds waits, and comes back without a button."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app, jsonify, redirect, request, url_for
from flask import session as web_session
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.cases.models import Case
from portal.cases.parked import PAGE, keep, late_case, waiting_for, way_back
from portal.cases.service.changes import is_open
from portal.cases.service.parking import SENDING, Parked, led_to, let_go
from portal.cases.service.start import locked_case
from portal.i18n import spoken
from portal.intake.questionnaire import store
from portal.intake.questionnaire.definition import Section
from portal.intake.questionnaire.posted import code_of
from portal.intake.questionnaire.reading import Typed
from portal.intake.questionnaire.texts import label_of
from portal.intake.service.answers import read_case
from portal.intake.service.flags import is_open as is_open_sign
from portal.intake.service.saving import keep_typed
from portal.intake.showing import typed_in_pieces
from portal.intake.views import posted
from portal.transaction import transaction
from portal.web.parts import now, parts
from portal.web.rendering import render

CONFLICT = 409
SECTION = "section"
RIGHT_NOW = "intake.right_now"


@dataclass(frozen=True)
class Way:
    """Where a page that came back is looked at."""

    endpoint: str
    values: dict[str, Any]


@dataclass(frozen=True)
class Late:
    """A page that came too late: of which section, what was typed on it, and whether it could be kept."""

    case_id: str
    section: Section
    questionnaire: str
    typed: Typed
    kept: bool


def park_section() -> ResponseReturnValue | None:
    """Keep a late page of a case's section, and ask for the code; `None` where the page does not say whose it is."""
    late = _park()
    if late is None:
        return None
    if not late.kept:
        return _not_kept(late), CONFLICT
    if web_session.get("case_id") == late.case_id:  # the access has begun anew meanwhile, in another window
        return redirect(_straight_back(late.case_id), 303)
    return redirect(way_back(kept=True), 303)


def park_by_the_way() -> ResponseReturnValue | None:
    """The same for a page that saves itself: its script says what became of it, and goes on sending."""
    late = _park()
    if late is None:
        return None
    return jsonify(late=True, kept=late.kept, way_back=way_back(kept=late.kept)), CONFLICT


def bring_back_to(session: Session, case: Case, respondent_id: str) -> list[Way]:
    """Give back what this browser had sent too late about a case; where that is looked at, the newest last.

    Pages of sections go to what is typed there, unread, as if typed just now, where the case may still be written to:
    of two that say different things about a question, the later one stands as typed and the other beside it. Other
    forms wait on their pages until somebody sends them.
    """
    found = waiting_for(session, case)
    known = {section.id for section in store.load(case.questionnaire).sections} if is_open(case, now()) else set()
    sections = [one for one in found if one.content.get(SECTION) in known]
    pages = [one for one in found if one.content.get(PAGE) in current_app.view_functions]
    for one in sections:
        _lay_in(session, case, one, respondent_id)
    let_go(session, [one.id for one in sections])
    led_to(session, [one.id for one in pages], now=now())
    return [_way_to(one) for one in found if one in sections or one in pages]


def way_to_kept(session: Session, case: Case, ways: list[Way], language: str) -> str:
    """Where a family goes on whose late pages came back: what to do now, where a sign is ticked; else the newest."""
    if is_open_sign(read_case(session, parts().keyring, case, today=now().date())):
        back = next((way.values for way in ways if way.endpoint == RIGHT_NOW), {})
        return url_for(RIGHT_NOW, lang=language, **back)
    return url_for(ways[-1].endpoint, lang=language, **ways[-1].values)


def _park() -> Late | None:
    case, section_id = late_case(), str((request.view_args or {}).get("section", ""))
    if case is None:
        return None
    case_id, questionnaire = case.id, case.questionnaire
    try:
        own = store.load(questionnaire).section(section_id)
    except LookupError:
        return None
    typed, was = posted.touched(own, posted.shown_codes(own) or frozenset(), now().date())
    content: dict[str, Any] = {SECTION: section_id, "typed": typed, "was": was, SENDING: posted.sending()}
    content |= {"of": posted.page(), "language": posted.written()}
    page = f"{SECTION} {section_id} {posted.page()}" if posted.page() else ""
    return Late(case_id, own, questionnaire, typed, keep(case_id, page, content))


def _straight_back(case_id: str) -> str:
    with transaction() as session:
        case = locked_case(session, case_id)
        ways = bring_back_to(session, case, web_session["respondent_id"])
        return way_to_kept(session, case, ways, spoken()) if ways else url_for("family.tasks")


def _lay_in(session: Session, case: Case, late: Parked, respondent_id: str) -> None:
    said = late.content
    keep_typed(
        session,
        parts().keyring,
        case,
        said[SECTION],
        said["typed"],
        said["was"],
        language=said["language"],
        page=said["of"],
        sending=said.get(SENDING, 0),
        respondent_id=respondent_id,
        now=now(),
    )


def _way_to(late: Parked) -> Way:
    said = late.content
    if SECTION in said:
        return Way("intake.section", {"section": said[SECTION], "kept": 1})
    return Way(said[PAGE], said["values"])


def _not_kept(late: Late) -> str:
    """What was typed stands there once more, to be copied. Nothing of the case does: nobody knows who asks."""
    said = store.words(late.questionnaire, spoken())
    fields: dict[str, Typed] = {}
    for name, texts in late.typed.items():
        fields.setdefault(code_of(name), {})[name] = texts
    typed = {
        code: "".join(piece.text for piece in typed_in_pieces(said.questions[code], own))
        for code, own in fields.items()
    }
    return render(
        "intake/not_kept.html",
        title=said.sections[late.section.id].title,
        typed=[
            {"label": label_of(said.questions[code], said.person), "value": text, "dir": "auto"}
            for code, text in typed.items()
            if text
        ],
        way_back=way_back(kept=False),
    )
