"""Signs that cannot wait: what to do comes first, sending pauses, and the desk sees it. They rank nobody."""

import pytest
from werkzeug.test import TestResponse

from portal.booking.models import Appointment
from portal.cases.models import SUBMITTED, Case
from portal.extensions import db
from tests.staff.colleague import Colleague, employ
from tests.support.application import both_in_full
from tests.support.visitor import Visitor

pytestmark = both_in_full

SAFETY = "/case/section/safety"


@pytest.fixture
def family(app, clock) -> Visitor:
    return Visitor(app).begin().answer()


def state(visitor: Visitor) -> str:
    with visitor.app.app_context():
        return db.session.get_one(Case, visitor.case_id()).state


def reply(visitor: Visitor, said: str) -> TestResponse:
    """Answer on the page about the signs as it stands now; nothing where there is none."""
    answer = visitor.open("/case/first")
    if answer.status_code != 200:
        return answer
    return visitor.client.post("/en/case/first", data=visitor.page(answer).form().sent | {"said": said})


def test_ticking_one_shows_what_to_do_now(family):
    answer = family.post(SAFETY, red_flags=["blue_lips"])
    page = family.page(family.open(answer.headers["Location"]))
    assert ("/case/first" in answer.headers["Location"], "Blue lips" in page.main, "112" in page.main) == (
        True,
        True,
        True,
    )


def test_sending_pauses_until_the_family_says_how_it_stands(family):
    family.post(SAFETY, red_flags=["blue_lips"])
    answer = family.post("/case/check")
    assert ("/case/first" in answer.headers["Location"], state(family)) == (True, "draft")


@pytest.mark.parametrize("said", ["help_called", "not_now"])
def test_after_the_answer_the_case_can_be_sent(family, said):
    family.post(SAFETY, red_flags=["blue_lips"])
    reply(family, said)
    family.post("/case/check")
    assert state(family) == SUBMITTED


def test_another_sign_asks_anew(family):
    family.post(SAFETY, red_flags=["blue_lips"])
    reply(family, "not_now")
    answer = family.post(SAFETY, red_flags=["blue_lips", "chest_pain_or_fainting"])
    assert "/case/first" in answer.headers["Location"]


def test_a_sign_that_was_ticked_while_another_page_was_open_is_not_answered_unseen(family):
    family.post(SAFETY, red_flags=["blue_lips"])
    page = family.page(family.open("/case/first")).form().sent
    family.post(SAFETY, red_flags=["blue_lips", "chest_pain_or_fainting"])
    answer = family.client.post("/en/case/first", data=page | {"said": "not_now"})
    family.post("/case/check")
    assert ("/case/first" in answer.headers["Location"], state(family)) == (True, "draft")
    assert "fainting" in family.page(family.open("/case/first")).main


def test_the_same_signs_saved_again_do_not(family):
    family.post(SAFETY, red_flags=["blue_lips"])
    reply(family, "not_now")
    assert "/case/first" not in family.post(SAFETY, red_flags=["blue_lips"]).headers["Location"]


def sent(visitor: Visitor) -> dict[str, list[str]]:
    """What this window would send of the page about safety."""
    return visitor.page(visitor.open(SAFETY)).form().sent


def is_paused(visitor: Visitor) -> bool:
    """Whether nothing is sent before the family says how it stands."""
    answer = visitor.post("/case/check")
    return "/case/first" in answer.headers.get("Location", "") and state(visitor) == "draft"


@pytest.mark.parametrize("button", [{"_switch": "ar"}, {"_add": "allergies"}])
def test_a_sign_that_is_only_kept_as_typed_pauses_too(family, button):
    language = button.get("_switch", "en")
    data = sent(family) | {"red_flags": "blue_lips"} | button
    answer = family.client.post(f"/{language}{SAFETY}", data=data)
    assert (answer.headers.get("Location"), is_paused(family)) == (f"/{language}/case/first", True)


