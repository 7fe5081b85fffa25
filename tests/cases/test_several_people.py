"""Two children are two cases: the same contact, other answers, and nothing of one is seen in the other."""

import pytest

from portal.cases.models import Case, Consent, Respondent
from portal.cases.service import start
from portal.extensions import db
from tests.support.application import both_in_full
from tests.support.journey import SECTIONS, WHO
from tests.support.visitor import TICKED, Visitor

AGREED = {name: value for name, value in TICKED.items() if name != "no_email"}


@pytest.fixture
def visitor(app, clock) -> Visitor:
    family = Visitor(app).begin()
    family.answer("person", "diagnosis")
    return family


def begin_second(visitor: Visitor, **who: str):
    visitor.post("/case/another", **WHO | who)
    return visitor.post("/case/another/agree", once="0" * 32, **AGREED)


def cases(app) -> list[Case]:
    with app.app_context():
        return list(db.session.scalars(db.select(Case).order_by(Case.created_at, Case.id)))


def test_a_second_case_belongs_to_the_same_family_and_contact(app, visitor, clock):
    clock.advance(minutes=1)
    begin_second(visitor)
    first, second = cases(app)
    with app.app_context():
        respondents = db.session.scalars(db.select(Respondent)).all()
        consents = db.session.scalars(db.select(Consent).where(Consent.case_id == second.id)).all()
    assert (first.family_id == second.family_id, len(respondents), len(consents)) == (True, 1, 4)


def test_it_begins_empty(app, visitor, clock):
    clock.advance(minutes=1)
    begin_second(visitor)
    sent = dict(visitor.page(visitor.open("/case/section/person")).form().fields)
    assert (sent.get("given_name", ""), sent.get("birth_ym", "")) == ("", "")


def test_what_is_saved_goes_to_the_case_that_is_open(app, visitor, clock):
    clock.advance(minutes=1)
    begin_second(visitor)
    visitor.post("/case/section/person", **SECTIONS["person"] | {"given_name": "Second"})
    visitor.post("/case/open", reference=cases(app)[0].reference)
    page = visitor.open("/case/section/person").text
    assert (SECTIONS["person"]["given_name"] in page, "Second" in page) == (True, False)


def test_the_list_names_each_person(app, visitor, clock):
    clock.advance(minutes=1)
    begin_second(visitor)
    visitor.post("/case/section/person", **SECTIONS["person"] | {"given_name": "Second"})
    main = visitor.page(visitor.open("/case/others")).main
    assert (SECTIONS["person"]["given_name"] in main, "Second" in main) == (True, True)


def test_another_familys_case_cannot_be_opened(app, visitor, clock):
    clock.advance(minutes=1)
    stranger = Visitor(app).begin("stranger@family.example")
    stranger.answer("person")
    mine, theirs = (case.reference for case in cases(app))
    answer = visitor.post("/case/open", reference=theirs)
    assert answer.headers["Location"].endswith("/case/others")
    assert mine in visitor.page(visitor.open("/case")).main


def test_sent_twice_it_is_one_case(app, visitor, clock):
    clock.advance(minutes=1)
    visitor.post("/case/another", **WHO)
    token = visitor.token()
    fields = {"csrf_token": token, "once": "1" * 32, **AGREED}
    first = visitor.client.post("/en/case/another/agree", data=fields)
    visitor.client.post("/en/case/another/agree", data=fields)
    assert (first.status_code, len(cases(app))) == (303, 2)


def test_each_case_says_who_fills_it_in(app, visitor, clock):
    clock.advance(minutes=1)
    begin_second(visitor, respondent_role="legal_guardian")
    with app.app_context():
        keyring = app.extensions["portal"].keyring
        respondent = db.session.scalars(db.select(Respondent)).one()
        roles = [
            start.role_of(keyring, case, respondent)["respondent_role"]
            for case in start.cases_of(db.session(), respondent.family_id)
        ]
    assert roles == ["mother", "legal_guardian"]


def test_who_may_not_decide_is_stopped_kindly(app, visitor):
    page = visitor.page(visitor.post("/case/another", **WHO | {"guardian_authority": "no"}))
    assert (page.status, len(cases(app))) == (200, 1)


def test_a_family_has_so_many_cases_and_no_more(app, visitor, clock, monkeypatch):
    monkeypatch.setattr(start, "MOST_CASES", 1)
    answer = begin_second(visitor)
    assert (answer.headers["Location"].endswith("/case/others"), len(cases(app))) == (True, 1)


def test_after_the_code_the_family_chooses(app, visitor, clock):
    clock.advance(minutes=1)
    begin_second(visitor)
    visitor.post("/sign-out")
    assert visitor.come_back().headers["Location"].endswith("/case/others")


@both_in_full
def test_on_both_in_full(app, visitor, clock):
    clock.advance(minutes=1)
    begin_second(visitor)
    assert len(cases(app)) == 2
