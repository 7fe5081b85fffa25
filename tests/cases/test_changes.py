"""What was changed after sending: a row for each save, and one for saves that follow each other at once."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.cases.models import SUBMITTED, Case, CaseChange, Respondent
from portal.cases.service.changes import changes_of, note_change, take_untold
from portal.extensions import db
from tests.support.application import both_in_full
from tests.support.visitor import Visitor

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
A, B, C = ({"value": letter} for letter in "abc")


class Family:
    """A sent case whose changes are noted directly."""

    def __init__(self, app, case: Case) -> None:
        self.case, self.keyring = case, app.extensions["portal"].keyring
        self.author_id = case.respondents[0].id
        self.other_id = self._other()

    def note(
        self, minutes: float = 0, *, part: str = "walking", by: str = "", left: dict | None = None, **said
    ) -> None:
        """One save, so many minutes after nine."""
        note_change(
            db.session(),
            self.keyring,
            self.case,
            part,
            said,
            left=left,
            author_id=by or self.author_id,
            office_zone="Europe/Istanbul",
            now=NOW + timedelta(minutes=minutes),
        )

    @property
    def noted(self) -> list[dict]:
        """What was noted, oldest first."""
        return [one.said for one in reversed(changes_of(db.session(), self.keyring, self.case))]

    def _other(self) -> str:
        first = db.session.get_one(Respondent, self.author_id)
        second = Respondent(family_id=first.family_id, language="fr", created_at=NOW, role=first.role)
        db.session.add(second)
        db.session.flush()
        return second.id


@pytest.fixture
def family(app, clock, app_context) -> Family:
    case = db.session.get_one(Case, Visitor(app).begin().case_id())
    case.state = SUBMITTED
    return Family(app, case)


@both_in_full
def test_each_save_is_a_row_with_its_time_and_author(family):
    family.note(0, one=(A, B))
    family.note(11, one=(B, C))
    found = changes_of(db.session(), family.keyring, family.case)
    assert [(one.said, one.at, one.author_id) for one in found] == [
        ({"one": (B, C)}, NOW + timedelta(minutes=11), family.author_id),
        ({"one": (A, B)}, NOW, family.author_id),
    ]


@both_in_full
def test_saves_that_follow_each_other_at_once_are_one_row_of_the_newest_time(family):
    family.note(0, one=(A, B))
    family.note(9, one=(B, C), two=(None, A))
    (found,) = changes_of(db.session(), family.keyring, family.case)
    assert (found.said, found.at) == ({"one": (A, C), "two": (None, A)}, NOW + timedelta(minutes=9))


def test_a_row_spans_ten_minutes_and_never_more(family):
    for minutes in (0, 6, 12, 18, 24):
        family.note(minutes, **{f"q{minutes}": (None, A)})
    assert [list(said) for said in family.noted] == [["q0", "q6"], ["q12", "q18"], ["q24"]]


@both_in_full
def test_what_is_put_back_at_once_leaves_no_row(family):
    family.note(0, one=(A, B))
    family.note(3, one=(B, A))
    assert list(db.session.scalars(db.select(CaseChange))) == []


def test_what_is_put_back_later_is_two_rows(family):
    family.note(0, one=(A, B))
    family.note(60, one=(B, A))
    assert family.noted == [{"one": (A, B)}, {"one": (B, A)}]


def test_only_what_is_put_back_goes(family):
    family.note(0, one=(A, B), two=(A, B))
    family.note(3, one=(B, A))
    assert family.noted == [{"two": (A, B)}]


def test_other_parts_and_other_people_have_rows_of_their_own(family):
    family.note(0, one=(A, B))
    family.note(1, part="heart", three=(A, B))
    family.note(2, by=family.other_id, two=(A, B))
    assert len(family.noted) == 3


def test_what_somebody_else_changed_between_is_not_jumped_over(family):
    family.note(0, one=(A, B))
    family.note(1, by=family.other_id, one=(B, C))
    family.note(2, one=(C, A))
    assert family.noted == [{"one": (A, B)}, {"one": (B, C)}, {"one": (C, A)}]


def test_what_was_told_already_stays_as_it_was_told(family):
    family.note(0, one=(A, B))
    take_untold(db.session(), family.keyring, family.case, now=NOW)
    family.note(1, one=(B, A))
    assert family.noted == [{"one": (A, B)}, {"one": (B, A)}]


@pytest.mark.parametrize(("first", "second"), [("red_flags", "red_flags"), ("red_flags", "one"), ("one", "red_flags")])
def test_signs_that_cannot_wait_are_joined_with_nothing(family, first, second):
    family.note(0, part="safety", **{first: (A, B)})
    family.note(1, part="safety", **{second: (B, A)})
    assert family.noted == [{first: (A, B)}, {second: (B, A)}]


def test_where_nothing_is_said_nothing_is_kept_and_nobody_is_told(family):
    family.note(0)
    assert (family.noted, family.case.id in str(db.session.execute(db.text("SELECT * FROM job")).all())) == ([], False)


def test_what_left_is_remembered_for_when_it_comes_back_at_once(family):
    family.note(0, one=(A, B), left={"two": A})
    shown = family.noted
    family.note(1, two=(None, C))
    assert (shown, family.noted) == ([{"one": (A, B)}], [{"one": (A, B), "two": (A, C)}])


def test_what_came_and_left_again_at_once_was_never_there(family):
    family.note(0, one=(A, B), two=(None, A))
    family.note(1, one=(B, C), left={"two": A})
    assert family.noted == [{"one": (A, C)}]


def test_what_was_changed_and_left_is_compared_with_what_it_was_at_first(family):
    family.note(0, two=(A, B))
    family.note(1, one=(A, B), left={"two": B})
    family.note(2, one=(B, A), two=(None, A))
    assert family.noted == []


def test_a_row_of_the_older_shape_is_read_and_joined(family):
    row = CaseChange(case_id=family.case.id, part="walking", at=NOW, author_id=family.author_id, told_at=None)
    family.keyring.case(family.case.id).write_json(row, "content", {"one": [A, B]})
    db.session.add(row)
    db.session.flush()
    family.note(5, two=(A, B))
    assert family.noted == [{"one": (A, B), "two": (A, B)}]


def test_a_row_that_says_nothing_is_not_shown(family):
    row = CaseChange(case_id=family.case.id, part="walking", at=NOW, author_id=family.author_id, told_at=None)
    family.keyring.case(family.case.id).write_json(row, "content", {})
    db.session.add(row)
    db.session.flush()
    assert family.noted == []
