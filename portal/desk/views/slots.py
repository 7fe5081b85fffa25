"""Times: opened for a range of days in the clinic's wall time, closed and opened again one by one."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.booking.service import schedules
from portal.booking.service.freed import time_freed
from portal.booking.wished import WEEKDAYS
from portal.desk.blueprint import blueprint
from portal.desk.forms import SlotsForm
from portal.desk.looks import log
from portal.desk.rendering import show
from portal.desk.weeks import named, since, weeks_from
from portal.extensions import db
from portal.i18n import gettext as _
from portal.staff.entry import staff_only
from portal.staff.models import ADMIN, COORDINATOR, INTERPRETER, StaffMember
from portal.staff.service import listing, name_of, names
from portal.transaction import transaction
from portal.web.forms import sending, switching
from portal.web.once import FIELD
from portal.web.parts import now, parts
from portal.web.routes import takes


@blueprint.route("/slots", methods=["GET", "POST"])
@staff_only(ADMIN)
@takes(SlotsForm, FIELD)
def slots() -> ResponseReturnValue:
    """The coming times, and a form to open more."""
    form = SlotsForm()
    form.coordinators = [(one.id, name_of(parts().keyring, one)) for one in _coordinators()]
    form.latest = schedules.latest_day(now())
    if request.method == "GET":
        form.minutes.data, form.weekdays.data = 40, ["0", "1", "2", "3", "4"]
    if switching() or not form.validate_on_submit():
        return _page(form)
    try:
        with transaction() as session:
            once = sending(session)
            opened = _open(session, form)
            if opened[0] or once.first is None:
                time_freed(session, now=now())
                log(session, "slots.opened")
            added, skipped = once.told(opened, changed=opened[0] > 0)
    except schedules.TooManyTimes:
        form.last.errors = [_("That would be more than 5,000 times at once. Please choose fewer days or longer times.")]
        return _page(form)
    return redirect(url_for("desk.slots", added=added, skipped=skipped), 303)


@blueprint.post("/slots/<slot_id>/close")
@staff_only(ADMIN)
def close_slot(slot_id: str) -> ResponseReturnValue:
    """Take one time out of the offer."""
    try:
        with transaction() as session:
            schedules.close_slot(session, slot_id, now=now())
            log(session, "slots.closed", slot_id)
    except schedules.SlotHeld:
        return _back(held=1)
    except LookupError:
        return _back()  # it has gone by itself: the list says so
    return _back(closed=1)


@blueprint.post("/slots/<slot_id>/open")
@staff_only(ADMIN)
def open_slot(slot_id: str) -> ResponseReturnValue:
    """Put one time back on offer that was closed."""
    try:
        with transaction() as session:
            schedules.open_again(session, slot_id, clinic_zone=parts().settings.clinic_time_zone, now=now())
            log(session, "slots.opened", slot_id)
    except schedules.DayOff:
        return _back(off=1)
    except LookupError:
        return _back()  # pressed twice, or it has gone by itself: the list says so
    return _back(again=1)


def _open(session: Session, form: SlotsForm) -> list[int]:
    """How many times were added, and how many passed over."""
    opened = schedules.open_slots(
        session,
        schedules.schedule_of(session, form.coordinator.data),
        first=form.first.data,
        last=form.last.data,
        begin=form.begin.data,
        end=form.end.data,
        minutes=form.minutes.data,
        weekdays=frozenset(int(number) for number in form.weekdays.data),
        urgent=bool(form.urgent.data),
        zone=parts().settings.clinic_time_zone,
    )
    return [opened.added, opened.skipped]


def _page(form: SlotsForm) -> ResponseReturnValue:
    called = names(db.session(), parts().keyring)
    weekdays = [(number, _(words)) for number, words in WEEKDAYS.items()]
    calendars = [(one.id, called[one.id]) for one in listing(db.session()) if one.is_a(COORDINATOR, INTERPRETER)]
    zone = parts().settings.clinic_time_zone
    return show(
        "desk/slots.html",
        form=form,
        calendars=calendars,
        weeks=weeks_from(since(), called),
        weekdays=weekdays,
        zone=zone,
        said=_said(),
    )


def _back(**said: Any) -> ResponseReturnValue:
    """To the weeks from which one came."""
    return redirect(url_for("desk.slots", since=named(since()), **said), 303)


def _said() -> dict[str, int | None]:
    """What the last step did; numbers only, so that a link cannot put words on this page."""
    return {name: request.args.get(name, type=int) for name in ("added", "skipped", "held", "closed", "again", "off")}


def _coordinators() -> list[StaffMember]:
    return [one for one in listing(db.session()) if one.is_a(COORDINATOR)]
