"""Arithmetic on the exons of DMD, and lines of reports read as hints."""

from itertools import combinations_with_replacement
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.intake.genetics import frame
from portal.intake.genetics.frame import exons, frame_of
from portal.intake.genetics.report import KINDS, Hint, read_line

DELETION, DUPLICATION = "exon_deletion", "exon_duplication"


def test_the_table_is_whole():
    table = exons()
    borders = all(table[number].end + 1 == table[number + 1].start for number in range(1, 79))
    assert (len(table), sum(one.bases for one in table.values()), borders) == (79, 11_058, True)


def test_the_border_that_one_public_table_has_wrong_is_right():
    assert (exons()[48].bases, exons()[49].bases) == (186, 102)


def test_phases_follow_from_the_lengths():
    phase = 0
    for one in exons().values():
        assert one.start_phase == phase
        phase = (phase + one.bases) % 3
        assert one.end_phase == phase


def test_the_frame_is_kept_exactly_where_the_sum_is_a_multiple_of_three():
    inside = combinations_with_replacement(range(2, 79), 2)
    assert all(frame_of(first, last).keeps is (frame_of(first, last).bases % 3 == 0) for first, last in inside)


@pytest.mark.parametrize(
    ("first", "last", "bases", "keeps"),
    [
        *((3, 7, 556, False), (2, 7, 618, True), (8, 9, 311, False), (13, 47, 5430, True)),
        *((43, 43, 173, False), (44, 44, 148, False), (45, 45, 176, False), (46, 46, 148, False)),
        *((45, 47, 474, True), (45, 48, 660, True), (45, 49, 762, True), (45, 50, 871, False)),
        *((45, 51, 1104, True), (45, 53, 1434, True), (45, 55, 1779, True), (45, 52, 1222, False)),
        *((46, 47, 298, False), (47, 47, 150, True), (48, 48, 186, True), (49, 49, 102, True)),
        *((48, 50, 397, False), (49, 50, 211, False), (50, 50, 109, False), (51, 51, 233, False)),
        *((52, 52, 118, False), (53, 53, 212, False), (48, 51, 630, True), (51, 53, 563, False)),
    ],
)
def test_losses_that_reports_name(first, last, bases, keeps):
    found = frame_of(first, last)
    assert (found.bases, found.keeps) == (bases, keeps)


@pytest.mark.parametrize(
    ("first", "last", "limit"),
    [
        (1, 2, frame.ENDS),
        (78, 79, frame.ENDS),
        (3, 7, frame.KNOWN_EXCEPTION),
        (2, 7, frame.ACTIN),
        (64, 66, frame.CYSTEINE),
        (10, 60, frame.LARGE),
    ],
)
def test_where_the_rule_fails_it_says_so(first, last, limit):
    found = frame_of(first, last)
    assert limit in found.limits


@pytest.mark.parametrize(("first", "last"), [(1, 5), (79, 79), (1, 79)])
def test_the_first_and_the_last_exon_have_no_verdict(first, last):
    assert frame_of(first, last).keeps is None


def test_a_doubling_is_right_only_behind_the_original():
    assert frame.DUPLICATION in frame_of(2, 2, duplication=True).limits


@pytest.mark.parametrize(("first", "last"), [(0, 5), (5, 4), (50, 80), (-1, 79)])
def test_what_are_no_exons_is_refused(first, last):
    with pytest.raises(ValueError, match=f"{first}-{last}"):
        frame_of(first, last)


@pytest.mark.parametrize(
    ("line", "kind", "first", "last"),
    [
        ("NC_000023.11(NM_004006.2):c.(4071+1_4072-1)_(5154+1_5155-1)del", DELETION, 30, 36),
        ("c.(93+1_94-1)_(649+1_650-1)dup", DUPLICATION, 3, 7),
        ("c.4072-?_5154+?del", DELETION, 30, 36),
        ("DMD ex30_36del", DELETION, 30, 36),
        ("deletion of exons 45-50", DELETION, 45, 50),
        ("délétion des exons 45 à 50", DELETION, 45, 50),
        ("45-50. ekzonlarda delesyon", DELETION, 45, 50),
        ("ekzon 45-50 delesyonu", DELETION, 45, 50),
        ("حذف الإكسونات 45-50", DELETION, 45, 50),
        ("حذف الإكسونات ٤٥-٥٠", DELETION, 45, 50),
        ("del ex 45–50", DELETION, 45, 50),
        ("duplication of exon 2", DUPLICATION, 2, 2),
    ],
)
def test_a_line_of_a_report_is_read_as_a_hint(line, kind, first, last):
    found = read_line(line)
    assert found is not None
    assert (found.kind, found.first, found.last) == (kind, first, last)


