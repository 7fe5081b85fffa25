"""A section over HTTP: saved at once, judged kindly, and nothing that was typed is ever lost."""

import re
from urllib.parse import urlsplit

import pytest

from portal.cases.models import Case
from portal.extensions import db
from portal.i18n import LANGUAGES
from portal.intake.service.answers import read_case
from portal.intake.service.progress import section_status
from tests.intake import synthetic
from tests.intake.conftest import PERSON
from tests.support.application import both_in_full
from tests.support.visitor import Visitor

pytestmark = both_in_full

HIDDEN = {"csrf_token", "version", "shown", "for", "was", "page", "sending", "written"}
KINDS = "/case/section/kinds"
SAID = {
    "one": "red",
    "some": ["north", "south"],
    "named": "other",
    "named.text": "عضلة",
    "truth": "true",
    "story": "A line.\nAnother.",
    "whole": "7",
    "exact": "1,5",
    "exact.unit": "pint",
    "years": "30",
    "years.unit": "months",
    "measured": "131",
    "measured.date": "04/2026",
    "measured.method": "lying",
    "pain": "3",
    "when": "2015",
    "relatives.0.who": "mother",
    "relatives.0.note": "no names",
}


def intake(visitor: Visitor):
    with visitor.app.app_context():
        here = visitor.app.extensions["portal"]
        case = db.session.get_one(Case, visitor.case_id())
        return read_case(db.session(), here.keyring, case, today=here.clock().date())


def fields(visitor: Visitor, path: str = KINDS) -> dict[str, list[str]]:
    """What the page's form would send as it stands."""
    sent = visitor.page(visitor.open(path)).form().sent
    return {
        name: [value.replace("\r\n", "\n") for value in values]
        for name, values in sent.items()
        if name not in HIDDEN and any(values)
    }


@pytest.mark.parametrize("language", [one.code for one in LANGUAGES])
def test_every_type_has_its_field_in_every_language(visitor, language):
    page = visitor.page(visitor.open(f"/{language}{KINDS}"))
    offered = set(page.form().names)
    wanted = {one.code for one in synthetic.questionnaire().section("kinds").questions if one.type != "documents"}
    wanted = (wanted - {"relatives", "results"}) | {
        "relatives.0.who",
        "measured.date",
        "exact.unit",
        "named.text",
        "one.state",
    }
    assert (wanted - offered, f"kinds in {language}" in page.headings[0]) == (set(), True)


def test_what_is_saved_stands_in_the_form_again(visitor):
    visitor.post(KINDS, **SAID)
    shown = fields(visitor)
    assert shown == {
        **{name: value if isinstance(value, list) else [value] for name, value in SAID.items()},
        "exact": ["1.5"],
        "measured.date": ["2026-04"],
        "when": ["2015"],
    }


def test_answers_are_coded(visitor):
    visitor.post(KINDS, **SAID)
    assert intake(visitor).answers["years"] == {"value": 30, "unit": "months"}


def test_what_is_wrong_is_said_beside_it_and_the_rest_is_saved(visitor):
    page = visitor.page(visitor.post(KINDS, one="red", whole="many", pain="3"))
    assert (list(page.errors), intake(visitor).answers["pain"]) == (["whole"], {"value": 3})


def test_what_could_not_be_read_waits_in_its_field(visitor):
    visitor.post(KINDS, whole="many")
    assert fields(visitor)["whole"] == ["many"]


def test_words_beside_any_choice_are_saved(visitor):
    visitor.post(KINDS, named="known", **{"named.text": "and this"})
    assert (intake(visitor).answers["named"], fields(visitor)["named.text"]) == (
        {"value": "known", "text": "and this"},
        ["and this"],
    )


@pytest.mark.parametrize("left", [{"measured.date": "04/2026"}, {"measured.method": "lying"}, {"exact.unit": "pint"}])
def test_what_belongs_to_a_number_waits_for_it(visitor, left):
    page = visitor.page(visitor.post(KINDS, **left))
    (name, value), *_ = left.items()
    assert (list(page.errors), fields(visitor)[name]) == ([name.partition(".")[0]], [value])


def test_a_number_with_several_units_waits_for_one(visitor):
    page = visitor.page(visitor.post(KINDS, exact="2"))
    assert (list(page.errors), page.form().controls["exact.unit"].chosen, fields(visitor)["exact"]) == (
        ["exact.unit"],
        [""],
        ["2"],
    )


