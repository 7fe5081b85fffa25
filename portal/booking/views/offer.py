"""A time that is offered to a family that waits: take it, or pass it on."""

from __future__ import annotations

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from portal.booking.blueprint import blueprint
from portal.booking.forms import ConfirmForm, MoveForm
from portal.booking.service import waiting
from portal.booking.slots import token_of
from portal.booking.views.shown import log, when
from portal.booking.views.talking import details_choices, details_form, offer_ways, say_not_so, settle
from portal.booking.wished import offered
from portal.cases.entry import at_hand, family_only
from portal.cases.models import Case
from portal.extensions import db
from portal.transaction import transaction
from portal.web.forms import switching
from portal.web.parts import now, parts
from portal.web.rendering import render
from portal.web.routes import takes


@blueprint.route("/offer", methods=["GET", "POST"])
@family_only
@takes(ConfirmForm)
def offer() -> ResponseReturnValue:
    """A time that is kept for a family that waits; taking it books it at once."""
    case = at_hand().case
    form = details_form()
    if switching() or not form.validate_on_submit() or not form.slot.data:
        return _page(case, form)
    return settle(form, "booking.offer", lambda: _page(at_hand().case, form), anew=say_not_so)


@blueprint.post("/offer/pass-on")
@family_only
@takes(MoveForm)
def pass_on() -> ResponseReturnValue:
    """The offered time does not suit: the next family gets it, and this one keeps its place."""
    with transaction() as session:
        if waiting.decline(session, at_hand().case_id, MoveForm().slot.data or "", now=now()):
            log(session, "offer.declined", at_hand().case_id)
    return redirect(url_for("booking.wait", passed=1), 303)


def _page(case: Case, form: ConfirmForm) -> ResponseReturnValue:
    found = waiting.offer_of(db.session(), case.id, now=now())
    if found is None:
        return redirect(url_for("booking.wait"), 303)  # which says how the family stands
    offer_ways(form, found.schedule)
    return render(
        "booking/offer.html",
        form=form,
        token=token_of(found.start_at, found.end_at),
        when=when(found),
        offer=offered(found, case, parts().settings.clinic_time_zone, now()),
        interpreted=found.interpreter_id is not None,
        **details_choices(form),
    )