def test_so_does_one_on_a_page_that_came_too_late(family, clock):
    data = sent(family) | {"red_flags": "blue_lips"}
    clock.advance(hours=7)
    family.client.post(f"/en{SAFETY}", data=data)
    assert ("/case/first" in family.come_back().headers["Location"], is_paused(family)) == (True, True)


def test_so_does_one_that_another_parent_says_is_not_there(family):
    older = sent(family) | {"red_flags": "blue_lips"}
    family.client.post(f"/en{SAFETY}", data=sent(family) | {"red_flags": "none"})
    answer = family.client.post(f"/en{SAFETY}", data=older)
    assert ("/case/first" in answer.headers.get("Location", ""), is_paused(family)) == (True, True)


def test_a_script_is_told_of_it_although_nothing_is_saved(family):
    older = sent(family) | {"red_flags": "blue_lips"}
    family.client.post(f"/en{SAFETY}", data=sent(family) | {"red_flags": "none"})
    answer = family.client.post(f"/en{SAFETY}/by-the-way", data=older)
    heard = answer.json
    assert (answer.status_code, heard["conflict"], heard["urgent"], is_paused(family)) == (409, True, True, True)


def test_signs_of_two_late_pages_both_count(family, clock):
    pages = [sent(family) | {"red_flags": flag} for flag in ("blue_lips", "hard_to_breathe")]
    clock.advance(hours=7)
    for page in pages:
        family.client.post(f"/en{SAFETY}", data=page)
    family.come_back()
    main = family.page(family.open("/case/first")).main
    assert ("Blue lips" in main, "Breathing is hard" in main) == (True, True)


def test_once_a_human_chose_that_it_is_not_there_nothing_pauses(family):
    older = sent(family) | {"red_flags": "blue_lips"}
    family.client.post(f"/en{SAFETY}", data=sent(family) | {"red_flags": "none"})
    family.client.post(f"/en{SAFETY}", data=older)
    family.client.post(f"/en{SAFETY}", data=sent(family) | {"_choose.red_flags": "saved"})
    family.post("/case/check")
    assert state(family) == SUBMITTED


def test_what_the_family_says_of_a_kept_sign_makes_it_an_answer_that_the_desk_sees(family, app):
    family.client.post(f"/ar{SAFETY}", data=sent(family) | {"red_flags": "blue_lips", "_switch": "ar"})
    reply(family, "help_called")
    family.post("/case/check")
    with app.app_context():
        reference = family.reference()
    main = Colleague(app, "en").sign_in(employ(app, "coordinator")).page(f"/cases/{reference}").main
    assert (state(family), "Blue lips" in main, "help was called" in main) == (SUBMITTED, True, True)


@pytest.mark.parametrize("signs", [["none"], []])
def test_without_a_sign_nothing_pauses(family, signs):
    family.post(SAFETY, red_flags=signs)
    family.post("/case/check")
    assert state(family) == SUBMITTED


def test_an_answer_that_is_none_is_asked_again(family):
    family.post(SAFETY, red_flags=["blue_lips"])
    page = family.page(reply(family, "perhaps"))
    assert list(page.errors) == ["said"]


def test_the_desk_sees_the_signs_and_what_was_said(family, app):
    family.post(SAFETY, red_flags=["blue_lips"])
    reply(family, "help_called")
    family.post("/case/check")
    with app.app_context():
        reference = family.reference()
    main = Colleague(app, "en").sign_in(employ(app, "coordinator")).page(f"/cases/{reference}").main
    assert ("Blue lips" in main, "help was called" in main) == (True, True)


NOT_SAID = "The family has not said yet how it stands."


def desk(app) -> Colleague:
    return Colleague(app, "en").sign_in(employ(app, "coordinator"))


def case_at(colleague: Colleague, visitor: Visitor) -> str:
    """What a coordinator reads of the case."""
    return colleague.page(f"/cases/{visitor.reference()}").main


