"""Choose a time: it is kept while it is confirmed, and free again when the family leaves by the button."""

from __future__ import annotations

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from portal.booking.blueprint import blueprint
from portal.booking.forms import ConfirmForm, SlotForm
from portal.booking.service import keeping, reserve
from portal.booking.views.kept import gone, kept_or_free
from portal.booking.views.shown import HERE, choices, nothing_to_choose, taken
from portal.booking.views.talking import ask_anew, details_choices, details_form, offer_ways, settle
from portal.cases.entry import at_hand, family_only
from portal.extensions import db
from portal.transaction import transaction
from portal.web.forms import switching
from portal.web.parts import now
from portal.web.rendering import render
from portal.web.routes import takes


@blueprint.route("/book", methods=["GET", "POST"])
@family_only
@takes(SlotForm)
def book() -> ResponseReturnValue:
    """The free times; choosing one keeps it for ten minutes."""
    case = at_hand().case
    if (instead := nothing_to_choose(case)) is not None:
        return instead
    form = SlotForm()
    if switching() or not form.validate_on_submit():
        return choices(case, form, HERE)
    try:
        with transaction() as session:
            reserve.hold(session, at_hand().case_id, form.slot.data, now=now())
    except reserve.SlotTaken:
        return taken(case, HERE, form.slot.data)
    except (reserve.AlreadyBooked, reserve.NoMore):
        return redirect(url_for("booking.appointment"), 303)
    return redirect(url_for("booking.confirm"), 303)


@blueprint.route("/book/confirm", methods=["GET", "POST"])
@family_only
@takes(ConfirmForm)
def confirm() -> ResponseReturnValue:
    """The kept time on both clocks; confirming books it at once."""
    form = details_form()
    if switching() or not form.validate_on_submit():
        return _confirm_page(form)
    return settle(form, "booking.confirm", lambda: _confirm_page(form), anew=ask_anew)


@blueprint.post("/book/leave")
@family_only
def leave() -> ResponseReturnValue:
    """Let the kept time go, and look at the others; what is booked stays."""
    with transaction() as session:
        reserve.let_time_go(session, at_hand().case_id, now=now())
    moving = reserve.booked(db.session(), at_hand().case_id) is not None
    return redirect(url_for("booking.move" if moving else "booking.book"), 303)


def _confirm_page(form: ConfirmForm) -> ResponseReturnValue:
    case = at_hand().case
    if reserve.booked(db.session(), case.id) is not None:
        return redirect(url_for("booking.appointment"), 303)
    chosen = keeping.chosen_last(db.session(), case.id)
    if chosen is None:
        return redirect(url_for("booking.book"), 303)
    shown = kept_or_free(case, chosen)
    if shown is None:
        return gone(HERE, chosen)
    offer_ways(form, chosen.schedule)
    return render("booking/confirm.html", form=form, kept=shown, **details_choices(form))
