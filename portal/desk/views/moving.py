"""The office moves a consultation: to a time that is on offer to the family, with a reason that the family reads."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.booking.choices import begin_of
from portal.booking.clocks import clocks, zone_of_family
from portal.booking.models import Appointment
from portal.booking.reasons import MOVED_BY_STAFF
from portal.booking.service.cancel import NothingBooked
from portal.booking.service.change import StandsThere, move_by_office
from portal.booking.service.days import first_days
from portal.booking.service.handing import colleagues
from portal.booking.service.offers import asker_again
from portal.booking.service.reserve import SlotTaken
from portal.booking.service.standing import booked
from portal.booking.slots import token_of
from portal.booking.ways import OtherWay
from portal.cases.models import Case
from portal.desk import moving
from portal.desk.blueprint import blueprint
from portal.desk.forms import MoveForm
from portal.desk.hearing import hearing
from portal.desk.looks import case_at, log
from portal.desk.rendering import show
from portal.extensions import db
from portal.i18n import N_, spoken
from portal.i18n import gettext as _
from portal.staff.entry import person, staff_only
from portal.staff.models import COORDINATOR, LEAD
from portal.transaction import transaction
from portal.web.forms import switching
from portal.web.parts import now, parts
from portal.web.routes import takes

TAKEN = N_("This time has just been taken. Here are the times that are still free.")
NOT_SO = N_(
    "Whoever has this time does not talk in the way that the family chose. Please choose another time, or ask the "
    "family to choose another way first."
)


@blueprint.route("/cases/<reference>/move-consultation", methods=["GET", "POST"])
@staff_only(COORDINATOR, LEAD)
@takes(MoveForm)
def move_consultation(reference: str) -> ResponseReturnValue:
    """The times on offer to this family; one of them takes the place of the one that stands."""
    case, form = case_at(reference), MoveForm()
    found = booked(db.session(), case.id)
    there = url_for("desk.case", reference=case.reference)
    overtaken = f"{there}?overtaken=1"
    if request.method == "GET" or switching() or not form.validate_on_submit():
        return _page(case, found, form) if _coming(found) else redirect(there, 303)
    case_id, pseudonym, stays = case.id, case.pseudonym, form.slot.data == form.was.data
    try:
        with transaction() as session:
            _move(session, case_id, pseudonym, form)
    except StandsThere:
        if stays:
            return redirect(overtaken, 303)  # by a colleague, or by the family that talks in another way by now
        # Else pressed twice, or in two windows: the page shows the time.
    except NothingBooked:
        return redirect(overtaken, 303)
    except (SlotTaken, OtherWay) as fault:
        form.slot.errors = [_(NOT_SO if isinstance(fault, OtherWay) else TAKEN)]
        case = case_at(reference)
        return _page(case, booked(db.session(), case.id), form)
    return redirect(f"{there}?{'given' if stays else 'moved'}=1", 303)


def _move(session: Session, case_id: str, pseudonym: str, form: MoveForm) -> None:
    here = parts()
    moved = move_by_office(
        session,
        here.keyring,
        case_id,
        settings=here.settings,
        now=now(),
        token=form.slot.data,
        reason=form.reason.data,
        was=form.was.data,
        sequence=form.sequence.data or "",
    )
    log(session, "appointment.moved", moved.id, pseudonym=pseudonym)


def _coming(found: Appointment | None) -> bool:
    return found is not None and found.start_at > now()


def _page(case: Case, found: Appointment | None, form: MoveForm) -> ResponseReturnValue:
    if found is None:
        return redirect(url_for("desk.case", reference=case.reference), 303)
    after, own = begin_of(request.args.get("from", "")), person().time_zone
    stands, family = token_of(found.start_at, found.end_at), zone_of_family(found, case)
    offered = first_days(db.session(), asker_again(case, found), zone=own, now=now(), after=after, but=stands)
    return show(
        "desk/move.html",
        case=case,
        form=form,
        when=clocks(found, own, family, spoken()),
        was=stands,
        sequence=found.sequence,
        same_hour=after is None and bool(colleagues(db.session(), case, found, now=now())),
        times=moving.shown(offered.days, offered.later, stands=found.start_at, own=own, family=family),
        interpreted=offered.interpreted,
        otherwise=offered.otherwise,
        earlier=after is not None,
        reasons=[("", _("Please choose")), *((code, _(words)) for code, words in MOVED_BY_STAFF.items())],
        **hearing(case, found),
    )
