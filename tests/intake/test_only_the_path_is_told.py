"""Random answers and changes through the services: what is shown, counted and noted is on the path, and nothing else.

The path is worked out a second time, from the definition (`own_path`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from portal.cases.models import DRAFT, SUBMITTED, Case
from portal.cases.service.changes import Change, changes_of, take_untold
from portal.extensions import db
from portal.intake.questionnaire.answers import Answer, is_answered
from portal.intake.questionnaire.definition import Section
from portal.intake.questionnaire.reading import Typed, fields_of, read_section
from portal.intake.service.answers import Intake, read_case
from portal.intake.service.progress import counts, not_understood
from portal.intake.service.saving import save_section
from portal.intake.showing import rows
from portal.transaction import transaction
from tests.intake.own_path import path_of
from tests.intake.test_what_is_visible_is_sent import EVERYTHING, QUESTIONNAIRE, answers_to
from tests.support.application import Clock
from tests.support.visitor import Visitor

NOW = Clock().now
# What most hangs on: a random question seldom changes the path.
BRANCHING = [
    code
    for code in QUESTIONNAIRE.questions
    if any(code == name for one in QUESTIONNAIRE.questions.values() for name, _words in one.condition.compared())
]
Said = dict[str, Answer]


@dataclass(frozen=True)
class Save:
    """One page that is sent: some answers of a section, so many minutes after the one before."""

    section: Section
    said: Said
    minutes: int
    by_the_way: bool


@st.composite
def saves(draw: st.DrawFn) -> Save:
    """A change of something that others hang on, and of a few answers beside it, whether they are asked or not."""
    first = draw(st.sampled_from(BRANCHING))
    section = QUESTIONNAIRE.section(str(QUESTIONNAIRE.section_with(first)))
    others = draw(st.lists(st.sampled_from([one.code for one in section.questions]), max_size=3))
    said = {code: draw(answers_to(QUESTIONNAIRE.questions[code])) for code in {first, *others}}
    return Save(section, said, draw(st.sampled_from([1, 4, 30])), draw(st.booleans()))


@dataclass
class Told:
    """A case whose pages are saved by the services, and beside it what must be so."""

    keyring: object
    case: Case
    now: datetime = NOW
    saved: Said = field(default_factory=dict)
    sent: Said = field(default_factory=dict)

    def save(self, page: Save) -> None:
        self.now += timedelta(minutes=page.minutes)
        reading = read_section(page.section, form_of(page.said), page.said, self.now.date())
        self.saved |= reading.answers
        save_section(
            db.session(),
            self.keyring,
            self.case,
            page.section.id,
            reading,
            respondent_id=self.case.respondents[0].id,
            version=None,
            base=None,
            shown=frozenset(page.said),
            language=self.case.language,
            now=self.now,
            office_zone="Europe/Istanbul",
            by_the_way=page.by_the_way,
        )

    def send(self) -> None:
        self.case.state, self.sent = SUBMITTED, self.visible

    @property
    def path(self) -> set[str]:
        return path_of(QUESTIONNAIRE, self.saved, self.now.date())

    @property
    def visible(self) -> Said:
        """The answers that a reader of the case gets to see."""
        return {code: one for code, one in self.saved.items() if code in self.path and is_answered(one)}

    @property
    def read(self) -> Intake:
        return read_case(db.session(), self.keyring, self.case, today=self.now.date())

    @property
    def changes(self) -> list[Change]:
        return changes_of(db.session(), self.keyring, self.case)


def form_of(said: Mapping[str, Answer]) -> Typed:
    """Answers as a page posts them."""
    questions = QUESTIONNAIRE.questions
    return {name: values for code, one in said.items() for name, values in fields_of(questions[code], one).items()}


@pytest.fixture
def case_id(app, clock) -> str:
    return Visitor(app).begin().case_id()


WALKS = given(answers=EVERYTHING, pages=st.lists(saves(), min_size=1, max_size=6))
# Not made smaller where one fails: each step is a save, and that would take minutes.
A_FEW = settings(
    max_examples=12,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@A_FEW
@WALKS
def test_what_is_shown_counted_and_noted_is_on_the_path(app_context, case_id, answers, pages):
    follow(app_context, case_id, answers, pages)


@pytest.mark.exhaustive
@settings(A_FEW, max_examples=60)
@WALKS
def test_on_many_walks_it_is(app_context, case_id, answers, pages):
    follow(app_context, case_id, answers, pages)


def follow(app: Flask, case_id: str, answers: Said, pages: list[Save]) -> None:
    """Answer everything, send it, then save some pages."""
    with transaction() as session:
        told = Told(app.extensions["portal"].keyring, session.get_one(Case, case_id))
        told.case.state = DRAFT
        for section in QUESTIONNAIRE.sections:
            own = {one.code for one in section.questions}
            told.save(Save(section, {code: one for code, one in answers.items() if code in own}, 0, by_the_way=False))
        told.send()
        for page in pages:
            before = told.changes
            told.save(page)
            check_now(told)
            check_noted(told, before)
        check_in_the_end(told)
        session.rollback()  # the next example begins with the same case


def check_now(told: Told) -> None:
    """What the check page shows, what is counted, and what waits to be mended."""
    asked = {code for code in told.path if QUESTIONNAIRE.questions[code].type != "documents"}
    read = told.read
    assert {row.code for section in rows(read, "en") for row in section.rows} == asked
    found, answered = counts(read), len(asked & set(told.visible))
    assert (found.complete, found.missing) == (answered, len(asked) - answered)
    assert {one.code for one in not_understood(read)} <= asked


def check_noted(told: Told, before: list[Change]) -> None:
    """What this save noted is asked now and said now; beside it stands only what a row of before, now joined, noted."""
    new = [one for one in told.changes if one not in before]
    joined = {code: pair for one in before if one not in told.changes for code, pair in one.said.items()}
    assert len(new) <= 1
    for code, (was, now_said) in (pair for one in new for pair in one.said.items()):
        assert was != now_said
        if joined.get(code) != (was, now_said):
            assert (code in told.path, now_said) == (True, told.visible.get(code))


def check_in_the_end(told: Told) -> None:
    """Every answer that is seen was seen when the case was sent, or its newest note says it; and all of it is told."""
    noted: dict[str, Answer | None] = {}
    for change in reversed(told.changes):
        noted |= {code: after for code, (_before, after) in change.said.items()}
    assert {code: noted.get(code, told.sent.get(code)) for code in told.visible} == told.visible
    untold = take_untold(db.session(), told.keyring, told.case, now=told.now)
    assert {code for said in untold for code in said} == set(noted)
