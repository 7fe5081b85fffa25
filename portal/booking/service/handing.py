"""The office gives a consultation to a colleague: at the same hour, with somebody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from portal.booking.models import HELD, Appointment, Schedule
from portal.booking.needed import Candidate
from portal.booking.service.claims import SlotTaken, claim_as
from portal.booking.service.gone import INTERPRETER_LEFT, who_left
from portal.booking.service.holds import HELD_FOR
from portal.booking.service.offers import Asker, asker_again, candidates
from portal.booking.service.over import needed_by_own
from portal.booking.slots import Span
from portal.booking.ways import OtherWay, talks_by
from portal.cases.models import Case
from portal.config import Settings


def colleagues(session: Session, case: Case, found: Appointment, *, now: datetime) -> list[Candidate]:
    """Who else can have a case's consultation at its own hour, as they are on offer to the family; least changes first.

    Another coordinator; where the interpreter has left, the same one with another interpreter as well.
    """

    def fits(one: Candidate) -> bool:
        return one.span.end == found.end_at and _is_somebody_else(one, found)

    others = candidates(session, _at_its_own_hour(case, found), found.start_at, now=now, fits=fits)
    return sorted(
        others, key=lambda one: (one.schedule_id != found.schedule_id, one.interpreter_id != found.interpreter_id)
    )


def claim_of_colleague(
    session: Session, case: Case, found: Appointment, *, channel: str, settings: Settings, now: datetime
) -> Appointment:
    """Keep the hour of a consultation with the first colleague who talks in this way.

    Raises `SlotTaken` where nobody else has it, `OtherWay` where none of those who have talks so.
    """
    there = colleagues(session, case, found, now=now)
    among = [one for one in there if talks_by(session.get_one(Schedule, one.schedule_id), channel, settings)]
    if there and not among:
        raise OtherWay
    if not among:
        raise SlotTaken
    return claim_as(
        session,
        case,
        _at_its_own_hour(case, found),
        Span(found.start_at, found.end_at),
        status=HELD,
        until=now + HELD_FOR,
        now=now,
        own=needed_by_own(session, case.id),
        among=among,
    )


def _at_its_own_hour(case: Case, found: Appointment) -> Asker:
    return replace(asker_again(case, found), same_hour=True)


def _is_somebody_else(one: Candidate, found: Appointment) -> bool:
    if one.schedule_id != found.schedule_id:
        return True
    return who_left(found) == INTERPRETER_LEFT and one.interpreter_id != found.interpreter_id
