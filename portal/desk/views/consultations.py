"""What the office does about a consultation of a case."""

from __future__ import annotations

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from portal.booking.service.afterwards import NotYet, note_outcome
from portal.booking.service.cancel import NothingBooked, cancel
from portal.booking.service.settling import let_time_stand
from portal.booking.service.standing import booked
from portal.desk.blueprint import blueprint
from portal.desk.forms import CancelForm, OutcomeForm, StandsForm
from portal.desk.looks import case_at, log
from portal.desk.views.cases import case_page
from portal.extensions import db
from portal.staff.entry import staff_only
from portal.staff.models import COORDINATOR, LEAD
from portal.transaction import transaction
from portal.web.forms import sending, switching
from portal.web.once import FIELD
from portal.web.parts import now, parts
from portal.web.routes import takes


@blueprint.post("/cases/<reference>/cancel-consultation")
@staff_only(COORDINATOR, LEAD)
@takes(CancelForm)
def cancel_consultation(reference: str) -> ResponseReturnValue:
    """Cancel it; the family is told in its own language, with the reason. One that was changed since stays."""
    case, form, here = case_at(reference), CancelForm(), parts()
    case_id, pseudonym, there = case.id, case.pseudonym, url_for("desk.case", reference=case.reference)
    if switching() or not form.validate_on_submit():
        found = booked(db.session(), case_id)
        # Where nothing can be cancelled any more the page says how it stands.
        return case_page(case, form) if found and found.start_at > now() else redirect(there, 303)
    try:
        with transaction() as session:
            gone = cancel(
                session,
                here.keyring,
                case_id,
                settings=here.settings,
                now=now(),
                reason=form.reason.data,
                by_staff=True,
                token=form.slot.data,
            )
            log(session, "appointment.cancelled", gone.id, pseudonym=pseudonym)
    except NothingBooked:
        return redirect(there, 303)
    return redirect(f"{there}?cancelled=1", 303)


@blueprint.post("/cases/<reference>/time-stands")
@staff_only(COORDINATOR, LEAD)
@takes(StandsForm, FIELD)
def time_stands(reference: str) -> ResponseReturnValue:
    """The clocks were changed by law since it was booked; the office has asked the family, and the time stands."""
    case, token = case_at(reference), StandsForm().slot.data or ""
    case_id, pseudonym, there = case.id, case.pseudonym, url_for("desk.case", reference=case.reference)
    try:
        with transaction() as session:
            once = sending(session)
            if once.first is None:
                stands = let_time_stand(session, case_id, token, now=now())
                once.remember(True)
                log(session, "appointment.time_stands", stands.id, pseudonym=pseudonym)
    except NothingBooked:
        return redirect(there, 303)
    return redirect(f"{there}?stands=1", 303)


@blueprint.post("/cases/<reference>/outcome")
@staff_only(COORDINATOR, LEAD)
@takes(OutcomeForm)
def outcome(reference: str) -> ResponseReturnValue:
    """What became of the consultation; said once, the first answer stands."""
    case, said, here = case_at(reference), OutcomeForm().outcome.data or "", parts()
    case_id, pseudonym, there = case.id, case.pseudonym, url_for("desk.case", reference=case.reference)
    try:
        with transaction() as session:
            over = note_outcome(session, here.keyring, case_id, said, settings=here.settings, now=now())
            log(session, f"appointment.{over.status}", over.id, pseudonym=pseudonym)
    except NotYet:
        pass  # somebody was quicker, or it has not begun: the page says how it stands
    return redirect(there, 303)
