"""Who waits for a time, and what would suit: for the list of the desk, and for a case's page."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from portal.booking.clocks import clocks, clocks_at, zone_in_words, zone_of_family
from portal.booking.models import Appointment, Waiting
from portal.booking.service import waiting
from portal.booking.service.holds import is_offered_between, latest_answer
from portal.booking.wished import wished
from portal.cases.models import Case
from portal.desk.service import PAGE
from portal.extensions import db
from portal.i18n import country_name, language_name, spoken
from portal.staff.entry import person
from portal.web.parts import now, parts

IS_OFFERED = and_(Appointment.case_id == Waiting.case_id, is_offered_between(bindparam("now"), bindparam("answer")))
IN_ORDER = (
    select(Waiting, Case, Appointment)
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
    silent = waiting.unanswered(db.session(), row) >= waiting.MOST_UNANSWERED
    return {"waits": _listed(row, case, offer, note) | {"silent": silent}}


def _listed(row: Waiting, case: Case, offer: Appointment | None, note: str = "") -> dict[str, Any]:
    zone, code = person().time_zone, spoken()
    return {
        "reference": case.reference,
        "urgent": case.urgent_by is not None,
        "language": language_name(case.language, code),
        "country": country_name(case.country, code) if case.country else "",
        "zone": zone_in_words(now(), case.time_zone, code),
        "asked": wished(waiting.wish_of(row), note, since=case.waits_since or row.said_at, zone=zone),
        "offer": _offered(offer, case) if offer else None,
    }


def _offered(offer: Appointment, case: Case) -> dict[str, dict[str, str]]:
    """When it is, and until when it is kept: on the reader's clock and on the family's."""
    zones = person().time_zone, zone_of_family(offer, case)
    return {
        "when": clocks(offer, *zones, spoken()),
        "until": clocks_at(offer.held_until or offer.start_at, *zones, spoken()),
    }
