"""What the office does about a consultation of a case."""

from __future__ import annotations

from contextlib import suppress

from flask import abort, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.accesslog.log import record
from portal.booking.reasons import BY_STAFF
from portal.booking.service.afterwards import NotYet, note_outcome
from portal.booking.service.cancel import NothingBooked, cancel
from portal.cases.models import Case
from portal.desk import service
from portal.desk.blueprint import blueprint
from portal.desk.forms import CancelForm, OutcomeForm
from portal.extensions import db
from portal.keys.keyring import KeyDestroyed
from portal.staff.entry import person, staff_only
from portal.staff.models import COORDINATOR, LEAD
from portal.transaction import transaction
from portal.web.parts import now, parts
from portal.web.routes import takes


@blueprint.post("/cases/<reference>/cancel-consultation")
@staff_only(COORDINATOR, LEAD)
@takes(CancelForm)
def cancel_consultation(reference: str) -> ResponseReturnValue:
    """Cancel it; the family is told in its own language, with the reason. One that was changed since stays."""
    case = _case(reference)
    form, here, actor = CancelForm(), parts(), f"staff:{person().id}"
    reason = form.reason.data if form.reason.data in BY_STAFF else ""
    case_id, pseudonym, reference = case.id, case.pseudonym, case.reference
    with suppress(NothingBooked), transaction() as session:
        gone = cancel(
            session,
            here.keyring,
            case_id,
            settings=here.settings,
            now=now(),
            reason=reason,
            by_staff=True,
            token=form.slot.data,
        )
        record(
            session,
            here.keyring,
            actor=actor,
            action="appointment.cancelled",
            pseudonym=pseudonym,
            object_id=gone.id,
            now=now(),
        )
    return redirect(url_for("desk.case", reference=reference), 303)


@blueprint.post("/cases/<reference>/outcome")
@staff_only(COORDINATOR, LEAD)
@takes(OutcomeForm)
def outcome(reference: str) -> ResponseReturnValue:
    """What became of the consultation; said once, the first answer stands."""
    case, said, here, actor = _case(reference), OutcomeForm().outcome.data or "", parts(), f"staff:{person().id}"
    case_id, pseudonym, reference = case.id, case.pseudonym, case.reference
    with suppress(NotYet), transaction() as session:
        over = note_outcome(session, here.keyring, case_id, said, settings=here.settings, now=now())
        action = f"appointment.{over.status}"
        record(session, here.keyring, actor=actor, action=action, pseudonym=pseudonym, object_id=over.id, now=now())
    return redirect(url_for("desk.case", reference=reference), 303)


def _case(reference: str) -> Case:
    try:
        found = service.find_case(db.session(), reference)
        parts().keyring.case(found.id)
    except (LookupError, KeyDestroyed):
        abort(404)
    return found