@pytest.mark.parametrize("button", [{"_switch": "ar"}, {"_add": "allergies"}])
def test_before_the_family_answers_the_desk_sees_a_sign_that_is_only_kept(family, app, button):
    data = sent(family) | {"red_flags": "blue_lips"} | button
    family.client.post(f"/{button.get('_switch', 'en')}{SAFETY}", data=data)
    main = case_at(desk(app), family)
    notice = main.partition("signs that cannot wait")[2].partition("At a glance")[0]
    assert ("Blue lips" in notice, NOT_SAID in notice) == (True, True)


def test_so_it_does_one_that_another_parent_says_is_not_there(family, app):
    older = sent(family) | {"red_flags": "blue_lips"}
    family.client.post(f"/en{SAFETY}", data=sent(family) | {"red_flags": "none"})
    family.client.post(f"/en{SAFETY}", data=older)
    main = case_at(desk(app), family)
    assert ("signs that cannot wait" in main, NOT_SAID in main, "has not chosen yet" in main) == (True, True, True)


def test_what_was_said_of_one_sign_does_not_stand_for_another_that_is_only_kept(family, app):
    family.post(SAFETY, red_flags=["blue_lips"])
    reply(family, "not_now")
    data = sent(family) | {"red_flags": ["blue_lips", "chest_pain_or_fainting"], "_switch": "ar"}
    family.client.post(f"/ar{SAFETY}", data=data)
    main = case_at(desk(app), family)
    assert ("fainting" in main, NOT_SAID in main, "not happening now" in main) == (True, True, False)


def test_a_sign_on_a_late_page_is_for_its_family_until_it_is_back(family, app, clock):
    data = sent(family) | {"red_flags": "blue_lips"}
    clock.advance(hours=7)
    family.client.post(f"/en{SAFETY}", data=data)
    colleague = desk(app)
    before = case_at(colleague, family)
    family.come_back()
    assert ["signs that cannot wait" in main for main in (before, case_at(colleague, family))] == [False, True]


def test_the_list_of_cases_says_nothing_of_them(family, app):
    colleague = desk(app)
    before = colleague.page("/cases").main
    family.post(SAFETY, red_flags=["blue_lips"])
    assert colleague.page("/cases").main == before


def test_they_open_no_time_and_rank_nobody(family, app):
    family.post(SAFETY, red_flags=["blue_lips"])
    reply(family, "help_called")
    family.post("/case/check")
    with app.app_context():
        appointments = db.session.scalars(db.select(Appointment)).all()
        columns = {column.key for column in Case.__table__.columns}
    assert (appointments, {"urgency", "priority", "rank"} & columns) == ([], set())


def test_no_mail_tells_of_them(family):
    family.post(SAFETY, red_flags=["blue_lips"])
    reply(family, "help_called")
    family.post("/case/check")
    letters = [letter for _id, letter in family.work().carried]
    assert letters
    assert not [letter for letter in letters if "lips" in (letter.text + letter.html).lower()]


def test_the_notice_is_one_tap_from_every_page_of_the_family(family):
    pages = ["/case", SAFETY, "/case/documents", "/case/check", "/case/book"]
    assert all('href="/en/urgent"' in family.open(path).text.partition("<main")[0] for path in pages)


@pytest.mark.parametrize("go", ["next", "later", "skip", "documents.letter"])
def test_whatever_button_is_pressed_help_comes_first(family, go):
    answer = family.post(SAFETY, red_flags=["blue_lips"], _go=go)
    assert "/case/first" in answer.headers["Location"]


def test_a_sign_beside_none_is_a_sign(family):
    family.post(SAFETY, red_flags=["none"])
    family.post(SAFETY, red_flags=["none", "hard_to_breathe"], _go="later")
    answer = family.post("/case/check")
    assert ("/case/first" in answer.headers["Location"], state(family)) == (True, "draft")


def test_from_the_consultation_on_nothing_is_answered(family, app, clock):
    family.post(SAFETY, red_flags=["blue_lips"])
    with app.app_context():
        case = db.session.get_one(Case, family.case_id())
        case.state, case.answers_until = SUBMITTED, clock.now
        db.session.commit()
    reply(family, "not_now")
    assert family.open("/case/first").status_code == 303
