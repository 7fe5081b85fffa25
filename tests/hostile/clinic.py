"""A clinic with people, times and families: whoever a route is for can be had here, as far along as the route needs."""

import re
from dataclasses import dataclass, field
from datetime import time
from functools import cached_property
from itertools import count

from flask import Flask

from portal.booking.models import DECLINED, UNANSWERED, Appointment
from portal.booking.service import reserve, waiting
from portal.booking.service.cancel import cancel
from portal.booking.service.change import move_by_office
from portal.booking.service.keeping import mark_of
from portal.booking.service.offering import offer_first, suited
from portal.booking.service.offers import Asker, asker_of, free_times
from portal.booking.slots import token_of
from portal.booking.wishes import Wish
from portal.cases.models import Case
from portal.cases.service.access import respondents_at
from portal.cases.service.start import role_of
from portal.documents.service import Listed, documents_of
from portal.extensions import db
from portal.staff import service as staff
from portal.staff.models import StaffMember
from portal.transaction import transaction
from portal.web.session_rows import WebSession
from tests.staff.colleague import Colleague, employ, member
from tests.support.application import Clock
from tests.support.files import make_pdf
from tests.support.journey import WHO
from tests.support.visitor import Visitor

ROLES = ("admin", "coordinator", "lead", "interpreter")
SPEAKS = ("en", "fr", "tr", "ar")
TIMES = {"first": "2027-03-02", "last": "2027-03-19", "begin": "09:00", "end": "12:00", "minutes": "40"}
PDF = make_pdf("hostile")
numbers = count(1)


