"""A calendar's rules, and the clinic's closed days: each change brings the times to them at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import Field

from portal.booking.hours import Hours
from portal.booking.service import calendars as service
from portal.booking.service.making import Made, TooMany
from portal.booking.service.rules_of import countries_with_holidays
from portal.booking.ways import ways_of_office
from portal.desk.blueprint import blueprint
from portal.desk.calendar_forms import KINDS, KINDS_OF_CLINIC, DaysForm, HoursForm, RulesForm
from portal.desk.looks import log
from portal.desk.views.calendar_page import page, typed
from portal.extensions import db
from portal.i18n import gettext as _
from portal.keys.ids import is_id
from portal.staff.entry import staff_only
from portal.staff.models import ADMIN, COORDINATOR, INTERPRETER, StaffMember
from portal.transaction import transaction
from portal.web.forms import sending, switching
from portal.web.once import FIELD
from portal.web.parts import now, parts
from portal.web.routes import takes

CLINIC = "clinic"
PLACE = "/calendars/<whose>"


@blueprint.route(PLACE, methods=["GET", "POST"])
@staff_only(ADMIN)
@takes(RulesForm, FIELD)
def calendar(whose: str) -> ResponseReturnValue:
    """All that says when somebody can be asked for; its first form holds the lengths."""
    someone = _whose(whose)
    form = RulesForm()
    form.countries, form.ways = countries_with_holidays(), ways_of_office(parts().settings)
    if switching():
        return page(whose, someone, **typed())
    if someone is None or not form.validate_on_submit():
        return page(whose, someone, rules=form if request.method == "POST" else None)
    said = {name: form[name].data for name in ("minutes", "before", "after", "horizon", "most_per_day")}
    said |= {"notice": form.notice.data * 60, "holidays_of": form.holidays_of.data or None}
    said["channels"] = form.named_channels()
    return _changed(
        whose,
        lambda session, about: service.set_rules(session, someone.id, **about, **said),
        full=lambda: _full(form.minutes, whose, someone, rules=form),
    )


@blueprint.post(f"{PLACE}/hours")
@staff_only(ADMIN)
@takes(HoursForm, FIELD)
def add_hours(whose: str) -> ResponseReturnValue:
    """More weekly hours."""
    someone, form = _whose(whose), HoursForm()
    if someone is None:
        abort(404)
    if switching():
        return page(whose, someone, **typed())
    if not form.validate_on_submit():
        return page(whose, someone, hours=form)
    weekdays = {int(number) for number in form.weekdays.data}
    hours = Hours(form.begin.data, form.end.data, bool(form.urgent.data))
    return _changed(
        whose,
        lambda session, about: service.add_hours(session, someone.id, weekdays, hours, **about),
        full=lambda: _full(form.weekdays, whose, someone, hours=form),
    )


@blueprint.post(f"{PLACE}/hours/<window_id>/remove")
@staff_only(ADMIN)
def remove_hours(whose: str, window_id: str) -> ResponseReturnValue:
    """These weekly hours no more."""
    someone = _whose(whose)
    if someone is None or not is_id(window_id):
        abort(404)
    return _changed(
        whose,
        lambda session, about: service.remove_hours(session, someone.id, window_id, **about),
        full=lambda: redirect(url_for("desk.calendar", whose=whose, full=1), 303),
    )


@blueprint.post(f"{PLACE}/days")
@staff_only(ADMIN)
@takes(DaysForm, FIELD)
def add_days(whose: str) -> ResponseReturnValue:
    """Days that differ, of a person or of the whole clinic."""
    someone, form = _whose(whose), DaysForm()
    form.kinds = tuple(KINDS if someone else KINDS_OF_CLINIC)
    if switching():
        return page(whose, someone, **typed())
    if not form.validate_on_submit():
        return page(whose, someone, days=form)
    wanted = service.Days(
        form.kind.data,
        form.first.data,
        form.last.data,
        form.begin.data,
        form.end.data,
        form.zone.data or "",
        urgent=bool(form.urgent.data),
    )
    staff_id = someone.id if someone else None
    return _changed(
        whose,
        lambda session, about: service.add_days(session, staff_id, wanted, **about),
        full=lambda: _full(form.first, whose, someone, days=form),
    )


@blueprint.post(f"{PLACE}/days/<row_id>/remove")
@staff_only(ADMIN)
def remove_days(whose: str, row_id: str) -> ResponseReturnValue:
    """These days are like others again."""
    someone = _whose(whose)
    if not is_id(row_id):
        abort(404)
    staff_id = someone.id if someone else None
    return _changed(
        whose,
        lambda session, about: service.remove_days(session, staff_id, row_id, **about),
        full=lambda: redirect(url_for("desk.calendar", whose=whose, full=1), 303),
    )


def _whose(whose: str) -> StaffMember | None:
    """The person of a calendar; `None` for the clinic as a whole."""
    if whose == CLINIC:
        return None
    found = db.session.get(StaffMember, whose) if is_id(whose) else None
    if found is None or not found.is_a(COORDINATOR, INTERPRETER):
        abort(404)
    return found


def _changed(
    whose: str, change: Callable[[Session, dict[str, Any]], Made], *, full: Callable[[], ResponseReturnValue]
) -> ResponseReturnValue:
    about = {"clinic_zone": parts().settings.clinic_time_zone, "now": now()}
    try:
        with transaction() as session:
            once = sending(session)
            made = change(session, about)  # the same again changes nothing
            changed = bool(made.added or made.changed or made.removed)
            if changed or once.first is None:
                log(session, "calendar.changed", whose)
            added, removed, held = once.told([made.added, made.removed, made.held], changed=changed)
    except TooMany:
        return full()
    return redirect(url_for("desk.calendar", whose=whose, added=added, removed=removed, held=held), 303)


def _full(field: Field, whose: str, someone: StaffMember | None, **form: Any) -> ResponseReturnValue:
    field.errors = [_("That is more than one calendar can hold. Please remove something first.")]
    return page(whose, someone, **form)
