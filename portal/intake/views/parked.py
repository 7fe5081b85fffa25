"""A page that was open for too long is sent: what it holds waits until its family is back."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, after_this_request, current_app, redirect, request, url_for
from flask import session as web_session
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.cases.models import Case
from portal.cases.service.changes import is_open
from portal.intake.questionnaire import store
from portal.intake.service.answers import read_case
from portal.intake.service.flags import is_open as is_open_sign
from portal.intake.service.parking import LIFE, bring_back, case_of, park
from portal.intake.views import posted
from portal.keys.ids import new_token
from portal.keys.keyring import KeyDestroyed
from portal.transaction import transaction
from portal.web.parts import now, parts
from portal.web.sessions import cookie_name, delete_cookie, set_cookie

COOKIE = "portal_parked"  # lives as long as what is kept: whoever comes back in this browser has it


def park_section() -> ResponseReturnValue | None:
    """Keep a late page of a case's section, and ask for the code; `None` where the page does not say whose it is."""
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
        if own is None:
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
    if not kept:
        return None
    _answer_with(lambda response: set_cookie(current_app, response, COOKIE, owner, LIFE))
    # Whoever has another file of the family open here chooses; everybody else is asked for the code.
    there = "family.others" if "family_id" in web_session else "family.resume"
    return redirect(url_for(there, kept=1), 303)


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
