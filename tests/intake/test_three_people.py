"""Three people, three languages: what is sent is what was visible, and the desk reads it in another language."""

import re
from pathlib import Path

import pytest

from portal.cases.models import SUBMITTED, Case
from portal.extensions import db
from portal.intake.questionnaire import store
from tests.intake.people import PEOPLE, Person
from tests.intake.test_sections import intake
from tests.staff.colleague import Colleague, employ
from tests.support.visitor import TICKED, Visitor

TABLE = Path(__file__).parents[2] / "docs/questionnaire.md"
NAMES = list(PEOPLE)
SECTIONS = [section.id for section in store.current().sections]


def walk(app, person: Person) -> Visitor:
    """From the start to the sent case, each page saved twice: the second time with what the first brought."""
    visitor = Visitor(app, person.language)
    visitor.post("/start/who", **person.who)
    visitor.post("/start/agree", **TICKED, contact_email="parent@family.example")
    for section, said in person.sections.items():
        for _ in range(3):
            answer = visitor.post(f"/case/section/{section}", **said)
            assert answer.status_code == 303, visitor.page(answer).errors
    return visitor


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def visitor(app, clock, name: str) -> Visitor:
    return walk(app, PEOPLE[name])


def test_the_case_is_sent(visitor, name):
    visitor.post("/case/check")
    with visitor.app.app_context():
        assert db.session.get_one(Case, visitor.case_id()).state == SUBMITTED


def test_everything_said_is_an_answer(visitor, name):
    answers = intake(visitor).answers
    said = {field.partition(".")[0] for fields in PEOPLE[name].sections.values() for field in fields}
    assert {code for code in said if answers.get(code, {"state": "skipped"}).get("state") == "skipped"} == set()


def test_no_answer_is_off_the_path(visitor, name):
    read = intake(visitor)
    said = {field.partition(".")[0] for fields in PEOPLE[name].sections.values() for field in fields}
    assert said - set(read.path.on) == set()


def test_there_is_no_note_to_make(visitor, name):
    assert intake(visitor).notes == []


def test_the_table_of_the_docs_counts_right(visitor, name):
    read = intake(visitor)
    asked = [read.questionnaire.questions[code] for code in read.path.on]
    core = sum(one.tier == "core" for one in asked)
    row = f"| {name} | {PEOPLE[name].language} | {len(SECTIONS)} | {core} | {len(asked)} |"
    assert row in TABLE.read_text(encoding="utf-8"), row


@pytest.mark.parametrize("language", ["en", "fr", "tr", "ar"])
def test_a_coordinator_reads_it_in_every_language(visitor, name, app, language):
    visitor.post("/case/check")
    with app.app_context():
        reference = visitor.reference()
    page = Colleague(app, language).sign_in(employ(app, "coordinator")).page(f"/cases/{reference}")
    given = str(PEOPLE[name].sections["person"]["given_name"])
    assert (page.status, given in page.main, "{name}" in page.html) == (200, True, False)


def test_an_adult_alone_is_asked_as_you(app, clock):
    alone = walk(app, PEOPLE["adult with FSHD alone"])
    said = store.words(store.current().id, "tr").questions["walk_now"]
    page = alone.page(alone.open("/case/section/walking"))
    assert (said.you in page.main, "Elif" in page.main) == (True, False)


def test_the_family_reads_no_arithmetic(app, clock):
    boy = walk(app, PEOPLE["walking boy with Duchenne"])
    pages = [boy.open(path).text for path in ("/case/check", "/case/section/genetics")]
    with app.app_context():
        reference = boy.reference()
    desk = Colleague(app, "en").sign_in(employ(app, "coordinator")).page(f"/cases/{reference}").main
    assert "871 bases" in desk
    assert not [page for page in pages if re.search(r"\b871\b", page)]
