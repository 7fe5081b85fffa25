"""The end of a place on the waiting list."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from portal.booking.models import LAPSED, Waiting
from portal.booking.service.claims import end_offer
from portal.booking.service.freed import time_freed
from portal.cases.models import Case
from portal.rows import change_row


def end_waiting(session: Session, case: Case, *, now: datetime) -> None:
    """A case, locked by the caller, waits no more: its wish goes, and what is still offered to it is free again.

    No letter about an offer leaves any more, whether that was taken or not.
    """
    if case.waits_since is None:
        return
    session.execute(delete(Waiting).where(Waiting.case_id == case.id))
    change_row(session, case, waits_since=None)
    if end_offer(session, case.id, LAPSED, now=now):
        time_freed(session, now=now)
