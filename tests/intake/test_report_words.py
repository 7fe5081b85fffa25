"""Exons that the plain words of a report name, in four languages."""

import csv

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from portal.intake.genetics.report import Hint, read_line
from portal.intake.genetics.wording import TABLE, UNKNOWN, fold, meaning

DELETION, DUPLICATION = "exon_deletion", "exon_duplication"


def exons(line: str) -> tuple[str, int | None, int | None] | None:
    found = read_line(line)
    return found and (found.kind, found.first, found.last)


RUNS = """
deletion exons 45, 46, 47
deletion of exons 45, 46 and 47
deletion of exon 45 to exon 47
deletion from exon 45 to 47
exons from 45 to 47 are deleted
deletion of exons 45 through 47
exons 45 to 47 are deleted
silinen ekzonlar: 45-47
DMD exon45-exon47 deletion
ex45_47del
délétion des exons 45, 46 et 47
délétion de l'exon 45 à l'exon 47
délétion de l’exon 45 à 47
DÉLÉTION DES EXONS 45 À 47
ekzon 45, 46 ve 47 delesyonu
45, 46 ve 47. ekzonların delesyonu
ekzon 45'ten 47'ye delesyon
45. ekzondan 47. ekzona kadar delesyon
45.-47. ekzonlarda delesyon
ekzon 45’ten ekzon 47’ye del
EKZON 45-47 DELESYONU SAPTANMIŞTIR
حذف الإكسونات 45 و46 و47
حذف الإكسونات ٤٥ و٤٦ و٤٧
حذف الإكسونات 45، 46، 47
حذف من الإكسون 45 إلى 47
حذف من الإكسون ٤٥ إلى الإكسون ٤٧
حذف الاكسونات من 45 الى 47
حذف في الإكسونات من 45 حتى 47
حذف للإكسونات 45-47
exons 45-47 del
DMD: dél. ex 45–47
45-47. ekzon delesyonu
45-47. ekzonlarda delesyon saptanmıştır
DMD geninde ekzon 45–47 delesyonu tespit edildi
délétion hémizygote des exons 45-47 du gène DMD
Hemizygous deletion of exons 45 to 47 in the DMD gene (NM_004006.2), confirmed by MLPA, 12.03.2024
exons 45, 46, 47 délétés
ekzon 45, 46, 47 delesyonu
حذف الإكسونات 45-47 من جين DMD
حذف الإكسونات 45، 46 و47
""".strip().splitlines()


@pytest.mark.parametrize("line", RUNS)
def test_a_range_or_a_list_without_a_gap_is_one_run(line):
    assert exons(line) == (DELETION, 45, 47)


SINGLE = """
duplication of exon 2
exon 2 dup
DMD: exon 2 is duplicated
duplication of exon 2, 12.03.2024
exon 2 dup (2024-03-12)
duplication de l'exon 2 du gène DMD
exon 2 dupliqué
ekzon 2 duplikasyonu
2. ekzon duplikasyonu saptandı
تضاعف الإكسون 2
تضاعف الإكسون ٢
الإكسون 2 مضاعف
""".strip().splitlines()


@pytest.mark.parametrize("line", SINGLE)
def test_a_single_exon_is_read_in_four_languages(line):
    assert exons(line) == (DUPLICATION, 2, 2)


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("c.10033C>T (non-sens)", Hint("substitution", "c.10033C>T")),
        ("c.10033C>T saptanmıştır", Hint("substitution", "c.10033C>T")),
        ("p.(Lys23_Val25del), deletion exon 2", Hint("deletion", "p.(Lys23_Val25del)")),
    ],
)
def test_notation_needs_no_plain_line(line, hint):
    assert read_line(line) == hint


# ---- for any exons ---------------------------------------------------------------------------------------------------

DIGITS = {"ar": str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"), "fa": str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")}
RANGES = {
    "en": ("deletion of exons {0}-{1}", "deletion of exon {0} to exon {1}", "exons {0} through {1} deleted"),
    "fr": ("délétion des exons {0} à {1}", "délétion de l'exon {0} à l'exon {1}", "exons {0}–{1} délétés"),
    "tr": ("ekzon {0}-{1} delesyonu", "{0}. ekzondan {1}. ekzona delesyon", "ekzon {0}'den {1}'e kadar delesyon"),
    "ar": ("حذف الإكسونات {0}-{1}", "حذف من الإكسون {0} إلى {1}", "حذف من الإكسون {0} إلى الإكسون {1}"),
}
LISTS = {
    "en": ("deletion of exons {}", ", ", " and "),
    "fr": ("délétion des exons {}", ", ", " et "),
    "tr": ("ekzon {} delesyonu", ", ", " ve "),
    "ar": ("حذف الإكسونات {}", "، ", " و"),
}
NUMBERS = st.tuples(st.integers(1, 79), st.integers(1, 79)).filter(lambda pair: pair[0] < pair[1])


@given(NUMBERS, st.sampled_from(["", *DIGITS]))
def test_a_certain_range_reads_the_same_in_every_language(pair, script):
    lines = [form.format(*pair).translate(DIGITS.get(script, {})) for forms in RANGES.values() for form in forms]
    assert {read_line(line) for line in lines} == {Hint(DELETION, "", *pair)}


@given(st.integers(1, 74), st.integers(2, 5), st.integers(0, 3), st.sampled_from(["", *DIGITS]))
def test_a_list_is_a_range_without_its_gaps_and_nothing_with_one(first, length, gap, script):
    numbers = [*range(first, first + length)]
    if gap:
        numbers[-1] += gap
    expected = {Hint(DELETION, "", first, numbers[-1])} if not gap else {None}
    found = set()
    for form, comma, last in LISTS.values():
        said = comma.join(map(str, numbers[:-1])) + last + str(numbers[-1])
        found.add(read_line(form.format(said).translate(DIGITS.get(script, {}))))
    assert found == (expected if numbers[-1] <= 79 else {None})


LETTERS = "abcçdeéfgğhiıjklmnoöpqrsştuüvwxyzابتحدرسعفقكلمنهوي"


@given(st.sampled_from(RUNS + SINGLE), st.text(LETTERS, min_size=1, max_size=8), st.booleans())
def test_one_word_that_is_not_plain_is_enough_for_no_hint(line, word, is_first):
    assume(meaning(fold(word)) == UNKNOWN)
    assert read_line(f"{word} {line}" if is_first else f"{line} {word}") is None


# ---- the table of words ----------------------------------------------------------------------------------------------


def test_every_word_of_the_table_is_read_as_what_it_says():
    with TABLE.open(encoding="utf-8", newline="") as file:
        words = [(word, row["meaning"]) for row in csv.DictReader(file) for word in row["words"].split()]
    assert [word for word, said in words if meaning(fold(word.rstrip("*"))) != said] == []
