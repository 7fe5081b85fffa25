"""One case at a glance: who, how far, what is known, what is open by name, and which documents are not here."""

import re

import pytest

from portal.cases.models import SUBMITTED, Case
from portal.desk.summary import Summary, missing_documents, summary_of
from portal.extensions import db
from portal.i18n import LANGUAGES, speaking
from portal.intake.service.answers import read_case
from portal.intake.showing import rows
from tests.staff.colleague import Colleague, employ
from tests.support.files import make_pdf
from tests.support.journey import SECTIONS
from tests.support.pages import text_of
from tests.support.visitor import Visitor

WALKING, SAFETY, GENETICS = (f"/case/section/{one}" for one in ("walking", "safety", "genetics"))
PENICILLIN = {"allergies.0.substance": "Pénicilline", "allergies.0.severity": "severe"}


@pytest.fixture
def family(app, clock) -> Visitor:
    """A family that writes French; its child is nine years old."""
    return Visitor(app, "fr").begin().answer("person", "diagnosis")


def intake(visitor: Visitor):
    here = visitor.app.extensions["portal"]
    case = db.session.get_one(Case, visitor.case_id())
    return read_case(db.session(), here.keyring, case, today=here.clock().date())


def summary(visitor: Visitor, language: str = "en") -> Summary:
    with visitor.app.app_context(), speaking(language):
        read = intake(visitor)
        return summary_of(read, rows(read, language), ["Mother"])


def card(visitor: Visitor, title: str) -> tuple[dict[str, str], list[str]]:
    """What a card says, and what it names as open."""
    (found,) = [one for one in summary(visitor).cards if one.title == title]
    return {fact.label: "".join(piece.text for piece in fact.pieces) for fact in found.facts}, found.unknown


def desk(app, language: str = "en") -> Colleague:
    return Colleague(app, language).sign_in(employ(app, "coordinator"))


def part(html: str, start: str, end: str) -> str:
    return html.partition(start)[2].partition(end)[0]


def test_the_cards_stand_in_the_order_of_a_consultation(family):
    assert [one.title for one in summary(family).cards] == [
        *("The person", "Type, and how sure", "Walking and legs", "Arms and hands", "Breathing", "Heart"),
        *("Spine, joints, eating", "Steroids and treatments", "Safety", "Wishes"),
    ]


def test_sex_and_who_answers_stand_at_a_glance(family):
    family.post("/case/section/person", given_name="Deniz", sex_at_birth="female")
    facts, unknown = card(family, "The person")
    assert facts == {"Sex recorded at birth": "Female", "Who fills in": "Mother"}
    assert unknown == ["Height", "Weight"]


def test_a_sex_that_is_not_told_is_named_as_open(family):
    family.post("/case/section/person", given_name="Deniz", **{"sex_at_birth.state": "declined"})
    assert "Sex recorded at birth (I prefer not to say)" in card(family, "The person")[1]


def test_a_card_says_what_is_known_and_names_what_is_not(family):
    family.post("/case/section/heart", **{"heart_known": "cardiomyopathy", "lvef.state": "never"})
    facts, unknown = card(family, "Heart")
    assert facts == {"Heart": "Weak, enlarged or thickened heart muscle (cardiomyopathy)"}
    assert unknown == ["Last heart check", "LVEF (Never done)", "Heart medicines", "Heart device"]


def test_what_was_not_asked_is_neither_known_nor_open(family):
    family.post(WALKING, walk_now="walks_alone", wheelchair="never")
    facts, unknown = card(family, "Walking and legs")
    assert "Wheelchair, how often" not in {*facts, *unknown}


def test_the_page_shows_all_of_it(app, family):
    family.post(WALKING, walk_now="no_longer_walks", **{"vignos.state": "unknown"})
    family.post("/case/section/person", **SECTIONS["person"], sex_at_birth="male")
    page = desk(app).page(f"/cases/{family.reference()}")
    glance = part(page.main, "At a glance", "All answers")
    wanted = [
        "9 years · does not walk, says the family",
        "Sex recorded at birth Male",
        "Who fills in Mother",
        "Walking today No longer walks",
        "Open: Age when walking alone stopped, Legs (Vignos 1–10) (I do not know)",
    ]
    assert [one for one in wanted if one not in glance] == []


WALKS, LATE, NOT = "walks, says the family", "walks, at a late stage, says the family", "does not walk, says the family"


@pytest.mark.parametrize(
    ("today", "grade", "stage"),
    [
        ("walks_alone", "", WALKS),
        ("walks_alone", "3", WALKS),
        ("walks_alone", "5", LATE),
        ("walks_with_aid", "", LATE),
        ("walks_with_aid", "2", LATE),
        ("walks_few_steps", "9", LATE),
        ("no_longer_walks", "9", NOT),
        ("no_longer_walks", "7", NOT),
        ("never_walked", "", NOT),
        ("unknown", "1", WALKS),
        ("unknown", "6", LATE),
        ("unknown", "10", NOT),
    ],
)
def test_how_far_walking_is_comes_from_what_the_family_said(family, today, grade, stage):
    field = "walk_now.state" if today == "unknown" else "walk_now"
    family.post(WALKING, **{field: today}, vignos=grade)
    assert summary(family).stage == stage


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"walk_now.state": "unknown"},
        {"walk_now": "too_young"},
        {"vignos": "none_fits"},
        {"walk_now": "walks_alone", "vignos": "9"},
        {"walk_now": "no_longer_walks", "vignos": "2"},
    ],
    ids=["nothing", "unknown", "too young", "no line fits", "walks in a wheelchair", "walks and does not"],
)
def test_where_it_said_nothing_or_two_things_nothing_is_derived(family, said):
    family.post(WALKING, **said)
    assert summary(family).stage == ""


