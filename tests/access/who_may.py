"""Who may open what: every route, for everybody, with the things of one family and of another. Read it as a list.

A route that is not here, or a role that a line forgets, fails the tests until somebody has said who may.
"""

import re
from dataclasses import dataclass, field

from werkzeug.test import TestResponse

FAMILIES = ("family A", "family B")
STAFF = ("coordinator 1", "coordinator 2", "lead", "interpreter", "admin")
# Whose access is over keeps its cookie: the family signed out, or its case was erased; the colleague was removed.
STRANGERS = ("nobody", "signed-out family", "erased family", "removed colleague")
ROLES = (*FAMILIES, *STAFF, *STRANGERS)

OPENS, REFUSED, MISSING = "opens", "refused", "not there"
WAY_BACK, SIGN_IN = "led to /en/resume", "led to /en/desk/sign-in"
REFERENCE = re.compile(r"/cases/[A-Z0-9]{3}-[A-Z0-9]{3}(\?cancelled=1)?")
WHOSE = re.compile(r"/calendars/[a-z0-9]+")
PERSON = re.compile(r"/people/[0-9a-f]{32}")
IN_WORDS = {200: OPENS, 403: REFUSED, 404: MISSING}

Expected = dict[str, str]


@dataclass(frozen=True)
class Line:
    """One route with one method, on some objects (by the scene's names) and with one content of its form.

    What stands in braces in the form is a name of the scene, too.
    """

    method: str
    path: str
    expected: Expected
    objects: tuple[str, ...] = ()
    form: dict[str, str] = field(default_factory=dict)

    def address(self, names: dict[str, str]) -> str:
        """The address with the objects in their places."""
        objects = iter(self.objects)
        parts = [names[next(objects)] if part.startswith("<") else part for part in self._parts()]
        return "/".join(parts)

    def said(self, names: dict[str, str]) -> dict[str, str]:
        """The form with the objects in their places."""
        return {field: value.format(**names) for field, value in self.form.items()}

    def __str__(self) -> str:
        return " ".join([self.method, self.path, *(f"[{name}]" for name in self.objects), *self.form.values()])

    def _parts(self) -> list[str]:
        return self.path.replace("<lang>", "en").split("/")


def verdict(answer: TestResponse) -> str:
    """What became of a request, in the words of the table."""
    if answer.status_code in {302, 303}:
        place = REFERENCE.sub("/cases/<reference>", answer.headers["Location"])
        place = PERSON.sub("/people/<person_id>", WHOSE.sub("/calendars/<whose>", place))
        led = f"led to {place}"
        return led if led in {WAY_BACK, SIGN_IN} else f"done, at {place}"
    return IN_WORDS.get(answer.status_code, str(answer.status_code))


def done(path: str) -> str:
    """Led on to a page of its own."""
    return f"done, at /en{path}"


def everybody(said: str) -> Expected:
    """The same for all."""
    return dict.fromkeys(ROLES, said)


def families(owner: str, other: str) -> Expected:
    """Family A has sent its answers and has a consultation to come; B is still writing and keeps a time."""
    return everybody(WAY_BACK) | {"family A": owner, "family B": other}


def staff(**by_role: str) -> Expected:
    """By role, refused where nothing is said; whoever is not of the office is led to the sign-in."""
    said = {role: by_role.get(role.partition(" ")[0], REFUSED) for role in STAFF}
    return everybody(SIGN_IN) | said


def unless_signed_in(said: str) -> Expected:
    """The desk's sign-in leads on whoever is in already."""
    return everybody(said) | dict.fromkeys(STAFF, done("/desk/"))


