"""A consultation that is booked: see it, take it into a calendar, change how to talk, cancel it."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.booking.blueprint import blueprint
from portal.booking.emails import family_calendar
from portal.booking.forms import CancelForm, ConfirmForm, SeenForm
from portal.booking.news import tell
from portal.booking.reach import office
from portal.booking.reasons import BY_FAMILY
from portal.booking.service import reserve
from portal.booking.service.cancel import NothingBooked, was_cancelled
from portal.booking.service.cancel import cancel as cancel_it
from portal.booking.service.change import change_details
from portal.booking.service.seen import note_seen
from portal.booking.slots import token_of
from portal.booking.told import Booked, video_link, wishes
from portal.booking.views.shown import log, when, whom_to_call
from portal.booking.views.talking import details_choices, details_form
from portal.booking.ways import OtherWay, ways_of
from portal.cases.entry import at_hand, family_only
from portal.cases.models import DRAFT
from portal.extensions import db
from portal.i18n import gettext as _
from portal.i18n import spoken
from portal.transaction import transaction
from portal.web.forms import filled_in, switching
from portal.web.parts import now, parts
from portal.web.rendering import render
from portal.web.routes import takes


@blueprint.get("/appointment")
@family_only
def appointment() -> ResponseReturnValue:
    """The consultation on both clocks, the calendar file, and what comes next."""
    case, found = at_hand().case, reserve.booked(db.session(), at_hand().case_id)
    if found is None:
        return redirect(url_for("booking.book"), 303)
    said = wishes(parts().keyring, case, found)
    return render(
        "booking/appointment.html",
        when=when(found),
        channel=said.get("channel"),
        phone=said.get("phone"),
        video=video_link(parts().keyring, case, found, parts().settings),
        interpreted=found.interpreter_id is not None,
        reference=case.reference,
        draft=case.state == DRAFT,
        begun=found.start_at <= now(),
        call=whom_to_call(found),
        was_late=office(parts().settings) if request.args.get("moved") == "late" else None,
        moved="moved" in request.args,
        changed="changed" in request.args,
        told=tell(parts().keyring, case, found, parts().settings, now()),
    )


@blueprint.post("/appointment/seen")
@family_only
@takes(SeenForm)
def seen() -> ResponseReturnValue:
    """The family has seen what the office did to its consultation: its pages tell it no more. A look ends nothing."""
    form = SeenForm()
    with transaction() as session:
        found = note_seen(session, at_hand().case_id, form.slot.data or "", form.sequence.data or "")
        if found is not None:
            log(session, "appointment.seen", found.id)
    return redirect(url_for("booking.appointment"), 303)


@blueprint.get("/appointment.ics")
@family_only
def appointment_file() -> ResponseReturnValue:
    """The calendar file to download."""
    case, found = at_hand().case, reserve.booked(db.session(), at_hand().case_id)
    if found is None:
        return redirect(url_for("booking.book"), 303)
    here = parts()
    ics = family_calendar(Booked(here.keyring, case, found, here.settings, now()), spoken())
    return Response(
        ics, mimetype="text/calendar", headers={"Content-Disposition": 'attachment; filename="appointment.ics"'}
    )


@blueprint.route("/appointment/details", methods=["GET", "POST"])
@family_only
@takes(ConfirmForm)
def details() -> ResponseReturnValue:
    """Another way to talk, or another number."""
    case, found = at_hand().case, reserve.booked(db.session(), at_hand().case_id)
    if found is None or found.start_at <= now():
        return redirect(url_for("booking.appointment"), 303)
    form, said = details_form(), wishes(parts().keyring, case, found)
    can = {said.get("channel"), *ways_of(found.schedule, parts().settings)}  # what was agreed stays possible
    form.offered = {code: words for code, words in form.offered.items() if code in can}
    if not filled_in():
        form.channel.data, form.phone.data = said.get("channel"), said.get("phone") or ""
        form.interpreter.data = said.get("interpreter", "no")
    if switching() or not form.validate_on_submit():
        return render(
            "booking/details.html", form=form, when=when(found), call=whom_to_call(found), **details_choices(form)
        )
    here, wanted = parts(), form.said()
    try:
        with transaction() as session:
            changed = change_details(
                session,
                here.keyring,
                at_hand().case_id,
                **wanted,
                settings=here.settings,
                now=now(),
            )
            log(session, "appointment.changed", changed.id)
    except (NothingBooked, OtherWay):
        return redirect(url_for("booking.details"), 303)  # moved or cancelled meanwhile: it shows how things stand
    return redirect(url_for("booking.appointment", changed=1), 303)


@blueprint.route("/appointment/cancel", methods=["GET", "POST"])
@family_only
@takes(CancelForm)
def cancel() -> ResponseReturnValue:
    """Asks once, then cancels; a reason may be given or not."""
    case_id, form = at_hand().case_id, CancelForm()
    found = reserve.booked(db.session(), case_id)
    if found is None:
        return _cancelled_before(form) or redirect(url_for("family.tasks"), 303)
    if found.start_at <= now():
        return redirect(url_for("booking.appointment"), 303)
    if switching() or not form.validate_on_submit():
        return render(
            "booking/cancel.html",
            form=form,
            when=when(found),
            token=token_of(found.start_at, found.end_at),
            reasons=[(code, _(words)) for code, words in BY_FAMILY.items()],
            call=whom_to_call(found),
        )
    try:
        with transaction() as session:
            gone = cancel_it(
                session,
                parts().keyring,
                case_id,
                settings=parts().settings,
                now=now(),
                reason=form.reason.data or "",
                token=form.slot.data,
            )
            log(session, "appointment.cancelled", gone.id)
    except NothingBooked:
        # Pressed twice, or moved since: it shows how things stand.
        return _cancelled_before(form) or redirect(url_for("booking.book"), 303)
    return redirect(url_for("booking.book", cancelled=1), 303)


def _cancelled_before(form: CancelForm) -> ResponseReturnValue | None:
    """Who sends the same again, for the first answer was lost, is told the same."""
    if request.method != "POST" or not was_cancelled(db.session(), at_hand().case_id, form.slot.data or ""):
        return None
    return redirect(url_for("booking.book", cancelled=1), 303)