@dataclass
class Clinic:
    """Everything is made when it is first asked for."""

    app: Flask
    clock: Clock
    drafts: dict[str, Visitor] = field(default_factory=dict)

    @cached_property
    def office(self) -> Colleague:
        """Somebody with every role, who has opened times."""
        colleague = self.somebody()
        coordinator = self.id_of(colleague)
        colleague.post("/slots", coordinator=coordinator, weekdays=["0", "1", "2", "3", "4"], **TIMES)
        return colleague

    def somebody(self, *roles: str, language: str = "en") -> Colleague:
        """A new person of the office, signed in."""
        colleague = Colleague(self.app, language, f"10.99.{next(numbers) % 250}.{next(numbers) % 250}")
        colleague.email = employ(self.app, *(roles or ROLES), email=f"p{next(numbers)}@clinic.example", speaks=SPEAKS)
        return colleague.sign_in(colleague.email)

    def forget_added(self) -> None:
        """Take out who was added through the form: the page that lists everybody must not grow with each try."""
        with self.app.app_context(), transaction() as session:
            for one in session.scalars(db.select(StaffMember).where(StaffMember.email.like("added%"))):
                session.delete(one)

    def id_of(self, colleague: Colleague) -> str:
        """Whose browser this is."""
        with self.app.app_context():
            return member(colleague.email).id

    def visitor(self, language: str = "en") -> Visitor:
        """A new reader, at a place in the network of their own."""
        visitor = Visitor(self.app, language)
        visitor.client.environ_base["REMOTE_ADDR"] = f"192.0.{next(numbers) % 250}.{next(numbers) % 250}"
        return visitor

    def family(self, language: str = "en") -> Visitor:
        """A new family whose draft has answers and a document."""
        visitor = self.newcomer(language).answer()
        visitor.upload("report.pdf", PDF)
        return visitor

    def newcomer(self, language: str = "en") -> Visitor:
        """A new family that has only agreed."""
        visitor = self.visitor(language)
        visitor.email = f"family{next(numbers)}@family.example"
        return visitor.begin(visitor.email)

    def documents(self, visitor: Visitor) -> list[Listed]:
        """What a family has sent."""
        with self.app.app_context():
            return documents_of(db.session(), self.app.extensions["portal"].keyring, self.case_of(visitor))

    def reference_of(self, visitor: Visitor) -> str:
        """By what the desk calls a family's case."""
        with self.app.app_context():
            return db.session.get_one(Case, self.case_of(visitor)).reference

    def draft(self, language: str) -> Visitor:
        """A family whose answers may be anything, for as long as the draft stays one."""
        if language not in self.drafts:
            self.drafts[language] = self.family(language)
        return self.drafts[language]

    def case_of(self, visitor: Visitor) -> str:
        """The case of a family; the clock stands still here, so that the newest of all is any of them."""
        with self.app.app_context():
            found = respondents_at(db.session(), self.app.extensions["portal"].keyring, visitor.email)
            return found[0].family.cases[0].id

    def undecided(self, language: str = "en") -> Visitor:
        """A reader who has said who fills in, and has not agreed yet."""
        visitor = self.visitor(language)
        visitor.post("/start/who", **WHO)
        return visitor

    def asking(self, language: str = "en") -> tuple[Visitor, str]:
        """A reader who asked for a way back, and the code that came."""
        visitor, address = self.visitor(language), f"family{next(numbers)}@family.example"
        self.visitor(language).begin(address)
        visitor.post("/resume", contact_email=address)
        letters = [one for _, one in visitor.work(self.clock()).carried if one.kind == "way_back"]
        return visitor, re.search(r"\b\d{6}\b", letters[-1].text)[0]

    def mailed(self, language: str = "en") -> tuple[str, str]:
        """The token of a link that was mailed, and its code."""
        visitor = self.visitor(language).begin(f"family{next(numbers)}@family.example")
        letters = [one for _, one in visitor.work(self.clock()).carried if one.kind == "welcome"]
        return re.search(r"/resume/([\w-]+)", letters[-1].text)[1], re.search(r"\b\d{6}\b", letters[-1].text)[0]

    def invited(self) -> str:
        """The token of an invitation."""
        with self.app.app_context(), transaction() as session:
            return staff.invite(
                session,
                self.app.extensions["portal"].keyring,
                email=f"p{next(numbers)}@clinic.example",
                name="Test New",
                language="en",
                time_zone="Europe/Istanbul",
                roles=["lead"],
                languages=["en"],
                now=self.clock(),
            )[1]

    def half_way(self, language: str = "en") -> Colleague:
        """Somebody who has given the password, and not the code."""
        colleague = Colleague(self.app, language, f"10.99.{next(numbers) % 250}.{next(numbers) % 250}")
        colleague.email = employ(self.app, "lead", email=f"p{next(numbers)}@clinic.example")
        colleague.give_password(colleague.email)
        return colleague

    def forget_assent(self, case_id: str) -> str:
        """Let it be open again whether the person agrees; the case's id."""
        keyring = self.app.extensions["portal"].keyring
        with self.app.app_context(), transaction() as session:
            case = session.get_one(Case, case_id)
            said = role_of(keyring, case, case.respondents[0]) | {"adult_assent": "unknown"}
            keyring.family(case.family_id).write_json(case, "role", said)
        return case_id

    def keep_a_time(self, case_id: str) -> str:
        """Let a case keep a time and have nothing booked; the token that its page shows."""
        # Of two times that a case kept at one moment none would be the newest.
        here, now = self.app.extensions["portal"], self.clock.advance(seconds=1)
        with self.app.app_context(), transaction() as session:
            case = session.get_one(Case, case_id)
            if reserve.booked(session, case_id):
                cancel(session, here.keyring, case_id, settings=here.settings, now=now)
            token = free_times(session, asker_of(case), now=now, most=1).times[0].token
            reserve.hold(session, case_id, token, now=now)
        return token

    def mark_of_kept(self, case_id: str) -> str:
        """What the page of a kept time says by which it knows which keeping it shows."""
        with self.app.app_context():
            kept = reserve.held(db.session(), case_id, now=self.clock())
            return mark_of(kept) if kept else ""

    def offer_a_time(self, case_id: str) -> str:
        """Let a case wait, have nothing booked, and be offered a time; the token that its page shows."""
        here, now = self.app.extensions["portal"], self.clock.advance(seconds=1)
        wish, about = Wish(frozenset(range(7)), time(), time(), ("en",)), {"settings": here.settings, "now": now}
        with self.app.app_context():
            with transaction() as session:
                if reserve.booked(session, case_id):
                    cancel(session, here.keyring, case_id, **about)
                reserve.let_time_go(session, case_id, now=now)
                waiting.stop_waiting(session, case_id, now=now)
                # A family is offered no time twice; here the times must not run out.
                before = db.select(Appointment).where(Appointment.case_id == case_id)
                for one in session.scalars(before.where(Appointment.status.in_([DECLINED, UNANSWERED]))):
                    session.delete(one)
                session.flush()
                waiting.wait(session, here.keyring, case_id, wish, "", **about)
            times = next(one.times for one in suited(db.session(), now=now) if one.case_id == case_id)
            with transaction() as session:
                made = offer_first(session, here.keyring, case_id, times, **about)
                assert made
                return token_of(made.start_at, made.end_at)

    def first_time(self) -> str:
        """The token of a time that is free."""
        assert self.office
        with self.app.app_context():
            return free_times(db.session(), Asker(("en",)), now=self.clock(), most=1).times[0].token

    def book_a_time(self, case_id: str) -> str:
        """Let a case have a consultation; its token."""
        here, token = self.app.extensions["portal"], self.keep_a_time(case_id)
        said = {"channel": "phone", "phone": "+33 1 23 45 67 89", "interpreter": "no"}
        with self.app.app_context(), transaction() as session:
            reserve.book(session, here.keyring, case_id, settings=here.settings, now=self.clock(), **said)
        return token

    def move_a_time(self, case_id: str) -> str:
        """Let the office move a case's consultation, of which the family has not seen anything yet; its token."""
        self.book_a_time(case_id)
        here, token = self.app.extensions["portal"], self.first_time()
        about = {"settings": here.settings, "now": self.clock(), "token": token, "reason": "ill"}
        with self.app.app_context(), transaction() as session:
            move_by_office(session, here.keyring, case_id, **about)
        return token

    def keep_another_time(self, case_id: str) -> str:
        """Let a case keep one more time beside the one it has; its token."""
        now = self.clock.advance(seconds=1)
        with self.app.app_context(), transaction() as session:
            case = session.get_one(Case, case_id)
            reserve.let_time_go(session, case_id, now=now)
            token = free_times(session, asker_of(case), now=now, most=1).times[0].token
            reserve.hold(session, case_id, token, now=now, moving=True)
        return token

    def rows(self, *but: str) -> dict[str, list[str]]:
        """Everything that is stored but the counters of tries, by table. Of sessions only how many there are."""
        with self.app.app_context():
            found = {one.name: db.session.execute(db.select(one)).all() for one in db.metadata.sorted_tables}
        found["web_session"] = found["web_session"] and [len(found["web_session"])]
        return {name: sorted(map(repr, rows)) for name, rows in found.items() if name not in {*but, "throttle"}}

    def sessions(self) -> list[str]:
        """What is kept of everybody who is signed in."""
        with self.app.app_context():
            return sorted(map(repr, db.session.execute(db.select(WebSession.__table__))))

    def objects(self) -> list[str]:
        """What lies in the store, unfinished files included."""
        folder = self.app.config["PORTAL_SETTINGS"].objects_folder
        return sorted(path.name for path in folder.rglob("*") if path.is_file())


def live(app: Flask) -> list[str]:
    """The states of appointments that block a time."""
    with app.app_context():
        found = db.session.scalars(db.select(Appointment.status).where(Appointment.status.in_(["held", "booked"])))
        return sorted(found)
