"""Where the office writes to: changed at any time, from the check page or from the overview, and straight back."""

from __future__ import annotations

from typing import Any, cast

from flask import redirect, url_for
from flask import session as web_session
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.accesslog.log import record_by_family
from portal.cases.entry import at_hand, family_only
from portal.cases.models import Case
from portal.cases.service.address import AddressTaken, address_of, change_address, take_address_away
from portal.family.blueprint import blueprint
from portal.family.forms import ContactForm
from portal.i18n import gettext as _
from portal.keys.keyring import KeyDestroyed
from portal.transaction import transaction
from portal.web.forms import sending, switching
from portal.web.limits import ADDRESS, limit
from portal.web.once import FIELD
from portal.web.parts import now, parts
from portal.web.rendering import render
from portal.web.routes import takes
from portal.web.sessions import PortalSession
from portal.web.ways import back_to, way_on

MOVED, UNMOVED = "moved", "unmoved"


@blueprint.route("/case/contact", methods=["GET", "POST"])
@family_only
@limit(ADDRESS)
@takes(ContactForm, FIELD)
def contact() -> ResponseReturnValue:
    """The address of who is here, to be changed; without one, a case code takes its place."""
    try:
        form = ContactForm(data={"contact_email": address_of(parts().keyring, at_hand().respondent)})
        if switching() or not form.validate_on_submit():
            return _page(form)
        given = _change(form)
    except KeyDestroyed:
        return redirect(way_on(), 303)
    except AddressTaken:
        form.contact_email.errors = [_("Somebody else of your family gave this address already.")]
        return _page(form)
    if given not in {MOVED, UNMOVED}:
        web_session["new_code"] = given
        return redirect(url_for("family.start_code"), 303)
    there = "family.check" if back_to() else "family.tasks"
    return redirect(url_for(there, moved=1 if given == MOVED else None), 303)


def _page(form: ContactForm) -> ResponseReturnValue:
    return render("family/contact.html", form=form, back=back_to())


def _change(form: ContactForm) -> str:
    """What the form asks for, once: `MOVED`, `UNMOVED`, or the case code that is there instead of an address."""
    found = at_hand()
    with transaction() as session:
        once = sending(session)
        if once.first is not None:
            return str(once.first)
        given = _changed(session, form)
        once.remember(given)
        if given != UNMOVED:
            keyring = parts().keyring
            record_by_family(session, keyring, found.respondent_id, found.pseudonym, "case.contact_changed", now=now())
    return given


def _changed(session: Session, form: ContactForm) -> str:
    found, here = at_hand(), parts()
    case = session.get_one(Case, found.case_id)
    about: dict[str, Any] = {
        "here": cast(PortalSession, web_session).row_id,
        "settings": here.settings,
        "now": now(),
    }
    if not form.contact_email.data:
        return take_address_away(session, here.keyring, case, found.respondent_id, **about) or UNMOVED
    moved = change_address(session, here.keyring, case, found.respondent_id, form.contact_email.data, **about)
    return MOVED if moved else UNMOVED
