"""Where the office writes to: changed from check page or overview, told to both mailboxes, and straight back."""

import re

import pytest
from flask import Flask

from portal.accesslog.models import Entry
from portal.cases.models import Access, Case, Respondent
from portal.extensions import db
from portal.intake.service.alike import note_likenesses
from portal.mail.letter import Letter
from portal.transaction import transaction
from portal.web.limits import ADDRESS
from tests.access.scene import Browser
from tests.cases.test_asking_costs import statements
from tests.cases.test_likeness import likenesses
from tests.support.application import Clock, both_databases
from tests.support.visitor import Visitor

CONTACT, CHECK, OVERVIEW = "/case/contact", "/en/case/check", "/en/case"
WRONG, RIGHT = "parent@gmial.example", "parent@gmail.example"


@pytest.fixture
def family(app, clock: Clock) -> Visitor:
    """A family that mistyped its address, and has answered."""
    visitor = Visitor(app).begin(WRONG).answer()
    visitor.work()
    clock.advance(minutes=1)
    return visitor


def change(visitor: Visitor, email: str = RIGHT, path: str = CONTACT, **more: str):
    """Open the form, type another address, press the button."""
    form = visitor.page(visitor.open(path)).form()
    return visitor.client.post(f"/{visitor.language}{path}", data=form.sent | {"contact_email": email} | more)


def letters(visitor: Visitor, kind: str) -> list[Letter]:
    return [one for _id, one in visitor.work().carried if one.kind == kind]


def shown(visitor: Visitor) -> str:
    return visitor.page(visitor.open(CONTACT)).form().sent["contact_email"][0]


def way_in(letter: Letter) -> tuple[str, str]:
    """The token of a letter's link, and its code."""
    return re.search(r"/resume/([\w-]+)", letter.text)[1], re.search(r"\b\d{6}\b", letter.text)[0]


def opens(app: Flask, letter: Letter) -> bool:
    token, code = way_in(letter)
    return Visitor(app).post(f"/resume/{token}", code=code).status_code == 303


@both_databases
def test_a_mistyped_address_is_mended(app, family):
    change(family)
    (letter,) = letters(family, "new_address")
    assert (letter.recipient, opens(app, letter), RIGHT in family.open(CHECK).text) == (RIGHT, True, True)


@pytest.mark.parametrize(("path", "there"), [(f"{CONTACT}?back=check", CHECK), (CONTACT, OVERVIEW)])
def test_it_comes_straight_back_and_says_what_is_on_its_way(family, path, there):
    answer = change(family, path=path)
    page = family.page(family.open(answer.headers["Location"]))
    assert (answer.headers["Location"], "A message with a new link" in page.main) == (f"{there}?moved=1", True)


def test_the_check_page_leads_there(family):
    link = family.page(family.open(CHECK)).link("Change – Your e-mail address")
    assert link.endswith(f"/en{CONTACT}?back=check")


def test_so_does_the_overview_also_after_sending(family):
    family.post("/case/check")
    assert family.page(family.open(OVERVIEW)).link("Where we write to").endswith(f"/en{CONTACT}")


def test_later_letters_go_there_and_what_was_under_way_still_arrives(app, clock):
    visitor = Visitor(app).begin(WRONG).answer()
    change(visitor)
    visitor.post("/case/check")
    assert (letters(visitor, "welcome")[0].recipient, letters(visitor, "intake.received")[0].recipient) == (
        WRONG,
        RIGHT,
    )


def test_a_link_in_an_old_letter_opens_nothing_any_more(app, family):
    (letter,) = letters(family, "welcome")
    change(family)
    assert not opens(app, letter)


def test_nor_does_a_code_that_was_asked_for_with_the_old_address(app, family):
    asking = Visitor(app)
    asking.post("/resume", contact_email=WRONG)
    _token, code = way_in(letters(asking, "way_back")[0])
    change(family)
    assert asking.post("/resume/code", code=code).status_code == 200


def test_whoever_had_come_in_by_one_is_out_and_the_family_stays_in(app, family):
    token, code = way_in(letters(family, "welcome")[0])
    stranger = Visitor(app)
    stranger.post(f"/resume/{token}", code=code)
    before = stranger.open("/case").status_code
    change(family)
    assert (before, stranger.open("/case").status_code, family.open("/case").status_code) == (200, 303, 200)


def test_the_way_back_is_asked_for_by_the_new_address(app, family):
    change(family)
    with_old, with_new = Visitor(app), Visitor(app)
    with_old.post("/resume", contact_email=WRONG)
    with_new.post("/resume", contact_email=RIGHT)
    assert [one.recipient for one in letters(with_new, "way_back")] == [RIGHT]


def test_the_old_address_hears_of_it_and_learns_nothing_else(family):
    change(family)
    (letter,) = letters(family, "old_address")
    told = ("privacy@clinic.example" in letter.text, family.reference() in letter.text)
    hidden = ("http" in letter.text, "http" in letter.html, "Deniz" in letter.html, RIGHT in letter.html)
    assert (letter.recipient, told, hidden) == (WRONG, (True, True), (False,) * 4)


