"""A page that was open for too long is sent: what it holds waits until its family is back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, after_this_request, current_app, jsonify, redirect, request, url_for
from flask import session as web_session
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.cases.models import Case
from portal.cases.service.changes import is_open
from portal.i18n import spoken
from portal.intake.questionnaire import store
from portal.intake.questionnaire.definition import Section
from portal.intake.questionnaire.posted import code_of
from portal.intake.questionnaire.reading import Typed
from portal.intake.questionnaire.texts import label_of
from portal.intake.service.answers import read_case
from portal.intake.service.flags import is_open as is_open_sign
from portal.intake.service.parking import LIFE, bring_back, case_of, park
from portal.intake.showing import typed_in_pieces
from portal.intake.views import posted
from portal.keys.ids import new_token
from portal.keys.keyring import KeyDestroyed
from portal.transaction import transaction
from portal.web.parts import now, parts
from portal.web.rendering import render
from portal.web.sessions import cookie_name, delete_cookie, set_cookie

CONFLICT = 409
COOKIE = "portal_parked"  # lives as long as what is kept: whoever comes back in this browser has it


@dataclass(frozen=True)
class Late:
    """A page that came too late: of which section, what was typed on it, and whether there was room to keep it."""

    section: Section
    questionnaire: str
    typed: Typed
    kept: bool


def park_section() -> ResponseReturnValue | None:
    """Keep a late page of a case's section, and ask for the code; `None` where the page does not say whose it is."""
    late = _park()
    if late is None:
        return None
    return redirect(_way_back(late), 303) if late.kept else (_not_kept(late), CONFLICT)


def park_by_the_way() -> ResponseReturnValue | None:
    """The same for a page that saves itself: its script says what became of it, and goes on sending."""
    late = _park()
    return None if late is None else (jsonify(late=True, kept=late.kept, way_back=_way_back(late)), CONFLICT)


def _park() -> Late | None:
    keyring, section_id = parts().keyring, str((request.view_args or {}).get("section", ""))
    case_id = case_of(keyring, request.form.get("for", ""))
    if case_id is None:
        return None
    owner = _owner() or new_token()
    with transaction() as session:
        case = session.get(Case, case_id)
        try:
            own = store.load(case.questionnaire).section(section_id) if case else None
        except LookupError:
            own = None
        if case is None or own is None:
            return None
        try:
            typed, was = posted.touched(own, posted.shown_codes(own) or frozenset(), now().date())
            kept = park(
                session,
                keyring,
                case_id,
                section_id,
                typed,
                was,
                page=posted.page(),
                language=posted.written(),
                owner=owner,
                now=now(),
            )
        except KeyDestroyed:
            return None
        late = Late(own, case.questionnaire, typed, kept)
    if kept:
        _answer_with(lambda response: set_cookie(current_app, response, COOKIE, owner, LIFE))
    return late


def _way_back(late: Late) -> str:
    """Whoever has another file of the family open here chooses; everybody else is asked for the code."""
    return url_for("family.others" if "family_id" in web_session else "family.resume", kept=1 if late.kept else None)


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
        way_back=_way_back(late),
    )


def bring_back_to(session: Session, case: Case, respondent_id: str) -> list[str]:
    """Put what this browser had sent too late into a case, where it may still be written to; the sections."""
    owner = _owner()
    if not owner or not is_open(case, now()):
        return []
    return bring_back(session, parts().keyring, case, owner=owner, respondent_id=respondent_id, now=now())


def way_to_kept(session: Session, case: Case, sections: list[str], language: str | None = None) -> str:
    """Where a family goes on whose late pages came back: what to do now, where a sign is ticked; else the newest."""
    if is_open_sign(read_case(session, parts().keyring, case, today=now().date())):
        return url_for("intake.right_now", lang=language)
    return url_for("intake.section", section=sections[-1], kept=1, lang=language)


def carries_parked() -> bool:
    """Whether this browser has ever sent a page too late."""
    return bool(_owner())


def forget_parked() -> None:
    """Whoever uses this browser next has nothing to do with it."""
    _answer_with(lambda response: delete_cookie(current_app, response, COOKIE))


def _owner() -> str:
    return request.cookies.get(cookie_name(current_app, COOKIE), "")


def _answer_with(change: Callable[[Response], None]) -> None:
    @after_this_request
    def answered(response: Response) -> Response:
        change(response)
        return response
