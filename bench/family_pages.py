"""Every page that a family can have on its phone, from the table of routes, and families that are far enough for it."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask

from bench.families import family
from portal.booking.service.offers import Asker, free_times
from portal.extensions import db
from portal.intake.questionnaire.store import current
from portal.web.parts import parts
from portal.web.routes import describe
from tests.support.journey import WHO
from tests.support.visitor import TICKED, Visitor

LANGUAGE = "ar"
COOKIES = ("portal_visit", "portal_access")
OF_THE_OFFICE = "/<lang>/desk"
NO_PAGE = {"/<lang>/case/appointment.ics"}
BY_LETTER = {"/<lang>/resume/<token>"}  # one field; its weight is that of the page for the code
ANY_TIME = {"weekdays": [str(day) for day in range(7)], "begin": "07:00", "end": "22:00", "languages": [LANGUAGE]}
PHONE = {"channel": "phone", "phone": "+33 1 23 45 67 89", "interpreter": "no"}


def pages(app: Flask) -> list[str]:
    """Their addresses; a section is a page of its own."""
    return [path.replace("<lang>", LANGUAGE) for path in _paths(app)]


def readers(app: Flask) -> list[str]:
    """Cookies of families, of which at least one is shown each page."""
    writing, booked, beginning, paper = family(app, 1), family(app, 2), Visitor(app, LANGUAGE), Visitor(app, LANGUAGE)
    unasked, waiting = Visitor(app, LANGUAGE), family(app, 3)
    slots = _free(app)
    writing.post("/case/book", slot=slots[0])
    booked.post("/case/book", slot=slots[1])
    booked.post("/case/book/confirm", slot=slots[1], **PHONE)
    booked.post("/case/check")
    booked.post("/case/appointment/move", slot=slots[2])
    beginning.post("/start/who", **WHO)
    beginning.post("/resume", contact_email="parent@family.example")
    paper.begin(email="")
    paper.post("/case/section/safety", red_flags="blue_lips")
    paper.post("/case/another", **WHO)
    unasked.post("/start/who", **WHO | {"adult_assent": "unknown"})
    unasked.post("/start/agree", **TICKED, no_email="y")
    waiting.post("/case/waiting", note="", **ANY_TIME)
    waiting.work()  # which offers it a time
    return [_cookies(one) for one in (writing, booked, paper, beginning, unasked, waiting)]


def _paths(app: Flask) -> Iterator[str]:
    for route in describe(app):
        path = route["path"]
        own = path.startswith("/<lang>/") and not path.startswith(OF_THE_OFFICE) and "GET" in route["methods"]
        if not own or path in NO_PAGE | BY_LETTER:
            continue
        sections = [section.id for section in current().sections] if "<section>" in path else [""]
        yield from (path.replace("<section>", one) for one in sections)


def _free(app: Flask) -> list[str]:
    with app.app_context():
        found = free_times(db.session(), Asker((LANGUAGE,)), now=parts().clock(), most=3)
    return [one.token for one in found.times]


def _cookies(visitor: Visitor) -> str:
    kept = [visitor.client.get_cookie(name) for name in COOKIES]
    return "; ".join(f"{one.key}={one.value}" for one in kept if one is not None)
