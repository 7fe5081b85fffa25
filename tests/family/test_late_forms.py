"""A family's form that is sent after its access has ended: it waits sealed, and its page shows it after the code."""

from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import text

from portal.booking.models import LIVE, Appointment
from portal.cases.models import SUBMITTED, Case, ParkedForm
from portal.cases.service import parking
from portal.extensions import db
from portal.transaction import transaction
from tests.booking.scene import MONDAY, Scene, token
from tests.family.test_assent import begun
from tests.support.application import both_databases
from tests.support.journey import WHO
from tests.support.pages import Page
from tests.support.visitor import TICKED, Visitor

FIRST, CONTACT, CHECK, ASSENT = "/case/first", "/case/contact", "/case/check", "/case/assent"
NEW = "new@family.example"
NOTE = "After dialysis only. " * 400  # too long, and not lost for that
AGAIN = "This is not done yet"
NOT_KEPT = "What you last wrote or pressed on it did not reach us and was not kept"


@pytest.fixture
def family(app, clock) -> Visitor:
    return Visitor(app).begin().answer()


@pytest.fixture
def frightened(family) -> Visitor:
    """One that has ticked a sign that cannot wait."""
    family.post("/case/section/safety", red_flags=["blue_lips"])
    return family


@pytest.fixture
def booked(app, clock) -> Visitor:
    """One that has a consultation in a week."""
    with app.app_context():
        scene = Scene(app)
        scene.open_day(scene.coordinator(speaks=("en", "fr", "tr", "ar")), last=MONDAY + timedelta(days=5))
    visitor = Visitor(app).begin().answer("person")
    visitor.post("/case/book", slot=token())
    visitor.post("/case/book/confirm", channel="phone", phone="+33 1 23 45 67 89")
    return visitor


def send_late(visitor: Visitor, clock, path: str, form: str | None = None, **values):
    """Open a page, let the access end, send its form as it stands with these values."""
    found = visitor.page(visitor.open(path)).form(form)
    clock.advance(hours=7)
    return visitor.client.post(found.action.removeprefix("http://localhost") or f"/en{path}", data=found.sent | values)


def back(visitor: Visitor) -> tuple[str, Page]:
    """After the code: where the family is led, and the page."""
    there = visitor.come_back().headers["Location"]
    return there, visitor.page(visitor.open(there))


def case_state(visitor: Visitor) -> str:
    with visitor.app.app_context():
        return db.session.get_one(Case, visitor.case_id()).state


def parked(visitor: Visitor) -> int:
    with visitor.app.app_context():
        return db.session.query(ParkedForm).count()


def consultations(visitor: Visitor) -> int:
    with visitor.app.app_context():
        return db.session.query(Appointment).filter(LIVE).count()


def test_a_late_form_asks_for_the_code_and_says_what_is_kept(family, clock):
    answer = send_late(family, clock, CONTACT, contact_email=NEW)
    page = family.page(family.open(answer.headers["Location"]))
    assert (answer.status_code, "What you typed is kept" in page.main) == (303, True)


@both_databases
def test_help_that_was_called_need_not_be_said_twice(frightened, clock):
    send_late(frightened, clock, FIRST, said="help_called")
    there, page = back(frightened)
    sent = page.form().sent
    assert (there, AGAIN in page.main, sent["said"]) == ("/en/case/first", True, ["help_called"])
    frightened.client.post(there, data=sent)
    frightened.post(CHECK)  # waits until it is said how it stands
    assert (case_state(frightened), parked(frightened)) == (SUBMITTED, 0)


def test_nothing_is_said_for_the_family(frightened, clock):
    send_late(frightened, clock, FIRST, said="help_called")
    frightened.come_back()
    frightened.post(CHECK)
    assert case_state(frightened) == "draft"


def test_another_address_stands_in_its_field_and_counts_when_it_is_sent(family, clock):
    send_late(family, clock, f"{CONTACT}?back=check", contact_email=NEW)
    there, page = back(family)
    assert (there, page.form().sent["contact_email"]) == ("/en/case/contact?back=check", [NEW])
    answer = family.client.post(there, data=page.form().sent)
    assert answer.headers["Location"] == "/en/case/check?moved=1"


def test_so_does_whether_the_person_agrees(app, clock, monkeypatch):
    visitor = begun(app, monkeypatch, "unknown")
    send_late(visitor, clock, ASSENT, adult_assent="yes")
    _there, page = back(visitor)
    assert (page.form().sent["adult_assent"], AGAIN in page.main) == (["yes"], True)


