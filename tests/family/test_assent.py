"""Whoever had not asked the person yet at the start says so later; what is settled stays as it was said."""

import pytest

from portal.accesslog.models import Entry
from portal.cases.models import Case, CaseChange
from portal.cases.service.start import role_of
from portal.extensions import db
from tests.staff.colleague import Colleague, employ
from tests.support.application import both_databases
from tests.support.journey import WHO
from tests.support.visitor import Visitor

ASSENT, CHECK = "/case/assent", "/en/case/check"
QUESTION = "Does the person know about this and agree?"


def begun(app, monkeypatch, answer: str, person: str = "adult") -> Visitor:
    """A family with this answer at the start."""
    monkeypatch.setattr("tests.support.visitor.WHO", WHO | {"person": person, "adult_assent": answer})
    return Visitor(app).begin().answer()


@pytest.fixture
def family(app, clock, monkeypatch) -> Visitor:
    """One that fills in for an adult whom it has not asked yet."""
    return begun(app, monkeypatch, "unknown")


def said(visitor: Visitor) -> dict[str, str]:
    with visitor.app.app_context():
        case = db.session.get_one(Case, visitor.case_id())
        return role_of(visitor.app.extensions["portal"].keyring, case, case.respondents[0])


def say(visitor: Visitor, answer: str, path: str = f"{ASSENT}?back=check"):
    return visitor.post(path, adult_assent=answer)


def offered(visitor: Visitor) -> list[str]:
    return visitor.page(visitor.open(ASSENT)).form().controls["adult_assent"].offered


@both_databases
def test_not_asked_yet_becomes_yes_and_leads_straight_back(family):
    link = family.page(family.open(CHECK)).link(f"Change – {QUESTION}").removeprefix("http://localhost")
    there = say(family, "yes", link).headers["Location"]
    main = family.page(family.open(there)).main
    assert (there, f"{QUESTION} Yes, the person knows and agrees" in main) == (CHECK, True)


def test_time_author_and_what_was_said_before_are_kept(family, clock):
    clock.advance(hours=1)
    say(family, "yes")
    kept = said(family)
    with family.app.app_context():
        author = db.session.get_one(Case, family.case_id()).respondents[0].id
    assert [kept[f"adult_assent{what}"] for what in ("", "_before", "_at", "_by")] == [
        "yes",
        "unknown",
        clock.now.isoformat(),
        author,
    ]


@pytest.mark.parametrize("answer", ["yes", "too_young", "cannot_express"])
def test_what_is_settled_offers_no_change(app, clock, monkeypatch, answer):
    visitor = begun(app, monkeypatch, answer, "minor")
    page = visitor.page(visitor.open(CHECK))
    assert (f"Change – {QUESTION}" in page.main, visitor.open(ASSENT).headers["Location"]) == (False, "/en/case")


def test_and_a_form_changes_nothing_of_it(app, clock, monkeypatch):
    visitor = begun(app, monkeypatch, "yes")
    say(visitor, "cannot_express")
    assert said(visitor)["adult_assent"] == "yes"


@pytest.mark.parametrize(("answer", "person"), [("", "adult"), ("no", "minor")])
def test_what_was_left_and_a_no_may_be_different_later(app, clock, monkeypatch, answer, person):
    visitor = begun(app, monkeypatch, answer, person)
    say(visitor, "yes")
    assert said(visitor)["adult_assent"] == "yes"


def test_what_was_left_stands_on_the_check_page(app, clock, monkeypatch):
    visitor = begun(app, monkeypatch, "")
    assert f"{QUESTION} Not answered Change" in visitor.page(visitor.open(CHECK)).main


def test_for_an_adult_no_is_not_offered_and_the_page_says_whom_to_write_to(family):
    main = family.page(family.open(ASSENT)).main
    assert (offered(family), "Write to privacy@clinic.example instead" in main) == (["yes", "cannot_express"], True)


@pytest.mark.parametrize("answer", ["no", "unknown", "", "x"])
def test_anything_else_is_asked_about(family, answer):
    page = family.page(say(family, answer))
    assert (list(page.errors), said(family)["adult_assent"]) == (["adult_assent"], "unknown")


def test_an_adult_alone_is_not_asked(app, clock, monkeypatch):
    monkeypatch.setattr("tests.support.visitor.WHO", {"respondent_role": "self_adult", "person": "adult"})
    visitor = Visitor(app).begin().answer()
    assert (QUESTION in visitor.page(visitor.open(CHECK)).main, visitor.open(ASSENT).status_code) == (False, 303)


def test_a_change_of_language_settles_nothing(family):
    family.post(ASSENT, adult_assent="yes", _switch="fr")
    assert said(family)["adult_assent"] == "unknown"


def test_the_log_says_who_and_when(family):
    say(family, "yes")
    with family.app.app_context():
        assert db.session.scalars(db.select(Entry.action).order_by(Entry.seq.desc())).first() == "case.assent_said"


@both_databases
def test_after_sending_it_is_a_change_that_the_desk_sees(app, family):
    colleague = Colleague(app).sign_in(employ(app, "coordinator"))
    family.post("/case/check")
    link = family.page(family.open("/case")).link(QUESTION).removeprefix("http://localhost")
    say(family, "yes", link)
    main = colleague.page(f"/cases/{family.reference()}").main
    assert "Agreement of the person before: I have not asked yet now: Yes, the person knows and agrees" in main


def test_the_coordinator_is_told_of_it_next_morning(app, family, clock):
    employ(app, "coordinator", speaks=("en",))
    family.post("/case/check")
    say(family, "yes")
    family.work(clock.advance(days=1))
    assert [one.kind for _id, one in family.carrier.carried][-1] == "intake.changed"


def test_once_the_consultation_has_begun_it_stays(app, family, clock):
    family.post("/case/check")
    with app.app_context():
        db.session.get_one(Case, family.case_id()).answers_until = clock.now
        db.session.commit()
        assert (say(family, "yes").status_code, db.session.query(CaseChange).count()) == (303, 0)
    assert said(family)["adult_assent"] == "unknown"
