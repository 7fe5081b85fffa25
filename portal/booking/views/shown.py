"""What pages about a time share: the free times, the clocks, and who is logged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.accesslog.log import record_by_family
from portal.booking.bands import day_of
from portal.booking.choices import begin_of, show
from portal.booking.clocks import clock_change, clocks_of_family, zone_in_words, zone_of_family
from portal.booking.forms import SlotForm
from portal.booking.models import FULFILLED, Appointment
from portal.booking.news import tell
from portal.booking.reach import Office, is_late, office
from portal.booking.service.afterwards import last_of
from portal.booking.service.days import Days, first_days
from portal.booking.service.offers import asker_again
from portal.booking.service.standing import HAS, MAY, standing
from portal.booking.service.waiting import offer_of
from portal.booking.slots import FreeTime, token_of
from portal.booking.wished import offered
from portal.cases.entry import at_hand
from portal.cases.models import Case
from portal.extensions import db
from portal.i18n import N_, day, spoken
from portal.i18n import gettext as _
from portal.web.parts import now, parts
from portal.web.rendering import render
from portal.web.ways import back_to

TAKEN = N_("This time has just been taken by another family. Here are the times that are still free.")
BEGAN = N_("The time that you had chosen has begun by now. Here are the times that are still free.")
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Choosing:
    """For what times are chosen: a first consultation, or another time for one that is booked."""

    here: str
    moving: Appointment | None = None


HERE = Choosing("booking.book")


def choices(case: Case, form: SlotForm, choosing: Choosing, near: str | None = None) -> ResponseReturnValue:
    """The free times within the family's day, or at any hour where it asks for that or there are no others.

    Where the one that it wanted is not to be had, those that are `near` its token come first.
    """
    lost = request.args.get("gone", "") if request.method == "GET" else ""
    after, found = _from_where(case, choosing, near or lost)
    if found.times:
        return _list(case, form, choosing, found, lost=lost, earlier=after is not None)
    if after is not None:
        return redirect(url_for(choosing.here), 303)
    return render(
        "booking/none.html",
        moving=choosing.moving is not None,
        lost=bool(form.slot.errors) or begin_of(lost) is not None,
        **_around(case, choosing),
    )


def _from_where(case: Case, choosing: Choosing, wanted: str) -> tuple[datetime | None, Days]:
    """What the page lists, and from when on: `None` for the first page."""
    after = _begin(wanted) or begin_of(request.args.get("from", ""))
    found = _free_days(case, choosing, after)
    # Not "nothing within the day" because of where the page begins: before that there may be something.
    if after and (found.any_hour or (wanted and not found.times)):
        first = _free_days(case, choosing, None)
        if not (found.times and first.any_hour):
            return None, first
    return after, found


def _list(
    case: Case, form: SlotForm, choosing: Choosing, found: Days, *, lost: str, earlier: bool
) -> ResponseReturnValue:
    clinic, around = parts().settings.clinic_time_zone, _around(case, choosing)
    waits = around["waits"]
    return render(
        "booking/book.html",
        form=form,
        shown=show(
            found.days, found.later, zone=case.time_zone, clinic=clinic, language=spoken(), chosen=form.slot.data
        ),
        zone=_zones(found.times, case),
        earlier=earlier,
        lost=begin_of(lost) is not None and lost not in {one.token for one in found.times},
        interpreted=found.interpreted,
        otherwise=found.otherwise,
        everything=_at_any_hour(),
        only_then=found.any_hour,
        change=clock_change(found.times[-1].start_at, case.time_zone, spoken(), now()),
        here=choosing.here,
        moving=when(choosing.moving) if choosing.moving else None,
        call=whom_to_call(choosing.moving),
        offer=offered(offer_of(db.session(), case.id, now=now()), case, clinic, now()) if waits else None,
        **around,
    )


def _around(case: Case, choosing: Choosing) -> dict[str, Any]:
    """What both pages say beside the times, whether there are any or not."""
    return {
        "cancelled": "cancelled" in request.args,
        "waits": case.waits_since is not None,
        "back": back_to(),
        "told": tell(parts().keyring, case, choosing.moving, parts().settings, now()),
    }


def _at_any_hour() -> bool:
    return "all" in request.args


def nothing_to_choose(case: Case) -> ResponseReturnValue | None:
    """What is shown where there is nothing to choose or to wait for: one is booked, none is left, no zone is known."""
    stands = standing(db.session(), case.id)
    if stands == HAS:
        return redirect(url_for("booking.appointment"), 303)
    if stands != MAY:
        return over(case)
    return None if case.time_zone else render("booking/no_zone.html")


def taken(case: Case, choosing: Choosing, token: str | None) -> ResponseReturnValue:
    """The chosen time is gone, or it has begun: the nearest others."""
    form, start = SlotForm(formdata=None), begin_of(token or "")
    form.slot.errors = [_(BEGAN if start and start <= now() else TAKEN)]
    return choices(case, form, choosing, token)


def over(case: Case) -> ResponseReturnValue:
    """There is no free consultation to book any more: why, and how to go on."""
    last = last_of(db.session(), case.id)
    said = day(last.start_at, last.time_zone, spoken()) if last else ""
    return render("booking/over.html", took_place=last is not None and last.status == FULFILLED, day=said)


def when(found: Appointment) -> dict[str, str]:
    """A time on the family's clock of today and on the clinic's."""
    case = at_hand().case
    said = clocks_of_family(found, case, parts().settings.clinic_time_zone, spoken())
    return said | {"change": clock_change(found.start_at, zone_of_family(found, case), spoken(), now())}


def whom_to_call(found: Appointment | None) -> Office | None:
    """Whom to tell as well of a change to a consultation that is so near that a letter may come too late."""
    late = found is not None and is_late(found.start_at, now())
    return office(parts().settings) if late else None


def log(session: Session, action: str, object_id: str) -> None:
    """What a family did, under the case's pseudonym."""
    found = at_hand()
    record_by_family(session, parts().keyring, found.respondent_id, found.pseudonym, action, object_id, now=now())


def _free_days(case: Case, choosing: Choosing, after: datetime | None) -> Days:
    return first_days(
        db.session(),
        asker_again(case, choosing.moving),
        zone=case.time_zone,
        now=now(),
        band=None if _at_any_hour() else day_of(case.time_zone, now()),
        else_any_hour=True,
        after=after,
        but=token_of(choosing.moving.start_at, choosing.moving.end_at) if choosing.moving else "",
    )


def _begin(token: str) -> datetime | None:
    """From where on times are near: a day before; `None` where that is now, or no time was wanted."""
    wanted = begin_of(token)
    return wanted - A_DAY if wanted and wanted - A_DAY > now() else None


def _zones(times: list[FreeTime], case: Case) -> dict[str, str]:
    first, clinic = times[0].start_at, parts().settings.clinic_time_zone
    return {
        "own": zone_in_words(first, case.time_zone, spoken()),
        "clinic": zone_in_words(first, clinic, spoken()) if clinic != case.time_zone else "",
    }