def test_sending_is_one_press_away_and_never_done_by_itself(family, clock):
    send_late(family, clock, CHECK)
    there, page = back(family)
    assert (there, AGAIN in page.main, case_state(family)) == ("/en/case/check", True, "draft")
    family.client.post(there, data=page.form().sent)
    assert (case_state(family), parked(family)) == (SUBMITTED, 0)


def test_a_consultation_is_not_cancelled_by_itself_and_the_reason_is_there(booked, clock):
    send_late(booked, clock, "/case/appointment/cancel", reason="health")
    there, page = back(booked)
    assert (there, page.form().sent["reason"]) == ("/en/case/appointment/cancel", ["health"])
    before = consultations(booked)
    booked.client.post(there, data=page.form().sent)
    assert (before, consultations(booked)) == (1, 0)


def test_how_to_talk_comes_back_over_what_was_agreed(booked, clock):
    send_late(booked, clock, "/case/appointment/details", phone="+33 1 23 45 67 00", interpreter="sign")
    _there, page = back(booked)
    sent = page.form().sent
    assert (sent["phone"], sent["interpreter"]) == (["+33 1 23 45 67 00"], ["sign"])


def test_what_would_suit_comes_back_with_its_note(app, clock):
    with app.app_context():
        Scene(app).coordinator(speaks=("en",))
    visitor = Visitor(app).begin().answer("person")
    send_late(visitor, clock, "/case/waiting", weekdays=["2"], note=NOTE)
    there, page = back(visitor)
    sent = page.form().sent
    assert (sent["weekdays"], NOTE.strip() in page.html) == (["2"], True)
    shorter = sent | {"note": "On Tuesdays"}
    visitor.client.post(page.form().action.removeprefix("http://localhost"), data=shorter)
    assert (there, parked(visitor)) == ("/en/case/waiting", 0)


def test_a_form_that_is_refused_still_waits(family, clock):
    send_late(family, clock, CONTACT, contact_email="nobody at home")
    there, page = back(family)
    answer = family.client.post(there, data=page.form().sent)
    assert (answer.status_code, parked(family)) == (200, 1)


def test_it_stands_nowhere_in_clear(family, clock):
    send_late(family, clock, CONTACT, contact_email=NEW)
    with family.app.app_context():
        rows = db.session.execute(text("SELECT * FROM parked_form")).all()
    assert rows
    assert NEW.encode() not in repr(rows).encode()


def test_another_browser_is_shown_nothing_of_it(family, clock, app):
    send_late(family, clock, CONTACT, contact_email=NEW)
    other = Visitor(app)
    other.come_back()
    page = other.page(other.open(CONTACT))
    assert (page.form().sent["contact_email"], AGAIN in page.main) == (["parent@family.example"], False)


def test_nothing_comes_back_but_what_the_form_asks_for(family, clock):
    send_late(family, clock, CONTACT, contact_email=NEW, secret_of_another_form="x")
    with family.app.app_context():
        case = db.session.get_one(Case, family.case_id())
        keyring, row = family.app.extensions["portal"].keyring, db.session.query(ParkedForm).one()
        fields = keyring.case(case.id).read_json(row, "content")["content"]["fields"]
    assert fields == [["contact_email", NEW]]


def test_the_last_of_one_page_takes_the_place_of_those_before(family, clock):
    found = family.page(family.open(CONTACT)).form().sent
    clock.advance(hours=7)
    for typed in ("first@family.example", NEW):
        family.client.post(f"/en{CONTACT}", data=found | {"contact_email": typed})
    assert (parked(family), back(family)[1].form().sent["contact_email"]) == (1, [NEW])


def test_two_late_pages_both_come_back(frightened, clock):
    first, contact = (frightened.page(frightened.open(path)).form().sent for path in (FIRST, CONTACT))
    clock.advance(hours=7)
    frightened.client.post(f"/en{FIRST}", data=first | {"said": "not_now"})
    clock.advance(minutes=1)
    frightened.client.post(f"/en{CONTACT}", data=contact | {"contact_email": NEW})
    there, page = back(frightened)
    assert (there, page.form().sent["said"]) == ("/en/case/first", ["not_now"])  # a sign stands before all else
    assert frightened.page(frightened.open(CONTACT)).form().sent["contact_email"] == [NEW]


def test_a_page_of_a_sibling_shows_it_when_that_file_is_opened(family, clock):
    found, reference = family.page(family.open(CONTACT)).form().sent, family.reference()
    clock.advance(minutes=1)
    family.post("/case/another", **WHO)
    family.post("/case/another/agree", once="0" * 32, **TICKED)
    answer = family.client.post(f"/en{CONTACT}", data=found | {"contact_email": NEW})
    assert answer.headers["Location"].endswith("/case/others?kept=1")
    assert family.page(family.open(CONTACT)).form().sent["contact_email"] == ["parent@family.example"]
    there = family.post("/case/open", reference=reference).headers["Location"]
    assert family.page(family.open(there)).form().sent["contact_email"] == [NEW]