def test_a_text_of_any_length_is_kept_and_said_to_be_too_long(visitor):
    story = "A long story. " * 5_000
    page = visitor.page(visitor.post(KINDS, story=story))
    assert ("longer than 500 characters" in page.errors["story"], fields(visitor)["story"]) == (True, [story])


def test_notation_comes_back_into_its_field_exactly(visitor):
    line = " c.10033C>T  e\u0301\u200e\u00a0p.(Arg3345*) "
    visitor.post(KINDS, notation=line)
    first = fields(visitor)["notation"]
    visitor.post(KINDS, notation=first[0])
    assert (first, intake(visitor).answers["notation"]) == ([line], {"value": line})


def test_nobody_is_taken_not_to_know_how_it_was_measured(visitor):
    offered = re.search(r'<select[^>]*name="measured.method".*?</select>', visitor.open(KINDS).text, re.DOTALL)[0]
    assert ("Please choose" in offered, "I do not know" in offered) == (True, False)


def test_a_fault_in_one_field_of_a_row_keeps_the_whole_row(visitor):
    visitor.post(KINDS, **{"relatives.0.note": "kept", "relatives.0.dose": "much"})
    assert (fields(visitor)["relatives.0.note"], fields(visitor)["relatives.0.dose"]) == (["kept"], ["much"])


def test_one_more_row_keeps_what_is_typed_and_judges_nothing(visitor):
    page = visitor.page(visitor.post(KINDS, **{"relatives.0.note": "first", "whole": "many", "_add": "relatives"}))
    assert (page.errors, "relatives.1.note" in page.form().names, fields(visitor)["whole"]) == ({}, True, ["many"])


def test_a_row_less_moves_the_rest_up(visitor):
    rows = {"relatives.0.note": "first", "relatives.1.note": "second", "_remove": "relatives.0"}
    page = visitor.page(visitor.post(KINDS, **rows))
    assert dict(page.form().fields)["relatives.0.note"] == "second"


def test_a_full_list_says_so_and_offers_no_more_rows(visitor):
    rows = {f"relatives.{number}.note": "one" for number in range(2)}
    before = visitor.page(visitor.post(KINDS, **rows, _add="results"))
    after = visitor.page(visitor.post(KINDS, **rows, _add="relatives"))
    offers = [[one.value for one in page.form().buttons if one.name == "_add"] for page in (before, after)]
    assert (offers, "room for 3" in after.main) == ([["relatives", "results"], ["results"]], True)


def folds(visitor: Visitor, address: str) -> list[bool]:
    """Whether the page's folds stand open."""
    page = visitor.page(visitor.client.get(address))
    return ["open" in one.attrib for one in page.root.iter("details") if one.get("class") == "disclosure"]


def test_a_link_to_a_folded_question_opens_its_fold(visitor):
    links = [address for _text, address in visitor.page(visitor.open("/case/check")).links if "/kinds?" in address]
    by_place = {urlsplit(address).fragment: folds(visitor, address) for address in links}
    numbers = synthetic.questionnaire().section("kinds").numbers
    assert (by_place[f"q{numbers['when']}"], by_place[f"q{numbers['one']}"]) == ([True], [False])


def test_a_folded_question_that_an_answer_brought_stands_in_an_open_fold(app, clock):
    family = Visitor(app).begin().answer("person")
    answer = family.post("/case/section/walking", walk_now="walks_alone", wheelchair="currently", shown="walk_now")
    assert folds(family, answer.headers["Location"]) == [True]


def test_what_waits_in_a_fold_opens_it(visitor):
    visitor.post(KINDS, when="long ago")
    assert folds(visitor, f"/en{KINDS}") == [True]


def test_a_change_of_language_keeps_what_is_typed_and_judges_nothing(visitor):
    page = visitor.page(visitor.post(f"/ar{KINDS}", whole="many", story="half a sen", _switch="ar"))
    sent = dict(page.form().fields)
    assert (page.dir, page.errors, sent["whole"], sent["story"]) == ("rtl", {}, "many", "half a sen")


def test_new_questions_are_offered_when_an_answer_brings_them(visitor):
    visitor.post(KINDS, one="red")
    visitor.post("/case/section/branches", if_red="x")
    assert section_status(intake(visitor), "branches") == "new_questions"


