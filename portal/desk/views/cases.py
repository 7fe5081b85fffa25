"""The list of cases, one case, and its documents. Every look is logged under the case's pseudonym."""

from __future__ import annotations

from functools import partial
from urllib.parse import quote

from flask import Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.adapters.storage import ObjectMissing
from portal.booking.clocks import clocks_at
from portal.booking.service.gone import COORDINATOR_LEFT, INTERPRETER_LEFT
from portal.cases.models import Case
from portal.cases.service.likeness import cases_like, one_like_each
from portal.cases.service.start import locked_case
from portal.desk import service
from portal.desk import showing as desk_showing
from portal.desk.blueprint import blueprint
from portal.desk.forms import CancelForm
from portal.desk.looks import case_at, log
from portal.desk.rendering import show
from portal.desk.summary import missing_documents, summary_of
from portal.desk.waits import waits
from portal.documents.forms import KIND_WORDS
from portal.documents.models import Document
from portal.documents.service import documents_of, open_document
from portal.extensions import db
from portal.i18n import OFFERED, country_name, file_size, language_name, moment, spoken
from portal.i18n import gettext as _
from portal.intake import showing
from portal.intake.service import answers as intake
from portal.intake.service import progress
from portal.intake.unread import unread_rows
from portal.keys.ids import is_id
from portal.staff.entry import person, staff_only
from portal.staff.models import COORDINATOR, LEAD
from portal.staff.service import names
from portal.transaction import transaction, transaction_beside
from portal.web.parts import now, parts

MOST_PAGES = 10_000  # beyond it the databases refuse the number


@blueprint.get("/cases")
@staff_only(COORDINATOR, LEAD)
def cases() -> ResponseReturnValue:
    """Every case, changed last first: references and times, no names."""
    page = min(max(request.args.get("page", 1, type=int), 1), MOST_PAGES)
    listed, more = service.list_cases(db.session(), page=page)
    zone, code = person().time_zone, spoken()
    called = names(db.session(), parts().keyring)
    alike = one_like_each(db.session(), {one.likeness for one in listed if one.likeness})
    return show(
        "desk/cases.html",
        cases=[
            {
                "reference": one.reference,
                "state": one.state,
                "language": language_name(one.language, code),
                "country": country_name(one.country, code) if one.country else "",
                "changed": moment(one.changed_at, zone, code),
                "sent": moment(one.submitted_at, zone, code) if one.submitted_at else "",
                "appointment": clocks_at(one.appointment_at, zone, one.time_zone, code) if one.appointment_at else None,
                "marks": _marks(one),
                "coordinator": called.get(one.coordinator_id or "", ""),
                "urgent": one.urgent_at is not None,
                "like": next((other for other in alike.get(one.likeness or "", ()) if other != one.reference), ""),
            }
            for one in listed
        ],
        page=page,
        more=more,
    )


def _marks(one: service.Listed) -> list[str]:
    """What the office has to settle about a consultation to come, in words."""
    if one.appointment_at is None or one.appointment_at <= now():
        return []
    who = COORDINATOR_LEFT if one.coordinator_left else INTERPRETER_LEFT if one.interpreter_left else ""
    clocks = _("The clocks were changed by law: ask the family which hour it meant.") if one.clock_moved_at else ""
    return [words for words in (desk_showing.left_words(who), clocks) if words]


@blueprint.get("/cases/<reference>")
@staff_only(COORDINATOR, LEAD)
def case(reference: str) -> ResponseReturnValue:
    """One case in the reader's language; what the family wrote itself stays in its own."""
    return case_page(case_at(reference))


def case_page(own: Case, form: CancelForm | None = None) -> ResponseReturnValue:
    """The page of a case, a look that is logged; with what is wrong where its consultation was to be cancelled."""
    _log_look(own, "case.read")
    here, code = parts(), spoken()
    read = intake.read_case(db.session(), here.keyring, own, today=now().date())
    sections = showing.rows(read, code)
    respondents = desk_showing.respondents(own)
    summary = summary_of(read, sections, [one["role"] for one in respondents if one["role"]])
    documents = documents_of(db.session(), here.keyring, own.id)
    return show(
        "desk/case.html",
        case=own,
        language=language_name(own.language, code),
        country=country_name(own.country, code) if own.country else "",
        sent=moment(own.submitted_at, person().time_zone, code) if own.submitted_at else "",
        alike=cases_like(db.session(), here.keyring, own),
        urgent_by=names(db.session(), here.keyring).get(own.urgent_by, "–") if own.urgent_by else "",
        urgent_at=moment(own.urgent_at, person().time_zone, code) if own.urgent_at else "",
        languages_of=partial(desk_showing.languages_of, own),
        version=desk_showing.version_of(read),
        counts=progress.counts(read),
        summary=summary,
        unread={one.code: one for one in unread_rows(read, code)},
        flags_at=moment(summary.flags.at, person().time_zone, code) if summary.flags and summary.flags.at else "",
        comma=OFFERED[code].comma,
        missing_documents=missing_documents(read, {one.kind for one in documents}),
        changes=desk_showing.changes(own, read, person().time_zone) if own.submitted_at else [],
        sections=sections,
        documents=[(one, _(KIND_WORDS[one.kind]), file_size(one.size, code)) for one in documents],
        **desk_showing.consultation(own),
        **waits(own),
        form=form,
        cancelled="cancelled" in request.args,
        moved="moved" in request.args,
        given="given" in request.args,
        overtaken="overtaken" in request.args,
        stands="stands" in request.args,
        respondents=respondents,
        consents=desk_showing.consents(own, person().time_zone),
        messages=desk_showing.messages(own, person().time_zone),
    )


@blueprint.post("/cases/<reference>/urgent")
@staff_only(COORDINATOR, LEAD)
def urgent(reference: str) -> ResponseReturnValue:
    """Hold a case to be urgent, by name."""
    return _set_urgency(reference, person().id)


@blueprint.post("/cases/<reference>/not-urgent")
@staff_only(COORDINATOR, LEAD)
def not_urgent(reference: str) -> ResponseReturnValue:
    """Take that back."""
    return _set_urgency(reference, None)


@blueprint.get("/cases/<reference>/documents/<document_id>")
@staff_only(COORDINATOR, LEAD)
def document(reference: str, document_id: str) -> ResponseReturnValue:
    """One document, opened piece by piece, as a download of its checked type."""
    own = case_at(reference)
    row = db.session.get(Document, document_id) if is_id(document_id) else None
    if row is None or row.case_id != own.id:
        abort(404)
    _log_look(own, "document.opened", document_id)
    try:
        listed, pieces = open_document(db.session(), parts().keyring, parts().store, document_id)
    except (LookupError, ObjectMissing):
        abort(404)
    return Response(
        pieces,
        mimetype=listed.media_type,
        headers={
            "Content-Length": str(listed.size),
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(listed.name, safe='')}",
        },
    )


def _set_urgency(reference: str, staff_id: str | None) -> ResponseReturnValue:
    case_id = case_at(reference).id
    with transaction() as session:
        case = locked_case(session, case_id)
        service.set_urgency(session, case, staff_id, now=now())
        action = "case.urgent" if staff_id else "case.not_urgent"
        log(session, action, pseudonym=case.pseudonym)
        reference = case.reference
    return redirect(url_for("desk.case", reference=reference), 303)


def _log_look(own: Case, action: str, object_id: str = "") -> None:
    """Beside what the page reads, and before any of it is shown."""
    with transaction_beside() as session:
        log(session, action, object_id, pseudonym=own.pseudonym)
