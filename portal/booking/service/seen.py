"""A family says that it has seen what the office did to its consultation: its pages need not tell it any more."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.booking.models import Appointment
from portal.booking.service.standing import booked
from portal.booking.slots import token_of
from portal.cases.service.start import locked_case
from portal.rows import change_row


def note_seen(session: Session, case_id: str, token: str, sequence: str) -> Appointment | None:
    """What was done to the consultation that stands at the time of the `token` is known; `None` where nothing was new.

    A page that shows another time, or another `sequence` of the same time, whose room may be another one since, has not
    shown what was done: that is told on.
    """
    case, found = locked_case(session, case_id), booked(session, case_id)
    if found is None or case.news is None:
        return None
    if (token, sequence) != (token_of(found.start_at, found.end_at), str(found.sequence)):
        return None
    change_row(session, case, news=None)
    return found
