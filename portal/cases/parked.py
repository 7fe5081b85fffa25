"""A family's form that is sent after its access has ended: it waits sealed, and its page shows it again after the code.

One way for every page that has a form. Nothing is done in the meantime: the family sees what it had filled in, and
presses the button itself. Sections of the intake, whose words are kept without a button, say how in `intake`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from flask import Response, after_this_request, current_app, g, redirect, request, url_for
from flask import session as web_session
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from portal.cases.models import Case
from portal.cases.service.parking import LIFE, Parked, let_go, park, parked_by
from portal.cases.service.start import locked_case
from portal.extensions import db
from portal.keys.ids import new_token
from portal.keys.keyring import KeyDestroyed
from portal.keys.passes import case_of
from portal.transaction import AWAY, DatabaseBusy, transaction
from portal.typed import whole
from portal.web.cookies import cookie_name, delete_cookie, set_cookie
from portal.web.forms import switching
from portal.web.once import FIELD
from portal.web.parts import now, parts
from portal.web.routes import fields_of
from portal.web.ways import back_to

COOKIE = "portal_parked"  # lives as long as what is kept: whoever comes back in this browser has it
UNUSED = "0."  # before the secret of a browser that has sent nothing too late: nothing is looked for
FORM = "application/x-www-form-urlencoded"  # a file is thrown away as it arrives, for nobody knows who sends it
PAGE = "page"  # where this stands in what is parked, it is a form of a page of its own


def park_form() -> ResponseReturnValue | None:
    """Keep a late form, and ask for the code; `None` where it cannot be kept, or has no page to be shown on again."""
    case = late_case()
    if case is None or not _has_page() or request.mimetype != FORM:
        return None
    here = case.id == web_session.get("case_id")
    content = {PAGE: request.endpoint, "values": _args() | {"back": back_to()}, "fields": _filled_in()}
    if not keep(case.id, _page_name(), content):
        return None
    # Where the access has begun anew meanwhile, in another window, nobody need be asked for anything.
    return redirect(request.full_path.removesuffix("?") if here else way_back(kept=True), 303)


def late_case() -> Case | None:
    """The case of a page that comes too late; `None` where it does not say whose it is, or nobody can read it."""
    case_id = case_of(parts().keyring, request.form.get("for", ""))
    case = db.session.get(Case, case_id) if case_id else None
    if case is not None:
        try:
            parts().keyring.case(case.id)
        except KeyDestroyed:
            return None
    return case


def keep(case_id: str, page: str, content: dict[str, Any]) -> bool:
    """Park what a page holds for this browser. Whether there was room."""
    owner = _owner() or new_token()
    with transaction() as session:
        locked_case(session, case_id)  # windows that are late at the same moment wait for each other
        kept = park(session, parts().keyring, case_id, page, content, owner=owner, now=now())
    if kept:
        g.portal_owner = owner
        _answer_with(lambda response: set_cookie(current_app, response, COOKIE, owner, LIFE))
    return kept


def way_back(*, kept: bool) -> str:
    """Whoever has another file of the family open here chooses; everybody else is asked for the code."""
    return url_for("family.others" if "family_id" in web_session else "family.resume", kept=1 if kept else None)


def waiting_for(session: Session, case: Case) -> list[Parked]:
    """What this browser has sent too late about a case, the oldest first."""
    owner = _owner()
    return parked_by(session, parts().keyring, case, owner=owner, now=now()) if owner else []


def bring_back(case: Case) -> None:
    """Have the forms of this page filled in with what was sent too late, until it is sent."""
    if request.method != "POST" and _has_page():
        found = _waiting_here(db.session(), case)
        g.portal_brought_back = MultiDict(found[-1].content["fields"]) if found else None


def settled(case_id: str, answer: ResponseReturnValue) -> None:
    """What waited for this page is not shown any more, once it was sent and led on."""
    sent = request.method == "POST" and not switching() and getattr(answer, "status_code", 200) == 303
    if sent and _has_page():
        # What was sent is saved, whatever becomes of this.
        with suppress(DatabaseBusy, *AWAY), transaction() as session:
            let_go(session, [one.id for one in _waiting_here(session, session.get_one(Case, case_id))])


def carries_parked() -> bool:
    """Whether this browser has ever sent a page too late."""
    return bool(_owner()) and not _cookie().startswith(UNUSED)


def ready_to_park() -> None:
    """From now on this browser has its secret, so that two of its windows that are late at once say the same one."""
    if not carries_parked():
        secret = UNUSED + (_owner() or new_token())
        _answer_with(lambda response: set_cookie(current_app, response, COOKIE, secret, LIFE))


def forget_parked() -> None:
    """Whoever uses this browser next has nothing to do with it."""
    _answer_with(lambda response: delete_cookie(current_app, response, COOKIE))


def _waiting_here(session: Session, case: Case) -> list[Parked]:
    return [one for one in waiting_for(session, case) if PAGE in one.content and one.page == _page_name()]


def _has_page() -> bool:
    """Whether what is posted here can be looked at here as well."""
    return request.url_rule is not None and "GET" in (request.url_rule.methods or ())


def _filled_in() -> list[tuple[str, str]]:
    """What the form asks for; its token is another one when it is shown again."""
    asked = set(fields_of(current_app.view_functions[request.endpoint or ""])) - {FIELD}
    return [(name, whole(value)) for name, value in request.form.items(multi=True) if name in asked]


def _args() -> dict[str, Any]:
    return {name: value for name, value in (request.view_args or {}).items() if name != "lang"}


def _page_name() -> str:
    return " ".join([str(request.endpoint), *(f"{name}={value}" for name, value in sorted(_args().items()))])


def _owner() -> str:
    given: str = g.get("portal_owner", "")
    return given or _cookie().removeprefix(UNUSED)


def _cookie() -> str:
    return request.cookies.get(cookie_name(current_app, COOKIE), "")


def _answer_with(change: Callable[[Response], None]) -> None:
    @after_this_request
    def answered(response: Response) -> Response:
        change(response)
        return response
