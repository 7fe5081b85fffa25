"""In which language what a page brings is written: that of the page, except for what stood there before."""

from __future__ import annotations

from collections.abc import Mapping

from portal.cases.models import Case
from portal.intake.questionnaire import store
from portal.intake.questionnaire.answers import Answer
from portal.intake.questionnaire.posted import code_of
from portal.intake.questionnaire.tongues import kept_words, marked
from portal.intake.service.sheet import Sheet, apart


def in_their_languages(
    case: Case, section: str, sheet: Sheet, answers: Mapping[str, Answer], language: str
) -> dict[str, Answer]:
    """What was read on a page, its new words in the page's language; those saved or kept before stay in theirs."""
    own = store.load(case.questionnaire).section(section)
    kept = {
        one.code: kept_words(one, sheet.typed, _other(case, sheet.tongues[one.code]))
        for one in own.questions
        if one.code in sheet.tongues
    }
    beside = [
        {one.code: kept_words(one, version, _other(case, sheet.tongue(one.code, version)))}
        for one in own.questions
        for version in sheet.beside.get(one.code, ())
        if apart(one.code, version) in sheet.tongues
    ]
    return marked(own, answers, _other(case, language), sheet.answers, kept, *beside)


def tongues_after(before: Sheet, after: Sheet, language: str) -> dict[str, str]:
    """The language of each thing that is kept as it was typed: what stood there already stays in its own.

    So does what stands beside it now, for it stood there before.
    """
    codes = set(map(code_of, after.typed))
    same = {code for code in codes if before.kept(code) == after.kept(code)}
    kept = {code: before.tongues.get(code, language) if code in same else language for code in codes}
    beside = {apart(code, one): before.tongue(code, one) for code, versions in after.beside.items() for one in versions}
    return kept | beside


def _other(case: Case, language: str) -> str:
    """A language that is not the case's own, which goes without saying and never changes."""
    return "" if language == case.language else language
