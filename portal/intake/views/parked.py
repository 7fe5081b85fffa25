"""A page that was open for too long is sent: what it holds waits until its family is back."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask import session as web_session
from flask.typing import ResponseReturnValue

from portal.cases.models import Case
from portal.intake.questionnaire import store
from portal.intake.service.parking import case_of, park
from portal.intake.views import posted
from portal.keys.ids import new_token
from portal.keys.keyring import KeyDestroyed
from portal.transaction import transaction
from portal.web.parts import now, parts

OWNER = "parked_by"  # in the visit's own cookie: whoever comes back in this browser has it


def park_section() -> ResponseReturnValue | None:
    """Keep a late page of a case's section, and ask for the code; `None` where the page does not say whose it is."""
    keyring, section_id = parts().keyring, str((request.view_args or {}).get("section", ""))
    case_id = case_of(keyring, request.form.get("for", ""))
    if case_id is None:
        return None
    owner = web_session.get(OWNER) or new_token()
    with transaction() as session:
        case = session.get(Case, case_id)
        try:
            own = store.load(case.questionnaire).section(section_id) if case else None
        except LookupError:
            own = None
        if own is None:
            return None
        try:
            typed, was = posted.touched(own, posted.shown_codes(own) or frozenset(), now().date())
            kept = park(session, keyring, case_id, section_id, typed, was, owner=owner, now=now())
        except KeyDestroyed:
            return None
    if not kept:
        return None
    web_session[OWNER] = owner
    # Whoever has another file of the family open here chooses; everybody else is asked for the code.
    there = "family.others" if "family_id" in web_session else "family.resume"
    return redirect(url_for(there, kept=1), 303)
