"""A time that is kept while its page is used: what the page shows of it, and what it says by itself."""

from __future__ import annotations

from dataclasses import dataclass

from flask import jsonify, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.booking.blueprint import blueprint
from portal.booking.clocks import zone_of_family
from portal.booking.forms import KeptForm
from portal.booking.models import Appointment
from portal.booking.service import keeping, reserve
from portal.booking.slots import token_of
from portal.booking.views.shown import Choosing, when
from portal.cases.entry import at_hand, family_only
from portal.cases.models import Case
from portal.extensions import db
from portal.i18n import clock, spoken
from portal.transaction import transaction
from portal.web.parts import now
from portal.web.routes import takes


@dataclass(frozen=True)
class Kept:
    """A chosen time on its page; `until` is empty where nobody keeps it any more."""

    token: str
    when: dict[str, str]
    interpreted: bool
    until: str
    mark: str


def kept_or_free(case: Case, chosen: Appointment) -> Kept | None:
    """What a page shows of a chosen time; `None` where it is not kept any more and not to be had again."""
    runs = keeping.is_kept_now(chosen, now())
    if not runs and not keeping.can_have_again(db.session(), case, chosen, now=now()):
        return None
    return Kept(
        token_of(chosen.start_at, chosen.end_at),
        when(chosen),
        chosen.interpreter_id is not None,
        _until(chosen) if runs else "",
        keeping.mark_of(chosen) if runs else "",
    )


def gone(choosing: Choosing, chosen: Appointment) -> ResponseReturnValue:
    """Led to the times that are nearest to the one that is not free any more."""
    return redirect(url_for(choosing.here, gone=token_of(chosen.start_at, chosen.end_at)), 303)


@blueprint.post("/book/keep")
@family_only
@takes(KeptForm)
def keep() -> ResponseReturnValue:
    """Keep the time a little longer, which the page asks for while it is used; one that has come back takes it again.

    Answers until when, or nothing and perhaps where to go on.
    """
    form = KeptForm()
    try:
        with transaction() as session:
            kept = (_again if form.again.data else _longer)(session, form)
    except reserve.SlotTaken:
        there = "booking.move" if form.moving.data else "booking.book"
        return jsonify(until=None, next=url_for(there, gone=(form.slot.data or "")[:16]))
    except reserve.OtherTimeKept:
        return jsonify(until=None, next=url_for("booking.move_confirm" if form.moving.data else "booking.confirm"))
    except (reserve.AlreadyBooked, reserve.NothingBooked, reserve.NoMore):
        return jsonify(until=None, next=url_for("booking.appointment"))
    return jsonify(until=_until(kept), mark=keeping.mark_of(kept)) if kept else jsonify(until=None)


@blueprint.post("/book/left")
@family_only
@takes(KeptForm)
def left() -> ResponseReturnValue:
    """The page was left without its buttons, says its script: the time is free for others. Nobody reads the answer."""
    form = KeptForm()
    with transaction() as session:
        keeping.leave_page(session, at_hand().case_id, form.slot.data or "", form.mark.data or "", now=now())
    return "", 204


def _longer(session: Session, form: KeptForm) -> Appointment | None:
    kept = reserve.renew(session, at_hand().case_id, now=now())
    # In another window another time may have been chosen since: it is kept on, but this page must not say so.
    return kept if kept is not None and token_of(kept.start_at, kept.end_at) == form.slot.data else None


def _again(session: Session, form: KeptForm) -> Appointment:
    token, moving = form.slot.data or "", bool(form.moving.data)
    return keeping.take_again(session, at_hand().case_id, token, now=now(), moving=moving)


def _until(kept: Appointment) -> str:
    return clock(kept.held_until or now(), zone_of_family(kept, at_hand().case), spoken())
