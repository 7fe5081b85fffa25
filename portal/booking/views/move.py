"""Another time for a consultation that is booked: the old one stands until the new one does."""

from __future__ import annotations

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from portal.booking.blueprint import blueprint
from portal.booking.forms import MoveForm, SlotForm
from portal.booking.models import Appointment
from portal.booking.reach import is_late
from portal.booking.service import keeping, reserve
from portal.booking.service.cancel import NothingBooked
from portal.booking.service.change import move as move_it
from portal.booking.slots import token_of
from portal.booking.views.kept import gone, kept_or_free
from portal.booking.views.shown import Choosing, choices, log, taken, when, whom_to_call
from portal.cases.entry import at_hand, family_only
from portal.cases.models import Case
from portal.extensions import db
from portal.transaction import transaction
from portal.web.forms import switching
from portal.web.parts import now, parts
from portal.web.rendering import render
from portal.web.routes import takes


@blueprint.route("/appointment/move", methods=["GET", "POST"])
@family_only
@takes(SlotForm)
def move() -> ResponseReturnValue:
    """The free times beside the one that is booked; choosing one keeps it for ten minutes."""
    case, found = at_hand().case, _coming()
    if found is None:
        return redirect(url_for("booking.appointment"), 303)
    form = SlotForm()
    if switching() or not form.validate_on_submit():
        return choices(case, form, _here(found))
    try:
        with transaction() as session:
            reserve.hold(session, at_hand().case_id, form.slot.data, now=now(), moving=True)
    except reserve.SlotTaken:
        return taken(case, _here(found), form.slot.data)
    except reserve.NoMore:
        return redirect(url_for("booking.book"), 303)  # which says why
    return redirect(url_for("booking.move_confirm"), 303)


@blueprint.route("/appointment/move/confirm", methods=["GET", "POST"])
@family_only
@takes(MoveForm)
def move_confirm() -> ResponseReturnValue:
    """The old time and the new one; confirming puts one in the place of the other at once."""
    case, found, form = at_hand().case, _coming(), MoveForm()
    if found is None:
        return redirect(url_for("booking.appointment"), 303)
    if switching() or not form.validate_on_submit():
        return _page(case, found)
    late = is_late(found.start_at, now())
    try:
        with transaction() as session:
            here, case_id = parts(), at_hand().case_id
            times = {"token": form.slot.data or "", "was": form.was.data or ""}
            moved = move_it(session, here.keyring, case_id, settings=here.settings, now=now(), **times)
            log(session, "appointment.moved", moved.id)
    except reserve.SlotTaken:
        return taken(case, _here(found), form.slot.data)
    except reserve.OtherTimeKept:
        return redirect(url_for("booking.move_confirm"), 303)  # which shows the time that is kept
    except (NothingBooked, reserve.NoMore):
        return redirect(url_for("booking.book"), 303)
    return redirect(url_for("booking.appointment", moved="late" if late else 1), 303)


def _coming() -> Appointment | None:
    """The consultation, while it has not begun."""
    found = reserve.booked(db.session(), at_hand().case_id)
    return found if found is not None and found.start_at > now() else None


def _here(found: Appointment) -> Choosing:
    return Choosing("booking.move", found)


def _page(case: Case, found: Appointment) -> ResponseReturnValue:
    chosen = keeping.chosen_last(db.session(), case.id, since=found.booked_at)
    if chosen is None:
        return redirect(url_for("booking.move"), 303)
    shown = kept_or_free(case, chosen)
    if shown is None:
        return gone(_here(found), chosen)
    was = token_of(found.start_at, found.end_at)
    return render("booking/move.html", kept=shown, was=was, before=when(found), call=whom_to_call(found))
