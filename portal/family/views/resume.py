"""Coming back: a link opens a page that asks for the code; opening it by itself does nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from flask import jsonify, redirect, request, url_for
from flask import session as web_session
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.cases.entry import family_only, show_out
from portal.cases.parked import forget_parked, late_case
from portal.cases.service.access import (
    code_is_fresh,
    come_by_case_code,
    come_by_link,
    come_by_request,
    link_is_open,
    respondent_behind,
)
from portal.cases.service.address import address_of
from portal.cases.service.resume import ask_for_way_back
from portal.extensions import db
from portal.family.blueprint import blueprint
from portal.family.forms import CodeForm, LinkForm, ResumeForm
from portal.family.views.arriving import come_in
from portal.i18n import N_
from portal.keys.ids import new_token
from portal.transaction import transaction
from portal.web.audience import audience
from portal.web.forms import sending, switching
from portal.web.late import rescued_by
from portal.web.limits import RESUME, limit, requester
from portal.web.once import FIELD
from portal.web.parts import now, parts
from portal.web.pressed import led_before
from portal.web.rendering import open_until, render
from portal.web.routes import takes
from portal.web.sessions import PortalSession

OPENS_NOTHING = N_(
    "This code opens no file here. Look at the newest message: the link in it works too. Or ask for a new code."
)

LINK_ENDED = N_("This link is no longer valid. Please ask for a new one.")
CODE_ENDED = N_(
    "The code in a message works for fifteen minutes, and this one is older. We can send you a new one below."
)
NOT_THE_CODE = N_("This is not the code of this message. Please look again.")
NOT_ON_PAPER = N_("This code does not open a file. Please compare it with your note.")


@blueprint.route("/resume", methods=["GET", "POST"])
@rescued_by(led_before)
@audience("public")
@limit(RESUME)
@takes(ResumeForm, FIELD)
def resume() -> ResponseReturnValue:
    """Ask for a link and a code by e-mail, or type the code on paper."""
    form = ResumeForm()
    if switching() or not form.validate_on_submit():
        return render("family/resume.html", form=form, kept="kept" in request.args)
    if (form.case_code.data or "").strip():
        return _by_case_code(form)
    return _mail_a_code(lambda _session: form.contact_email.data)


@blueprint.route("/resume/code", methods=["GET", "POST"])
@rescued_by(led_before)
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
    typed = form.code.data or ""
    led_on = come_in(
        lambda session: come_by_request(session, parts().keyring, asked_by, typed, now=now()),
        form.code,
        lambda: OPENS_NOTHING,
    )
    return led_on or render("family/resume_code.html", form=form)


@blueprint.route("/resume/<token>", methods=["GET", "POST"])
@rescued_by(led_before)
@audience("public")
@limit(RESUME)
@takes(LinkForm, FIELD)
def resume_link(token: str) -> ResponseReturnValue:
    """A mailed link. The page looks the same whether the link is known or not, and asks for the code."""
    form = LinkForm()
    if form.anew.data and not switching():
        return _mail_a_code(lambda session: _address_behind(session, token))
    if switching() or not form.validate_on_submit():
        return render("family/resume_link.html", form=form)
    typed, who = form.code.data or "", requester()
    led_on = come_in(
        lambda session: come_by_link(session, parts().keyring, token, typed, requester=who, now=now()),
        form.code,
        lambda: _why_not(token),
    )
    return led_on or render("family/resume_link.html", form=form)


def _address_behind(session: Session, token: str) -> str:
    respondent = respondent_behind(session, parts().keyring, token, now=now())
    return address_of(parts().keyring, respondent) if respondent else ""


def _why_not(token: str) -> str:
    if not link_is_open(db.session(), parts().keyring, token, requester=requester(), now=now()):
        return LINK_ENDED
    return NOT_THE_CODE if code_is_fresh(db.session(), parts().keyring, token, now=now()) else CODE_ENDED


def _mail_a_code(address: Callable[[Session], str]) -> ResponseReturnValue:
    """Have a code mailed, and lead to where this browser types it; nobody sees whether there is such an address."""
    with transaction() as session:
        once = sending(session)
        asked_by = once.first or new_token()
        if once.first is None:
            ask_for_way_back(session, parts().keyring, email=address(session), asked_by=asked_by, now=now())
            once.remember(asked_by)
    web_session["asked_by"] = asked_by
    return redirect(url_for("family.resume_code"), 303)


def _closed_by_itself() -> ResponseReturnValue | None:
    """The same button on a page of an access that has ended, or that went on in another window.

    Whose page it is nobody else can make it say: whoever is in by now with a file of the same family goes out.
    """
    case = late_case()
    if case is None or web_session.get("family_id", case.family_id) != case.family_id:
        return None
    show_out()
    forget_parked()
    return redirect(url_for("family.signed_out"), 303)


@blueprint.post("/sign-out")
@rescued_by(_closed_by_itself)
@family_only
def sign_out() -> ResponseReturnValue:
    """End this browser's access; what was saved stays."""
    show_out()
    forget_parked()
    return redirect(url_for("family.signed_out"), 303)


@blueprint.post("/case/stay")
@family_only
def stay() -> ResponseReturnValue:
    """Keep the access open for longer: a page that is only read asks for this before it would close."""
    opened = cast(PortalSession, web_session)
    opened.touched, opened.until = True, opened.furthest
    if request.accept_mimetypes.best == "application/json":
        return jsonify(until=open_until(), last=opened.last)
    return redirect(url_for("family.tasks"), 303)


@blueprint.get("/signed-out")
@audience("public")
def signed_out() -> ResponseReturnValue:
    """Says that the file is closed on this device, and how to come back."""
    return render("family/signed_out.html")


def _by_case_code(form: ResumeForm) -> ResponseReturnValue:
    typed = form.case_code.data or ""
    led_on = come_in(
        lambda session: come_by_case_code(session, parts().keyring, typed), form.case_code, lambda: NOT_ON_PAPER
    )
    return led_on or render("family/resume.html", form=form)
