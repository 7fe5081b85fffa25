"""Every page of a family and of the office, in every language: whole, in one direction, and in no other language."""

import re
from collections.abc import Iterator
from functools import cache

import polib
import pytest

from portal.i18n import LANGUAGES, OFFERED, TRANSLATIONS
from portal.intake.questionnaire import store
from tests.staff.colleague import Colleague, employ
from tests.support.application import Clock
from tests.support.files import make_pdf
from tests.support.journey import SECTIONS, WHO
from tests.support.pages import Page
from tests.support.visitor import Visitor

PLACEHOLDER = r"%\(\w+\)[sd]"
SHORTEST = 3  # words: a shorter text may well be the same in two languages
DRAFT = [
    *("/", "/start", "/start/who", "/case", "/case/documents", "/case/check", "/case/book", "/case/book/confirm"),
    *(f"/case/section/{section.id}" for section in store.current().sections),
    *("/case/others", "/case/another"),
    *("/case/waiting", "/case/contact", "/case/contact?back=check", "/case/check?moved=1", "/case?moved=1"),
    "/case/section/walking?new=1",
    "/case/section/walking?new=3",
    "/case/documents?back=check",
    "/case/book?back=check",
]
SENT = [
    *("/case", "/case/sent", "/case/documents", "/case/appointment", "/case/appointment/cancel"),
    *("/case/appointment/details", "/case/appointment/move", "/case/appointment/move/confirm", "/resume"),
]
DESK = [
    *("/cases", "/cases/{reference}", "/waiting", "/appointments", "/slots", "/people", "/messages"),
    *("/calendar", "/calendars/clinic", "/calendars/{coordinator}"),
]


EVERY_DAY = {"ar"}  # a sentence that nobody can translate is in every language, and what runs left to right is easy


