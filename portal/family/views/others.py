"""Several people of one family: each has a case of its own. One is open at a time, and answers never mix."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask import session as web_session
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.accesslog.log import record_by_family
from portal.cases.entry import at_hand, family_only, look_up, secret_before, turn_to
from portal.cases.models import Case, Respondent
from portal.cases.service.access import readable
from portal.cases.service.start import Beginning, TooManyCases, begin_another, cases_of, locked_case
from portal.extensions import db
from portal.family.blueprint import blueprint
from portal.family.forms import AnotherForm, OpenForm, WhoForm
from portal.family.views.start import consents_given, consents_page, stop_page, who_page
from portal.i18n import spoken
from portal.intake.questionnaire.store import current
from portal.intake.service.answers import read_case
from portal.intake.views.parked import bring_back_to, way_to_kept
from portal.transaction import transaction
from portal.web.forms import sending, sent_before, switching
from portal.web.late import rescued_by
from portal.web.limits import START, limit
from portal.web.once import FIELD
from portal.web.parts import now, parts
from portal.web.rendering import render
from portal.web.routes import takes

WHO = "another"  # what was said about the next person, until it is agreed to


def _opened_before() -> ResponseReturnValue | None:
    """The same button, pressed once more on the page before: that case is open already."""
    found = look_up()
    if found is None or found.case.reference != OpenForm().reference.data:
        return None
    return redirect(url_for("family.tasks"), 303)


def _begun_before() -> ResponseReturnValue | None:
    """The same form, sent once more because the answer was lost: what it gave. It changes nothing."""
    found, begun = look_up(), sent_before(db.session(), secret_before())
    if found is None or begun is None:
        return None
    return redirect(url_for("family.tasks" if begun == found.case_id else "family.others"), 303)


@blueprint.get("/case/others")
@family_only
def others() -> ResponseReturnValue:
    """The family's cases, with the name that it uses for each person."""
    found, keyring, today = at_hand(), parts().keyring, now().date()
    return render(
        "family/others.html",
        kept="kept" in request.args,
        cases=[
            {
                "name": read_case(db.session(), keyring, case, today=today).name,
                "reference": case.reference,
                "open": case.id == found.case_id,
            }
            for case in _readable(db.session(), found.case.family_id)
        ],
    )


@blueprint.post("/case/open")
@rescued_by(_opened_before)
@family_only
@takes(OpenForm)
def open_other() -> ResponseReturnValue:
    """Open another case of the same family in this browser; any other reference changes nothing."""
    wanted, found, there = OpenForm().reference.data or "", at_hand(), ""
    with transaction() as session:
        cases = _readable(session, web_session["family_id"])
        case = next((one for one in cases if one.reference == wanted), None)
        if case is not None:
            opened = locked_case(session, case.id)
            turn_to(opened)
            if ways := bring_back_to(session, opened, found.respondent_id):
                there = way_to_kept(session, opened, ways, spoken())
            record_by_family(session, parts().keyring, found.respondent_id, opened.pseudonym, "case.opened", now=now())
    return redirect(there or url_for("family.tasks" if case else "family.others"), 303)


@blueprint.route("/case/another", methods=["GET", "POST"])
@family_only
@takes(WhoForm)
def another() -> ResponseReturnValue:
    """Who fills in for the next person."""
    form = WhoForm(data=web_session.get(WHO))
    if switching() or not form.validate_on_submit():
        return who_page(form, back=url_for("family.others"))
    if stop := stop_page(form, back=url_for("family.another")):
        web_session.pop(WHO, None)
        return stop
    web_session[WHO] = form.said()
    return redirect(url_for("family.another_agree"), 303)


@blueprint.route("/case/another/agree", methods=["GET", "POST"])
@rescued_by(_begun_before)
@family_only
@limit(START)
@takes(AnotherForm, FIELD)
def another_agree() -> ResponseReturnValue:
    """Consents for this person; then the case is made, and opened here."""
    who, form = web_session.get(WHO), AnotherForm()
    if not who:
        return redirect(url_for("family.another"), 303)
    if switching() or not form.validate_on_submit():
        return consents_page(form, back=url_for("family.another"))
    found = at_hand()
    try:
        with transaction() as session:
            respondent = session.get_one(Respondent, found.respondent_id)
            once = sending(session)
            case = session.get_one(Case, once.first) if once.first else _begin(session, respondent, form, who)
            once.remember(case.id)
            turn_to(case)
    except TooManyCases:
        return redirect(url_for("family.others"), 303)
    web_session.pop(WHO)
    return redirect(url_for("family.tasks"), 303)


def _begin(session: Session, respondent: Respondent, form: AnotherForm, who: dict[str, str]) -> Case:
    keyring, beginning = parts().keyring, Beginning(spoken(), None, who, consents_given(form), current().id)
    case = begin_another(session, keyring, respondent, beginning, now=now())
    record_by_family(session, keyring, respondent.id, case.pseudonym, "case.begun", now=now())
    return case


def _readable(session: Session, family_id: str) -> list[Case]:
    return readable(parts().keyring, cases_of(session, family_id))
