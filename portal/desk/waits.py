"""Who waits for a time, and what would suit: for the list of the desk, and for a case's page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from portal.booking.clocks import zone_in_words
from portal.booking.models import Appointment, Waiting
from portal.booking.service import waiting
from portal.booking.service.holds import is_offered_between, latest_answer
from portal.booking.wished import wished
from portal.cases.models import Case
from portal.desk.service import PAGE
from portal.extensions import db
from portal.i18n import country_name, language_name, moment, spoken
from portal.staff.entry import person
from portal.web.parts import now, parts

IS_OFFERED = and_(Appointment.case_id == Waiting.case_id, is_offered_between(bindparam("now"), bindparam("answer")))
IN_ORDER = (
    select(Waiting, Case, Appointment.held_until)
    .join(Case, Case.id == Waiting.case_id)
    .outerjoin(Appointment, IS_OFFERED)
    .order_by(Case.urgent_by.is_not(None).desc(), Case.waits_since, Case.id)
    .limit(PAGE + 1)
    .offset(bindparam("before"))
)


def list_waiting(session: Session, *, page: int) -> tuple[list[dict[str, Any]], bool]:
    """Who waits, in the order in which times are offered, and whether there are more. Nothing that is sealed."""
    asked = {"now": now(), "answer": latest_answer(now()), "before": PAGE * (page - 1)}
    rows = session.execute(IN_ORDER, asked).all()
    return [_listed(*row) for row in rows[:PAGE]], len(rows) > PAGE


def waits(case: Case) -> dict[str, Any]:
    """What a case's page says about it; nothing where the case does not wait."""
    row = waiting.wish_row(db.session(), case.id) if case.waits_since else None
    if row is None:
        return {"waits": None}
    note = parts().keyring.case(case.id).read(row, "note") or ""
    offer = waiting.offer_of(db.session(), case.id, now=now())
    more = {
        "silent": waiting.unanswered(db.session(), row) >= waiting.MOST_UNANSWERED,
        "at": moment(offer.start_at, person().time_zone, spoken()) if offer else "",
    }
    return {"waits": _listed(row, case, offer.held_until if offer else None, note) | more}


def _listed(row: Waiting, case: Case, kept_until: datetime | None, note: str = "") -> dict[str, Any]:
    zone, code = person().time_zone, spoken()
    return {
        "reference": case.reference,
        "urgent": case.urgent_by is not None,
        "language": language_name(case.language, code),
        "country": country_name(case.country, code) if case.country else "",
        "zone": zone_in_words(now(), case.time_zone, code),
        "asked": wished(waiting.wish_of(row), note, since=case.waits_since or row.said_at, zone=zone),
        "kept_until": moment(kept_until, zone, code) if kept_until else "",
    }