CHANGED = done("/desk/calendars/<whose>?added=0&removed=0&held=0")
PLACED = done("/desk/people/<person_id>/place?added=0&removed=0&held=0")
FEED = done("/desk/calendar")
CASE_B = done("/desk/cases/<reference>")
CASE, DOCUMENT = "/<lang>/desk/cases/<reference>", "/<lang>/desk/cases/<reference>/documents/<document_id>"
REMOVE = "/<lang>/case/documents/<document_id>/remove"
CONTACT = "/<lang>/case/contact"
SECTION, OPEN = "/<lang>/case/section/<section>", "/<lang>/case/open"
BY_THE_WAY = "/<lang>/case/section/<section>/by-the-way"
REMOVED = done("/case/documents?done=removed")  # the same where there was nothing to remove
PLACE = "/<lang>/desk/people/<person_id>/place"
REVOKE, RESET = "/<lang>/desk/people/<person_id>/revoke", "/<lang>/desk/people/<person_id>/reset"
RESEND = "/<lang>/desk/messages/<message_id>/resend"
CLOSE, OPEN_AGAIN = "/<lang>/desk/slots/<slot_id>/close", "/<lang>/desk/slots/<slot_id>/open"
CALENDAR, FEED_OF = "/<lang>/desk/calendars/<whose>", "/api/calendar/<token>"
HOURS, DAYS = f"{CALENDAR}/hours", f"{CALENDAR}/days"
NO_HOURS, NO_DAYS = f"{HOURS}/<window_id>/remove", f"{DAYS}/<row_id>/remove"
LINK, INVITATION = "/<lang>/resume/<token>", "/<lang>/desk/invitation/<token>"
STATIC = "/static/<path:filename>"
RULES = {"minutes": "40", "before": "0", "after": "0", "notice": "2", "horizon": "56"}
FIRST_PLACE = {
    "coordinator": done("/desk/cases"),
    "lead": done("/desk/cases"),
    "interpreter": done("/desk/appointments"),
    "admin": done("/desk/slots"),
}

