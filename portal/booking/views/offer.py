"""A time that is offered to a family that waits: take it, or pass it on."""

from __future__ import annotations

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from portal.booking.blueprint import blueprint
from portal.booking.forms import ConfirmForm, MoveForm
from portal.booking.service import reserve, waiting
from portal.booking.slots import token_of
from portal.booking.views.choose import (
    HERE,
    NOT_SO,
    book_it,
    details_choices,
    details_form,
    keep_what_was_typed,
    offer_ways,
)
from portal.booking.views.shown import log, taken, when
from portal.booking.ways import OtherWay
from portal.booking.wished import offered
from portal.cases.entry import at_hand, family_only
from portal.cases.models import Case
from portal.extensions import db
from portal.i18n import gettext as _
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
    form = details_form(case)
    if switching() or not form.validate_on_submit() or not form.slot.data:
        return _page(case, form)
    try:
        book_it(form)
    except reserve.SlotTaken:
        keep_what_was_typed(form)
        return taken(at_hand().case, HERE, form.slot.data)
    except OtherWay:
        form.channel.errors = [_(NOT_SO)]
        return _page(at_hand().case, form)
    except reserve.OtherTimeKept:
        keep_what_was_typed(form)
        return redirect(url_for("booking.offer"), 303)  # which shows what is offered now
    except (reserve.AlreadyBooked, reserve.NoMore):
        pass  # pressed twice, or booked in another window: the next page says so
    return redirect(url_for("booking.appointment"), 303)


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
        offer=offered(found, parts().settings.clinic_time_zone),
        interpreted=found.interpreter_id is not None,
        **details_choices(form),
    )
