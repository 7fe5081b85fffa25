"""A calendar's rules, and the clinic's closed days: each change brings the times to them at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import Field

from portal.booking.forms import channels
from portal.booking.hours import Hours
from portal.booking.models import Schedule
from portal.booking.service import calendars as service
from portal.booking.service.making import Made, TooMany
from portal.booking.service.rules_of import countries_with_holidays, holidays_of
from portal.booking.ways import ways_of, ways_of_office
from portal.booking.wished import WEEKDAYS
from portal.desk.blueprint import blueprint
from portal.desk.calendar_forms import KINDS, KINDS_OF_CLINIC, DaysForm, HoursForm, RulesForm
from portal.desk.looks import log
from portal.desk.offered import offered_zones
from portal.desk.rendering import show
from portal.extensions import db
from portal.i18n import countries, locale, spoken, zone_name
from portal.i18n import gettext as _
from portal.keys.ids import is_id
from portal.staff.entry import staff_only
from portal.staff.models import ADMIN, COORDINATOR, INTERPRETER, StaffMember
from portal.staff.service import name_of
from portal.transaction import transaction
from portal.web.forms import sending, switching
from portal.web.once import FIELD
from portal.web.parts import now, parts
from portal.web.routes import takes

CLINIC = "clinic"
HOLIDAYS_AHEAD = timedelta(days=180)
PLACE = "/calendars/<whose>"


@blueprint.route(PLACE, methods=["GET", "POST"])
@staff_only(ADMIN)
@takes(RulesForm, FIELD)
def calendar(whose: str) -> ResponseReturnValue:
    """All that says when somebody can be asked for; its first form holds the lengths."""
    someone = _whose(whose)
    form = RulesForm()
    form.countries, form.ways = countries_with_holidays(), ways_of_office(parts().settings)
    if someone is None or switching() or not form.validate_on_submit():
        return _page(whose, someone, rules=form if request.method == "POST" else None)
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
    if switching() or not form.validate_on_submit():
        return _page(whose, someone, hours=form)
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
    if switching() or not form.validate_on_submit():
        return _page(whose, someone, days=form)
    wanted = service.Days(
        form.kind.data, form.first.data, form.last.data, form.begin.data, form.end.data, form.zone.data or ""
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
    return _page(whose, someone, **form)


def _page(
    whose: str,
    someone: StaffMember | None,
    *,
    rules: RulesForm | None = None,
    hours: HoursForm | None = None,
    days: DaysForm | None = None,
) -> ResponseReturnValue:
    zone = someone.time_zone if someone else parts().settings.clinic_time_zone
    today = now().astimezone(ZoneInfo(zone)).date()
    schedule = db.session.scalar(db.select(Schedule).where(Schedule.staff_id == someone.id)) if someone else None
    rules = rules or RulesForm(formdata=None, data=_said(schedule))
    return show(
        "desk/calendar.html",
        whose=whose,
        name=name_of(parts().keyring, someone) if someone else "",
        zone=zone_name(zone, spoken()),
        interprets=someone is not None and not someone.is_a(COORDINATOR),
        rules=rules,
        hours=hours or HoursForm(formdata=None),
        days=days or DaysForm(formdata=None),
        windows=_windows(schedule),
        differing=_differing(schedule, someone, today),
        holidays=_holidays(rules.holidays_of.data or "", today) if someone else [],
        weekdays=[(number, _(words)) for number, words in WEEKDAYS.items()],
        ways=[(code, _(words)) for code, words in channels(parts().settings).items()],
        kinds=[(code, _(words)) for code, words in (KINDS if someone else KINDS_OF_CLINIC).items()],
        zones=offered_zones(""),
        countries=[
            ("", _("None")),
            *((code, words) for code, words in countries(spoken()) if code in countries_with_holidays()),
        ],
        said={name: request.args.get(name, type=int) for name in ("added", "removed", "held", "full")},
    )


def _said(schedule: Schedule | None) -> dict[str, Any]:
    """The rules as the form says them; those that a new calendar has, where there is none yet."""
    names, settings = ("minutes", "before", "after", "horizon", "most_per_day", "holidays_of"), parts().settings
    if schedule is None:
        lengths = {"minutes": 40, "before": 0, "after": 0, "notice": 2, "horizon": 56}
        return lengths | {"holidays_of": "", "channels": [*ways_of_office(settings)]}
    return {name: getattr(schedule, name) for name in names} | {
        "notice": schedule.notice // 60,
        "channels": [*ways_of(schedule, settings)],
    }


def _windows(schedule: Schedule | None) -> list[dict[str, Any]]:
    found = service.windows_of(db.session(), schedule) if schedule else []
    return [
        {
            "id": one.id,
            "day": _(WEEKDAYS[str(one.weekday)]),
            "begin": one.begin,
            "end": one.end,
            "next_day": one.end <= one.begin,
            "urgent": one.urgent,
        }
        for one in found
    ]


def _differing(schedule: Schedule | None, someone: StaffMember | None, today: date) -> list[dict[str, Any]]:
    if someone is not None and schedule is None:
        return []
    kinds = KINDS if someone else KINDS_OF_CLINIC
    return [
        {
            "id": one.id,
            "kind": _(kinds[one.kind]),
            "first": _day(one.first),
            "last": _day(one.last) if one.last != one.first else "",
            "hours": f"{one.begin}–{one.end}" if one.begin else "",
            "place": zone_name(one.zone, spoken()) if one.zone else "",
        }
        for one in service.days_of(db.session(), schedule, since=today)
    ]


def _holidays(country: str, today: date) -> list[dict[str, str]]:
    """The coming public holidays, each with the value that keeps it open."""
    found = holidays_of(country, today, today + HOLIDAYS_AHEAD) if country else ()
    return [{"name": one.name, "day": _day(one.day), "value": one.day.isoformat()} for one in found]


def _day(value: date) -> str:
    return str(format_date(value, "medium", locale=locale(spoken())))