def test_where_the_access_has_begun_anew_meanwhile_nobody_is_asked_for_a_code(family, clock):
    found = family.page(family.open(CONTACT)).form().sent
    clock.advance(hours=7)
    family.come_back()
    answer = family.client.post(f"/en{CONTACT}", data=found | {"contact_email": NEW})
    page = family.page(family.open(answer.headers["Location"]))
    assert (answer.status_code, page.form().sent["contact_email"]) == (303, [NEW])


def test_what_is_left_there_does_not_lead_back_again_the_next_day(family, clock):
    send_late(family, clock, CONTACT, contact_email=NEW)
    family.come_back()
    clock.advance(hours=12)
    assert family.come_back().headers["Location"] == "/en/case"


def test_what_nobody_comes_back_for_is_removed(family, clock):
    send_late(family, clock, CONTACT, contact_email=NEW)
    with family.app.app_context(), transaction() as session:
        parking.sweep_parked(session, now=clock.advance(days=3))
    assert parked(family) == 0


@pytest.mark.parametrize("given", ["", "x", "0" * 32 + "." + "0" * 32])
def test_a_form_that_does_not_say_whose_it_is_is_not_kept_and_says_so(family, clock, given):
    answer = send_late(family, clock, CONTACT, contact_email=NEW, **{"for": given})
    page = family.page(answer)
    assert (answer.status_code, NOT_KEPT in page.main, parked(family)) == (400, True, 0)
    assert page.link("Go on with your file").endswith("/en/resume")


def test_where_there_is_no_room_the_page_says_that_it_is_not_kept(family, clock, monkeypatch):
    monkeypatch.setattr(parking, "MOST", 0)
    answer = send_late(family, clock, CONTACT, contact_email=NEW)
    assert (answer.status_code, NOT_KEPT in answer.text) == (400, True)


def test_a_file_is_not_kept_and_the_page_says_so(family, clock):
    found = family.page(family.open("/case/documents")).form().sent
    clock.advance(hours=7)
    answer = family.client.post("/en/case/documents", data=found | {"file": (BytesIO(b"%PDF-"), "a.pdf")})
    page = family.page(answer)
    assert (answer.status_code, NOT_KEPT in page.main, parked(family)) == (400, True, 0)
    assert page.link("Go on with your file").endswith("/en/resume")


def test_consents_are_given_anew(family, clock):
    family.post("/case/another", **WHO)
    answer = send_late(family, clock, "/case/another/agree", **TICKED)
    assert (answer.status_code, NOT_KEPT in answer.text, parked(family)) == (400, True, 0)


def test_whoever_signs_out_too_late_is_out_and_leaves_nothing_that_claims_a_page(family, clock):
    found = family.page(family.open("/case")).form("/sign-out").sent
    send_late(family, clock, CONTACT, contact_email=NEW)
    answer = family.client.post("/en/sign-out", data=found)
    assert (answer.headers["Location"], family.client.get_cookie("portal_parked")) == ("/en/signed-out", None)


def is_out(visitor: Visitor) -> bool:
    return visitor.client.get("/en/case").headers.get("Location") == "/en/resume"


def test_whoever_signs_out_in_a_window_from_before_coming_back_is_out(family, clock):
    found = family.page(family.open("/case")).form("/sign-out").sent
    clock.advance(hours=7)
    family.come_back()
    answer = family.client.post("/en/sign-out", data=found)
    assert (answer.headers["Location"], is_out(family)) == ("/en/signed-out", True)


def test_whoever_signs_out_in_the_window_of_another_child_is_out(family):
    found = family.page(family.open("/case")).form("/sign-out").sent
    family.post("/case/another", **WHO)
    family.post("/case/another/agree", **TICKED)
    assert family.client.post("/en/sign-out", data=found).headers["Location"] == "/en/signed-out"
    assert is_out(family)


def test_the_page_of_another_family_puts_nobody_out(app, family):
    other = Visitor(app).begin(email="other@family.example")
    found = other.page(other.open("/case")).form("/sign-out").sent
    assert (family.client.post("/en/sign-out", data=found).status_code, is_out(family)) == (400, False)


def test_nobody_elses_page_takes_it_away(family, clock):
    send_late(family, clock, CONTACT, contact_email=NEW)
    answer = family.client.post("/en/sign-out")
    assert (answer.status_code, family.client.get_cookie("portal_parked") is None) == (400, False)


def test_no_form_of_another_reader_says_whose_it_is(client):
    assert 'name="for"' not in client.get("/en/start/who").text