@pytest.mark.parametrize(
    "line", ["", "hello", "exon 99", "complex 12", "next 3", "c.(4071+1_4073-1)_(5154+1_5155-1)del", "exons 50-45"]
)
def test_what_names_no_exons_gives_none(line):
    found = read_line(line)
    assert found is None or found.first is None


@pytest.mark.parametrize(
    ("line", "kind", "notation"),
    [
        ("c.35G>A", "substitution", "c.35G>A"),
        ("c. 35 G > A", "substitution", "c. 35 G > A"),
        ("C.35g>a", "substitution", "C.35g>a"),
        ("NM_004006.2(DMD):c.-12G>A, het", "substitution", "c.-12G>A"),
        ("c.١٠٠٣٣C→T", "substitution", "c.١٠٠٣٣C→T"),
        ("(c.1000+500A>G)", "substitution", "c.1000+500A>G"),
        ("c.9204_9207delCAAA", "deletion", "c.9204_9207delCAAA"),
        ("c.*52del.", "deletion", "c.*52del"),
        ("c.20_23dup", "duplication", "c.20_23dup"),
        ("c.123_124insA", "insertion", "c.123_124insA"),
        ("c.76_77delTGinsAA", "deletion_insertion", "c.76_77delTGinsAA"),
        ("p.(Lys23_Val25del)", "deletion", "p.(Lys23_Val25del)"),
        ("p.K23_L24insQ", "insertion", "p.K23_L24insQ"),
        ("c.35G>A p.(Gly12Asp)", "missense", "p.(Gly12Asp)"),
        ("p.G12D", "missense", "p.G12D"),
        ("c.10033C>T  p.(Arg3345*) héterozygote", "nonsense", "p.(Arg3345*)"),
        ("p. Arg 3345 Ter", "nonsense", "p. Arg 3345 Ter"),
        ("c.3700C>T; p.R1234X; hemizygous", "nonsense", "p.R1234X"),
        ("c.67_68del p.(Lys23Argfs*5)", "frameshift", "p.(Lys23Argfs*5)"),
        ("p.Lys23fs", "frameshift", "p.Lys23fs"),
        ("c.123+1G>A", "splice", "c.123+1G>A"),
        ("c. 93 + 1 G > T, p.?", "splice", "c. 93 + 1 G > T"),
        ("c.94\u22122A>G p.(Arg32fs)", "splice", "c.94\u22122A>G"),
        ("c.93+3_93+6del", "splice", "c.93+3_93+6del"),
        ("c.\u200e123\u200e+1G>A\u200f", "splice", "c.\u200e123\u200e+1G>A"),
        ("c.6439C>T in exon 45, p.(Arg2147*)", "nonsense", "p.(Arg2147*)"),
        ("c.(4071+1_4073-1)_(5154+1_5155-1)del", "deletion", "c.(4071+1_4073-1)_(5154+1_5155-1)del"),
    ],
)
def test_notation_gives_a_kind_and_stays_as_it_stands(line, kind, notation):
    assert read_line(line) == Hint(kind, notation)


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("c. (6438+1_6439-1)_(7309+1_7310-1) del", Hint(DELETION, "c. (6438+1_6439-1)_(7309+1_7310-1) del", 45, 50)),
        ("c.123_900del, exons 3-8", Hint(DELETION, "", 3, 8)),
        ("deletion of exons 45-50, p.(Glu2147Alafs*16)", Hint(DELETION, "", 45, 50)),
        ("exon 45", Hint("", "", 45, 45)),
    ],
)
def test_exons_come_before_what_they_do_to_the_protein(line, hint):
    assert read_line(line) == hint


@pytest.mark.parametrize(
    "line", ["p.(=)", "p.(Arg5=)", "p.?", "etc. 5 del", "page 12", "c.", "arr Xp21.1x0", "g.35G>A"]
)
def test_what_is_no_notation_of_a_transcript_or_protein_gives_none(line):
    assert read_line(line) is None


PIECES = st.lists(
    st.sampled_from(
        [
            *(
                "c.",
                "p.",
                "(",
                ")",
                "_",
                "+",
                "-",
                "*",
                "?",
                ">",
                " ",
                "1",
                "45",
                "9" * 5_000,
                "٤",
                "\u200e",
                "e\u0301",
            ),
            *("A", "Arg", "fs", "del", "ins", "dup", "Ter", "X", "exon", "ekzon", "to", "\ud800"),
        ]
    ),
    max_size=25,
).map("".join)


@given(st.text(max_size=500) | PIECES)
def test_no_line_is_an_error(line):
    found = read_line(line)
    assert found is None or (found.notation in line and found.kind in {"", *KINDS})


@pytest.mark.parametrize("line", ["c.1_" * 20_000, "c.1del" + "a" * 80_000, "p.A1" * 20_000, "c.1" + " " * 80_000])
def test_a_very_long_line_is_read_in_no_time(line):
    started = perf_counter()
    read_line(line)
    assert perf_counter() - started < 5