def test_both_letters_are_in_the_familys_language(app, clock):
    visitor = Visitor(app, "ar").begin(WRONG)
    change(visitor)
    found = [one for _id, one in visitor.work().carried if one.kind in {"new_address", "old_address"}]
    assert [(one.language, 'dir="rtl"' in one.html) for one in found] == [("ar", True)] * 2


@both_databases
def test_sent_twice_it_is_changed_and_told_once(family):
    form = family.page(family.open(CONTACT)).form().sent | {"contact_email": RIGHT}
    answers = [family.client.post(f"/en{CONTACT}", data=form).headers["Location"] for _ in range(2)]
    told = [one.kind for _id, one in family.work().carried]
    assert (answers, told) == ([f"{OVERVIEW}?moved=1"] * 2, ["welcome", "old_address", "new_address"])


@pytest.mark.parametrize("same", [WRONG, WRONG.upper()])
def test_the_same_mailbox_gets_no_letter_and_its_links_live_on(app, family, same):
    answer = change(family, same)
    kinds = [one.kind for _id, one in family.work().carried]
    assert (answer.headers["Location"], kinds, opens(app, letters(family, "welcome")[0])) == (
        OVERVIEW,
        ["welcome"],
        True,
    )


@pytest.mark.parametrize("typed", ["", "half@", "a@b@c.example", "a@c.example\r\nBcc: x@y.z"])
def test_what_is_no_address_is_said_as_at_the_start_and_changes_nothing(family, typed):
    page = family.page(change(family, typed))
    assert (list(page.errors), shown(family)) == (["contact_email"], WRONG)


def test_a_change_of_language_keeps_what_is_typed_and_changes_nothing(family):
    page = family.page(change(family, RIGHT, _switch="fr"))
    assert (page.form().sent["contact_email"], shown(family)) == ([RIGHT], WRONG)


@both_databases
def test_an_address_that_another_family_has_answers_like_any_other(app, family):
    Visitor(app).begin("other@family.example")
    found = []
    for email in ("first@family.example", "other@family.example", "nobody@family.example"):
        form = family.page(family.open(CONTACT)).form().sent | {"contact_email": email}
        with statements(app) as told:
            answer = family.client.post(f"/en{CONTACT}", data=form)
        found.append((answer.status_code, answer.headers["Location"], [text for text, _values in told]))
    assert found[1] == found[2]


def test_somebody_else_of_the_same_family_may_not_have_it(app, family):
    with app.app_context():
        one = db.session.scalars(db.select(Respondent)).one()
        key = app.extensions["portal"].keyring
        other = Respondent(family_id=one.family_id, language="en", created_at=one.created_at, email=one.email)
        other.email_hash, other.role = key.lookup("email", RIGHT), one.role
        db.session.add(other)
        db.session.commit()
    page = family.page(change(family))
    assert (list(page.errors), shown(family)) == (["contact_email"], WRONG)


def test_it_is_kept_sealed_and_found_by_its_hash(app, family):
    change(family)
    with app.app_context():
        kept, keyring = db.session.scalars(db.select(Respondent)).one(), app.extensions["portal"].keyring
        assert (RIGHT.encode() in kept.email.blob, kept.email_hash == keyring.lookup("email", RIGHT)) == (False, True)


def test_what_tells_cases_that_are_alike_goes_along(app, family):
    Visitor(app).begin(RIGHT).answer("person")
    change(family)
    with app.app_context(), transaction() as session:
        note_likenesses(session, app.extensions["portal"].keyring, today=app.extensions["portal"].clock().date())
    first, second = likenesses(app)
    assert first == second != ""


def test_the_log_says_who_and_when_and_no_address(app, family):
    change(family)
    with app.app_context():
        last = db.session.scalars(db.select(Entry).order_by(Entry.seq.desc())).first()
        case = db.session.scalars(db.select(Case)).one()
        assert (last.action, last.pseudonym, last.actor, last.object_id) == (
            "case.contact_changed",
            case.pseudonym,
            f"family:{case.respondents[0].id}",
            "",
        )


def test_nobody_floods_strangers_from_one_place(app, clock):
    visitor, most = Visitor(app).begin(WRONG), int(ADDRESS.split()[0])
    answers = [change(visitor, f"stranger{number}@family.example").status_code for number in range(most + 1)]
    assert answers == [303] * most + [429]


def test_another_place_is_not_stopped_by_it(app, clock):
    for _ in range(int(ADDRESS.split()[0]) + 1):
        change(Visitor(app).begin(WRONG), "")
    other = Visitor(app)
    other.client.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    assert change(other.begin("other@family.example")).status_code == 303


def test_without_the_familys_key_it_leads_back(app, family):
    with app.app_context():
        family_id = db.session.get_one(Case, family.case_id()).family_id
    app.extensions["portal"].keyring.destroy_family(family_id)
    assert family.open(CONTACT).headers["Location"] == OVERVIEW


def test_only_the_links_of_who_changed_it_end(app, family):
    Visitor(app).begin("other@family.example")
    change(family)
    with app.app_context():
        assert db.session.query(Access).count() == 2  # the other family's, and the new one


def test_a_stranger_is_asked_for_the_code(app):
    assert Browser(app).post(CONTACT, contact_email=RIGHT).headers["Location"] == "/en/resume"
