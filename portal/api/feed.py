"""A person's consultations as a calendar that other programs subscribe to. Its secret address is all that opens it."""

from __future__ import annotations

from flask import Response, abort
from flask.typing import ResponseReturnValue

from portal.api.blueprint import blueprint
from portal.booking.service.feeds import feed_of
from portal.extensions import db
from portal.web.audience import audience
from portal.web.parts import now, parts


@blueprint.get("/calendar/<token>")
@audience("public")
def calendar(token: str) -> ResponseReturnValue:
    """Times and references, nothing that a family wrote. An address that was taken back is like one that never was."""
    here = parts()
    try:
        ics = feed_of(db.session(), here.keyring, token.removesuffix(".ics"), settings=here.settings, now=now())
    except LookupError:
        abort(404)
    return Response(ics, mimetype="text/calendar", headers={"X-Robots-Tag": "noindex"})
