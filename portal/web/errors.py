"""Error pages in the reader's language, each with a reference that stands in the log, and no internals."""

from __future__ import annotations

import secrets

import structlog
from flask import Flask, current_app, make_response, request, session
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, TooManyRequests

from portal.adapters.storage import StorageFull
from portal.i18n import N_
from portal.i18n import gettext as _
from portal.keys.subjects import SubjectsAway
from portal.transaction import AWAY, DatabaseBusy
from portal.web.addresses import url_for
from portal.web.audience import audience_of
from portal.web.late import rescue
from portal.web.parts import NotInitialised
from portal.web.rendering import render
from portal.web.sessions import PortalSession

log = structlog.get_logger(__name__)

WORDS: dict[int, tuple[str, str]] = {
    400: (
        N_("That did not reach us whole"),
        N_("Please go back and send it again. What was saved before is still there."),
    ),
    403: (N_("This page is not open to you"), N_("If you think it should be, please sign in again or ask the office.")),
    404: (N_("We cannot find this page"), N_("The address may be old or not complete. Nothing you saved is lost.")),
    405: (
        N_("This page cannot be opened this way"),
        N_("Please start again from the first page. Nothing you saved is lost."),
    ),
    413: (N_("That was too large"), N_("A file may have up to 50 MB. A photo of each page is often much smaller.")),
    429: (
        N_("Please wait a moment"),
        N_("There were many tries in a short time. In an hour at most you can go on; nothing is lost."),
    ),
    500: (
        N_("Something went wrong on our side"),
        N_("It is not your fault. Please try again in a few minutes. What was saved before is still there."),
    ),
    503: (
        N_("We cannot save anything just now"),
        N_("Please try again in a few minutes. What was saved before is still there."),
    ),
}
# These pass: the same may be sent again in a moment. After other errors it would only fail again.
PASSING = {429, 503}
SECRET = {"password", "code", "case_code"}
MOST_TYPED = 200_000
EXPIRED_FORM = (
    N_("This page has been open for too long"),
    N_(
        "What you last wrote or pressed on it did not reach us and was not kept. What was saved before is still there. "
        "Please open the page again."
    ),
)
LEFT_HERE = (
    N_("You are signed out in this browser"),
    N_(
        "On our side this access is not closed yet. Please press the button in a moment. If you do not, it closes by "
        "itself within a few hours."
    ),
)
UNTYPED = {"for", "once"}


BUSY = (DatabaseBusy, *AWAY, StorageFull, SubjectsAway, NotInitialised)


def register_errors(app: Flask) -> None:
    """Answer every error with a page."""
    app.register_error_handler(CSRFError, _expired)
    app.register_error_handler(HTTPException, _http)
    for busy in BUSY:
        app.register_error_handler(busy, _unavailable)
    app.register_error_handler(Exception, _unexpected)


def error_page(status: int, words: tuple[str, str] | None = None, way_back: str = "") -> ResponseReturnValue:
    """The page for a status, with a new reference that is logged; `way_back` opens a family's file again."""
    reference = secrets.token_hex(4)
    title, body = words or WORDS.get(status) or WORDS[500 if status >= 500 else 400]
    log.info("error_page", reference=reference, status=status, endpoint=request.endpoint, method=request.method)
    # A host name that is not ours has no addresses to link to.
    template = "error.html" if request_ctx.url_adapter else "error_bare.html"
    again, token = _again(status), _token()
    page = render(
        template,
        title=_(title),
        body=_(body),
        reference=reference,
        again=again,
        typed=any(name not in UNTYPED for name, _value in again or []),
        token=token,
        way_back=way_back,
    )
    return make_response(page, status)


def _again(status: int) -> list[tuple[str, str]] | None:
    """What was typed or pressed, to be sent again from the error page; `None` where it cannot be: nothing secret, and
    nothing for another site's form.
    """
    if status not in PASSING or request.method != "POST" or request.mimetype != "application/x-www-form-urlencoded":
        return None
    typed = list(request.form.items(multi=True))
    if SECRET & set(request.form) or sum(len(name) + len(value) for name, value in typed) > MOST_TYPED:
        return None
    return [(name, value) for name, value in typed if name != "csrf_token"]


def _token() -> str:
    """The token that was posted, where nobody could look up whose it is: it is still good when the database is back."""
    return request.form.get("csrf_token", "") if getattr(session, "fault", None) is not None else ""


def _expired(fault: CSRFError) -> ResponseReturnValue:
    """A page that was open for longer than its access: what it holds is kept where that can be."""
    view = current_app.view_functions.get(request.endpoint or "")
    of_family = view is not None and audience_of(view) == ("family",)
    has_file = of_family or (request.blueprint == "family" and "family_id" in session)
    return rescue() or error_page(400, EXPIRED_FORM, _way_back() if has_file else "")


def _way_back() -> str:
    return url_for("family.others" if "family_id" in session else "family.resume")


def _http(fault: HTTPException) -> ResponseReturnValue:
    late = getattr(fault, "original_exception", None)  # after the view, as where a session cannot be saved
    if late is not None:
        _keep_nothing(late)
        return _unavailable(late) if isinstance(late, BUSY) else _unexpected(late)
    if fault.code is None or fault.code < 400:
        return fault
    answer = make_response(error_page(fault.code))
    if fault.code == 405 and hasattr(fault, "valid_methods"):
        answer.headers["Allow"] = ", ".join(fault.valid_methods or [])
    if isinstance(fault, TooManyRequests):
        answer.retry_after = fault.retry_after
    return answer


def _keep_nothing(fault: Exception) -> None:
    """What this request made of its session is not kept: the reader's cookies stay, and with them the form's token."""
    if isinstance(session, PortalSession):
        session.fault = fault


def _unavailable(fault: Exception) -> ResponseReturnValue:
    log.warning("unavailable", error=type(fault).__name__, endpoint=request.endpoint)
    return error_page(503, LEFT_HERE if getattr(session, "left", False) else None)


def _unexpected(fault: Exception) -> ResponseReturnValue:
    # The traceback names places in the code, never a value: structlog is set up without local variables.
    log.error("unexpected", error=type(fault).__name__, endpoint=request.endpoint, exc_info=_places(fault))
    return error_page(500)


def _places(fault: BaseException) -> list[str]:
    places, trace = [], fault.__traceback__
    while trace:
        places.append(f"{trace.tb_frame.f_code.co_filename.rpartition('/portal/')[2]}:{trace.tb_lineno}")
        trace = trace.tb_next
    return places[-12:]