def test_answers_off_the_path_wait_unseen_and_come_back(visitor):
    visitor.post(KINDS, one="red")
    visitor.post("/case/section/branches", if_red="mirabelle")
    visitor.post(KINDS, one="blue")
    away = visitor.open("/case/section/branches").text
    visitor.post(KINDS, one="red")
    assert ("mirabelle" in away, fields(visitor, "/case/section/branches")["if_red"]) == (False, ["mirabelle"])


@pytest.mark.parametrize(
    ("posted", "status"),
    [({"one": "red"}, "done"), ({"whole": "many"}, "begun"), ({"_switch": "en", "story": "x"}, "begun"), ({}, "done")],
)
def test_a_section_says_how_far_it_is(visitor, posted, status):
    visitor.post(KINDS, **posted)
    assert section_status(intake(visitor), "kinds") == status


def test_what_is_off_the_path_and_not_understood_keeps_no_section_begun(visitor):
    visitor.post(KINDS, one="red")
    visitor.post("/case/section/branches", if_red="x" * 201)
    before = section_status(intake(visitor), "branches")
    visitor.post(KINDS, one="blue")
    visitor.post("/case/section/branches", if_not_red="said")
    away = section_status(intake(visitor), "branches")
    visitor.post(KINDS, one="red")
    assert (before, away, section_status(intake(visitor), "branches")) == ("begun", "done", "begun")


def test_a_section_that_nobody_opened_is_not_started(visitor):
    assert section_status(intake(visitor), "kinds") == "not_started"


def test_what_is_required_is_asked_for_and_the_rest_is_kept(visitor):
    page = visitor.page(visitor.post("/case/section/person", **PERSON | {"given_name": ""}))
    assert list(page.errors) == ["given_name"]


def test_a_second_window_shows_what_the_first_one_saved(visitor):
    token, version = visitor._hidden(KINDS)
    visitor.post(KINDS, story="from the first window")
    answer = visitor.client.post(
        f"/en{KINDS}", data={"csrf_token": token, "version": version, "story": "from the second"}
    )
    page = visitor.page(answer)
    assert ("from the first window" in page.main, dict(page.form().fields)["story"]) == (True, "from the second")


def test_saving_the_same_in_two_windows_is_no_conflict(visitor):
    token, version = visitor._hidden(KINDS)
    visitor.post(KINDS, pain="3")
    data = {"csrf_token": token, "version": version, **fields(visitor)}
    assert visitor.client.post(f"/en{KINDS}", data=data).status_code == 303


def test_an_unknown_section_is_not_found(visitor):
    assert visitor.open("/case/section/dreams").status_code == 404


def test_a_family_without_an_open_case_is_led_to_the_way_back(data, app):
    assert Visitor(app).open(KINDS).headers["Location"].endswith("/resume")


def test_what_could_not_be_read_is_named_before_sending(visitor):
    visitor.post(KINDS, whole="about seven")
    main = visitor.page(visitor.open("/case/check")).main
    assert ("We could not read this yet" in main, "about seven" in main) == (True, True)


def test_no_address_tells_what_a_question_is_about(visitor):
    codes = set(synthetic.questionnaire().questions) | {"note", "who"}
    problem = visitor.page(visitor.post(KINDS, **SAID | {"whole": "many"}))
    check = visitor.page(visitor.open("/case/check"))
    places = [urlsplit(address).fragment for page in (problem, check) for _text, address in page.links]
    told = [place for place in places if codes & set(re.split(r"\W", place))]
    assert (told, any(place.startswith("q") for place in places)) == ([], True)


@pytest.mark.parametrize("code", ["pain", "relatives"])
def test_what_belongs_to_a_group_is_read_with_it(visitor, code):
    page = visitor.page(visitor.open(KINDS))
    [block] = [one for one in page.root.iter("div") if one.get("data-code") == code]
    group = next(block.iter("fieldset"))
    tied = [page.by_id(one).get("class") for one in group.get("aria-describedby", "").split()]
    assert tied == ["hint"]


def test_each_change_link_leads_to_its_field(visitor):
    visitor.post(KINDS, **SAID)
    found = [
        urlsplit(address) for text, address in visitor.page(visitor.open("/case/check")).links if "/kinds" in address
    ]
    page = visitor.page(visitor.open(KINDS))
    names = {page.by_id(one.fragment).get("name") for one in found if one.fragment}
    assert {"one", "some", "named", "whole", "measured", "pain"} <= names
