"""A family's own words say the language of the page where they were typed, whatever its case began with."""

import re

import pytest

from portal.cases.models import CaseChange
from portal.extensions import db
from tests.intake.test_sections import KINDS, intake
from tests.staff.colleague import Colleague, employ
from tests.support.visitor import Visitor

ARABIC = "نريد أن نفهم"
WISHES = "/case/section/wishes"


def page_of(visitor: Visitor, path: str = KINDS) -> dict[str, list[str]]:
    return visitor.page(visitor.open(path)).form().sent


def send(visitor: Visitor, path: str, **said: object):
    """Open a page in the language of its address, type, and press its button."""
    return visitor.client.post(path, data=page_of(visitor, path) | said)


def tongue(visitor: Visitor, code: str) -> str:
    """The language beside an answer; empty where it is the case's."""
    return intake(visitor).answers[code].get("lang", "")


def test_words_typed_on_another_page_than_the_first_are_in_its_language(visitor):
    send(visitor, f"/ar{KINDS}", story=ARABIC, one="red")
    assert (tongue(visitor, "story"), tongue(visitor, "one")) == ("ar", "")


def test_words_typed_in_the_cases_language_need_not_say_so(visitor):
    send(visitor, f"/en{KINDS}", story="in English")
    assert intake(visitor).answers["story"] == {"value": "in English"}


def test_a_page_saved_again_in_another_language_changes_nothing(visitor):
    send(visitor, f"/ar{KINDS}", story=ARABIC)
    for language in ("en", "fr", "ar"):
        send(visitor, f"/{language}{KINDS}", pain="3")
    assert tongue(visitor, "story") == "ar"


def test_words_that_are_written_anew_are_in_the_language_of_their_page(visitor):
    send(visitor, f"/ar{KINDS}", story=ARABIC)
    send(visitor, f"/fr{KINDS}", story="en français")
    assert tongue(visitor, "story") == "fr"


def test_by_the_way_they_say_so_too(visitor):
    page = page_of(visitor, f"/ar{KINDS}")
    visitor.client.post(f"/ar{KINDS}/by-the-way", data=page | {"story": ARABIC})
    assert tongue(visitor, "story") == "ar"


def test_what_was_typed_before_a_change_of_language_stays_in_its_own(visitor):
    page = page_of(visitor, f"/ar{KINDS}")
    switched = visitor.client.post(f"/en{KINDS}", data=page | {"story": ARABIC, "_switch": "en"})
    again = visitor.client.post(f"/fr{KINDS}", data=visitor.page(switched).form().sent | {"_switch": "fr"})
    visitor.client.post(f"/fr{KINDS}", data=visitor.page(again).form().sent | {"named.text": "en français"})
    assert (tongue(visitor, "story"), tongue(visitor, "named")) == ("ar", "fr")


def test_so_does_what_stood_beside_something_that_could_not_be_read(visitor):
    send(visitor, f"/ar{KINDS}", **{"relatives.0.note": ARABIC, "relatives.0.since": "soon"})
    send(visitor, f"/en{KINDS}", **{"relatives.0.since": "2015"})
    assert intake(visitor).answers["relatives"]["value"][0]["note"] == {"value": ARABIC, "lang": "ar"}


def test_each_row_of_a_list_says_its_own(visitor):
    send(visitor, f"/en{KINDS}", **{"relatives.0.note": "English"})
    send(visitor, f"/ar{KINDS}", _add="relatives")
    send(visitor, f"/ar{KINDS}", **{"relatives.1.note": ARABIC})
    rows = intake(visitor).answers["relatives"]["value"]
    assert [row["note"].get("lang", "") for row in rows] == ["", "ar"]


def test_a_choice_changed_beside_words_leaves_them_in_their_language(visitor):
    send(visitor, f"/ar{KINDS}", **{"named": "other", "named.text": ARABIC})
    send(visitor, f"/en{KINDS}", named="known")
    assert intake(visitor).answers["named"] == {"value": "known", "text": ARABIC, "lang": "ar"}


def test_two_people_who_write_the_same_in_two_languages_do_not_disagree(visitor):
    mine, theirs = page_of(visitor, f"/en{KINDS}"), page_of(visitor, f"/ar{KINDS}")
    visitor.client.post(f"/ar{KINDS}", data=theirs | {"story": "the same"})
    assert visitor.client.post(f"/en{KINDS}", data=mine | {"story": "the same"}).status_code == 303
    assert tongue(visitor, "story") == "ar"


