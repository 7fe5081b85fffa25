"""The address at which a person's own calendar program finds the consultations."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask import session as web_session
from flask.typing import ResponseReturnValue

from portal.booking.service.feeds import close_feed, has_feed, open_feed
from portal.desk.blueprint import blueprint
from portal.desk.looks import log
from portal.desk.rendering import show
from portal.extensions import db
from portal.staff.entry import person, staff_only
from portal.staff.models import COORDINATOR, INTERPRETER
from portal.transaction import transaction
from portal.web.forms import sending
from portal.web.parts import parts

SHOWN_ONCE = "feed"


@blueprint.get("/calendar")
@staff_only(COORDINATOR, INTERPRETER)
def feed() -> ResponseReturnValue:
    """Whether there is an address, and the new one just after it was made: it stands nowhere else."""
    token = web_session.pop(SHOWN_ONCE, None) if request.method == "GET" else None
    address = f"{parts().settings.public_base_url}/api/calendar/{token}.ics" if token else ""
    return show("desk/feed.html", address=address, has_feed=has_feed(db.session(), person().id))


@blueprint.post("/calendar/new")
@staff_only(COORDINATOR, INTERPRETER)
def new_feed() -> ResponseReturnValue:
    """A new address; the one before is dead. Pressed twice it is one, which both presses show."""
    staff_id = person().id
    with transaction() as session:
        once = sending(session)
        token = once.first
        if token is None:
            token = open_feed(session, parts().keyring, staff_id)
            log(session, "feed.opened")
            once.remember(token)
    web_session[SHOWN_ONCE] = token
    return redirect(url_for("desk.feed"), 303)


@blueprint.post("/calendar/end")
@staff_only(COORDINATOR, INTERPRETER)
def end_feed() -> ResponseReturnValue:
    """No address any more."""
    staff_id = person().id
    with transaction() as session:
        close_feed(session, staff_id)
        log(session, "feed.closed")
    return redirect(url_for("desk.feed"), 303)
