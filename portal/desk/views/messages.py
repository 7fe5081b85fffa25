"""The ledger of messages: what became of each, never what stands in it."""

from __future__ import annotations

from flask import abort, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from portal.desk.blueprint import blueprint
from portal.desk.looks import log
from portal.desk.rendering import show
from portal.desk.showing import message_state
from portal.extensions import db
from portal.i18n import language_name, moment, spoken
from portal.keys.ids import is_id
from portal.mail.models import OutboxMessage
from portal.mail.outbox import resend as resend_one
from portal.staff.entry import person, staff_only
from portal.staff.models import ADMIN, LEAD
from portal.transaction import transaction
from portal.web.parts import now

NEWEST = 200


@blueprint.get("/messages")
@staff_only(LEAD, ADMIN)
def messages() -> ResponseReturnValue:
    """The newest messages."""
    rows = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.created_at.desc()).limit(NEWEST))
    return show(
        "desk/messages.html",
        messages=[
            {
                "id": row.id,
                "kind": row.kind,
                "state": row.state,
                "state_words": message_state(row.state),
                "language": language_name(row.language, spoken()),
                "created": moment(row.created_at, person().time_zone, spoken()),
                "attempts": row.attempts,
                "error": row.last_error or "",
            }
            for row in rows
        ],
    )


@blueprint.post("/messages/<message_id>/resend")
@staff_only(LEAD, ADMIN)
def resend(message_id: str) -> ResponseReturnValue:
    """Put one message on its way again."""
    if not is_id(message_id):
        abort(404)
    try:
        with transaction() as session:
            resend_one(session, message_id, now=now())
            log(session, "message.resent", message_id)
    except NoResultFound:
        abort(404)
    return redirect(url_for("desk.messages"), 303)
