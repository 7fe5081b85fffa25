"""Another time for a consultation that is booked: the old one stands until the new one does."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.booking.blueprint import blueprint
from portal.booking.forms import MoveAnewForm, SlotForm, channels
from portal.booking.models import Appointment
from portal.booking.reach import is_late
from portal.booking.service import keeping, reserve
from portal.booking.service.cancel import NothingBooked
from portal.booking.service.change import move as move_it
from portal.booking.service.typed import forget_typed, typed_last
from portal.booking.slots import start_of, token_of
from portal.booking.told import wishes
from portal.booking.views.kept import gone, kept_or_free
from portal.booking.views.shown import Choosing, choices, log, taken, when, whom_to_call
from portal.booking.views.talking import ask_anew, details_choices, keep_what_was_typed, offer_ways
from portal.booking.ways import OtherWay, talks_by
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
@takes(MoveAnewForm)
def move_confirm() -> ResponseReturnValue:
    """The old time and the new one; confirming puts one in the place of the other at once."""
    case, found = at_hand().case, _coming()
    if found is None:
        return redirect(url_for("booking.appointment"), 303)
    form, anew = _form(case, found), "channel" in request.form
    if request.method != "POST" or switching() or (anew and not form.validate_on_submit()):
        return _page(case, found, form)
    # By the time that the page showed: sent again, the new one stands already.
    late = is_late(start_of(form.was.data) if form.was.data else found.start_at, now())
    try:
        with transaction() as session:
            here, case_id = parts(), at_hand().case_id
            times = {"token": form.slot.data or "", "was": form.was.data or ""}
            how = form.said() if anew else None
            moved = move_it(session, here.keyring, case_id, settings=here.settings, now=now(), how=how, **times)
            forget_typed(session, case_id)
            log(session, "appointment.moved", moved.id)
    except reserve.SlotTaken:
        if anew:
            keep_what_was_typed(form)
        return taken(at_hand().case, _here(_coming() or found), form.slot.data)
    except OtherWay:
        ask_anew(form, moving=True)
        return _page(at_hand().case, _coming() or found, form)
    except (reserve.OtherTimeKept, NothingBooked, reserve.NoMore) as fault:
        # One shows the time that is kept, the other how things stand.
        there = "move_confirm" if isinstance(fault, reserve.OtherTimeKept) else "book"
        return redirect(url_for(f"booking.{there}"), 303)
    return redirect(url_for("booking.appointment", moved="late" if late else 1), 303)


def _coming() -> Appointment | None:
    """The consultation, while it has not begun."""
    found = reserve.booked(db.session(), at_hand().case_id)
    return found if found is not None and found.start_at > now() else None


def _here(found: Appointment) -> Choosing:
    return Choosing("booking.move", found)


def _form(case: Case, found: Appointment) -> MoveAnewForm:
    """How to talk as it was said until now, where the page does not say it."""
    form = MoveAnewForm()
    form.country, form.offered = case.country, channels(parts().settings)
    if "channel" not in request.form and not form.channel.data:
        keyring = parts().keyring
        said = typed_last(db.session(), keyring, case.id) or wishes(keyring, case, found)
        form.channel.data, form.phone.data = said.get("channel"), said.get("phone") or ""
        form.interpreter.data = said.get("interpreter", "no")
    return form


def _page(case: Case, found: Appointment, form: MoveAnewForm) -> ResponseReturnValue:
    chosen = keeping.chosen_last(db.session(), case.id, since=found.booked_at)
    if chosen is None:
        return redirect(url_for("booking.move"), 303)
    shown = kept_or_free(case, chosen)
    if shown is None:
        return gone(_here(found), chosen)
    was = token_of(found.start_at, found.end_at)
    said = wishes(parts().keyring, case, found)
    anew = bool(form.errors) or not talks_by(chosen.schedule, said.get("channel", ""), parts().settings)
    if anew:
        offer_ways(form, chosen.schedule)
    return render(
        "booking/move.html",
        kept=shown,
        was=was,
        before=when(found),
        call=whom_to_call(found),
        form=form,
        anew=anew,
        **details_choices(form),
    )
