"""Where somebody of the office is, and the languages spoken with families; the times follow at once."""

from __future__ import annotations

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.booking.service.making import Made, TooMany
from portal.booking.service.whereabouts import set_whereabouts
from portal.desk.blueprint import blueprint
from portal.desk.forms import PlaceForm
from portal.desk.looks import log
from portal.desk.offered import offered_languages, offered_zones
from portal.desk.rendering import show
from portal.extensions import db
from portal.i18n import gettext as _
from portal.keys.ids import is_id
from portal.staff import service
from portal.staff.entry import staff_only
from portal.staff.models import ADMIN, StaffMember
from portal.transaction import transaction
from portal.web.forms import sending, switching
from portal.web.once import FIELD
from portal.web.parts import now, parts
from portal.web.routes import takes


@blueprint.route("/people/<person_id>/place", methods=["GET", "POST"])
@staff_only(ADMIN)
@takes(PlaceForm, FIELD)
def place(person_id: str) -> ResponseReturnValue:
    """Both, and a form to change them."""
    found = (db.session.get(StaffMember, person_id) if is_id(person_id) else None) or abort(404)
    form = PlaceForm(data={"zone": found.time_zone, "speaks": [one.language for one in found.languages]})
    if switching() or not form.validate_on_submit():
        return _page(found, form)
    try:
        with transaction() as session:
            once = sending(session)
            made = _change(session, found, form)  # the same again changes nothing
            changed = bool(made.added or made.changed or made.removed)
            if changed or once.first is None:
                log(session, "people.changed", person_id)
            added, removed, held = once.told([made.added, made.removed, made.held], changed=changed)
    except TooMany:
        form.zone.errors = [_("That is more than one calendar can hold. Please remove something first.")]
        return _page(found, form)
    return redirect(url_for("desk.place", person_id=person_id, added=added, removed=removed, held=held), 303)


def _change(session: Session, found: StaffMember, form: PlaceForm) -> Made:
    return set_whereabouts(
        session,
        found,
        zone=form.zone.data,
        languages=form.speaks.data or [],
        clinic_zone=parts().settings.clinic_time_zone,
        now=now(),
    )


def _page(found: StaffMember, form: PlaceForm) -> ResponseReturnValue:
    return show(
        "desk/place.html",
        form=form,
        whose=found.id,
        name=service.name_of(parts().keyring, found),
        zones=offered_zones(form.zone.data or ""),
        speaks=offered_languages(),
        said={name: request.args.get(name, type=int) for name in ("added", "removed", "held")},
    )
