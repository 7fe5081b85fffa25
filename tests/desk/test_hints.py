"""What a report's line seems to say stands at the desk as a hint, and nowhere else."""

import json

import pytest

from portal.desk.hints import KINDS, TOGETHER
from portal.i18n import LANGUAGES
from portal.intake.genetics import report
from portal.intake.questionnaire import store
from tests.desk.test_summary import card, desk, summary
from tests.intake.test_first_version import family as earlier  # noqa: F401  # a fixture
from tests.support.visitor import Visitor

TYPE = "Type, and how sure"
SEEMS = "The line of the report seems to say (a hint, to be checked)"
SECOND = "The second change seems to be (a hint, to be checked)"
CHECK = "To be checked"


@pytest.fixture
def family(app, clock) -> Visitor:
    return Visitor(app, "fr").begin().answer("person", "diagnosis")


def say(visitor: Visitor, line: str, kind: str = "") -> dict[str, str]:
    """What the card of the type says once the family has typed a line and chosen a kind."""
    for _ in range(2):  # the second time with what the first brought
        visitor.post(
            "/case/section/genetics", gen_report_status="have_it", gen_gene="DMD", gen_kind=kind, gen_text=line
        )
    return card(visitor, TYPE)[0]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("c.10033C>T p.(Arg3345*)", "nonsense (a stop) p.(Arg3345*)"),
        ("c.35G>A", "one base for another c.35G>A"),
        ("exons 45-50 dup", "duplication of exons: exons 45–50"),
        ("exon 45", "exon 45"),
        (
            "c.(6438+1_6439-1)_(7309+1_7310-1)del",
            "deletion of exons: exons 45–50 c.(6438+1_6439-1)_(7309+1_7310-1)del",
        ),
    ],
)
def test_the_card_says_what_the_line_seems_to_say(family, line, words):
    assert say(family, line)[SEEMS] == words


def test_a_line_that_is_not_understood_says_nothing(family):
    assert SEEMS not in say(family, "see the letter")


@pytest.mark.parametrize(
    ("line", "kind", "chosen"),
    [
        ("c.10033C>T", "exon_deletion", "Deletion of exons"),
        ("exons 45-50 dup", "exon_deletion", "Deletion of exons"),
        ("c.10033C>T p.(Arg3345*)", "missense", "Missense"),
    ],
)
def test_another_kind_than_the_family_chose_is_said(family, line, kind, chosen):
    found = say(family, line, kind)[CHECK]
    assert (found.startswith("The family chose another kind of change"), chosen in found) == (True, True)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("c.10033C>T p.(Arg3345*)", "nonsense"),
        ("c.10033C>T", "nonsense"),
        ("c.10033C>T", "vus"),
        ("exons 45-50 del", "exon_deletion"),
        ("deletion of exons 45-50, p.(Glu2147Alafs*16)", "exon_deletion"),
        ("p.(Lys23Argfs*5)", "small_del_ins"),
        ("exons 45-50", "exon_duplication"),
        ("c.10033C>T", ""),
    ],
)
def test_what_goes_together_is_not_called_another(family, line, kind):
    assert CHECK not in say(family, line, kind)


@pytest.mark.parametrize("kind", ["missense", "no_change_found", ""])
@pytest.mark.parametrize(
    "line",
    [
        "MLPA: no deletion or duplication detected in exons 1-79",
        "MLPA : aucune délétion ni duplication des exons 1 à 79",
        "ekzon 1-79 delesyon veya duplikasyon saptanmadı",
        "لا يوجد حذف أو تضاعف في الإكسونات 1-79",
    ],
)
def test_what_a_line_denies_is_neither_a_hint_nor_another_kind(family, line, kind):
    assert not {SEEMS, CHECK} & set(say(family, line, kind))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("c.35G>A", "one base for another c.35G>A"),
        ("p.(Arg110*)", "nonsense (a stop) p.(Arg110*)"),
        ("see the letter", None),
        ("no c.35G>A", None),
    ],
)
def test_a_second_change_gets_a_hint_of_its_own(family, line, words):
    family.post("/case/section/diagnosis", dx_type="lgmd")
    for _ in range(2):  # the second time with what the first brought
        family.post(
            "/case/section/genetics",
            gen_report_status="have_it",
            gen_gene="SGCA",
            gen_kind="missense",
            gen_text="c.229C>T p.(Arg77Cys)",
            gen_second_variant=line,
        )
    found = card(family, TYPE)[0]
    assert (found[SEEMS], found.get(SECOND), CHECK in found) == ("missense p.(Arg77Cys)", words, False)


def test_every_kind_of_hint_has_words_and_what_it_goes_with():
    options = set(store.current().questions["gen_kind"].options)
    assert (set(KINDS), set(TOGETHER)) == (set(report.KINDS), set(report.KINDS))
    assert [kind for kind, chosen in TOGETHER.items() if not chosen <= options] == []


def test_notation_stands_left_to_right_on_the_page(app, family):
    say(family, "c.10033C>T p.(Arg3345*)", "missense")
    html = desk(app, "ar").open(f"/cases/{family.reference()}").text
    glance = html.partition('class="cards"')[2].partition('class="answers"')[0]
    assert '<span lang="fr" dir="ltr">p.(Arg3345*)</span>' in glance


def test_no_family_reads_a_hint(family):
    say(family, "c.10033C>T p.(Arg3345*)", "missense")
    pages = [family.open(f"/en{path}").text for path in ("/case/check", "/case/section/genetics")]
    assert [page for page in pages if "seems to say" in page or "nonsense (a stop)" in page] == []


@pytest.mark.parametrize("language", [one.code for one in LANGUAGES])
def test_it_is_said_in_the_readers_language(family, language):
    say(family, "c.10033C>T p.(Arg3345*)")
    labels = [fact.label for fact in summary(family, language).cards[1].facts]
    assert (len(labels) > 1, SEEMS in labels) == (True, language == "en")


# ---- which version ---------------------------------------------------------------------------------------------------


def test_the_page_says_which_version_is_answered(app, family):
    page = desk(app).page(f"/cases/{family.reference()}").main
    assert "Answers to the questionnaire “intake-2”." in page
    assert "never asked" not in page


def test_of_an_earlier_one_it_names_the_parts_that_were_never_asked(app, earlier):  # noqa: F811
    colleague = desk(app)
    asked = {one["id"] for one in json.loads((store.DATA / "intake-1" / "definition.json").read_text())["sections"]}
    titles = {one: words.title for one, words in store.words(store.current().id, "en").sections.items()}
    page = colleague.page(f"/cases/{earlier.reference()}").main
    never = page.partition("An earlier one, in which these parts were never asked: ")[2].partition(".")[0]
    assert never == ", ".join(title for one, title in titles.items() if one not in asked)