@pytest.fixture(
    params=[pytest.param(one.code, marks=[] if one.code in EVERY_DAY else pytest.mark.exhaustive) for one in LANGUAGES]
)
def language(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def office(app, clock: Clock, language: str) -> Colleague:
    """Somebody with every role, who has opened times."""
    colleague = Colleague(app, language)
    speaks = ("en", "fr", "tr", "ar")
    colleague.sign_in(
        employ(app, "admin", "coordinator", "lead", "interpreter", email="all@clinic.example", speaks=speaks)
    )
    coordinator = re.search(r'name="coordinator".*?value="([^"]+)"', colleague.open("/slots").text, re.DOTALL)
    times = {"first": "2027-03-02", "last": "2027-03-12", "begin": "09:00", "end": "12:00", "minutes": "40"}
    colleague.post("/slots", coordinator=coordinator[1], weekdays=["0", "1", "2", "3", "4"], **times)
    return colleague


@pytest.fixture
def family(office: Colleague, language: str) -> Visitor:
    """A family that has answered, added a file and keeps a time."""
    visitor = Visitor(office.app, language).begin().answer()
    visitor.upload("report.pdf", make_pdf())
    visitor.post("/case/book", slot=first_time(visitor))
    return visitor


def first_time(visitor: Visitor, path: str = "/case/book") -> str:
    return visitor.page(visitor.open(path)).form().controls["slot"].offered[0]


@cache
def english(code: str) -> list[tuple[str, re.Pattern[str]]]:
    """Sentences of the catalogue as they would stand on a page that forgot to translate them, each after its longest
    piece without a placeholder: looking for that first spares nearly all of the time.
    """
    catalogue = polib.pofile(str(TRANSLATIONS / code / "LC_MESSAGES" / "messages.po"))
    texts = {text for entry in catalogue for text in (entry.msgid, entry.msgid_plural) if text}
    same = {entry.msgid for entry in catalogue if entry.msgstr == entry.msgid}
    return [
        (
            max(re.split(PLACEHOLDER, text), key=len),
            re.compile(r"(?<!\w)" + re.sub(r"%\\\(\w+\\\)[sd]", r".{1,80}?", re.escape(text)) + r"(?!\w)"),
        )
        for text in texts - same
        if len(re.sub(PLACEHOLDER, "", text).split()) >= SHORTEST
    ]


def faults(page: Page, code: str) -> Iterator[str]:
    """What is wrong with a page."""
    if page.status != 200:
        yield f"status {page.status}"
    if (page.lang, page.dir) != (code, OFFERED[code].dir):
        yield f"{page.lang} {page.dir}"
    if len(page.headings) != 1 or not page.title:
        yield f"headings {page.headings}, title {page.title!r}"
    if code != "en":
        yield from (
            f"English: {found[0]}"
            for piece, one in english(code)
            if piece in page.text and (found := one.search(page.text))
        )


def walk(get, paths: list[str], code: str) -> list[tuple[str, str]]:
    """What is wrong with some pages, each with its path."""
    return [(path, fault) for path in paths for fault in faults(get(path), code)]


def test_a_family_on_its_way(family, language):
    assert walk(lambda path: family.page(family.open(path)), DRAFT, language) == []


def test_a_family_that_ticked_a_sign_that_cannot_wait(family, language):
    family.post("/case/section/safety", red_flags=["blue_lips"])
    assert walk(lambda path: family.page(family.open(path)), ["/case/first", "/case/check"], language) == []


def test_a_family_that_has_not_asked_the_person_yet(app, clock, language, monkeypatch):
    monkeypatch.setattr("tests.support.visitor.WHO", WHO | {"person": "adult", "adult_assent": "unknown"})
    visitor = Visitor(app, language).begin()
    assert walk(lambda path: visitor.page(visitor.open(path)), ["/case/assent", "/case/check"], language) == []


def test_a_family_that_has_booked_and_sent(family, language):
    family.post("/case/book/confirm", channel="phone", phone="+33123456789", interpreter="spoken")
    family.post("/case/check")
    family.post("/case/appointment/move", slot=first_time(family, "/case/appointment/move"))
    assert walk(lambda path: family.page(family.open(path)), SENT, language) == []


def test_a_family_whose_consultation_the_office_changed(family, office, language):
    family.post("/case/book/confirm", channel="phone", phone="+33123456789")
    case = f"/cases/{family.reference()}"
    form = office.page(f"{case}/move-consultation").form()
    moved = form.controls["slot"].offered[1]
    office.post(f"{case}/move-consultation", slot=moved, was=form.controls["was"].chosen[0], reason="wished")
    pages = ["/case", "/case/appointment", "/case/appointment/move"]
    assert walk(lambda path: family.page(family.open(path)), pages, language) == []
    assert walk(office.page, [case, f"{case}?moved=1"], language) == []
    office.post(f"{case}/cancel-consultation", slot=moved, reason="urgent")
    assert walk(lambda path: family.page(family.open(path)), ["/case", "/case/book"], language) == []


def test_the_office_and_a_family_that_gets_no_letter(office, language):
    alone = Visitor(office.app, language).begin("").answer("person")
    alone.post("/case/book", slot=first_time(alone))
    alone.post("/case/book/confirm", channel="phone", phone="+33123456789")
    case = f"/cases/{alone.reference()}"
    assert walk(office.page, [case, f"{case}?cancelled=1", f"{case}/move-consultation"], language) == []


def test_the_office(family, office, language):
    family.post("/case/book/confirm", channel="phone", phone="+33123456789", interpreter="spoken")
    family.post("/case/check")
    reference = re.search(r"/desk/cases/([A-Z0-9-]+)", office.open("/cases").text)[1]
    coordinator = re.search(r"/desk/calendars/(?!clinic)([^\"?#]+)", office.open("/slots").text)[1]
    paths = [path.format(reference=reference, coordinator=coordinator) for path in DESK]
    assert walk(office.page, paths, language) == []


def test_what_could_not_be_read(family, office, language):
    person = "/case/section/person"
    family.post(person, **SECTIONS["person"], weight_kg="40")
    older = family.page(family.open(person)).form().sent
    family.post(person, **SECTIONS["person"], weight_kg="60 ?")
    family.client.post(f"/{language}{person}", data=older | {"weight_kg": "45 ?"})
    assert walk(lambda path: family.page(family.open(path)), ["/case/check"], language) == []
    family.post("/case/check")
    assert walk(lambda path: family.page(family.open(path)), ["/case", f"{person}?back=overview"], language) == []
    assert walk(office.page, [f"/cases/{family.reference()}"], language) == []


def test_a_sentence_in_english_would_be_found():
    page = Page("http://localhost", "<!doctype html><title>x</title><h1>Kept for you until 14:20</h1>")
    assert "English: Kept for you until" in list(faults(page, "fr"))