@pytest.mark.parametrize("language", [one.code for one in LANGUAGES])
def test_it_is_said_in_the_readers_language(family, language):
    family.post(WALKING, walk_now="walks_alone")
    stage = summary(family, language).stage
    assert (bool(stage), stage == WALKS) == (True, language == "en")


ALL_KINDS = ["functional", "heart_lung", "imaging", "letter"]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("have_it", "Genetic report"),
        ("waiting", "Genetic report: waiting for the result"),
        ("never_tested", "Genetic report: not tested"),
        ("done_no_copy", "Genetic report: tested, the family has no copy"),
        ("", "Genetic report"),
    ],
)
def test_of_a_genetic_report_that_is_not_here_it_is_said_why(app, family, status, words):
    family.post(GENETICS, gen_report_status=status)
    with app.app_context(), speaking("en"):
        assert missing_documents(intake(family), ALL_KINDS) == [words]


def test_the_page_names_the_documents_that_are_not_here(app, family):
    family.post(GENETICS, gen_report_status="waiting")
    family.upload("letter.pdf", make_pdf(), kind="letter")
    page = desk(app).page(f"/cases/{family.reference()}")
    (missing,) = [one for one in page.root.iter("section") if text_of(one).startswith("Documents not here")]
    assert [text_of(one) for one in missing.iter("li")] == [
        "Genetic report: waiting for the result",
        "Functional status: walking, arm or strength tests",
        "Heart or breathing tests",
        "Images: muscle MRI, spine X-ray",
    ]


def test_a_report_that_is_here_is_not_missing_whatever_was_answered(app, family):
    family.post(GENETICS, gen_report_status="waiting")
    with app.app_context(), speaking("en"):
        assert missing_documents(intake(family), ["genetic_report", *ALL_KINDS]) == []


@pytest.mark.parametrize(
    ("section", "said", "own"),
    [
        ("safety", PENICILLIN, "Pénicilline"),
        ("treatments", {"other_meds.0.name": "Vitamine D"}, "Vitamine D"),
        (
            "treatments",
            {"prior_cell": "yes", "prior_cell_detail.0.product": "exosomes", "prior_cell_detail.0.route": "iv"},
            "exosomes",
        ),
    ],
)
def test_among_all_answers_the_words_of_a_list_say_their_language_and_direction(app, family, section, said, own):
    for _ in range(2):  # the second time with what the first brought
        family.post(f"/case/section/{section}", **said)
    html = desk(app).open(f"/cases/{family.reference()}").text
    answers = part(html, '<div class="answers">', "<h2>Documents")
    assert re.search(rf'<dd class="free">(?:.*\n)?.*<span lang="fr" dir="auto">{own}</span>', answers)


def test_our_own_words_in_such_a_list_are_not_said_to_be_french(app, family):
    family.post(SAFETY, **PENICILLIN)
    html = desk(app).open(f"/cases/{family.reference()}").text
    assert re.search(r"Pénicilline</span>, Strong", html)


@pytest.fixture
def sent(app, family) -> Visitor:
    family.post("/case/check")
    with app.app_context():
        assert db.session.get_one(Case, family.case_id()).state == SUBMITTED
    return family


def changed(app, visitor: Visitor) -> str:
    html = desk(app).open(f"/cases/{visitor.reference()}").text
    return part(html, "Changed after sending", "<h2>All answers")


def test_a_change_in_the_familys_own_words_says_its_language(app, sent, clock):
    sent.post("/case/section/wishes", hopes="Comprendre.")
    clock.advance(hours=1)
    sent.post("/case/section/wishes", hopes="Marcher encore.")
    found = changed(app, sent)
    marked = re.findall(r'<span lang="fr" dir="auto">([^<]+)</span>', found)
    assert (marked, "as written, in French" in found) == (
        ["Comprendre.", "Marcher encore.", "Comprendre."],
        True,
    )


def test_a_change_of_a_list_does_too(app, sent):
    sent.post(SAFETY, **PENICILLIN)
    assert '<span lang="fr" dir="auto">Pénicilline</span>, Strong' in changed(app, sent)


def test_notation_in_a_change_never_turns(app, sent):
    sent.post(GENETICS, gen_report_status="have_it", gen_gene="DMD")
    sent.post(GENETICS, gen_report_status="have_it", gen_gene="DMD", gen_text="c.10033C>T")
    assert '<span lang="fr" dir="ltr">c.10033C&gt;T</span>' in changed(app, sent)


def test_a_coded_change_is_in_no_language_but_the_readers(app, sent):
    sent.post(WALKING, walk_now="walks_alone")
    assert "<span lang=" not in changed(app, sent)


def test_a_change_says_who_made_it(app, sent):
    sent.post("/case/section/wishes", hopes="Comprendre.")
    assert re.search(r'<h3>[^<]+<span class="quiet">[^<]+ · Mother</span></h3>', changed(app, sent))
