"""The start: the notice on data first, then who fills in, then consents one by one. Nothing is stored before those."""

from __future__ import annotations

import json

from flask import redirect, request, url_for
from flask import session as web_session
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.accesslog.log import record_by_family
from portal.cases.emails import welcome_letter
from portal.cases.entry import family_only, let_in
from portal.cases.models import Case, Respondent
from portal.cases.service.access import open_way
from portal.cases.service.start import Beginning, Begun, begin_case
from portal.family.blueprint import blueprint
from portal.family.forms import ASSENT, AUTHORITY, PERSON, ROLES, AgreeForm, WhoForm
from portal.i18n import gettext as _
from portal.i18n import spoken
from portal.intake.questionnaire.store import current
from portal.mail import outbox
from portal.pages import showing
from portal.transaction import transaction
from portal.web.audience import audience
from portal.web.forms import sending, switching
from portal.web.late import rescued_by
from portal.web.limits import START, limit
from portal.web.parts import now, parts
from portal.web.pressed import lead, led_before
from portal.web.rendering import render
from portal.web.routes import takes

CONSENTS = {
    "consent_health_data": "consent-health-data",
    "consent_share_doctor": "consent-share-doctor",
    "consent_transfer": "acknowledge-transfer",
    "consent_no_treatment_promise": "acknowledge-no-promise",
}


@blueprint.get("/start")
@audience("public")
def start() -> ResponseReturnValue:
    """The notice on data, before anything is asked."""
    return render("family/start.html", title=showing.text("privacy-notice").title, body=showing.body("privacy-notice"))


@blueprint.route("/start/who", methods=["GET", "POST"])
@audience("public")
@takes(WhoForm)
def start_who() -> ResponseReturnValue:
    """Who is filling in, and for whom."""
    form = WhoForm(data=web_session.get("who"))
    if switching() or not form.validate_on_submit():
        return who_page(form, back=url_for("family.start"))
    if stop := stop_page(form, back=url_for("family.start_who")):
        web_session.pop("who", None)
        return stop
    web_session["who"] = form.said()
    return redirect(url_for("family.start_agree"), 303)


@blueprint.route("/start/agree", methods=["GET", "POST"])
@rescued_by(led_before)
@audience("public")
@limit(START)
@takes(AgreeForm)
def start_agree() -> ResponseReturnValue:
    """Consents one by one; then the case is made."""
    who = web_session.get("who")
    if not who:
        return redirect(url_for("family.start_who"), 303)
    form = AgreeForm()
    if switching() or not form.validate_on_submit():
        return consents_page(form, back=url_for("family.start_who"))
    case, respondent, code = _begin(form, who)
    let_in(case, respondent)
    if code:
        web_session["new_code"] = code
    return lead(url_for("family.start_code" if code else "family.tasks"))


@blueprint.route("/start/code", methods=["GET", "POST"])
@family_only
def start_code() -> ResponseReturnValue:
    """The case code, shown until the family says that it is written down; then never again."""
    code = web_session.get("new_code")
    if not code:
        return redirect(url_for("family.tasks"), 303)
    if request.method == "POST" and not switching():
        web_session.pop("new_code")
        return redirect(url_for("family.tasks"), 303)
    return render("family/code.html", code=code)


def who_page(form: WhoForm, *, back: str) -> str:
    """Who is filling in, and for whom."""
    return render(
        "family/who.html",
        form=form,
        back=back,
        roles=_said(ROLES),
        person=_said(PERSON),
        authority=_said(AUTHORITY),
        assent=_said(ASSENT),
    )


def stop_page(form: WhoForm, *, back: str) -> str:
    """The kind page for whoever may not decide; empty where the way is open."""
    stop = _reason_to_stop(form)
    if not stop:
        return ""
    return render("family/stop.html", title=showing.text(stop).title, body=showing.body(stop), back=back)


def consents_page(form: AgreeForm, *, back: str) -> str:
    """Consents one by one; for a new family also how to reach it."""
    texts = {name: (showing.text(slug).title, showing.body(slug)) for name, slug in CONSENTS.items()}
    return render("family/agree.html", form=form, texts=texts, back=back)


def consents_given(form: AgreeForm) -> dict[str, tuple[int, bool]]:
    """Each text with the version that was read, and whether it was agreed to."""
    return {slug: (showing.text(slug).version, bool(form[name].data)) for name, slug in CONSENTS.items()}


def _said(choices: dict[str, str]) -> list[tuple[str, str]]:
    return [(code, _(words)) for code, words in choices.items()]


def _reason_to_stop(form: WhoForm) -> str | None:
    """The kind page for whoever may not decide; `None` where the way is open."""
    alone = form.respondent_role.data == "self_adult"
    if alone:
        return "minor-alone" if form.person.data == "minor" else None
    if form.guardian_authority.data in {"no", "unknown"}:
        return "no-authority"
    if form.person.data == "adult" and form.adult_assent.data == "no":
        return "adult-disagrees"
    return None


def _begin(form: AgreeForm, who: dict[str, str]) -> tuple[Case, Respondent, str | None]:
    """The new case, who fills it in, and its code; of the first sending, where this is a second one."""
    # Several windows that agree for the same person begin one case.
    same = json.dumps(["start", form.contact_email.data or "", *sorted(who.items())])
    with transaction() as session:
        once = sending(session, same)
        if once.first is None:
            begun = _open_case(session, form, who)
            once.remember([begun.respondent.id, begun.code])
            return begun.case, begun.respondent, begun.code
        respondent_id, code = once.first
        respondent = session.get_one(Respondent, respondent_id)
        return respondent.family.cases[0], respondent, code


def _open_case(session: Session, form: AgreeForm, who: dict[str, str]) -> Begun:
    here, instant = parts(), now()
    email = form.contact_email.data or None
    beginning = Beginning(spoken(), email, who, consents_given(form), current().id)
    begun = begin_case(session, here.keyring, beginning, now=instant)
    if email:
        way = open_way(session, here.keyring, begun.respondent, settings=here.settings, now=instant)
        letter = welcome_letter(email, spoken(), way, settings=here.settings, now=instant)
        outbox.post(session, here.keyring, letter, scope=outbox.family_scope(begun.case.family_id), now=instant)
    record_by_family(session, here.keyring, begun.respondent.id, begun.case.pseudonym, "case.begun", now=instant)
    return begun
