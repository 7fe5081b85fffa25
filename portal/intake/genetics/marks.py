"""A line of a report as a string of letters, one for each thing in it: what `wording` reads exons from.

“deletion of exons 45-50, het.” is “dfen-n,g.” with its numbers beside it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from portal.intake.genetics.lexicon import (
    AND,
    DENIES,
    EKZON,
    LONG_NUMBER,
    NOTATION,
    NUMBER,
    OF,
    ORDINAL,
    TO,
    WORD,
    fold,
    meaning,
    suffix,
)

NOTATION_HERE = "\ue000"  # what `report` reads itself: stands for it, and is no letter of any script
BASES = r"(?:bp|kb|mb|bc|pb|nt|bases?|nucleotides?|nukleotid\w*|baz\w*|paires? de bases|نيوكليوتيد\w*|قاعد\w*)"
AMOUNTS = r"(?:%|years?\b|ans\b|yas\w*|months?\b|سن\w*|copy\b|copies\b|kopya\w*|نسخ\w*)"
# Numbers that are no exons, and what is glued to the word beside it. In this order.
PREPARED: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), written)
    for pattern, written in (
        (r"\b[pr]\.\s*\(?\?\)?", f" {NOTATION_HERE} "),  # p.?
        (r"\b4[5-8]\s*,\s*x[xy]*\b", " "),  # 46,XY
        (r"\b(?:\d{1,2}[./-]){2}(?:19|20)\d\d\b|\b(?:19|20)\d\d-\d{1,2}-\d{1,2}\b", " "),  # days
        (r"\b(?:n[cgmpr]|lrg)_\d+(?:\.\d+)?|\b(?:chr|arr\b|g\.)\s*\S+|\bx[pq]\d+(?:\.\d+)?(?:-\S+)?", " word "),
        (r"\b\d{1,3}(?:,\d{3})+\b", " "),  # 31,000,000
        (rf"\b\d+(?:[.,]\d+)?\s*-?{BASES}\b", " bp "),
        (rf"\b\d+(?:[.,]\d+)?\s*{AMOUNTS}|\b0,\d+", " "),
        (r"\b\d+\.\d+\b(?!\.)", " word "),
        (r"\b(?:class|classe|acmg|sinif|kategori|الفئة|الصنف)\s*:?\s*\d\b", " word "),  # how sure a finding is
        (r"(?<=\d)\s*(?:/|\bof\b|\bsur\b|\bمن\b)\s*79\b", " "),  # how many there are
        (r"(?<=exon |xons |kzon )nos?\s*[.:#]*\s*(?=\d)", " "),  # exon no. 45
        (r"\bnos?\s*[.:#]+\s*\w*\d\w*", " word "),  # sample no. 12
        (r"\bnon[- ]?sens\w*", "nonsense"),
        (r"\bfaux[- ]?sens\w*", "missense"),
        (r"\bt/m\b", "bis"),  # Dutch: up to and including
        (r"\ba ete\b", "was"),  # French, where “à” is a range
        (r"exon(?=skip)", "exon "),
        ("δ", " del ex "),
        (r"\bو(?=\d|(?:ال)?(?:حذف|تضاعف|محذوف)|[بلفك]?(?:ال|ل)?اك[سز]ون)", "و "),  # what Arabic writes as one
        (r"\b[بلفك](?:ال|ل)?(?=اك[سز]ون|حذف|تضاعف)", " "),
    )
)
PIECES = re.compile(r"(?P<number>\d+)|(?P<word>[^\W\d_]+)|\.{2,}|\S")
SIGNS = {
    **dict.fromkeys("-_~", "-"),
    **dict.fromkeys(",،、", ","),
    **dict.fromkeys("([{", "("),
    **dict.fromkeys(")]}", ")"),
    **dict.fromkeys(";؛!|•", "."),
    **dict.fromkeys("?؟", DENIES),
    **dict.fromkeys("&+", AND),
    **dict.fromkeys("°#\"'«»“”", OF),
    NOTATION_HERE: NOTATION,
    "/": "/",
    ":": ":",
}
FROM_EKZON = re.compile(r"e(?:[kg]z|ks)on\w*[dt]an$")  # 45. ekzondan 50. ekzona
SHORTENED = {"ex", "exs", "del", "dup", "het", "hemi", "hom"}
# A point behind a number, where it goes on with a sentence: 45. ve 46. ekzon.
GOES_ON = re.compile(r"p(?=[-ra/,]+n|f*[eE](?![eEfj(:-]*n))")


@dataclass(frozen=True)
class Marks:
    """A line, or a sentence of it: its letters, and beside each the number that stands there, or 0."""

    letters: str
    numbers: tuple[int, ...]

    def part(self, start: int, end: int) -> Marks:
        """What stands between two places."""
        return Marks(self.letters[start:end], self.numbers[start:end])

    def without(self, pattern: re.Pattern[str]) -> Marks:
        """The same with what is found closed off: nothing is read in it or across it."""
        return replace(self, letters=pattern.sub(lambda found: ")" * len(found[0]), self.letters))


def marks_of(line: str) -> Marks:
    """A line as marks. What `report` reads itself was put aside, with `NOTATION_HERE` in its place."""
    text = fold(line)
    for pattern, written in PREPARED:
        text = pattern.sub(written, text)
    marks: list[tuple[str, int]] = []
    end, before = -1, ""
    for found in PIECES.finditer(text):
        glued_to = before if found.start() == end else ""
        if found["number"]:
            marks.append(_number(found[0], glued_to))
        elif found["word"]:
            _add_word(marks, found[0], glued_to)
        else:
            marks.append((_sign(found[0], glued_to), 0))
        end, before = found.end(), found[0]
    letters = "".join(letter for letter, _number in marks)
    return Marks(GOES_ON.sub(ORDINAL, letters).replace("p", "."), tuple(number for _letter, number in marks))


def _number(digits: str, glued_to: str) -> tuple[str, int]:
    """A number; part of a name where it is glued to a word that means nothing here: Cx43, P034."""
    if glued_to.isalpha() and meaning(glued_to) == WORD:
        return WORD, 0
    return (NUMBER, int(digits)) if len(digits) <= 2 else (LONG_NUMBER, 0)


def _add_word(marks: list[tuple[str, int]], word: str, glued_to: str) -> None:
    """A word; an ending where it is glued to a number: 45'ten 50'ye."""
    at_number = glued_to.isdecimal() or (glued_to == "'" and len(marks) > 1 and marks[-2][0] == NUMBER)
    letter = (suffix(word) if at_number else "") or meaning(word)
    if letter == WORD and glued_to.isdecimal():
        marks[-1] = (WORD, 0)  # 3ug, 4qA: no exon
    marks.append((letter, 0))
    if letter == EKZON and FROM_EKZON.match(word):
        marks.append((TO, 0))


def _sign(sign: str, glued_to: str) -> str:
    if sign == ".":
        if glued_to.isdecimal():
            return "p"
        is_short = glued_to in SHORTENED or (len(glued_to) == 1 and glued_to.isalpha())
        return OF if is_short else "."
    return "-" if sign.startswith("..") else SIGNS.get(sign, WORD)
