"""Choose a time: it is kept while it is confirmed, and free again when the family leaves by the button."""

from __future__ import annotations

from contextlib import suppress

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.booking.blueprint import blueprint
from portal.booking.forms import INTERPRETERS, ConfirmForm, SlotForm, channels
from portal.booking.models import Schedule
from portal.booking.service import keeping, reserve
from portal.booking.service.typed import forget_typed, keep_typed, typed_last
from portal.booking.views.kept import gone, kept_or_free
from portal.booking.views.shown import Choosing, choices, log, over, taken
from portal.booking.ways import OtherWay
from portal.cases.entry import at_hand, family_only
from portal.cases.models import Case
from portal.extensions import db
from portal.i18n import N_
from portal.i18n import gettext as _
from portal.transaction import transaction
from portal.web.forms import switching
from portal.web.parts import now, parts
from portal.web.rendering import render
from portal.web.routes import takes

HERE = Choosing("booking.book")
REFUSALS = (
    reserve.SlotTaken,
    reserve.OtherTimeKept,
    reserve.NoMore,
    reserve.AlreadyBooked,
    reserve.NothingBooked,
)
NOT_SO = N_("At this time we cannot talk in the way that you chose. Please choose one of these.")


@blueprint.route("/book", methods=["GET", "POST"])
@family_only
@takes(SlotForm)
def book() -> ResponseReturnValue:
    """The free times; choosing one keeps it for ten minutes."""
    case = at_hand().case
    if (instead := _instead(case)) is not None:
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
    case = at_hand().case
    form = details_form(case)
    if switching() or not form.validate_on_submit():
        return _confirm_page(case, form)
    try:
        book_it(form)
    except reserve.SlotTaken:
        keep_what_was_typed(form)
        return taken(at_hand().case, HERE, form.slot.data)
    except OtherWay:
        ask_anew(form)
        return _confirm_page(at_hand().case, form)
    except reserve.OtherTimeKept:
        keep_what_was_typed(form)
        return redirect(url_for("booking.confirm"), 303)  # which shows the time that is kept
    except (reserve.AlreadyBooked, reserve.NoMore):
        pass  # pressed twice, or it has taken place: the next page says so
    return redirect(url_for("booking.appointment"), 303)


@blueprint.post("/book/leave")
@family_only
def leave() -> ResponseReturnValue:
    """Let the kept time go, and look at the others; what is booked stays."""
    with transaction() as session:
        reserve.let_time_go(session, at_hand().case_id, now=now())
    moving = reserve.booked(db.session(), at_hand().case_id) is not None
    return redirect(url_for("booking.move" if moving else "booking.book"), 303)


def details_form(case: Case) -> ConfirmForm:
    """How to talk, with the ways that this office offers, and with what was typed for a time that is gone."""
    form = ConfirmForm()
    form.country, form.offered = case.country, channels(parts().settings)
    if request.method != "POST":
        said = typed_last(db.session(), parts().keyring, case.id)
        form.channel.data = said.get("channel") if said.get("channel") in form.offered else next(iter(form.offered))
        form.phone.data, form.interpreter.data = said.get("phone") or "", said.get("interpreter", "no")
    return form


def ask_anew(form: ConfirmForm, *, moving: bool = False) -> None:
    """Whoever has the time does not talk in this way: it is kept, and the page asks how to talk."""
    with suppress(*REFUSALS), transaction() as session:
        keeping.take_again(session, at_hand().case_id, form.slot.data or "", now=now(), moving=moving)
    form.channel.errors = [_(NOT_SO)]


def offer_ways(form: ConfirmForm, schedule: Schedule) -> None:
    """Only the ways of whoever has the time, within those of the office."""
    form.offered = channels(parts().settings, schedule)
    if request.method != "POST" and form.channel.data not in form.offered:
        form.channel.data = next(iter(form.offered))


def details_choices(form: ConfirmForm) -> dict[str, list[tuple[str, str]]]:
    """What can be chosen there, in words."""
    return {
        "channels": [(code, _(words)) for code, words in form.offered.items()],
        "interpreters": [(code, _(words)) for code, words in INTERPRETERS.items()],
    }


def _instead(case: Case) -> ResponseReturnValue | None:
    """What is shown where there is nothing to choose: one is booked, none is left, or the zone is not known."""
    stands = reserve.standing(db.session(), case.id)
    if stands == reserve.HAS:
        return redirect(url_for("booking.appointment"), 303)
    if stands != reserve.MAY:
        return over(case)
    return None if case.time_zone else render("booking/no_zone.html")


def book_it(form: ConfirmForm) -> None:
    """Book the time that the page showed; raises as `reserve.book` does."""
    here, said = parts(), form.said()
    with transaction() as session:
        made = reserve.book(
            session,
            here.keyring,
            at_hand().case_id,
            **said,
            settings=here.settings,
            now=now(),
            token=form.slot.data,
        )
        forget_typed(session, at_hand().case_id)
        log(session, "appointment.booked", made.id)


def keep_what_was_typed(form: ConfirmForm) -> None:
    """The time is gone, what was said about the conversation is not: the next page has it."""
    with transaction() as session:
        keep_typed(session, parts().keyring, at_hand().case_id, form.said())


def _confirm_page(case: Case, form: ConfirmForm) -> ResponseReturnValue:
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