OPEN_TO_ALL = [
    Line("GET", "/", everybody(done("/"))),
    Line("GET", "/desk", everybody(done("/desk/"))),
    Line("GET", "/healthz", everybody(OPENS)),
    Line("GET", "/api/free-times", everybody("400")),
    Line("GET", "/api/openapi.json", everybody(OPENS)),
    Line("GET", FEED_OF, everybody(OPENS), ("feed",)),
    Line("GET", FEED_OF, everybody(OPENS), ("feed of the interpreter",)),
    Line("GET", FEED_OF, everybody(MISSING), ("feed of the removed",)),
    Line("GET", FEED_OF, everybody(MISSING), ("made-up link",)),
    Line("GET", STATIC, everybody(OPENS), ("file",)),
    Line("GET", STATIC, everybody(MISSING), ("made-up file",)),
    Line("GET", "/<lang>/", everybody(OPENS)),
    Line("GET", "/<lang>/urgent", everybody(OPENS)),
    Line("GET", "/<lang>/honest", everybody(OPENS)),
    Line("GET", "/<lang>/about", everybody(OPENS)),
    Line("GET", "/<lang>/privacy", everybody(OPENS)),
    Line("GET", "/<lang>/accessibility", everybody(OPENS)),
    Line("GET", "/<lang>/start", everybody(OPENS)),
    Line("GET", "/<lang>/start/who", everybody(OPENS)),
    Line("POST", "/<lang>/start/who", everybody(OPENS)),
    Line("GET", "/<lang>/start/agree", everybody(done("/start/who"))),
    Line("POST", "/<lang>/start/agree", everybody(done("/start/who"))),
    Line("GET", "/<lang>/resume", everybody(OPENS)),
    Line("POST", "/<lang>/resume", everybody(OPENS)),
    Line("GET", "/<lang>/resume/code", everybody(WAY_BACK)),
    Line("POST", "/<lang>/resume/code", everybody(WAY_BACK), form={"code": "123456"}),
    Line("GET", LINK, everybody(OPENS), ("link A",)),
    Line("GET", LINK, everybody(OPENS), ("made-up link",)),
    Line("POST", LINK, everybody(OPENS), ("link A",)),
    Line("POST", LINK, everybody(OPENS), ("made-up link",), {"code": "123456"}),
    Line("GET", "/<lang>/signed-out", everybody(OPENS)),
]
FAMILY = [
    Line("GET", "/<lang>/case", families(OPENS, OPENS)),
    Line("GET", "/<lang>/start/code", families(done("/case"), done("/case"))),
    Line("POST", "/<lang>/start/code", families(done("/case"), done("/case"))),
    Line("GET", "/<lang>/case/check", families(done("/case/sent"), OPENS)),
    Line("GET", "/<lang>/case/sent", families(OPENS, done("/case"))),
    Line("GET", SECTION, families(OPENS, OPENS), ("section",)),
    Line("GET", SECTION, families(MISSING, MISSING), ("made-up section",)),
    Line("POST", SECTION, families(OPENS, OPENS), ("section",), {"version": "99", "given_name": "Other"}),
    Line("POST", SECTION, families(MISSING, MISSING), ("made-up section",)),
    Line("POST", BY_THE_WAY, families(OPENS, OPENS), ("section",)),
    Line("POST", BY_THE_WAY, families(MISSING, MISSING), ("made-up section",)),
    Line("GET", "/<lang>/case/first", families(done("/case"), done("/case"))),
    Line(
        "POST",
        "/<lang>/case/first",
        families(done("/case"), done("/case")),
        form={"said": "not_now", "about": "blue_lips"},
    ),
    Line("GET", CONTACT, families(OPENS, OPENS)),
    Line("POST", CONTACT, families(done("/case"), done("/case"))),  # nothing typed: the address stays
    Line("GET", "/<lang>/case/assent", families(done("/case"), done("/case"))),
    Line("POST", "/<lang>/case/assent", families(done("/case"), done("/case")), form={"adult_assent": "yes"}),
    Line("POST", "/<lang>/case/stay", families(done("/case"), done("/case"))),
    Line("GET", "/<lang>/case/others", families(OPENS, OPENS)),
    Line("POST", OPEN, families(done("/case/others"), done("/case/others")), form={"reference": "AAA-AAA"}),
    Line("POST", OPEN, families(done("/case"), done("/case/others")), form={"reference": "{case A}"}),
    Line("POST", OPEN, families(done("/case/others"), done("/case")), form={"reference": "{case B}"}),
    Line("GET", "/<lang>/case/another", families(OPENS, OPENS)),
    Line("POST", "/<lang>/case/another", families(OPENS, OPENS)),
    Line("GET", "/<lang>/case/another/agree", families(done("/case/another"), done("/case/another"))),
    Line("POST", "/<lang>/case/another/agree", families(done("/case/another"), done("/case/another"))),
    Line("GET", "/<lang>/case/documents", families(OPENS, OPENS)),
    Line("POST", "/<lang>/case/documents", families(OPENS, OPENS)),
    Line("POST", REMOVE, families(REMOVED, REMOVED), ("spare document A",)),
    Line("POST", REMOVE, families(REMOVED, REMOVED), ("made-up document",)),
    Line("POST", REMOVE, families(REMOVED, REMOVED), ("spare document B",)),
    Line("GET", "/<lang>/case/book", families(done("/case/appointment"), OPENS)),
    Line("POST", "/<lang>/case/book", families(done("/case/appointment"), OPENS)),
    Line("GET", "/<lang>/case/book/confirm", families(done("/case/appointment"), OPENS)),
    Line("POST", "/<lang>/case/book/confirm", families(done("/case/appointment"), OPENS)),
    Line("POST", "/<lang>/case/book/keep", families(OPENS, OPENS)),
    Line("POST", "/<lang>/case/book/left", families("204", "204")),
    Line("POST", "/<lang>/case/book/leave", families(done("/case/appointment/move"), done("/case/book"))),
    Line("GET", "/<lang>/case/waiting", families(done("/case/appointment"), OPENS)),
    Line("POST", "/<lang>/case/waiting", families(done("/case/appointment"), OPENS)),
    Line("POST", "/<lang>/case/waiting/end", families(done("/case/waiting?ended=1"), done("/case/waiting?ended=1"))),
    Line("GET", "/<lang>/case/offer", families(done("/case/waiting"), done("/case/waiting"))),
    Line("POST", "/<lang>/case/offer", families(done("/case/waiting"), done("/case/waiting"))),
    Line(
        "POST", "/<lang>/case/offer/pass-on", families(done("/case/waiting?passed=1"), done("/case/waiting?passed=1"))
    ),
    Line("GET", "/<lang>/case/appointment", families(OPENS, done("/case/book"))),
    Line("GET", "/<lang>/case/appointment/move", families(OPENS, done("/case/appointment"))),
    Line("POST", "/<lang>/case/appointment/move", families(OPENS, done("/case/appointment"))),
    Line(
        "GET",
        "/<lang>/case/appointment/move/confirm",
        families(done("/case/appointment/move"), done("/case/appointment")),
    ),
    Line("POST", "/<lang>/case/appointment/move/confirm", families(OPENS, done("/case/appointment"))),
    Line("POST", "/<lang>/case/appointment/seen", families(done("/case/appointment"), done("/case/appointment"))),
    Line("GET", "/<lang>/case/appointment/details", families(OPENS, done("/case/appointment"))),
    Line("POST", "/<lang>/case/appointment/details", families(OPENS, done("/case/appointment"))),
    Line("GET", "/<lang>/case/appointment.ics", families(OPENS, done("/case/book"))),
    Line("GET", "/<lang>/case/appointment/cancel", families(OPENS, done("/case"))),
]
DESK = [
    Line("GET", "/<lang>/desk/sign-in", unless_signed_in(OPENS)),
    Line("POST", "/<lang>/desk/sign-in", unless_signed_in(OPENS)),
    Line("GET", "/<lang>/desk/sign-in/code", everybody(SIGN_IN)),
    Line("POST", "/<lang>/desk/sign-in/code", everybody(SIGN_IN), form={"code": "123456"}),
    Line("GET", INVITATION, everybody(OPENS), ("invitation",)),
    Line("GET", INVITATION, everybody(OPENS), ("made-up invitation",)),
    Line("POST", INVITATION, everybody(OPENS), ("invitation",)),
    Line("POST", INVITATION, everybody(OPENS), ("made-up invitation",)),
    Line("GET", "/<lang>/desk/", staff(**FIRST_PLACE)),
    Line("GET", "/<lang>/desk/cases", staff(coordinator=OPENS, lead=OPENS)),
    Line("GET", CASE, staff(coordinator=OPENS, lead=OPENS), ("case A",)),
    Line("GET", CASE, staff(coordinator=OPENS, lead=OPENS), ("case B",)),
    Line("GET", CASE, staff(coordinator=MISSING, lead=MISSING), ("made-up case",)),
    Line("GET", CASE, staff(coordinator=MISSING, lead=MISSING), ("case of the erased",)),
    Line("POST", f"{CASE}/urgent", staff(coordinator=CASE_B, lead=CASE_B), ("case B",)),
    Line("POST", f"{CASE}/not-urgent", staff(coordinator=CASE_B, lead=CASE_B), ("case B",)),
    Line("POST", f"{CASE}/urgent", staff(coordinator=MISSING, lead=MISSING), ("made-up case",)),
    Line("POST", f"{CASE}/not-urgent", staff(coordinator=MISSING, lead=MISSING), ("case of the erased",)),
    Line("POST", f"{CASE}/cancel-consultation", staff(coordinator=CASE_B, lead=CASE_B), ("case B",)),
    Line("POST", f"{CASE}/cancel-consultation", staff(coordinator=MISSING, lead=MISSING), ("made-up case",)),
    Line("GET", f"{CASE}/move-consultation", staff(coordinator=OPENS, lead=OPENS), ("case A",)),
    Line("GET", f"{CASE}/move-consultation", staff(coordinator=CASE_B, lead=CASE_B), ("case B",)),
    Line("GET", f"{CASE}/move-consultation", staff(coordinator=MISSING, lead=MISSING), ("made-up case",)),
    Line("POST", f"{CASE}/move-consultation", staff(coordinator=OPENS, lead=OPENS), ("case A",)),
    Line("POST", f"{CASE}/move-consultation", staff(coordinator=MISSING, lead=MISSING), ("case of the erased",)),
    Line(
        "POST",
        f"{CASE}/cancel-consultation",
        staff(coordinator=CASE_B, lead=CASE_B),
        ("case to come",),
        {"slot": "{time to come}", "reason": "ill"},
    ),
    Line("POST", f"{CASE}/cancel-consultation", staff(coordinator=OPENS, lead=OPENS), ("case A",)),
    Line("POST", f"{CASE}/outcome", staff(coordinator=CASE_B, lead=CASE_B), ("case that was",), {"outcome": "family"}),
    Line("POST", f"{CASE}/outcome", staff(coordinator=CASE_B, lead=CASE_B), ("case B",)),
    Line("POST", f"{CASE}/time-stands", staff(coordinator=CASE_B, lead=CASE_B), ("case B",)),
    Line("POST", f"{CASE}/time-stands", staff(coordinator=MISSING, lead=MISSING), ("made-up case",)),
    Line("POST", f"{CASE}/time-stands", staff(coordinator=MISSING, lead=MISSING), ("case of the erased",)),
    Line("POST", f"{CASE}/outcome", staff(coordinator=MISSING, lead=MISSING), ("made-up case",)),
    Line("GET", DOCUMENT, staff(coordinator=OPENS, lead=OPENS), ("case A", "document A")),
    Line("GET", DOCUMENT, staff(coordinator=OPENS, lead=OPENS), ("case B", "document B")),
    Line("GET", DOCUMENT, staff(coordinator=MISSING, lead=MISSING), ("case A", "document B")),
    Line("GET", DOCUMENT, staff(coordinator=MISSING, lead=MISSING), ("case B", "document A")),
    Line("GET", DOCUMENT, staff(coordinator=MISSING, lead=MISSING), ("case A", "made-up document")),
    Line("GET", DOCUMENT, staff(coordinator=MISSING, lead=MISSING), ("made-up case", "document A")),
    Line("GET", DOCUMENT, staff(coordinator=MISSING, lead=MISSING), ("case of the erased", "document of the erased")),
    Line("GET", "/<lang>/desk/waiting", staff(coordinator=OPENS, lead=OPENS)),
    Line("GET", "/<lang>/desk/appointments", staff(interpreter=OPENS)),
    Line("GET", "/<lang>/desk/calendar", staff(coordinator=OPENS, interpreter=OPENS)),
    Line("POST", "/<lang>/desk/calendar/new", staff(coordinator=FEED, interpreter=FEED)),
    Line("POST", "/<lang>/desk/calendar/end", staff(coordinator=FEED, interpreter=FEED)),
    Line("GET", "/<lang>/desk/messages", staff(lead=OPENS, admin=OPENS)),
    Line("POST", RESEND, staff(lead=done("/desk/messages"), admin=done("/desk/messages")), ("message",)),
    Line("POST", RESEND, staff(lead=MISSING, admin=MISSING), ("made-up message",)),
    Line("GET", "/<lang>/desk/people", staff(admin=OPENS)),
    Line("POST", "/<lang>/desk/people", staff(admin=OPENS)),
    Line("POST", REVOKE, staff(admin=REFUSED), ("admin",)),
    Line("POST", REVOKE, staff(admin=MISSING), ("made-up person",)),
    Line("POST", REVOKE, staff(admin=done("/desk/people")), ("spare colleague",)),
    Line("POST", RESET, staff(admin=MISSING), ("made-up person",)),
    Line("POST", RESET, staff(admin=done("/desk/people")), ("spare colleague",)),
    Line("GET", PLACE, staff(admin=OPENS), ("coordinator 1",)),
    Line("GET", PLACE, staff(admin=MISSING), ("made-up person",)),
    Line("POST", PLACE, staff(admin=OPENS), ("coordinator 1",), {"zone": "Mars/Olympus"}),
    Line("POST", PLACE, staff(admin=MISSING), ("made-up person",)),
    Line("POST", PLACE, staff(admin=PLACED), ("spare colleague",), {"zone": "Asia/Tokyo", "speaks": "tr"}),
    Line("GET", "/<lang>/desk/slots", staff(admin=OPENS)),
    Line("POST", "/<lang>/desk/slots", staff(admin=OPENS)),
    Line("GET", "/<lang>/desk/slots/copy", staff(admin=OPENS)),
    Line("POST", "/<lang>/desk/slots/copy", staff(admin=OPENS)),
    Line("GET", CALENDAR, staff(admin=OPENS), ("coordinator 1",)),
    Line("GET", CALENDAR, staff(admin=OPENS), ("clinic",)),
    Line("GET", CALENDAR, staff(admin=MISSING), ("made-up person",)),
    Line("POST", CALENDAR, staff(admin=OPENS), ("coordinator 1",)),
    Line("POST", CALENDAR, staff(admin=CHANGED), ("coordinator 1",), RULES),
    Line("POST", HOURS, staff(admin=OPENS), ("coordinator 1",)),
    Line("POST", HOURS, staff(admin=CHANGED), ("coordinator 1",), {"weekdays": "6", "begin": "03:00", "end": "03:05"}),
    Line("POST", HOURS, staff(admin=MISSING), ("clinic",)),
    Line("POST", NO_HOURS, staff(admin=CHANGED), ("coordinator 1", "made-up slot")),
    Line("POST", NO_HOURS, staff(admin=CHANGED), ("coordinator 1", "hours of coordinator 1")),
    Line("POST", NO_HOURS, staff(admin=CHANGED), ("coordinator 1", "hours of coordinator 2")),
    Line("POST", NO_HOURS, staff(admin=MISSING), ("clinic", "hours of coordinator 2")),
    Line("POST", DAYS, staff(admin=OPENS), ("coordinator 1",)),
    Line("POST", DAYS, staff(admin=CHANGED), ("coordinator 1",), {"kind": "off", "first": "2030-01-01"}),
    Line("POST", DAYS, staff(admin=OPENS), ("clinic",)),
    Line("POST", DAYS, staff(admin=CHANGED), ("clinic",), {"kind": "off", "first": "2030-01-01"}),
    Line("POST", NO_DAYS, staff(admin=CHANGED), ("clinic", "made-up slot")),
    Line("POST", NO_DAYS, staff(admin=CHANGED), ("clinic", "days of the clinic")),
    Line("POST", NO_DAYS, staff(admin=CHANGED), ("clinic", "days of coordinator 2")),
    Line("POST", NO_DAYS, staff(admin=CHANGED), ("coordinator 1", "days of coordinator 1")),
    Line("POST", NO_DAYS, staff(admin=CHANGED), ("coordinator 1", "days of coordinator 2")),
    Line("POST", NO_DAYS, staff(admin=MISSING), ("made-up person", "days of coordinator 2")),
    Line("POST", CLOSE, staff(admin=done("/desk/slots")), ("made-up slot",)),
    Line("POST", CLOSE, staff(admin=done("/desk/slots?closed=1")), ("slot",)),
    Line("POST", OPEN_AGAIN, staff(admin=done("/desk/slots")), ("made-up slot",)),
    Line("POST", OPEN_AGAIN, staff(admin=done("/desk/slots?again=1")), ("closed slot",)),
]
# These end something of their own, so they come when all else is done.
AT_LAST = [
    Line("POST", "/<lang>/case/check", families(done("/case/sent"), done("/case/sent"))),
    Line("POST", "/<lang>/case/appointment/cancel", families(done("/case/book?cancelled=1"), done("/case"))),
    Line("POST", "/<lang>/sign-out", families(done("/signed-out"), done("/signed-out"))),
    Line("POST", "/<lang>/desk/sign-out", everybody(SIGN_IN)),
]
TABLE = [*OPEN_TO_ALL, *FAMILY, *DESK, *AT_LAST]
# The mailbox of the demo, which has no lock: it must not exist anywhere else.
DEMO = {"/demo/mail", "/demo/mail/<name>", "/demo/mail/<name>/source", "/demo/mail/<name>/html"}
