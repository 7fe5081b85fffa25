"""After sending a family adds and corrects until its consultation; each change is kept, and told once a day."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.cases.models import Case, CaseChange
from portal.cases.service.changes import changes_of, next_morning
from portal.extensions import db
from tests.staff.colleague import Colleague, employ
from tests.support.application import both_databases
from tests.support.files import make_pdf
from tests.support.visitor import Visitor

WALKING, SAFETY = "/case/section/walking", "/case/section/safety"


@pytest.fixture
def sent(app, clock) -> Visitor:
    """A family that has sent its case; one coordinator reads it."""
    employ(app, "coordinator", email="reader@clinic.example", speaks=("en",))
    visitor = Visitor(app).begin().answer()
    visitor.post("/case/check")
    visitor.work()
    return visitor


def with_document_removed(app, *, send: bool) -> Visitor:
    """A family that took a document back, after sending its case or before."""
    visitor = Visitor(app).begin().answer()
    visitor.upload("letter.pdf", make_pdf())
    if send:
        visitor.post("/case/check")
    visitor.post(f"/en/case/documents/{visitor.documents()[0].id}/remove")
    return visitor


def changes(visitor: Visitor) -> list[CaseChange]:
    with visitor.app.app_context():
        return list(db.session.scalars(db.select(CaseChange).order_by(CaseChange.at)))


def noted(visitor: Visitor) -> list[dict]:
    """What each change says, oldest first."""
    with visitor.app.app_context():
        case = db.session.get_one(Case, visitor.case_id())
        found = changes_of(db.session(), visitor.app.extensions["portal"].keyring, case)
        return [one.said for one in reversed(found)]


def answered(visitor: Visitor, section: str, **said: str) -> None:
    """Save a section twice: the second time with what the first made appear."""
    for _ in range(2):
        visitor.post(f"/case/section/{section}", **said)


def told(visitor: Visitor, clock) -> list[str]:
    """The letters about changes that the next two days bring."""
    for _ in range(48):
        clock.advance(hours=1)
        visitor.work()
    return [letter.text for _id, letter in visitor.carrier.carried if letter.kind == "intake.changed"]


def reference(visitor: Visitor) -> str:
    with visitor.app.app_context():
        return visitor.reference()


def test_the_overview_offers_every_section(sent):
    main = sent.page(sent.open("/case")).main
    assert ("Something to add or to correct?" in main, "Walking and moving" in main) == (True, True)


def test_a_change_is_kept_with_time_and_author(sent, clock):
    clock.advance(minutes=5)
    sent.post(WALKING, walk_now="walks_with_aid")
    (change,) = changes(sent)
    assert (change.part, change.at, bool(change.author_id)) == ("walking", clock.now, True)


def test_what_was_saved_without_change_is_none(sent):
    sent.post("/case/section/diagnosis", dx_type="dmd")
    first = len(changes(sent))
    sent.post("/case/section/diagnosis", dx_type="dmd")
    assert len(changes(sent)) == first


def test_before_sending_nothing_is_noted(app, clock):
    visitor = Visitor(app).begin().answer()
    assert changes(visitor) == []


def test_the_coordinator_hears_of_a_day_once_and_only_numbers(sent, clock):
    sent.post(WALKING, walk_now="walks_with_aid")
    clock.advance(minutes=10)
    sent.post(WALKING, walk_now="no_longer_walks", falls_week="1")
    letters = told(sent, clock)
    assert (len(letters), reference(sent) in letters[0], "walk" in letters[0].lower()) == (1, True, False)


def test_without_a_change_there_is_no_letter(sent, clock):
    assert told(sent, clock) == []


def test_the_desk_shows_before_and_after(sent, app):
    sent.post(WALKING, walk_now="no_longer_walks")
    main = Colleague(app, "en").sign_in(employ(app, "coordinator")).page(f"/cases/{reference(sent)}").main
    told = main.partition("Changed after sending")[2].partition("All answers")[0]
    assert 0 < told.index("Walks without help") < told.index("No longer walks")


def test_documents_can_be_added_and_are_told(sent, clock):
    sent.upload("report.pdf", make_pdf())
    (change,) = changes(sent)
    assert (change.part, len(told(sent, clock))) == ("documents", 1)


@pytest.mark.parametrize(("send", "noted"), [(True, ["documents"]), (False, [])])
def test_a_document_removed_is_noted_after_sending_only(app, clock, send, noted):
    visitor = with_document_removed(app, send=send)
    assert ([one.part for one in changes(visitor)], visitor.documents()) == (noted, [])


def test_a_document_removed_is_named_at_the_desk(app, clock):
    visitor = with_document_removed(app, send=True)
    colleague = Colleague(app, "en").sign_in(employ(app, "coordinator"))
    assert "letter.pdf" in colleague.page(f"/cases/{reference(visitor)}").main


def test_from_the_consultation_on_everything_stays(sent, clock, app):
    with app.app_context():
        case = db.session.get_one(Case, sent.case_id())
        case.answers_until = clock.now
        db.session.commit()
    page = sent.page(sent.post(WALKING, walk_now="no_longer_walks"))
    sent.upload("late.pdf", make_pdf())
    assert ("This is not saved any more" in page.main, changes(sent), sent.documents()) == (True, [], [])
    assert page.form().controls["walk_now"].chosen == ["no_longer_walks"]


def test_one_sitting_is_one_change(sent, clock):
    for words in ("We", "We hope", "We hope for answers."):
        sent.post("/case/section/wishes", hopes=words)
    (change,) = changes(sent)
    letters = told(sent, clock)
    assert (change.part, len(letters)) == ("wishes", 1)
    assert "one answer" in letters[0]


def test_what_was_changed_and_changed_back_at_once_is_no_change(sent, clock):
    sent.post(WALKING, walk_now="no_longer_walks")
    clock.advance(minutes=9)
    sent.post(WALKING, walk_now="walks_alone")
    assert (changes(sent), told(sent, clock)) == ([], [])


def test_what_was_changed_back_later_is_two_changes_of_one_answer(sent, clock, app):
    sent.post(WALKING, walk_now="no_longer_walks")
    clock.advance(minutes=11)
    sent.post(WALKING, walk_now="walks_alone")
    (letter,) = told(sent, clock)
    main = Colleague(app, "en").sign_in(employ(app, "coordinator")).page(f"/cases/{reference(sent)}").main
    shown = main.partition("Changed after sending")[2].partition("All answers")[0]
    assert (len(changes(sent)), "one answer" in letter, shown.count("No longer walks")) == (2, True, 2)


def test_a_sign_that_was_ticked_and_unticked_leaves_both(sent, clock):
    sent.post(SAFETY, red_flags=["blue_lips"])
    clock.advance(minutes=1)
    sent.post(SAFETY, red_flags=[])
    assert [list(one) for one in noted(sent)] == [["red_flags"], ["red_flags"]]


def test_what_the_save_took_off_the_path_is_not_noted(sent, clock, app):
    answered(sent, "diagnosis", dx_type="cmd", cmd_subtype="lama2")
    clock.advance(hours=1)
    sent.post("/case/section/diagnosis", dx_type="dmd", cmd_subtype="col6")
    main = Colleague(app, "en").sign_in(employ(app, "coordinator")).page(f"/cases/{reference(sent)}").main
    assert (list(noted(sent)[-1]), "COL6" in main, "lama2" in main.lower()) == (["dx_type"], False, True)


def test_it_is_not_counted_either(sent, clock):
    sent.post("/case/section/diagnosis", dx_type="fshd", cmd_subtype="col6")
    assert "one answer" in told(sent, clock)[0]


def test_an_answer_that_comes_back_is_noted_with_what_brought_it_back(sent, clock):
    answered(sent, "diagnosis", dx_type="cmd", cmd_subtype="lama2")
    sent.post("/case/section/diagnosis", dx_type="dmd", cmd_subtype="col6")
    clock.advance(hours=1)
    sent.post("/case/section/diagnosis", dx_type="cmd")
    assert noted(sent)[-1]["cmd_subtype"] == (None, {"value": "col6"})


def test_an_answer_of_another_page_that_comes_back_is_noted(sent, clock):
    sent.post(WALKING, walk_now="no_longer_walks")
    sent.post("/case/section/breathing", iv_trach="previously")
    sent.post(WALKING, walk_now="walks_alone")
    clock.advance(hours=1)
    sent.post(WALKING, walk_now="no_longer_walks")
    assert noted(sent)[-1] == {
        "walk_now": ({"value": "walks_alone"}, {"value": "no_longer_walks"}),
        "iv_trach": (None, {"value": "previously"}),
    }


def test_a_branch_that_was_left_and_taken_again_at_once_is_no_change(sent, clock):
    answered(sent, "breathing", niv="currently", niv_when="night_only")
    clock.advance(hours=1)
    before = len(changes(sent))
    sent.post("/case/section/breathing", niv="never", niv_when="night_only")
    sent.post("/case/section/breathing", niv="currently", niv_when="night_only")
    assert len(changes(sent)) == before


def test_what_was_emptied_while_it_was_away_is_noted_when_it_is_asked_again_at_once(sent, clock):
    answered(sent, "breathing", niv="currently", niv_when="night_only")
    clock.advance(hours=1)
    sent.post("/case/section/breathing", niv="never", niv_when="")
    sent.post("/case/section/breathing", niv="currently", niv_when="")
    assert noted(sent)[-1] == {"niv_when": ({"value": "night_only"}, None)}


def test_what_was_changed_while_it_was_away_is_noted_with_what_it_was(sent, clock):
    answered(sent, "diagnosis", dx_type="cmd", cmd_subtype="lama2")
    clock.advance(hours=1)
    sent.post("/case/section/diagnosis", dx_type="dmd", cmd_subtype="col6")
    sent.post("/case/section/diagnosis", dx_type="cmd")
    assert noted(sent)[-1] == {"cmd_subtype": ({"value": "lama2"}, {"value": "col6"})}


def test_before_a_consultation_the_coordinator_hears_in_time(sent, clock, app):
    with app.app_context():
        db.session.get_one(Case, sent.case_id()).answers_until = clock.now + timedelta(hours=3)
        db.session.commit()
    sent.post(WALKING, walk_now="no_longer_walks")
    clock.advance(hours=2, minutes=1)
    sent.work()
    assert [letter.kind for _id, letter in sent.carrier.carried][-1] == "intake.changed"


def test_a_changed_answer_counts_for_both_readers_in_their_language(sent, app):
    sent.post(WALKING, walk_now="no_longer_walks")
    turkish = Colleague(app, "tr").sign_in(employ(app, "coordinator", email="tr@clinic.example"))
    assert "Artık yürümüyor" in turkish.page(f"/cases/{reference(sent)}").main


@pytest.mark.parametrize(
    ("now", "morning"),
    [
        (datetime(2027, 3, 1, 3, 0, tzinfo=UTC), datetime(2027, 3, 1, 5, 0, tzinfo=UTC)),
        (datetime(2027, 3, 1, 5, 0, tzinfo=UTC), datetime(2027, 3, 2, 5, 0, tzinfo=UTC)),
        (datetime(2027, 3, 1, 22, 30, tzinfo=UTC), datetime(2027, 3, 2, 5, 0, tzinfo=UTC)),
    ],
)
def test_the_office_reads_at_eight(now, morning):
    assert next_morning(now, "Europe/Istanbul") == morning


def test_a_morning_is_eight_on_the_wall_after_a_change_of_clocks_too():
    before = datetime(2027, 3, 27, 20, 0, tzinfo=UTC)
    assert next_morning(before, "Europe/Paris") == datetime(2027, 3, 28, 6, 0, tzinfo=UTC)


@both_databases
def test_on_both_databases(sent, clock):
    sent.post(WALKING, walk_now="no_longer_walks")
    assert len(told(sent, clock)) == 1
