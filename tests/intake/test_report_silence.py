"""Where a line of a report is not plain as a whole, its words give no hint."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.intake.genetics.report import LONGEST, read_line

DELETION, DUPLICATION = "exon_deletion", "exon_duplication"

TOO_MUCH = """
deletion of exon 45, exon 46 and exon 47
deletion: exons 45-46, 47
exons deleted: 45, 46, 47
exons délétés : 45 à 47
الإكسونات المحذوفة: 45-47
deletion of 3 exons (45-47)
exons 45/46/47 deletion
exons 45 46 47 del
deletion of exons no. 45 up to 47
deletion exons 45 & 46 + 47
délétion des exons 45 à 47 inclus
exons n° 45 à 47 délétés
délétion des exons 45 jusqu'à 47
délétion du 45e au 47e exon
l'exon 45 à l'exon 47 a été délété
45'ten 47'ye kadar olan ekzonlarda delesyon
45'ten 47'ye kadar ekzon delesyonu
45. ekzon, 46. ekzon ve 47. ekzon delesyonu
45-47 nolu ekzon delesyonu
DMD geninde 45-47. ekzonlar arasında delesyon
ekzon 45 ila 47 delesyonu bulunmaktadır
حذف الإكسون 45 والإكسون 46 والإكسون 47
deleción del exón 45 al 47
delezione degli esoni da 45 a 47
делеция экзонов 45 по 47
Deletion von Exon 45 bis Exon 47
deletie van exon 45 tot 47
حذف اگزون‌های ۴۵ تا ۴۷
duplicación del exón 2
Deletion der Exons 45-50
deleción de los exones 45 a 50
delezione degli esoni 45-50
делеция экзонов 45-50
делеція екзонів 45-50
deletie van exon 45 t/m 50
deleção dos exões 45 a 50
حذف اگزون‌های ۴۵ تا ۵۰
Δ45-50
a deletion of exons 45-50
deletion of exon 45/79
deletion of exon 50, 46,XY
deletion of exon 50; exon 52 intact
hg19 Xp21.2 NM_004006.2 MLPA P034 deletion of exon 50, 100 %
deletion of exons 45-50 (no. 45 to 50 of 79)
Lab no. 12: deletion of exons 45-50
exons 45-50 del, seen in our first son
حذف الإكسون 45 من جين DMD
exon 51 skip amenable; deletion of exon 50
exon 51 skip amenable, deletion of exon 50
deletion of exon 50, amenable to exon 51 skipping
deletion of exon 50 amenable to skipping of exon 51
exon 50 deletion (exon-51 skipping)
exon 50 deletion, exonskipping 51
délétion de l'exon 50, éligible au saut de l'exon 51
ekzon 50 delesyonu, 51. ekzon atlama tedavisine uygun
حذف الإكسون 50، مؤهل لتخطي الإكسون 51
deletion of exon 50 but exon 51 is there
exon 51 skipping
""".strip().splitlines()


@pytest.mark.parametrize("line", TOO_MUCH)
def test_what_a_human_reads_but_is_too_much_for_a_hint_is_none(line):
    assert read_line(line) is None


UNCLEAR = """
deletion of exons 45 and 47
délétion des exons 45, 46 et 48
ekzon 45 ve 47 delesyonu
حذف الإكسونين 45 و47
deletion of exons 3-7 and 45-50
deletion of exons 45, 45
deletion of exons 45 until the end
délétion à partir de l'exon 45
ekzon 45'ten itibaren delesyon
50. ekzona kadar delesyon
ekzon 50'ye kadar delesyon
50'ye kadar ekzon delesyonu
حذف من الإكسون 45 إلى النهاية
deletion of exon 45 onwards
deletion from exon 45
حذف من الإكسون 45
deletion up to exon 50
del exon 45-?
deletion between exons 45 and 46
délétion entre les exons 45 et 46
ekzon 45 ile 46 arası delesyon
حذف بين الإكسون 45 و46
deletion from intron 44 to exon 50
deletion of exon 45 to intron 50
deletion of exons 45 or 46
délétion de l'exon 45 ou 46
ekzon 45 veya 46 delesyonu
حذف الإكسون 45 أو 46
deletion of 2 exons
2 ekzon delesyonu
delesyon 2-3 exons
deletion of 3 exons (45-50)
deletion of exons 50-45
deletion of exons 45-99
deletion of exons 45-500
del exons 45-47-50
deletion of exon 50, exon 51 present
exon 50 deletion, duplication of exon 52
deletion of exons 45 yonder 50
deletion/duplication analysis of exons 1-79
delesyon/duplikasyon analizi ekzon 1-79
deletion test exon 5
recherche de délétion des exons 1 à 79
exon 51 skip exon 50 deletion
exon 4550 deletion
del exon 45; 46; 47
del exon 45 ?
deletion exons 45, 46, ...
deletion of exons 45 to 50 and 52
exon 45² deletion
حذف في الإكسون 23
délétion dans l'exon 23
23. ekzonda delesyon
deletion in exon 23
deletion of exon 45 and exon 46 found
""".strip().splitlines()


@pytest.mark.parametrize("line", UNCLEAR)
def test_what_can_be_read_as_more_than_one_thing_is_no_hint(line):
    assert read_line(line) is None


DENIED = """
MLPA: no deletion or duplication detected in exons 1-79
No deletion. No duplication. Exons 1-79 tested.
deletion of exons 45-50 not detected
deletion of exons 45-50: not found
exons 45-50: negative for deletion
Deletion/duplication of exons 1-79: normal
deletion of exons 45-50 was excluded
Deletion exons 45-50. Absent.
no deletion, duplication of exons 1-79
there wasn't a deletion of exon 45
without deletion of exons 45-50
MLPA : aucune délétion ni duplication des exons 1 à 79
absence de délétion des exons 45 à 50
pas de délétion de l'exon 45
délétion des exons 45 à 50 non retrouvée
il n'y a pas de duplication de l'exon 2
exons 1 à 79 sans délétion
DÉLÉTION DES EXONS 45 À 50 : NÉGATIF
délétion de l’exon 45 : absente
ekzon 1-79 delesyon veya duplikasyon saptanmadı
EKZON 45 DELESYONU SAPTANMADI
ekzon 45 delesyonu yok
ekzon 45-50 delesyonu bulunmadı
ekzon 45-50 delesyonu bulunmamaktadır
45. ekzonda delesyon yoktur
ekzon 45 delesyonu tespit edilmemiştir
ekzon 2 duplikasyonu görülmedi
ekzon 45 delesyonu: negatif
ekzon 45 delesyonu izlenmemiştir
ekzon 45 delesyonu taşımıyor
ekzon 45 delesyonu mevcut değildir
hiçbir ekzonda delesyon yok, ekzon 1-79
لم يتم الكشف عن حذف في الإكسونات 1-79
لا يوجد حذف في الإكسون 45
عدم وجود تضاعف في الإكسون 2
لا يوجد حذف أو تضاعف في الإكسونات من 1 إلى 79
حذف الإكسونات 45-50 غير موجود
لَمْ يُكشف حذف الإكسون ٤٥
بدون حذف الإكسونات 45-50
حذف الإكسون 45: سلبي
ليس هناك حذف للإكسون 45
ولا يوجد حذف الإكسون 45
لايوجد حذف الإكسون 45
sin deleción del exón 45
keine Deletion der Exons 45-50
делеция экзонов 45-50 не выявлена
deletion exons 45-50?
c.(6438+1_6439-1)_(7309+1_7310-1)del not detected
no c.10033C>T
aucun c.9204_9207del
c.35G>A saptanmadı
ekzon 45 silinmemiştir
ekzon 45 delesyonsuz
c.10033C>T: negative
c.10033C>T n'est pas retrouvé
لم يوجد c.10033C>T
deletion of exons 45-50. No duplication.
deletion of exons 45-50. Mother not tested.
No duplication; deletion of exon 50
délétion des exons 45 à 50. Pas de duplication.
Ekzon 45-50 delesyonu. Duplikasyon saptanmadı.
حذف الإكسونات 45-50. لا يوجد تضاعف.
exons 45-50 del (mother: not a carrier)
délétion des exons 45 à 50, absente chez la mère
deletion of exons 45-50 not in the mother
deletion of exons 45-50 (class 5, not in gnomAD)
deletion of exons 45-50; hemizygous; not inherited
c.10033C>T p.(Arg3345*), not described before
""".strip().splitlines()


@pytest.mark.parametrize("line", DENIED)
def test_a_line_with_a_word_that_denies_is_no_hint(line):
    assert read_line(line) is None


NOT_WHOLE_EXONS = """
nonsense mutation in exon 23
mutation non-sens, exon 23
23. ekzonda anlamsız mutasyon
exon 23
4 bp deletion in exon 23
small deletion in exon 23
délétion partielle de l'exon 23
c.123_124insA, exon 23
ekzon 23 içinde küçük delesyon
حذف صغير في الإكسون 23
frameshift deletion in exon 23
طفرة هراء الإكسون 23
deletion of 4 nucleotides, exon 23
ekzon 23: 4 nükleotid delesyonu
complex rearrangement, deletion of exon 23
""".strip().splitlines()


@pytest.mark.parametrize("line", NOT_WHOLE_EXONS)
def test_what_is_no_loss_of_whole_exons_is_none(line):
    found = read_line(line)
    assert found is None or found.kind not in {DELETION, DUPLICATION}


DENYING = [
    *("no", "not", "negative for", "absence of", "without", "never any", "wasn't a"),
    *("aucune", "pas de", "absence de", "sans", "ni"),
    *("hiçbir", "yok:", "saptanmadı:", "bulunmadı:", "tespit edilmedi:"),
    *("لا يوجد", "لم يكشف عن", "عدم وجود", "ليس هناك", "بدون", "لا", "ولم يوجد"),
]
KINDS = ["deletion", "duplication", "délétion", "delesyon", "duplikasyon", "حذف", "تضاعف", "del", "dup", "c.1_9del"]
BEFORE = ["", "MLPA:", "DMD gene,", "Exons 1-79:", "ekzon 45", "الإكسون 45", "hemizygous"]
BETWEEN = ["", "or", "of the", "ou", "ve", "أو", "in", ","]
BEHIND = ["of exons 45-50", "des exons 45 à 50", "ekzon 45-50", "الإكسونات ٤٥-٥٠", "exon 45", ", exons 3 to 7", ""]


@given(
    *(st.sampled_from(one) for one in (BEFORE, DENYING)),
    st.lists(st.sampled_from(KINDS), min_size=1, max_size=2),
    *(st.sampled_from(one) for one in (BETWEEN, BEHIND)),
)
def test_no_line_that_denies_before_it_names_a_kind_is_a_hint(before, denying, kinds, between, behind):
    assert read_line(" ".join([before, denying, f" {between} ".join(kinds), behind])) is None


@pytest.mark.parametrize(
    "piece", ["1,", "exon 1 ", "45. ekzon ve ", "no ", "del ", "n'", "45-", "skip exon 4 ", "/", "1. "]
)
def test_a_line_of_the_same_again_and_again_is_read_in_no_time(piece):
    started = perf_counter()
    read_line((piece * LONGEST)[:LONGEST])
    assert perf_counter() - started < 2
