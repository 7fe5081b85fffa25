"""The waiting list, in the order in which times are offered. What a family wrote itself stands in its case."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.desk.blueprint import blueprint
from portal.desk.rendering import show
from portal.desk.views.cases import MOST_PAGES
from portal.desk.waits import list_waiting
from portal.extensions import db
from portal.staff.entry import staff_only
from portal.staff.models import COORDINATOR, LEAD


@blueprint.get("/waiting")
@staff_only(COORDINATOR, LEAD)
def waiting() -> ResponseReturnValue:
    """Who waits for a time, and since when: references, days, hours and languages, no names."""
    page = min(max(request.args.get("page", 1, type=int), 1), MOST_PAGES)
    listed, more = list_waiting(db.session(), page=page)
    return show("desk/waiting.html", waiting=listed, page=page, more=more)
