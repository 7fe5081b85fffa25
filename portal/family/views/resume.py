"""Coming back: a link opens a page that asks for the code; opening it by itself does nothing."""

from __future__ import annotations

from datetime import timedelta

from flask import redirect, url_for
from flask import session as web_session
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.accesslog.log import record
from portal.cases.entry import family_only, let_in, show_out
from portal.cases.models import Respondent
from portal.cases.service.access import CodeWrong, LinkExpired, come_by_case_code, come_by_link, come_by_request
from portal.cases.service.resume import ask_for_way_back
from portal.family.blueprint import blueprint
from portal.family.forms import CodeForm, ResumeForm
from portal.i18n import gettext as _
from portal.keys.ids import new_token
from portal.transaction import transaction
from portal.web.audience import audience
from portal.web.forms import sending, switching
from portal.web.limits import RESUME, limit, requester
from portal.web.once import FIELD
from portal.web.parts import now, parts
from portal.web.rendering import render
from portal.web.routes import takes
from portal.web.throttle import allow

CODES_AN_HOUR = 20


@blueprint.route("/resume", methods=["GET", "POST"])
@audience("public")
@limit(RESUME)
@takes(ResumeForm, FIELD)
def resume() -> ResponseReturnValue:
    """Ask for a link and a code by e-mail, or type the code on paper."""
    form = ResumeForm()
    if switching() or not form.validate_on_submit():
        return render("family/resume.html", form=form)
    if (form.case_code.data or "").strip():
        return _by_case_code(form)
    with transaction() as session:
        once = sending(session)
        asked_by = once.first or new_token()
        if once.first is None:
            ask_for_way_back(session, parts().keyring, email=form.contact_email.data, asked_by=asked_by, now=now())
            once.remember(asked_by)
    web_session["asked_by"] = asked_by
    return redirect(url_for("family.resume_code"), 303)


@blueprint.route("/resume/code", methods=["GET", "POST"])
@audience("public")
@limit(RESUME)
@takes(CodeForm)
def resume_code() -> ResponseReturnValue:
    """The code from the mail, in the browser that asked for it."""
    asked_by = web_session.get("asked_by")
    if not asked_by:
        return redirect(url_for("family.resume"), 303)
    form = CodeForm()
    if switching() or not form.validate_on_submit():
        return render("family/resume_code.html", form=form)
    respondent = None
    with transaction() as session:
        if allow(
            session, parts().keyring, "code", requester(), limit=CODES_AN_HOUR, window=timedelta(hours=1), now=now()
        ):
            try:
                respondent = come_by_request(session, parts().keyring, asked_by, form.code.data or "", now=now())
            except (CodeWrong, LinkExpired):
                respondent = None  # counted in this transaction; the answer is the same as for an unknown address
        _enter(session, respondent)
    if respondent is None:
        form.code.errors = [_("This code does not open a file. Look at the newest message, or ask for a new code.")]
        return render("family/resume_code.html", form=form)
    return redirect(url_for("family.tasks"), 303)


@blueprint.route("/resume/<token>", methods=["GET", "POST"])
@audience("public")
@limit(RESUME)
@takes(CodeForm)
def resume_link(token: str) -> ResponseReturnValue:
    """A mailed link. The page looks the same whether the link is known or not, and asks for the code."""
    form = CodeForm()
    if switching() or not form.validate_on_submit():
        return render("family/resume_link.html", form=form)
    respondent, expired = None, False
    with transaction() as session:
        if allow(
            session, parts().keyring, "code", requester(), limit=CODES_AN_HOUR, window=timedelta(hours=1), now=now()
        ):
            try:
                respondent = come_by_link(session, parts().keyring, token, form.code.data or "", now=now())
            except CodeWrong:
                respondent = None  # counted in this transaction
            except LinkExpired:
                expired = True
        _enter(session, respondent)
    if respondent is not None:
        return redirect(url_for("family.tasks"), 303)
    form.code.errors = [
        _("This link is no longer valid. Please ask for a new one.")
        if expired
        else _("This is not the code of this message. Please look again.")
    ]
    return render("family/resume_link.html", form=form, expired=expired)


@blueprint.post("/sign-out")
@family_only
def sign_out() -> ResponseReturnValue:
    """End this browser's access; what was saved stays."""
    show_out()
    return redirect(url_for("family.signed_out"), 303)


@blueprint.get("/signed-out")
@audience("public")
def signed_out() -> ResponseReturnValue:
    """Says that the file is closed on this device, and how to come back."""
    return render("family/signed_out.html")


def _by_case_code(form: ResumeForm) -> ResponseReturnValue:
    respondent = None
    with transaction() as session:
        if allow(
            session, parts().keyring, "code", requester(), limit=CODES_AN_HOUR, window=timedelta(hours=1), now=now()
        ):
            respondent = come_by_case_code(session, parts().keyring, form.case_code.data or "")
        _enter(session, respondent)
    if respondent is None:
        form.case_code.errors = [_("This code does not open a file. Please compare it with your note.")]
        return render("family/resume.html", form=form)
    return redirect(url_for("family.tasks"), 303)


def _enter(session: Session, respondent: Respondent | None) -> None:
    if respondent is None:
        return
    case = respondent.family.cases[0]
    let_in(case, respondent)
    record(
        session,
        parts().keyring,
        actor=f"family:{respondent.id}",
        action="case.opened",
        pseudonym=case.pseudonym,
        now=now(),
    )
