"""HTTP for booking: choose a time, confirm, look at it, cancel."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.accesslog.log import record_by_family
from portal.booking.choices import CHOICES_AT_ONCE, begin_of, show
from portal.booking.clocks import clocks, zone_in_words
from portal.booking.emails import family_calendar, video_link, wishes
from portal.booking.forms import CHANNELS, INTERPRETERS, ConfirmForm, SlotForm, read_phone
from portal.booking.models import Appointment
from portal.booking.service import reserve
from portal.booking.service.cancel import NothingBooked
from portal.booking.service.cancel import cancel as cancel_it
from portal.booking.slots import FreeTime, token_of
from portal.cases.entry import at_hand, family_only
from portal.cases.models import DRAFT, Case
from portal.extensions import db
from portal.i18n import N_, clock, spoken
from portal.i18n import gettext as _
from portal.transaction import transaction
from portal.web.forms import switching
from portal.web.parts import now, parts
from portal.web.rendering import render
from portal.web.routes import takes

blueprint = Blueprint("booking", __name__, url_prefix="/<lang>/case", template_folder="templates")

TAKEN = N_("This time has just been taken by another family. Here are the times that are still free.")


@blueprint.route("/book", methods=["GET", "POST"])
@family_only
@takes(SlotForm)
def book() -> ResponseReturnValue:
    """The free times; choosing one keeps it for a quarter of an hour."""
    case = at_hand().case
    if reserve.booked(db.session(), case.id) is not None:
        return redirect(url_for("booking.appointment"), 303)
    if not case.time_zone:
        return render("booking/no_zone.html")
    form = SlotForm()
    if switching() or not form.validate_on_submit():
        return _choices(case, form)
    try:
        with transaction() as session:
            reserve.hold(session, at_hand().case_id, form.slot.data, now=now())
    except reserve.SlotTaken:
        return _taken(case)
    except reserve.AlreadyBooked:
        return redirect(url_for("booking.appointment"), 303)
    return redirect(url_for("booking.confirm"), 303)


@blueprint.route("/book/confirm", methods=["GET", "POST"])
@family_only
@takes(ConfirmForm)
def confirm() -> ResponseReturnValue:
    """The kept time on both clocks; confirming books it at once."""
    case = at_hand().case
    form = _confirm_form(case)
    if switching() or not form.validate_on_submit():
        return _confirm_page(case, form)
    try:
        _book(case, form)
    except reserve.SlotTaken:
        return _taken(case)
    except reserve.OtherTimeKept:
        return redirect(url_for("booking.confirm"), 303)  # which shows the time that is kept
    except reserve.AlreadyBooked:
        pass  # pressed twice: the page of the consultation says so
    return redirect(url_for("booking.appointment"), 303)


@blueprint.post("/book/keep")
@family_only
def keep() -> ResponseReturnValue:
    """Keep the time a little longer; the page asks for this quietly while it is used."""
    with transaction() as session:
        kept = reserve.renew(session, at_hand().case_id, now=now())
    if kept is None or kept.held_until is None:
        return jsonify(until=None)
    return jsonify(until=clock(kept.held_until, at_hand().case.time_zone, spoken()))


@blueprint.get("/appointment")
@family_only
def appointment() -> ResponseReturnValue:
    """The consultation on both clocks, the calendar file, and what comes next."""
    case = at_hand().case
    found = reserve.booked(db.session(), case.id)
    if found is None:
        return redirect(url_for("booking.book"), 303)
    said = wishes(parts().keyring, case, found)
    return render(
        "booking/appointment.html",
        when=_when(found),
        channel=said.get("channel"),
        phone=said.get("phone"),
        video=video_link(parts().keyring, case, found, parts().settings),
        reference=case.reference,
        draft=case.state == DRAFT,
    )


@blueprint.get("/appointment.ics")
@family_only
def appointment_file() -> ResponseReturnValue:
    """The calendar file to download."""
    case = at_hand().case
    found = reserve.booked(db.session(), case.id)
    if found is None:
        return redirect(url_for("booking.book"), 303)
    here = parts()
    ics = family_calendar(here.keyring, case, found, settings=here.settings, language=spoken(), now=now())
    return Response(
        ics, mimetype="text/calendar", headers={"Content-Disposition": 'attachment; filename="appointment.ics"'}
    )


@blueprint.route("/appointment/cancel", methods=["GET", "POST"])
@family_only
def cancel() -> ResponseReturnValue:
    """Asks once, then cancels."""
    here, who = parts(), at_hand()
    found = reserve.booked(db.session(), who.case_id)
    if found is None:
        return redirect(url_for("family.tasks"), 303)
    if request.method != "POST" or switching():  # HEAD asks for the same page
        return render("booking/cancel.html", when=_when(found))
    try:
        with transaction() as session:
            gone = cancel_it(session, here.keyring, who.case_id, settings=here.settings, now=now())
            record_by_family(
                session, here.keyring, who.respondent_id, who.pseudonym, "appointment.cancelled", gone.id, now=now()
            )
    except NothingBooked:
        pass
    return redirect(url_for("booking.book"), 303)


def _book(case: Case, form: ConfirmForm) -> None:
    here, who, country = parts(), at_hand(), case.country
    with transaction() as session:
        made = reserve.book(
            session,
            here.keyring,
            who.case_id,
            channel=form.channel.data,
            phone=read_phone(form.phone.data or "", country),
            interpreter=form.interpreter.data,
            settings=here.settings,
            now=now(),
            token=form.slot.data,
        )
        record_by_family(
            session, here.keyring, who.respondent_id, who.pseudonym, "appointment.booked", made.id, now=now()
        )


def _taken(case: Case) -> ResponseReturnValue:
    form = SlotForm(formdata=None)
    form.slot.errors = [_(TAKEN)]
    return _choices(case, form)


def _choices(case: Case, form: SlotForm) -> ResponseReturnValue:
    after = begin_of(request.args.get("from", ""))
    times = reserve.free_times(
        db.session(), language=case.language, now=now(), case_id=case.id, after=after, most=CHOICES_AT_ONCE + 1
    )
    if not times:
        return render("booking/none.html") if after is None else redirect(url_for("booking.book"), 303)
    clinic = parts().settings.clinic_time_zone
    shown = show(times, zone=case.time_zone, clinic=clinic, language=spoken(), chosen=form.slot.data)
    return render("booking/book.html", form=form, shown=shown, zone=_zone(times, case), earlier=after is not None)


def _zone(times: list[FreeTime], case: Case) -> dict[str, str]:
    first, clinic = times[0].start_at, parts().settings.clinic_time_zone
    return {
        "own": zone_in_words(first, case.time_zone, spoken()),
        "clinic": zone_in_words(first, clinic, spoken()) if clinic != case.time_zone else "",
    }


def _confirm_form(case: Case) -> ConfirmForm:
    form = ConfirmForm()
    form.country = case.country
    form.offered = tuple(CHANNELS) if parts().settings.meeting_url else ("phone",)
    if request.method == "GET":
        form.channel.data = form.offered[0]
    return form


def _confirm_page(case: Case, form: ConfirmForm) -> ResponseReturnValue:
    if reserve.booked(db.session(), case.id) is not None:
        return redirect(url_for("booking.appointment"), 303)
    kept = reserve.held(db.session(), case.id, now=now())
    if kept is None:
        return redirect(url_for("booking.book"), 303)
    until = kept.held_until or now()
    return render(
        "booking/confirm.html",
        form=form,
        token=token_of(kept.start_at, kept.end_at),
        when=_when(kept),
        until=clock(until, kept.time_zone, spoken()),
        channels=[(code, _(words)) for code, words in CHANNELS.items() if code in form.offered],
        interpreters=[(code, _(words)) for code, words in INTERPRETERS.items()],
    )


def _when(found: Appointment) -> dict[str, str]:
    return clocks(found, found.time_zone, parts().settings.clinic_time_zone, spoken())
