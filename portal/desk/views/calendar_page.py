"""The page of a calendar: weekly hours, rules and days that differ, each with the form that changes them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask import request
from flask.typing import ResponseReturnValue

from portal.booking.forms import channels
from portal.booking.models import Schedule
from portal.booking.service import calendars as service
from portal.booking.service.rules_of import countries_with_holidays, holidays_of
from portal.booking.ways import ways_of, ways_of_office
from portal.booking.wished import WEEKDAYS
from portal.desk.calendar_forms import KINDS, KINDS_OF_CLINIC, DaysForm, HoursForm, RulesForm
from portal.desk.offered import offered_zones
from portal.desk.rendering import show
from portal.extensions import db
from portal.i18n import countries, locale, spoken, zone_name
from portal.i18n import gettext as _
from portal.staff.models import COORDINATOR, StaffMember
from portal.staff.service import name_of
from portal.web.parts import now, parts

HOLIDAYS_AHEAD = timedelta(days=180)


def typed() -> dict[str, Any]:
    """The form of the page that came in, to be shown in another language, wherever it was sent to."""
    if "first" in request.form:
        return {"days": DaysForm()}
    return {"hours": HoursForm()} if "begin" in request.form else {"rules": RulesForm()}


def page(
    whose: str,
    someone: StaffMember | None,
    *,
    rules: RulesForm | None = None,
    hours: HoursForm | None = None,
    days: DaysForm | None = None,
) -> ResponseReturnValue:
    """The page, with the form that came in as it was filled in."""
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
        # The form that a language's button sends: the one that was filled in. The clinic's page has only one.
        came_in="hours-form" if hours else "days-form" if days or someone is None else "main-form",
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
            "urgent": one.urgent,
        }
        for one in service.days_of(db.session(), schedule, since=today)
    ]


def _holidays(country: str, today: date) -> list[dict[str, str]]:
    """The coming public holidays, each with the value that keeps it open."""
    found = holidays_of(country, today, today + HOLIDAYS_AHEAD) if country else ()
    return [{"name": one.name, "day": _day(one.day), "value": one.day.isoformat()} for one in found]


def _day(value: date) -> str:
    return str(format_date(value, "medium", locale=locale(spoken())))
