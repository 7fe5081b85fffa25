"""Check everything once more, and send it once."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.accesslog.log import record_by_family
from portal.booking.service.reserve import booked
from portal.cases.entry import AtHand, answers_alone, at_hand, family_only
from portal.cases.models import DRAFT
from portal.cases.service.start import locked_case
from portal.documents.forms import KIND_WORDS
from portal.documents.service import documents_of
from portal.extensions import db
from portal.family.blueprint import blueprint
from portal.family.gaps import HELPFUL, gaps
from portal.family.service import HelpFirst, NotComplete, send_intake
from portal.family.views.tasks import spoken_appointment
from portal.i18n import file_size, spoken
from portal.i18n import gettext as _
from portal.intake import showing
from portal.intake.page import anchor
from portal.intake.service import answers as intake
from portal.intake.service import flags, progress
from portal.transaction import transaction
from portal.web.forms import switching
from portal.web.parts import now, parts
from portal.web.rendering import render


@blueprint.route("/case/check", methods=["GET", "POST"])
@family_only
def check() -> ResponseReturnValue:
    """Every answer as the office will get it; the button sends it."""
    if at_hand().case.state != DRAFT:
        return redirect(url_for("family.sent"), 303)
    try:
        if request.method == "POST" and not switching() and _send():
            return redirect(url_for("family.sent"), 303)
    except HelpFirst:
        return redirect(url_for("intake.right_now"), 303)
    return _page(at_hand())


@blueprint.get("/case/sent")
@family_only
def sent() -> ResponseReturnValue:
    """The confirmation: the reference, the appointment, and what comes next."""
    case = at_hand().case
    if case.state == DRAFT:
        return redirect(url_for("family.tasks"), 303)
    appointment = booked(db.session(), case.id)
    return render(
        "family/sent.html",
        reference=case.reference,
        appointment=appointment and spoken_appointment(appointment),
        book_url=url_for("booking.book"),
    )


def _send() -> bool:
    found, here, instant = at_hand(), parts(), now()
    with transaction() as session:
        case = locked_case(session, found.case_id, people=True)
        try:
            sent_now = send_intake(session, here.keyring, case, settings=here.settings, now=instant)
        except NotComplete:
            return False
        if sent_now:
            record_by_family(session, here.keyring, found.respondent_id, found.pseudonym, "case.sent", now=instant)
    return True


def _page(found: AtHand) -> ResponseReturnValue:
    answers = intake.read_case(db.session(), parts().keyring, found.case, today=now().date())
    shown = showing.rows(answers, spoken(), alone=answers_alone())
    labels = {(section.id, row.code): row.label for section in shown for row in section.rows}
    documents = documents_of(db.session(), parts().keyring, found.case.id)
    appointment = booked(db.session(), found.case.id)
    return render(
        "family/check.html",
        sections=[_section(answers, section) for section in shown],
        missing=[
            {"label": labels.get((section, code), code), "url": _way_to(answers, section, code)}
            for section, code in progress.required_missing(answers)
        ],
        unread=[
            {
                "label": labels.get((section, code), code),
                "url": _way_to(answers, section, code),
                "typed": " · ".join(typed),
            }
            for section, code, typed in progress.not_understood(answers)
        ],
        urgent=flags.is_open(answers.answers),
        helpful=[_(HELPFUL[gap]) for gap in gaps(answers, {one.kind for one in documents})],
        documents=[
            {"label": _(KIND_WORDS[one.kind]), "value": f"{one.name} ({file_size(one.size, spoken())})", "dir": "auto"}
            for one in documents
        ],
        documents_url=url_for("documents.documents"),
        appointment=appointment and spoken_appointment(appointment),
        book_url=url_for("booking.book"),
    )


def _section(answers: intake.Intake, section: showing.SectionShown) -> dict[str, Any]:
    """A section's answers, each with the way to change it and straight back; and what was left open."""
    said = [row for row in section.rows if row.state in {None, "unknown", "declined", "never"}]
    return {
        "title": section.title,
        "url": url_for("intake.section", section=section.id, back="check"),
        "rows": [
            {
                "label": row.label,
                "value": row.text,
                "dir": "ltr" if row.ltr else "auto" if row.free else "",
                "url": _way_to(answers, section.id, row.code),
                "action": _("Change"),
                "lang": "",
            }
            for row in said
        ],
        "open": [
            {"label": row.label, "url": _way_to(answers, section.id, row.code)}
            for row in section.rows
            if row not in said
        ],
    }


def _way_to(answers: intake.Intake, section: str, code: str) -> str:
    place = anchor(answers.questionnaire.section(section), code)
    return url_for("intake.section", section=section, back="check", _anchor=place)
