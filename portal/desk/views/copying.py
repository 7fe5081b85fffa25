"""Copy a week of a calendar's times to other weeks."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.booking.service.copying import NothingToCopy, copy_week
from portal.booking.service.schedules import TooManyTimes, latest_day, schedule_of
from portal.desk.blueprint import blueprint
from portal.desk.calendar_forms import CopyForm
from portal.desk.looks import log
from portal.desk.rendering import show
from portal.extensions import db
from portal.i18n import gettext as _
from portal.staff.entry import staff_only
from portal.staff.models import ADMIN, COORDINATOR
from portal.staff.service import listing, name_of
from portal.transaction import transaction
from portal.web.forms import sending, switching
from portal.web.once import FIELD
from portal.web.parts import now, parts
from portal.web.routes import takes


@blueprint.route("/slots/copy", methods=["GET", "POST"])
@staff_only(ADMIN)
@takes(CopyForm, FIELD)
def copy_slots() -> ResponseReturnValue:
    """One calendar's week to another one or to several; says how many times were made and how many passed over.

    A coordinator's: interpreters have whole windows, of which none is opened by hand.
    """
    form = CopyForm()
    people = [one for one in listing(db.session()) if one.is_a(COORDINATOR)]
    form.calendars = [(one.id, name_of(parts().keyring, one)) for one in people]
    form.latest = latest_day(now())
    if request.method == "GET":
        form.weeks.data = 1
    if switching() or not form.validate_on_submit():
        return _page(form)
    try:
        with transaction() as session:
            once = sending(session)
            copied = _copy(session, form)
            if copied[0] or once.first is None:
                log(session, "slots.copied", form.calendar.data)
            added, skipped = once.told(copied, changed=copied[0] > 0)
    except NothingToCopy:
        form.week.errors = [_("In this week no time was opened by hand. Times of weekly hours are made by themselves.")]
        return _page(form)
    except TooManyTimes:
        form.weeks.errors = [_("That would be more than 5,000 times at once. Please choose fewer weeks.")]
        return _page(form)
    return redirect(url_for("desk.copy_slots", added=added, skipped=skipped), 303)


def _copy(session: Session, form: CopyForm) -> list[int]:
    made = copy_week(
        session,
        schedule_of(session, form.calendar.data),
        week=form.week.data,
        into=form.first_of_all(),
        weeks=form.weeks.data,
        clinic_zone=parts().settings.clinic_time_zone,
        now=now(),
    )
    return [made.added, made.skipped]


def _page(form: CopyForm) -> ResponseReturnValue:
    said = {name: request.args.get(name, type=int) for name in ("added", "skipped")}
    return show("desk/copy.html", form=form, said=said)
