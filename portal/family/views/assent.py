"""Does the person know and agree: said later by whoever had not asked yet at the start, and straight back."""

from __future__ import annotations

from flask import redirect
from flask.typing import ResponseReturnValue

from portal.accesslog.log import record_by_family
from portal.cases.entry import at_hand, family_only
from portal.cases.service.assent import may_still_agree, say_assent
from portal.cases.service.changes import is_open
from portal.cases.service.start import locked_case, role_of
from portal.family.blueprint import blueprint
from portal.family.forms import ASSENT, AssentForm
from portal.i18n import gettext as _
from portal.i18n import spoken
from portal.keys.keyring import KeyDestroyed
from portal.pages.showing import values
from portal.transaction import transaction
from portal.web.forms import switching
from portal.web.parts import now, parts
from portal.web.rendering import isolate, render
from portal.web.routes import takes
from portal.web.ways import back_to, way_on


@blueprint.route("/case/assent", methods=["GET", "POST"])
@family_only
@takes(AssentForm)
def assent() -> ResponseReturnValue:
    """Just that answer. Nothing to do here once it is settled, or once the consultation has begun."""
    found, form = at_hand(), AssentForm()
    try:
        said = role_of(parts().keyring, found.case, found.respondent)
    except KeyDestroyed:
        return redirect(way_on(), 303)
    if not may_still_agree(said) or not is_open(found, now()):
        return redirect(way_on(), 303)
    form.offered = _offered(said)
    if switching() or not form.validate_on_submit():
        return _page(form, minor=said.get("person") == "minor")
    with transaction() as session:
        settled = say_assent(
            session,
            parts().keyring,
            locked_case(session, found.case_id),
            str(form.adult_assent.data),
            respondent_id=found.respondent_id,
            office_zone=parts().settings.clinic_time_zone,
            now=now(),
        )
        if settled:
            record_by_family(
                session, parts().keyring, found.respondent_id, found.pseudonym, "case.assent_said", now=now()
            )
    return redirect(way_on(), 303)


def _offered(said: dict[str, str]) -> tuple[str, ...]:
    """An adult who says no sends nothing: such a file is not gone on with, and its page says whom to write to."""
    return ("yes", "too_young", "cannot_express", "no") if said.get("person") == "minor" else ("yes", "cannot_express")


def _page(form: AssentForm, *, minor: bool) -> str:
    return render(
        "family/assent.html",
        form=form,
        assent=[(code, _(ASSENT[code])) for code in form.offered],
        contact="" if minor else isolate(values(parts().settings, spoken())["controller_contact"]),
        back=back_to(),
    )
