"""People: add with an invitation, remove, give a new start."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, request, url_for
from flask import session as web_session
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import ValidationError

from portal.booking.clocks import clocks_at
from portal.booking.service.gone import how_many_stand, standing_with
from portal.desk import leaving
from portal.desk.blueprint import blueprint
from portal.desk.forms import ROLE_WORDS, PersonForm
from portal.desk.looks import log
from portal.desk.offered import offered_languages, offered_zones
from portal.desk.rendering import show
from portal.extensions import db
from portal.family.forms import read_email
from portal.i18n import LANGUAGES, language_name, spoken, zone_name
from portal.i18n import gettext as _
from portal.keys.ids import is_id
from portal.staff import service
from portal.staff.entry import person, staff_only
from portal.staff.models import ADMIN, COORDINATOR, LEAD, StaffMember
from portal.transaction import transaction
from portal.web.forms import sending, switching
from portal.web.once import FIELD
from portal.web.parts import now, parts
from portal.web.routes import takes


@blueprint.route("/people", methods=["GET", "POST"])
@staff_only(ADMIN)
@takes(PersonForm, FIELD)
def people() -> ResponseReturnValue:
    """Everyone, and a form for somebody new."""
    form = PersonForm()
    if switching() or not form.validate_on_submit():
        return _page(form)
    try:
        form.email.data = read_email((form.email.data or "").strip())
        link = _invite(form)
    except (ValidationError, ValueError) as fault:
        taken = service.find_by_email(db.session(), form.email.data or "") is not None
        form.email.errors = [_("Somebody has this address already.") if taken else str(fault)]
        return _page(form)
    web_session["invitation"] = link
    return redirect(url_for("desk.people"), 303)


@blueprint.post("/people/<person_id>/revoke")
@staff_only(ADMIN)
def revoke(person_id: str) -> ResponseReturnValue:
    """Remove somebody; every session of theirs ends at once. Nobody removes themselves."""
    if person_id == person().id:
        abort(403)
    with transaction() as session:
        found, here, once = _find(session, person_id), parts(), sending(session)
        standing = leaving.revoke(session, here.keyring, found, settings=here.settings, now=now())
        if standing or once.first is None:
            log(session, "people.revoked", person_id)
        standing = once.told(standing, changed=bool(standing))
    return redirect(url_for("desk.people", standing=standing or None), 303)


@blueprint.post("/people/<person_id>/reset")
@staff_only(ADMIN)
def reset(person_id: str) -> ResponseReturnValue:
    """A new invitation: password and second factor are forgotten, the calendar's address ends. Pressed twice, one."""
    with transaction() as session:
        found, once = _find(session, person_id), sending(session)
        link = str(once.first or _begin_anew(session, found))
        once.remember(link)
    if person_id == person().id:
        return redirect(link, 303)
    web_session["invitation"] = link
    return redirect(url_for("desk.people"), 303)


def _begin_anew(session: Session, found: StaffMember) -> str:
    token = leaving.reset(session, parts().keyring, found, now())
    log(session, "people.reset", found.id)
    return _link(found.language, token)


def _invite(form: PersonForm) -> str:
    """The link of the invitation; of the first sending, where this is a second one."""
    with transaction() as session:
        once = sending(session)
        if once.first is not None:
            return str(once.first)
        made, token = service.invite(
            session,
            parts().keyring,
            email=form.email.data or "",
            name=form.name.data or "",
            language=form.language.data,
            time_zone=form.zone.data,
            roles=form.roles.data,
            languages=form.speaks.data or [],
            now=now(),
        )
        log(session, "people.added", made.id)
        link = _link(made.language, token)
        once.remember(link)
        return link


def _page(form: PersonForm) -> ResponseReturnValue:
    everyone = service.listing(db.session())
    standing = how_many_stand(db.session(), now=now())
    left = _left_with([one.id for one in everyone if not one.active and one.id in standing])
    shown = [
        {
            "id": one.id,
            "name": service.name_of(parts().keyring, one),
            "email": one.email,
            "roles": ", ".join(sorted(_(ROLE_WORDS[role.name]).partition(":")[0] for role in one.roles)),
            "speaks": ", ".join(sorted(language_name(spoken_.language, spoken()) for spoken_ in one.languages)),
            "zone": zone_name(one.time_zone, spoken()),
            "state": "removed" if not one.active else "active" if one.password else "invited",
            "self": one.id == person().id,
            "standing": standing.get(one.id, 0),
            "left": [shown_ for staff_id, shown_ in left if staff_id == one.id],
        }
        for one in everyone
    ]
    if request.method == "GET":
        form.zone.data = parts().settings.clinic_time_zone
    return show(
        "desk/people.html",
        form=form,
        people=shown,
        roles=[(code, _(words)) for code, words in ROLE_WORDS.items()],
        offered=[(one.code, one.name) for one in LANGUAGES],
        zones=offered_zones(form.zone.data or ""),
        speaks=offered_languages(),
        opens_cases=person().is_a(COORDINATOR, LEAD),
        just_left=request.args.get("standing", 0, type=int),
        invitation=web_session.pop("invitation", "") if request.method == "GET" else "",
    )


def _left_with(staff_ids: list[str]) -> list[tuple[str, dict[str, Any]]]:
    """What stands with people who were removed: references and times, for whoever moves or cancels it."""
    if not staff_ids:
        return []
    found = standing_with(db.session(), staff_ids, now=now())
    return [
        (
            one.staff_id,
            {
                "reference": one.reference,
                "when": clocks_at(one.start_at, person().time_zone, one.time_zone, spoken()),
            },
        )
        for one in found
    ]


def _find(session: Session, person_id: str) -> StaffMember:
    return (session.get(StaffMember, person_id) if is_id(person_id) else None) or abort(404)


def _link(language: str, token: str) -> str:
    return f"{parts().settings.public_base_url}/{language}/desk/invitation/{token}"
