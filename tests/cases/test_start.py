"""The start: nothing is stored before consent, and who may not decide is told so kindly."""

import pytest

from portal.cases.models import Case, Consent, Family, Respondent
from portal.extensions import db
from tests.support.application import Clock
from tests.support.journey import WHO
from tests.support.visitor import TICKED, Visitor

MAIL = {"contact_email": "parent@family.example"}


@pytest.fixture
def visitor(app, clock: Clock) -> Visitor:
    return Visitor(app)


def count(app, model) -> int:
    with app.app_context():
        return db.session.query(model).count()


@pytest.mark.parametrize(
    "who",
    [
        WHO | {"guardian_authority": "no"},
        WHO | {"guardian_authority": "unknown"},
        {"respondent_role": "self_adult", "person": "minor"},
        WHO | {"person": "adult", "adult_assent": "no"},
    ],
    ids=["no authority", "not sure", "minor alone", "adult disagrees"],
)
def test_who_may_not_decide_is_told_so_and_nothing_is_stored(app, visitor, who):
    page = visitor.page(visitor.post("/start/who", **who))
    assert (page.status, len(page.headings), count(app, Family), visitor.client.get_cookie("portal_access")) == (
        200,
        1,
        0,
        None,
    )


def test_consents_cannot_be_given_before_saying_who(visitor):
    assert visitor.post("/start/agree", **TICKED, **MAIL).headers["Location"].endswith("/start/who")


@pytest.mark.parametrize("left", list(TICKED))
def test_what_is_needed_is_asked_for_again_and_nothing_is_stored(app, visitor, left):
    visitor.post("/start/who", **WHO)
    page = visitor.page(visitor.post("/start/agree", **{k: v for k, v in TICKED.items() if k != left}, **MAIL))
    assert (list(page.errors), count(app, Case)) == ([left], 0)


def test_sharing_with_doctors_may_be_left(app, visitor):
    visitor.begin()
    assert count(app, Case) == 1


def test_each_consent_is_kept_with_its_text_version_language_and_time(app, clock):
    Visitor(app, "tr").begin()
    with app.app_context():
        kept = {(one.text, one.version, one.language, one.status, one.at) for one in db.session.query(Consent)}
    assert kept == {
        ("consent-health-data", 1, "tr", "active", clock.now),
        ("consent-share-doctor", 1, "tr", "rejected", clock.now),
        ("acknowledge-transfer", 1, "tr", "active", clock.now),
        ("acknowledge-no-promise", 1, "tr", "active", clock.now),
    }


def test_an_address_is_stored_sealed_and_found_by_its_hash(app, visitor):
    visitor.begin("Parent@Family.example")
    with app.app_context():
        respondent = db.session.scalars(db.select(Respondent)).one()
        clear = app.extensions["portal"].keyring.family(respondent.family_id).read(respondent, "email")
    assert (clear, b"amily.example" in respondent.email.blob) == ("Parent@family.example", False)


@pytest.mark.parametrize(
    "typed", ["half@", "a@b@c.example", "a b@c.example", "x" * 300 + "@c.example", "a@c.example\r\nBcc: x@y.z"]
)
def test_what_is_no_address_is_said_and_kept_as_typed(app, visitor, typed):
    visitor.post("/start/who", **WHO)
    page = visitor.page(visitor.post("/start/agree", **TICKED, contact_email=typed))
    assert (list(page.errors), count(app, Case)) == (["contact_email"], 0)
