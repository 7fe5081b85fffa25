"""The reading frame is reckoned for coordinators only where whole exons are certain, with what it leaves out."""

from itertools import combinations_with_replacement

import pytest

from portal.desk.genetics import LIMITS
from portal.i18n import LANGUAGES
from portal.intake.genetics import frame
from tests.desk.test_summary import summary
from tests.support.visitor import Visitor

KEPT, SHIFTED = "the reading frame would be kept", "the reading frame would be shifted"


@pytest.fixture
def family(app, clock) -> Visitor:
    return Visitor(app, "fr").begin().answer("person", "diagnosis")


def reckoned(visitor: Visitor, line: str, *, language: str = "en", **said: str) -> list[str]:
    """What stands under the arithmetic once a family has typed a line of its report."""
    for _ in range(2):  # the second time with what the first brought
        visitor.post(
            "/case/section/genetics", **{"gen_report_status": "have_it", "gen_gene": "DMD", "gen_text": line} | said
        )
    return summary(visitor, language).arithmetic


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        ("deletion exons 45, 46, 47", "Exons 45–47 of DMD: 474 bases"),
        ("délétion des exons 45, 46 et 47", KEPT),
        ("45'ten 47'ye kadar ekzon delesyonu", ""),
        ("50. ekzona kadar delesyon", ""),
        ("ekzon 45'ten 47'ye kadar delesyon", KEPT),
        ("حذف من الإكسون ٤٥ إلى ٤٧", KEPT),
        ("deletion of exon 45 to exon 50", SHIFTED),
        ("exon 50 deletion", "Exons 50–50 of DMD: 109 bases"),
        ("exon 51 skip amenable; deletion of exon 50", ""),
        ("nonsense mutation in exon 23", ""),
        ("MLPA: no deletion or duplication detected in exons 1-79", ""),
        ("deletion of exons 45 and 47", ""),
        ("exons 45-47", ""),
    ],
)
def test_a_line_is_reckoned_where_whole_exons_are_certain(family, line, verdict):
    found = reckoned(family, line)
    assert (verdict in " ".join(found), bool(found)) == (True, bool(verdict))


@pytest.mark.parametrize(
    ("kind", "is_reckoned"),
    [("exon_deletion", True), ("vus", True), ("exon_duplication", False), ("nonsense", False), ("whole_gene", False)],
)
def test_it_is_not_where_the_family_chose_another_kind(family, kind, is_reckoned):
    assert bool(reckoned(family, "deletion of exons 45-47", gen_kind=kind)) is is_reckoned


@pytest.mark.parametrize(("gene", "is_reckoned"), [("DMD", True), ("SGCA", False)])
def test_it_is_of_no_other_gene(family, gene, is_reckoned):
    assert bool(reckoned(family, "deletion of exons 3-7", gen_gene=gene)) is is_reckoned


@pytest.mark.parametrize("exons", ["45-47", "50", "3-7", "2-78", "1-2"])
def test_what_it_cannot_see_stands_with_every_result(family, exons):
    found = reckoned(family, f"deletion of exons {exons}")
    assert [word for word in ("rearrangements", "splicing", "promoters") if word not in found[-2]] == []
    assert "nine in ten" in found[-1]


def test_every_limit_has_words():
    losses = {
        limit for pair in combinations_with_replacement(range(1, 80), 2) for limit in frame.frame_of(*pair).limits
    }
    assert losses | set(frame.frame_of(2, 2, duplication=True).limits) == set(LIMITS)


@pytest.mark.parametrize("language", [one.code for one in LANGUAGES])
def test_it_is_said_in_the_readers_language(family, language):
    found = " ".join(reckoned(family, "deletion of exons 45-47", language=language))
    assert ("rearrangements" in found) is (language == "en")
