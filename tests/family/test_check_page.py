"""The check before sending: everything as the office gets it, and each way to change something leads back."""

import re

import pytest
from werkzeug.test import TestResponse

from portal.cases.models import Case
from portal.extensions import db
from tests.support.pages import Page
from tests.support.visitor import Visitor

CHECK = "/case/check"


@pytest.fixture
def family(app, clock) -> Visitor:
    return Visitor(app).begin().answer()


def page(visitor: Visitor) -> Page:
    return visitor.page(visitor.open(CHECK))


def change(visitor: Visitor, label: str) -> str:
    """The path behind the link that changes this answer."""
    return visitor.page(visitor.open(CHECK)).link(f"Change – {label}").removeprefix("http://localhost")


def press(visitor: Visitor, path: str, button: str, **said: str) -> TestResponse:
    """Open a page, type, and press a button, as a browser does."""
    form = visitor.page(visitor.open(path)).form()
    return visitor.client.post(path.partition("#")[0], data=form.sent | said | {"_go": button})


@pytest.mark.parametrize(
    "said",
    [
        "You are Mother",
        "It is about A child or young person under 18",
        "May you decide about this person’s health care? Yes",
        "Does the person know about this and agree? Too young to be asked",
        "Language English",
        "Your e-mail address parent@family.example",
    ],
)
def test_what_was_said_at_the_start_stands_there(family, said):
    assert said in page(family).main


def test_so_does_each_consent_given_or_not(family):
    start = page(family).main.partition("What you said at the start")[2].partition("About the person")[0]
    given = re.findall(r"(I (?:agree|have read)[^.]*\.) (given|not given)", start)
    assert sorted(status for _title, status in given) == ["given", "given", "given", "not given"]
    assert dict(given)[next(title for title, _status in given if "doctor" in title)] == "not given"


def test_it_says_how_to_correct_it(family):
    assert re.search(r"not right, or would you like to take a consent back\? Write to \S+@\S+,", page(family).main)


def test_without_an_address_it_says_so(app, clock):
    visitor = Visitor(app).begin(email="").answer()
    assert "Your e-mail address I have no e-mail address" in page(visitor).main


def test_what_is_not_asked_of_an_adult_alone_is_not_shown(app, clock, monkeypatch):
    monkeypatch.setattr("tests.support.visitor.WHO", {"respondent_role": "self_adult", "person": "adult"})
    main = page(Visitor(app).begin().answer()).main
    assert ("I fill it in for myself" in main, "May you decide" in main) == (True, False)


def test_without_the_familys_key_the_rest_can_still_be_checked(app, family):
    with app.app_context():
        family_id = db.session.get_one(Case, family.case_id()).family_id
    app.extensions["portal"].keyring.destroy_family(family_id)
    main = page(family).main
    assert ("Deniz" in main, "What you said at the start" in main) == (True, False)


@pytest.mark.parametrize("button", ["next", "skip"])
def test_a_change_comes_straight_back(family, button):
    answer = press(family, change(family, "Walking today"), button, walk_now="no_longer_walks")
    if "/section/walking" in answer.headers["Location"]:  # an answer that brings questions shows them first
        answer = press(family, answer.headers["Location"], button)
    assert answer.headers["Location"] == f"/en{CHECK}"
    assert "No longer walks" in page(family).main


def test_the_link_above_leads_back_too(family):
    opened = family.page(family.open(change(family, "Walking today")))
    assert opened.link("Back to checking your answers").endswith(CHECK)


def test_from_the_overview_it_leads_to_the_overview(family):
    assert family.page(family.open("/case/section/walking")).link("Back to the overview").endswith("/case")


def test_skipping_elsewhere_goes_on_to_the_next_page(family):
    assert press(family, "/en/case/section/walking", "skip").headers["Location"].endswith("/arms")


def test_another_language_keeps_the_way_back(family):
    opened = family.page(family.open(change(family, "Walking today")))
    actions = {button.action for button in opened.form().buttons if button.name == "_switch"}
    assert all("back=check" in action for action in actions)
    assert len(actions) == 3


@pytest.mark.parametrize("place", ["/case/documents", "/case/book"])
def test_documents_and_times_are_told_where_to_come_back_to(family, place):
    addresses = [address for _text, address in page(family).links if address.partition("?")[0].endswith(place)]
    assert {address.partition("?")[2] for address in addresses} == {"back=check"}


def test_so_are_documents_from_a_page_that_is_changed(family):
    opened = "/en/case/section/walking?back=check"
    assert press(family, opened, "documents.functional").headers["Location"].endswith("kind=functional&back=check")


def test_signs_that_cannot_wait_lead_back_when_they_are_answered(family):
    safety = "/en/case/section/safety?back=check"
    first = press(family, safety, "next", red_flags="blue_lips").headers["Location"]
    opened = family.page(family.open(first))
    answer = family.client.post(first, data=opened.form().sent | {"said": "not_now"})
    assert (opened.link("Back to this question").partition("?")[2].partition("#")[0], answer.headers["Location"]) == (
        "back=check",
        f"/en{CHECK}",
    )


def test_any_other_word_for_the_way_back_is_nothing(family):
    answer = press(family, "/en/case/section/walking?back=//evil.example", "skip")
    assert answer.headers["Location"].endswith("/case/section/arms")


@pytest.mark.parametrize("path", ["/case/documents", "/case/book"])
def test_documents_and_times_that_are_opened_from_it_lead_back_to_it(family, path):
    page_of = {back: family.page(family.open(path + back)) for back in ("", "?back=check", "?back=//evil.example")}
    label = "Back to checking your answers"
    assert page_of["?back=check"].link(label).endswith("/en" + CHECK)
    assert [back for back, one in page_of.items() if label in one.main] == ["?back=check"]


def test_a_file_that_is_added_from_there_still_leads_back(family):
    form = family.page(family.open("/case/documents?back=check")).form("main-form")
    assert form.action.endswith("/en/case/documents?back=check")
