"""Exons that a line names in words, and what it says became of them; nothing where that is not certain.

A line is read sentence by sentence, as marks. What a sentence denies it does not say; a number belongs to the deletion
or duplication of its own part of the sentence; talk of exons that a treatment would skip is passed over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from portal.intake.genetics.frame import FIRST, LAST
from portal.intake.genetics.lexicon import (
    AS_FAR_AS,
    BETWEEN,
    DELETION,
    DENIES,
    DUPLICATION,
    FROM,
    NUMBER,
    OTHER_KIND,
    SMALL,
    WORD,
)
from portal.intake.genetics.marks import Marks

KINDS = {DELETION: "del", DUPLICATION: "dup"}
# exon 45 · exons deleted: 45-50 · exon 45, 46 and exon 47 · exon 45 to exon 50;
# then with the number first: 45. and 46. exon
NUMBERS = "n(?:[-riaofeE/,]*n)"
GROUP = re.compile(rf"[eE](?:[du]:?)?[eEfj(:-]*{NUMBERS}*|{NUMBERS}*f*of*l?f*[eE]|{NUMBERS}+f*E")
# The same without another “exon” in between, beside a word for skipping: exon 51 skip; amenable to exon 51.
PLAINLY = "n(?:[-riaof/,]*n)*"
EXONS_TO_SKIP = rf"(?:[eE][eEfj(:-]*{PLAINLY}|{PLAINLY}f*o?f*[eE])[of]*k"
TO_SKIP = r"[km][kmfjrieE(:]*"
SKIPPED = re.compile(f"{EXONS_TO_SKIP}|{TO_SKIP}{PLAINLY}")
SKIPPED_WHICH = re.compile(f"{EXONS_TO_SKIP}[kmfjrieE(:]*n")
SPANISH_OF = re.compile("(?<=[duvs])D")  # duplicación del exón
LOOKED_FOR = re.compile("[du]t|t[fj]+[du]")  # deletion analysis; screening for deletions
OPEN_BEFORE = re.compile(r"(?:r[if]*|z[frieE]*)$")  # up to exon 45; starting at exon 45
OPEN_BEHIND = re.compile(r"[of]*(?:[ri]|[-/]f*y)|[ofaiw]{0,3}z")  # exon 45 to the end; exon 45 onwards
ENDS_OF_PART = re.compile(r"[,():]")
LIST_GOES_ON = re.compile(r"n\.+[fa,]*n")  # exons 45; 46; 47
# Apart from what is said of the person: not in the mother; not in ClinVar.
NOT_ELSEWHERE = re.compile(r"[,(](?=[^,()]*q)(?=[^,()]*x)[^,()eEdDunh]*(?![^,()])")
NOTATION_DENIED = re.compile(r"x.*h|h[^,()]*x")


@dataclass(frozen=True)
class Named:
    """Exons that words name. `kind`: "del" or "dup" of whole exons; "" where nothing of that is said."""

    kind: str
    first: int
    last: int


class Unclear(Exception):
    """A line names exons in a way that can be read as more than one thing."""


def named(line: Marks) -> Named | None:
    """What the whole line says, if it says one thing."""
    sentences = _sentences(line)
    if LIST_GOES_ON.search(line.letters) or any(_takes_back(one) for one in sentences):
        return None
    try:
        found = {one for sentence in sentences if DENIES not in sentence.letters for one in _named_in(sentence)}
    except Unclear:
        return None
    said = {one for one in found if one.kind}
    if said:
        return said.pop() if len(said) == 1 else None
    return found.pop() if len(found) == 1 and DENIES not in line.letters else None


def is_notation_denied(line: Marks) -> bool:
    """Whether a sentence denies notation: before it, or behind it in the same part."""
    return any(NOTATION_DENIED.search(one.letters) for one in _sentences(line))


def _sentences(line: Marks) -> list[Marks]:
    ends = [place for place, letter in enumerate(line.letters) if letter == "."]
    starts = [0, *(end + 1 for end in ends)]
    return [
        line.part(start, end).without(NOT_ELSEWHERE)
        for start, end in zip(starts, [*ends, len(line.letters)], strict=True)
    ]


def _takes_back(sentence: Marks) -> bool:
    """“Not detected.”: a sentence that denies, and names neither what nor where else, denies what stood before."""
    return DENIES in sentence.letters and not re.search("[duDhq]", sentence.letters) and not _groups(sentence)


def _groups(sentence: Marks) -> list[re.Match[str]]:
    return list(GROUP.finditer(sentence.letters))


def _named_in(sentence: Marks) -> list[Named]:
    if SKIPPED_WHICH.search(sentence.letters):
        raise Unclear
    said = sentence.without(SKIPPED)
    said = Marks(SPANISH_OF.sub("f", said.letters).replace("D", DELETION), said.numbers)
    groups = _groups(said)
    if not groups or LOOKED_FOR.search(said.letters):
        return []
    exons = [_exons(said, group) for group in groups]
    _check_rest(said, groups, exons)
    return [
        Named(_kind(said.letters, group, alone=len(groups) == 1, one_exon=first == last), first, last)
        for group, (first, last) in zip(groups, exons, strict=True)
    ]


def _exons(sentence: Marks, group: re.Match[str]) -> tuple[int, int]:
    """The first and the last exon of a run: a range, or a list without a gap. Raises `Unclear` for anything else."""
    letters, (start, end) = sentence.letters, group.span()
    if OPEN_BEFORE.search(letters[:start]) or OPEN_BEHIND.match(letters, end):
        raise Unclear
    places = [place for place in range(start, end) if letters[place] == NUMBER]
    first = last = sentence.numbers[places[0]]
    in_range = False
    for before, place in pairwise(places):
        number, joint = sentence.numbers[place], letters[before + 1 : place]
        opens = _is_range(joint)
        if (opens and in_range) or (number <= last if opens else number != last + 1):
            raise Unclear
        last, in_range = number, opens
    if not FIRST <= first <= last <= LAST or not _is_whole(letters, group):
        raise Unclear
    return first, last


def _is_range(joint: str) -> bool:
    """Whether what stands between two numbers makes a range of them; if not, it makes a list."""
    ranges, lists = set(joint) & set("-ri"), set(joint) & set("a/,")
    if (ranges and lists) or (not ranges and not lists and set(joint) - {"o"}):
        raise Unclear
    return bool(ranges)


def _is_whole(letters: str, group: re.Match[str]) -> bool:
    """Whether nothing speaks against reading all numbers as one run.

    “Between exon 45 and 50” leaves open whether both belong to it, “from exon 45” where it ends; “exon 50,
    exon 51 present” may be two statements.
    """
    joints = group[0].strip("eEfj(:-ol").split(NUMBER)[1:-1]
    is_range = any(set(joint) & set("-ri") for joint in joints)
    is_from = FROM in group[0] or letters[: group.start()].rstrip("f(:").endswith(FROM)
    if not is_range and (is_from or set(_part(letters, group)) & {BETWEEN, AS_FAR_AS}):
        return False
    named_again = any(set(joint) & set("eE") and not set(joint) & set("ri") for joint in joints)
    return not (named_again and WORD in ENDS_OF_PART.split(letters[group.end() :])[0])


def _check_rest(sentence: Marks, groups: list[re.Match[str]], exons: list[tuple[int, int]]) -> None:
    """Raises `Unclear` where a number that may be an exon belongs to nothing: a way to name exons that is not known."""
    grouped = {place for group in groups for place in range(*group.span())}
    counts = {(group.start() - 1, last - first + 1) for group, (first, last) in zip(groups, exons, strict=True)}
    for place, number in enumerate(sentence.numbers):
        is_open = sentence.letters[place] == NUMBER and place not in grouped and (place, number) not in counts
        if is_open and FIRST <= number <= LAST:
            raise Unclear


def _kind(letters: str, group: re.Match[str], *, alone: bool, one_exon: bool) -> str:
    """What became of the exons: in the part of the sentence around them, or in all of it where no others are named."""
    part = _part(letters, group)
    around = letters if alone else part
    kinds = [letter for letter in KINDS if letter in around]
    if len(kinds) > 1:
        kinds = [letter for letter in KINDS if letter in part]
        if len(kinds) != 1:
            raise Unclear
    if not kinds or OTHER_KIND in around or (one_exon and SMALL in around):
        return ""
    return KINDS[kinds[0]]


def _part(letters: str, group: re.Match[str]) -> str:
    before, behind = ENDS_OF_PART.split(letters[: group.start()]), ENDS_OF_PART.split(letters[group.end() :])
    return before[-1] + group[0] + behind[0]
