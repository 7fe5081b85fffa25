"""HTTP for signing in and out, and for accepting an invitation."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from flask import Blueprint, redirect, request, url_for
from flask import session as web_session
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.accesslog.log import record
from portal.extensions import db
from portal.i18n import N_
from portal.i18n import gettext as _
from portal.rows import CLOCK_STEP
from portal.staff import sign_in as factor
from portal.staff.entry import person, signed_in, staff_only
from portal.staff.forms import InvitationForm, SecondFactorForm, SignInForm
from portal.staff.models import StaffMember
from portal.staff.service import (
    InvitationExpired,
    accept_invitation,
    find_by_email,
    find_by_sign_in,
    fold_email,
    invited,
)
from portal.transaction import transaction
from portal.web.audience import audience
from portal.web.forms import switching
from portal.web.late import rescued_by
from portal.web.limits import SIGN_IN, limit, requester
from portal.web.parts import now, parts
from portal.web.pressed import lead, led_before
from portal.web.rendering import render
from portal.web.routes import takes
from portal.web.sessions import PortalSession
from portal.web.throttle import allow, forgive

blueprint = Blueprint("staff", __name__, url_prefix="/<lang>/desk", template_folder="templates")

TRIES, WINDOW = 10, timedelta(minutes=15)
TRIES_OF_ALL, WINDOW_OF_ALL = 50, timedelta(hours=24)
HALF_WAY = timedelta(minutes=10)
SOMEBODY_ELSE = N_(
    "There were very many wrong codes after your password. Somebody else may know it. "
    "Please ask an admin of the office to reset your sign-in."
)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@audience("public")
@limit(SIGN_IN)
@takes(SignInForm)
def sign_in() -> ResponseReturnValue:
    """Address and password; the answer is the same whichever of them is wrong."""
    if signed_in():
        return redirect(url_for("desk.home"), 303)
    form = SignInForm()
    if switching() or not form.validate_on_submit():
        return render("staff/sign_in.html", form=form)
    email = fold_email(form.email.data or "")
    if not _may_try("sign-in", email):
        form.password.errors = [_("There were many tries. Please wait a quarter of an hour.")]
        return render("staff/sign_in.html", form=form)
    found = find_by_email(db.session(), email)
    if not factor.password_fits(found, form.password.data or "") or found is None:
        form.password.errors = [_("Address and password do not belong together.")]
        return render("staff/sign_in.html", form=form)
    web_session["half_way"] = [found.fs_uniquifier, (now() + HALF_WAY).isoformat()]
    return redirect(url_for("staff.code"), 303)


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@rescued_by(led_before)
@audience("public")
@limit(SIGN_IN)
@takes(SecondFactorForm)
def code() -> ResponseReturnValue:
    """The second factor."""
    waiting = _half_way()
    found = find_by_sign_in(db.session(), waiting) if waiting else None
    if waiting is None or found is None:  # removed or reset meanwhile: the password that was given counts no more
        return redirect(url_for("staff.sign_in"), 303)
    form = SecondFactorForm()
    if switching() or not form.validate_on_submit():
        return render("staff/code.html", form=form)
    if not _may_still_try(found):
        form.code.errors = [_(SOMEBODY_ELSE)]
        return render("staff/code.html", form=form)
    if not _may_try("sign-in-code", found.id):
        form.code.errors = [_("There were many tries. Please wait a quarter of an hour.")]
        return render("staff/code.html", form=form)
    with transaction() as session:
        found = find_by_sign_in(session, waiting, lock=True)
        fits = found is not None and found.active and factor.code_fits(found, form.code.data or "")
        if found is not None and fits:
            _forgive(session, found)
            _log(session, found, "staff.signed_in")
    if found is None or not fits:
        form.code.errors = [_("This code does not fit. Please take the newest one; each code works once.")]
        return render("staff/code.html", form=form)
    cast(PortalSession, web_session).begin_anew()
    factor.sign_in(found)
    return lead(url_for("desk.home"))


@blueprint.post("/sign-out")
@staff_only()
def sign_out() -> ResponseReturnValue:
    """End this session on the server."""
    try:
        with transaction() as session:
            _log(session, person(), "staff.signed_out")
    finally:
        web_session.clear()  # who wants to leave has left this browser, even where it cannot be told
    return redirect(url_for("staff.sign_in"), 303)


def _used_up() -> ResponseReturnValue | None:
    """The same form, pressed once more: the invitation was taken, and its visit ended."""
    try:
        invited(db.session(), parts().keyring, (request.view_args or {})["token"], now=now())
    except InvitationExpired:
        return render("staff/invitation_over.html"), 400
    return None


@blueprint.route("/invitation/<token>", methods=["GET", "POST"])
@rescued_by(_used_up)
@audience("public")
@limit(SIGN_IN)
@takes(InvitationForm)
def invitation(token: str) -> ResponseReturnValue:
    """Choose a password and set up the second factor."""
    try:
        found = invited(db.session(), parts().keyring, token, now=now())
    except InvitationExpired:
        return render("staff/invitation_over.html")
    if web_session.get("new_factor_for") != found.id:
        web_session["new_factor_for"], web_session["new_factor"] = found.id, factor.new_secret()
    form, secret = InvitationForm(), web_session["new_factor"]
    if not switching() and form.validate_on_submit():
        try:
            fits = _accept(token, form, secret)
        except InvitationExpired:
            return render("staff/invitation_over.html")
        if fits:
            web_session.clear()
            return redirect(url_for("staff.sign_in"), 303)
        form.code.errors = [_("This code does not fit. Please take the newest one; each code works once.")]
    return render(
        "staff/invitation.html",
        form=form,
        key=factor.readable_key(secret),
        picture=factor.picture(found, secret),
        email=found.email,
    )


def _accept(token: str, form: InvitationForm, secret: str) -> bool:
    """Whether the first code fitted, and so the invitation is used up."""
    hashed = factor.hash_password(form.password.data or "")  # slow on purpose, hence before the transaction
    with transaction() as session:
        # Read again: another browser may have used the invitation up meanwhile.
        member = invited(session, parts().keyring, token, now=now())
        if not factor.secret_fits(member, secret, form.code.data or ""):
            return False
        accept_invitation(session, member, password_hash=hashed, totp_secret=secret)
        _forgive(session, member)
        _log(session, member, "staff.invitation_accepted")
    return True


def _half_way() -> str | None:
    """Who has given the right password in this browser, within the last ten minutes."""
    waiting = web_session.get("half_way")
    if not waiting or not now() < datetime.fromisoformat(waiting[1]) <= now() + HALF_WAY + CLOCK_STEP:
        return None
    return str(waiting[0])


def _may_try(what: str, whom: str) -> bool:
    """Counted by requester first: a stranger elsewhere cannot lock anybody out."""
    with transaction() as session:
        who = f"{requester()}\0{whom}"
        return allow(session, parts().keyring, what, who, limit=TRIES, window=WINDOW, now=now())


def _may_still_try(who: StaffMember) -> bool:
    """Counted by person, wherever the tries come from: only who has the password comes so far, and no stranger."""
    with transaction() as session:
        keyring, what = parts().keyring, "sign-in-code-of-all"
        return allow(session, keyring, what, who.id, limit=TRIES_OF_ALL, window=WINDOW_OF_ALL, now=now())


def _forgive(session: Session, who: StaffMember) -> None:
    """Whoever came in begins again from nought at both steps."""
    for what, whom in (("sign-in", who.email), ("sign-in-code", who.id)):
        forgive(session, parts().keyring, what, f"{requester()}\0{whom}")
    forgive(session, parts().keyring, "sign-in-code-of-all", who.id)


def _log(session: Session, who: StaffMember, action: str) -> None:
    record(session, parts().keyring, actor=f"staff:{who.id}", action=action, now=now())
