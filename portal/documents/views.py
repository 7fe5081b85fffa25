"""HTTP for documents: list, add one, remove one."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.accesslog.log import record_by_family
from portal.cases.entry import at_hand, family_only, look_up
from portal.cases.service.changes import is_open
from portal.cases.service.start import locked_case
from portal.documents.forms import KIND_WORDS, REFUSALS, DocumentForm
from portal.documents.rules import KINDS, MOST_BYTES, FileRefused
from portal.documents.service import TooLate, add_document, documents_of, remove_document
from portal.extensions import db
from portal.i18n import file_size, spoken
from portal.i18n import gettext as _
from portal.transaction import transaction
from portal.web.forms import switching
from portal.web.limits import UPLOAD, limit
from portal.web.parts import now, parts
from portal.web.rendering import render
from portal.web.routes import takes
from portal.web.uploads import Place, PortalRequest, accepts_files
from portal.web.ways import back_to, way_on

blueprint = Blueprint("documents", __name__, url_prefix="/<lang>/case", template_folder="templates")


def _place() -> Place | None:
    """Files are taken only from a family whose case is open here, until its consultation; others are thrown away."""
    found = look_up()
    taken = found is not None and is_open(found, now())
    place = Place(parts().store, parts().keyring.case_recipient(found.case_id)) if found and taken else None
    # A file may take minutes to arrive: the connection to the database does not wait with it.
    db.session.rollback()
    return place


@blueprint.get("/documents")
@family_only
def documents() -> ResponseReturnValue:
    """The case's documents, and a form for one more."""
    return _page(DocumentForm(formdata=None, kind=request.args.get("kind")))


@blueprint.post("/documents")
@accepts_files(MOST_BYTES, _place)
@family_only
@limit(UPLOAD)
@takes(DocumentForm)
def add() -> ResponseReturnValue:
    """Take one file. What is wrong with it is said beside it; what was chosen stays chosen."""
    form = DocumentForm()
    if switching():
        return _page(form)
    try:
        _keep(form)
    except FileRefused as fault:
        form.file.errors = [_(REFUSALS[fault.reason])]
        return _page(form)
    except TooLate:
        return redirect(way_on(), 303)
    return redirect(url_for("documents.documents", done="added", back=back_to()), 303)


@blueprint.post("/documents/<document_id>/remove")
@family_only
def remove(document_id: str) -> ResponseReturnValue:
    """Remove one document."""
    here, who = parts(), at_hand()
    try:
        with transaction() as session:
            gone = remove_document(
                session,
                here.keyring,
                locked_case(session, who.case_id),
                document_id,
                respondent_id=who.respondent_id,
                office_zone=here.settings.clinic_time_zone,
                now=now(),
            )
            if gone:
                record_by_family(
                    session, here.keyring, who.respondent_id, who.pseudonym, "document.removed", document_id, now=now()
                )
    except TooLate:
        return redirect(way_on(), 303)
    return redirect(url_for("documents.documents", done="removed", back=back_to()), 303)


def _keep(form: DocumentForm) -> None:
    upload, given = cast(PortalRequest, request).upload, request.files.get("file")
    if upload is None or given is None or cast(object, given.stream) is not upload:
        raise FileRefused("missing")
    here, who = parts(), at_hand()
    with transaction() as session:
        listed = add_document(
            session,
            here.keyring,
            locked_case(session, who.case_id),
            respondent_id=who.respondent_id,
            kind=form.kind.data if form.kind.data in KINDS else "other",
            given_name=given.filename or "",
            received=upload,
            office_zone=here.settings.clinic_time_zone,
            now=now(),
        )
        record_by_family(
            session, here.keyring, who.respondent_id, who.pseudonym, "document.added", listed.id, now=now()
        )


def _page(form: DocumentForm) -> ResponseReturnValue:
    found = at_hand()
    listed = documents_of(db.session(), parts().keyring, found.case.id)
    return render(
        "documents/documents.html",
        form=form,
        kinds=[(code, _(words)) for code, words in KIND_WORDS.items()],
        kind_words={code: _(words) for code, words in KIND_WORDS.items()},
        documents=listed,
        sizes={one.id: file_size(one.size, spoken()) for one in listed},
        can_change=is_open(found, now()),
        done=request.args.get("done", ""),
        back=back_to(),
        on=way_on(),
    )
