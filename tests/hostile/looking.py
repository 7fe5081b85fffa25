"""Every page that can be looked at, from the table of routes, and who finds something there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portal.booking.service.feeds import open_feed
from portal.intake.questionnaire.store import current
from portal.transaction import transaction
from portal.web.routes import Route
from tests.hostile.attacker import Attacker
from tests.hostile.clinic import Clinic
from tests.hostile.forms import routes
from tests.support.journey import WHO

# These only lead on, or are a file.
LEAD_ON = {"web.front_door", "web.desk_door", "desk.home", "static"}
QUERIES = {"api.times": "?language=en&zone=Europe/Paris"}
# Whom a page shows something; all others are shown it to a family that writes, or to whoever has every role.
BOOKED = ("booking.appointment", "booking.appointment_file", "booking.cancel", "booking.details", "booking.move")
SEEN_BY = dict.fromkeys(BOOKED, "booked") | {
    "booking.move_confirm": "moving",
    "booking.offer": "offered",
    "family.sent": "sent",
    "family.another_agree": "with a second child",
    "family.start_code": "on paper",
    "family.assent": "who has not asked",
    "intake.right_now": "alarmed",
    "family.start_agree": "undecided",
    "family.resume_code": "asking",
    "staff.code": "half way in",
    "staff.sign_in": "stranger",
}


@dataclass(frozen=True)
class Look:
    """One page with something in each of its places, by name."""

    endpoint: str
    path: str
    reader: str

    def address(self, things: dict[str, str]) -> str:
        """Where it is; a new kind of place is a fault until somebody has said what stands there."""
        parts = (
            things.get(f"{self.endpoint} {one}") or things[one] if one[:1] == "<" else one for one in self._parts()
        )
        return "/".join(parts) + QUERIES.get(self.endpoint, "")

    def __str__(self) -> str:
        return self.path

    def _thing(self, place: str, things: dict[str, str]) -> str:
        return things.get(f"{self.endpoint} {place}") or things[place]

    def _parts(self) -> list[str]:
        return self.path.replace("<lang>", "en").split("/")


def looks() -> list[Look]:
    """All of them; a section is a page of its own."""
    asked = (route for route in routes() if "GET" in route["methods"] and route["endpoint"] not in LEAD_ON)
    return [look for route in asked for look in _looks(route)]


def _looks(route: Route) -> list[Look]:
    usual = {"family": "writing", "public": "stranger"}.get(route["audience"][0], "office")
    reader = SEEN_BY.get(route["endpoint"], usual)
    sections = [section.id for section in current().sections] if "<section>" in route["path"] else [""]
    return [Look(route["endpoint"], route["path"].replace("<section>", one), reader) for one in sections]


def readers_of(clinic: Clinic) -> dict[str, Attacker]:
    """Everybody whom a page shows something."""
    assert clinic.office
    made: dict[str, Callable[[], Any]] = {
        "writing": lambda: _family_that(clinic, clinic.keep_a_time),
        "booked": lambda: _family_that(clinic, clinic.book_a_time),
        "moving": lambda: _family_that(clinic, clinic.book_a_time, clinic.keep_another_time),
        "offered": lambda: _family_that(clinic, clinic.offer_a_time),
        "sent": lambda: _after(clinic.family(), "/case/check"),
        "with a second child": lambda: _after(clinic.family(), "/case/another", **WHO),
        "on paper": lambda: clinic.visitor().begin(email=""),
        "alarmed": lambda: _after(clinic.family(), "/case/section/safety", red_flags="blue_lips"),
        "who has not asked": lambda: _family_that(clinic, clinic.forget_assent),
        "undecided": clinic.undecided,
        "asking": lambda: clinic.asking()[0],
        "half way in": clinic.half_way,
        "stranger": clinic.visitor,
        "office": lambda: clinic.office,
    }
    return {name: Attacker.like(make()) for name, make in made.items()}


def things_of(clinic: Clinic) -> dict[str, str]:
    """What stands in the places of addresses."""
    family, person = clinic.family(), clinic.id_of(clinic.office)
    with clinic.app.app_context(), transaction() as session:
        feed = open_feed(session, clinic.app.extensions["portal"].keyring, person)
    return {
        "<reference>": clinic.reference_of(family),
        "desk.move_consultation <reference>": clinic.reference_of(_family_that(clinic, clinic.book_a_time)),
        "<document_id>": clinic.documents(family)[0].id,
        "<whose>": person,
        "<person_id>": person,
        "family.resume_link <token>": clinic.mailed()[0],
        "staff.invitation <token>": clinic.invited(),
        "api.calendar <token>": f"{feed}.ics",
    }


def _after(family: Any, path: str, **said: str) -> Any:
    assert family.post(path, **said).status_code == 303
    return family


def _family_that(clinic: Clinic, *steps: Callable[[str], str]) -> Any:
    """A new family for whose case these steps were taken."""
    family = clinic.family()
    for step in steps:
        step(clinic.case_of(family))
    return family
