"""Where the desk begins, for each role; and an interpreter's appointments."""

from __future__ import annotations

from typing import Any

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from portal.booking.clocks import clocks
from portal.booking.service.gone import COORDINATOR_LEFT
from portal.desk import service
from portal.desk.blueprint import blueprint
from portal.desk.rendering import first_place, show
from portal.desk.showing import interpreter, left_words
from portal.extensions import db
from portal.i18n import language_name, spoken
from portal.staff.entry import person, staff_only
from portal.staff.models import INTERPRETER
from portal.web.parts import now, parts


@blueprint.get("/")
@staff_only()
def home() -> ResponseReturnValue:
    """To the first page of this person's role."""
    return redirect(url_for(first_place()), 303)


@blueprint.get("/appointments")
@staff_only(INTERPRETER)
def appointments() -> ResponseReturnValue:
    """Coming consultations that this person interprets; then those for which a family wishes an interpreter, in this
    person's languages. No health data.
    """
    speaks = {one.language for one in person().languages}
    mine = service.interpreted_by(db.session(), person().id, now=now())
    wished = service.wishes_for_interpreters(db.session(), parts().keyring, speaks, now=now())
    return show(
        "desk/appointments.html",
        mine=[_listed(one) for one in mine],
        appointments=[_listed(one) for one in wished],
    )


def _listed(one: service.ToInterpret) -> dict[str, Any]:
    left = one.left and one.appointment.start_at > now()
    return {
        "when": clocks(one.appointment, person().time_zone, one.time_zone, spoken()),
        "language": language_name(one.appointment.language, spoken()),
        "reference": one.reference,
        "left": left_words(COORDINATOR_LEFT) if left else "",
        "kind": interpreter(one.wish),
    }
