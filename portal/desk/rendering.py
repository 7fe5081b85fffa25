"""A page of the desk: the shell's values and the places that this person may go to."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from portal.i18n import N_
from portal.i18n import gettext as _
from portal.staff.entry import person
from portal.staff.models import ADMIN, COORDINATOR, INTERPRETER, LEAD
from portal.web.parts import parts
from portal.web.rendering import render

PLACES = (
    ("desk.cases", N_("Cases"), (COORDINATOR, LEAD)),
    ("desk.waiting", N_("Waiting list"), (COORDINATOR, LEAD)),
    ("desk.appointments", N_("Appointments"), (INTERPRETER,)),
    ("desk.feed", N_("Your calendar"), (COORDINATOR, INTERPRETER)),
    ("desk.slots", N_("Times"), (ADMIN,)),
    ("desk.people", N_("People"), (ADMIN,)),
    ("desk.messages", N_("Messages"), (LEAD, ADMIN)),
)


def first_place() -> str:
    """Where this person begins."""
    return next(endpoint for endpoint, _words, roles in PLACES if person().is_a(*roles))


def show(template: str, **values: Any) -> str:
    """Render a page with the desk's own navigation."""
    places = [
        {"url": url_for(endpoint), "words": _(words), "current": request.endpoint == endpoint}
        for endpoint, words, roles in PLACES
        if person().is_a(*roles)
    ]
    return render(template, places=places, no_mail_server=not parts().settings.mail_server, **values)
