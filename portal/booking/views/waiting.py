"""No time suits: what would, and the waiting list."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.booking.blueprint import blueprint
from portal.booking.clocks import zone_in_words
from portal.booking.service import reserve, waiting
from portal.booking.service.offers import asker_of
from portal.booking.views.shown import log, nothing_to_choose
from portal.booking.waiting_forms import WaitingForm
from portal.booking.wished import BEGINNINGS, ENDINGS, WEEKDAYS, offered, wished
from portal.cases.contact import reachable
from portal.cases.entry import at_hand, family_only
from portal.cases.models import Case
from portal.extensions import db
from portal.i18n import gettext as _
from portal.i18n import language_name, spoken
from portal.staff.service import languages_of_coordinators
from portal.transaction import transaction
from portal.web.forms import filled_in, switching
from portal.web.parts import now, parts
from portal.web.rendering import render
from portal.web.routes import takes

SAID = ("saved", "ended", "passed")  # what the step before did


@blueprint.route("/waiting", methods=["GET", "POST"])
@family_only
@takes(WaitingForm)
def wait() -> ResponseReturnValue:
    """What would suit the family; while it waits, what it asked for as well."""
    case = at_hand().case
    if (instead := nothing_to_choose(case)) is not None:
        return instead
    form = WaitingForm()
    form.offered = _languages(case)
    if switching() or not form.validate_on_submit():
        return _page(case, form)
    try:
        with transaction() as session:
            _say(session, form)
    except (reserve.AlreadyBooked, reserve.NoMore):
        return redirect(url_for("booking.appointment"), 303)
    return redirect(url_for("booking.wait", saved=1), 303)


@blueprint.post("/waiting/end")
@family_only
def stop_waiting() -> ResponseReturnValue:
    """The family waits no more; pressed twice is once."""
    with transaction() as session:
        if waiting.stop_waiting(session, at_hand().case_id, now=now()):
            log(session, "waiting.ended", at_hand().case_id)
    return redirect(url_for("booking.wait", ended=1), 303)


def _languages(case: Case) -> list[str]:
    """Those that the family has said first, then all others in which somebody of the office talks."""
    return list(dict.fromkeys([*asker_of(case).languages, *languages_of_coordinators(db.session())]))


def _say(session: Session, form: WaitingForm) -> None:
    """What is said last counts; the same again changes nothing, and nobody is told of it twice."""
    here, said, note = parts(), form.wish(), form.said_note()
    row = waiting.wait(session, here.keyring, at_hand().case_id, said, note, settings=here.settings, now=now())
    log(session, "waiting.said", row.id)


def _page(case: Case, form: WaitingForm) -> str:
    session = db.session()
    row = waiting.wish_row(session, case.id) if case.waits_since else None
    note = (at_hand().key.read(row, "note") if row else None) or ""
    if not filled_in():
        form.propose(asker_of(case).languages) if row is None else form.show(waiting.wish_of(row), note)
    asked = wished(waiting.wish_of(row), note, since=case.waits_since or now(), zone=case.time_zone) if row else None
    return render(
        "booking/waiting.html",
        form=form,
        asked=asked,
        silent=row is not None and waiting.unanswered(session, row) >= waiting.MOST_UNANSWERED,
        offer=offered(waiting.offer_of(session, case.id, now=now()), case, parts().settings.clinic_time_zone, now())
        if row
        else None,
        reachable=bool(reachable(parts().keyring, case)),
        did=next((name for name in SAID if name in request.args), ""),
        zone=zone_in_words(now(), case.time_zone, spoken()),
        weekdays=[(number, _(words)) for number, words in WEEKDAYS.items()],
        beginnings=[(one, one) for one in BEGINNINGS],
        endings=[(one, one) for one in ENDINGS],
        talked=[(code, language_name(code, spoken())) for code in form.offered],
    )
