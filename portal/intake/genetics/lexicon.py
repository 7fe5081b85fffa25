"""What the words of genetic reports mean for a hint, in the languages that reports come in (`report_words.csv`).

A word that is not in the table is just a word: nothing is concluded from it. Words that deny are many on purpose: one
that is missing makes a wrong hint, and one too many only makes none.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache
from pathlib import Path

from portal.typed import ascii_digits

TABLE = Path(__file__).parent / "report_words.csv"
# What a line can hold is one letter each, so that a sentence is a short string that patterns can read (`wording`).
NUMBER, LONG_NUMBER, NOTATION, WORD = "n", "y", "h", "w"
EXON, EKZON, DEL, DELETION, DUPLICATION = "e", "E", "D", "d", "u"
SMALL, OTHER_KIND, DENIES = "s", "v", "x"
FROM, TO, AS_FAR_AS, AND, BETWEEN, OF, ORDINAL = "j", "r", "l", "a", "b", "f", "o"
LETTERS = {
    "exon": EXON,
    "ekzon": EKZON,  # of languages that put the number first
    "del": DEL,  # in some languages this is “of the”
    "deletion": DELETION,
    "duplication": DUPLICATION,
    "small": SMALL,  # of one exon: less than all of it
    "other": OTHER_KIND,
    "denies": DENIES,
    "open": "z",
    "skip": "k",
    "fits": "m",
    "looks for": "t",
    "to": TO,
    "from": FROM,
    "as far as": AS_FAR_AS,  # behind the number
    "maybe to": "i",
    "and": AND,
    "or": "|",
    "between": BETWEEN,
    "but": ",",
    "of": OF,
    "ordinal": ORDINAL,
    "plain": "g",
    "elsewhere": "q",  # in a relative, in a database
}
# Turkish verbs that deny: saptanmadı, bulunmamaktadır, edilmemiştir, görülmeyen, taşımıyor.
DENYING_VERB = re.compile(
    r"\w+m(?:[ae](?:di|dilar|diler|digi\w*|mis\w*|makta\w*|mekte\w*|yan\w*|yen\w*|z)|[iu]yor\w*)$"
)
UNSEEN = {"Cf", "Cc", "Cs"}  # marks of direction and the like, which copying leaves between letters
ACCENTS = {"Mn", "Lm"}
DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")
ALIKE = DASHES | str.maketrans(dict(zip("ıیىک∆’ʼ‘`", "iييكδ''''", strict=True)))


def fold(text: str) -> str:
    """Text for comparing: small letters without accents, one way to write each letter, digit, dash and space."""
    plain = unicodedata.normalize("NFKD", " ".join(text.split()))
    seen = "".join(mark for mark in plain if unicodedata.category(mark) not in UNSEEN | ACCENTS)
    return ascii_digits(seen).lower().translate(ALIKE)


def meaning(word: str) -> str:
    """The letter for a folded word."""
    if found := _words("whole").get(word):
        return found
    if DENYING_VERB.match(word):
        return DENIES
    return next((letter for start, letter in _words("begins").items() if word.startswith(start)), WORD)


def suffix(word: str) -> str:
    """The letter for an ending that is written at a number: 45'ten, 45th, 45ème; "" for any other."""
    return _words("at a number").get(word, "")


@cache
def _words(match: str) -> dict[str, str]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["match"] == match]
    return {fold(word): LETTERS[row["meaning"]] for row in rows for word in row["words"].split()}