@pytest.mark.parametrize(("choice", "kept"), [("mine", "en"), ("saved", "ar")])
def test_where_they_disagree_what_is_chosen_keeps_its_language(visitor, choice, kept):
    mine, theirs = page_of(visitor, f"/en{KINDS}"), page_of(visitor, f"/ar{KINDS}")
    visitor.client.post(f"/ar{KINDS}", data=theirs | {"story": ARABIC})
    asked = visitor.client.post(f"/en{KINDS}", data=mine | {"story": "mine"})
    assert f'<span lang="ar" dir="auto">{ARABIC}</span>' in asked.text
    fields = {name: [value] for name, value in visitor.page(asked).form().fields}
    visitor.client.post(f"/en{KINDS}", data=fields | {"_choose.story": choice})
    assert (tongue(visitor, "story") or "en") == kept


@pytest.mark.parametrize(("choice", "kept"), [("mine", "en"), ("0", "ar")])
def test_of_two_versions_that_nobody_saved_the_one_that_is_chosen_keeps_its_language(visitor, choice, kept):
    mine, theirs = page_of(visitor, f"/en{KINDS}"), page_of(visitor, f"/ar{KINDS}")
    visitor.client.post(f"/tr{KINDS}", data=theirs | {"story": ARABIC, "_switch": "tr"})
    asked = visitor.client.post(f"/tr{KINDS}", data=mine | {"story": "mine", "_switch": "tr"})
    visitor.client.post(f"/fr{KINDS}", data=visitor.page(asked).form().sent | {"_choose.story": choice})
    assert (tongue(visitor, "story") or "en") == kept


def test_a_page_that_came_too_late_keeps_its_language(visitor, clock):
    sent = page_of(visitor, f"/ar{KINDS}") | {"story": ARABIC}
    clock.advance(hours=7)
    visitor.client.post(f"/ar{KINDS}", data=sent)
    visitor.come_back()
    send(visitor, f"/en{KINDS}", pain="3")
    assert tongue(visitor, "story") == "ar"


@pytest.mark.parametrize("said", ["", "xx", "en\0", "ar ", "../../etc"])
def test_a_page_that_says_no_language_of_ours_is_in_that_of_its_address(visitor, said):
    send(visitor, f"/fr{KINDS}", story="en français", written=said)
    assert tongue(visitor, "story") == "fr"


# ---- who reads it --------------------------------------------------------------------------------------------------


@pytest.fixture
def family(app, clock) -> Visitor:
    """Begun in English; what it hopes for is written on the Arabic page."""
    visitor = Visitor(app).begin().answer()
    send(visitor, f"/ar{WISHES}", hopes=ARABIC)
    return visitor


def desk(app, visitor: Visitor) -> str:
    return Colleague(app, "en").sign_in(employ(app, "coordinator")).open(f"/cases/{visitor.reference()}").text


def test_the_desk_says_in_which_language_they_are_written(app, family):
    html = desk(app, family)
    answers = html.partition('<div class="answers">')[2]
    assert re.search(
        rf'<span lang="ar" dir="auto">{ARABIC}</span>\s*<span class="original">as written, in Arabic<', answers
    )


def test_so_does_the_card_of_wishes(app, family):
    glance = desk(app, family).partition("At a glance")[2].partition("All answers")[0]
    assert f'<span lang="ar" dir="auto">{ARABIC}</span>' in glance


def test_so_does_the_check_page(family):
    assert f'<span lang="ar" dir="auto">{ARABIC}</span>' in family.open("/fr/case/check").text


def test_words_from_before_are_in_the_cases_language(app, family):
    send(family, f"/en{WISHES}", hopes="to understand")
    assert '<span lang="en" dir="auto">to understand</span>' in desk(app, family)


def test_a_change_after_sending_names_both_languages(app, family):
    family.post("/case/check")
    send(family, f"/en{WISHES}", hopes="to understand")
    changed = desk(app, family).partition("Changed after sending")[2].partition("<h2>All answers")[0]
    assert re.findall(r'<span lang="(\w+)" dir="auto">', changed) == ["ar", "en"]
    assert "as written, in Arabic, English" in changed


def test_a_change_of_language_alone_is_no_change(app, family):
    family.post("/case/check")
    send(family, f"/fr{WISHES}", hopes="autre chose")
    send(family, f"/en{WISHES}", hopes=ARABIC)
    with app.app_context():
        assert db.session.scalars(db.select(CaseChange)).all() == []


def test_the_coordinators_letter_names_the_language(app, family):
    employ(app, "coordinator", speaks=("en",))
    family.post("/case/check")
    letters = [letter.text for _to, letter in family.work().carried if "has sent its form" in letter.text]
    assert ["Languages: English, Arabic" in text for text in letters] == [True]
