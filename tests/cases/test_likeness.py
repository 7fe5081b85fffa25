"""Which cases may be one person's: the same contact and month of birth, compared by one keyed hash, never in clear."""

from dataclasses import replace

import pytest
from flask import Flask

from portal.cases.models import Case
from portal.cases.service.likeness import cases_like, likeness_of, one_like_each
from portal.extensions import db
from portal.intake.service.alike import note_likenesses
from portal.keys.keyring import Keyring
from portal.lifecycle.work import SWEEP, build_work
from portal.transaction import transaction
from tests.support.application import both_in_full
from tests.support.journey import SECTIONS, WHO
from tests.support.planted import Planted, report
from tests.support.visitor import TICKED, Visitor

EMAIL = "planted-contact@family.example"


def family(app: Flask, birth: str = "04/2017", email: str = EMAIL) -> Visitor:
    """A family that has said who it is about."""
    visitor = Visitor(app).begin(email)
    say(visitor, birth)
    app.extensions["portal"].clock.advance(seconds=1)
    return visitor


def say(visitor: Visitor, birth: str) -> None:
    visitor.post("/case/section/person", **SECTIONS["person"] | {"birth_ym": birth})


def likenesses(app: Flask) -> list[str | None]:
    with app.app_context():
        return list(db.session.scalars(db.select(Case.likeness).order_by(Case.created_at)))


def like_each_other(app: Flask) -> bool:
    first, second = likenesses(app)
    return bool(first) and first == second


@both_in_full
def test_the_same_contact_and_month_are_alike(app, clock):
    family(app)
    family(app, "2017-04", EMAIL.upper())
    assert like_each_other(app)


@pytest.mark.parametrize(
    ("birth", "email"), [("05/2017", EMAIL), ("04/2016", EMAIL), ("04/2017", "another@family.example")]
)
def test_another_month_or_contact_is_not(app, clock, birth, email):
    family(app)
    family(app, birth, email)
    assert not like_each_other(app)


@pytest.mark.parametrize(("birth", "email"), [("2017", EMAIL), ("", EMAIL), ("04/2017", "")])
def test_without_a_month_or_an_address_nobody_is_like_anybody(app, clock, birth, email):
    family(app, birth, email)
    family(app, birth, email)
    assert likenesses(app) == ["", ""]


@both_in_full
def test_it_follows_when_the_birth_is_corrected(app, clock):
    family(app)
    second = family(app, "05/2017")
    before = like_each_other(app)
    say(second, "04/2017")
    assert (before, like_each_other(app)) == (False, True)


def test_it_goes_when_the_month_is_taken_back(app, clock):
    visitor = family(app)
    say(visitor, "2017")
    assert likenesses(app) == [""]


def test_another_section_leaves_it_as_it_is(app, clock):
    visitor = family(app)
    before = likenesses(app)
    visitor.answer("diagnosis", "genetics")
    assert (likenesses(app), before != [""]) == (before, True)


def test_a_sibling_in_the_same_family_counts_too(app, clock):
    visitor = family(app)
    visitor.post("/case/another", **WHO)
    visitor.post("/case/another/agree", **TICKED)
    say(visitor, "04/2017")
    assert like_each_other(app)


@both_in_full
def test_neither_contact_nor_month_stands_anywhere_in_clear(app, clock, database_url):
    family(app)
    family(app)
    assert like_each_other(app)
    assert not (found := Planted(EMAIL, "04/2017", "2017-04").in_database(database_url)), report(found)


def test_without_the_key_the_hash_is_not_to_be_had(app, clock):
    family(app)
    strange = Keyring(replace(app.extensions["portal"].keyring._keys, lookup=b"another key"), None)
    with app.app_context():
        case = db.session.scalars(db.select(Case)).one()
        keyrings = (app.extensions["portal"].keyring, strange)
        assert [likeness_of(one, case, "2017-04") == case.likeness for one in keyrings] == [True, False]


@both_in_full
def test_cases_of_before_are_looked_at_once_by_a_worker(app, clock):
    for birth in ("04/2017", "04/2017", "2017"):
        family(app, birth)
    wanted = likenesses(app)
    with app.app_context(), transaction() as session:
        session.execute(db.update(Case).values(likeness=None))
    with app.app_context():
        build_work(app, app.extensions["portal"]).handlers[SWEEP](None, clock.now)
    with app.app_context(), transaction() as session:
        again = note_likenesses(session, app.extensions["portal"].keyring, today=clock.now.date())
    assert (likenesses(app), again) == (wanted, 0)


def test_an_erased_case_is_like_no_other(app, clock):
    erased = family(app).case_id()
    keyring = app.extensions["portal"].keyring
    keyring.destroy_case(erased)
    other = family(app).case_id()
    with app.app_context():
        own = db.session.get_one(Case, other)
        assert (own.likeness != "", cases_like(db.session(), keyring, own)) == (True, [])


def test_an_erased_case_of_before_is_passed_over(app, clock):
    app.extensions["portal"].keyring.destroy_case(family(app).case_id())
    with app.app_context(), transaction() as session:
        session.execute(db.update(Case).values(likeness=None))
        note_likenesses(session, app.extensions["portal"].keyring, today=clock.now.date())
    assert likenesses(app) == [""]


def test_of_many_alike_the_list_asks_for_two(app, clock):
    for _ in range(4):
        family(app)
    with app.app_context():
        rows = db.session.execute(db.select(Case.likeness, Case.reference)).all()
        found = one_like_each(db.session(), {row.likeness for row in rows})
    (pair,) = found.values()
    assert (len(set(pair)), set(pair) <= {row.reference for row in rows}) == (2, True)
