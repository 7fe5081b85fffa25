"""What the lines of a genetic report seem to say, for coordinators only: a hint, to be checked with the report."""

from __future__ import annotations

from portal.cases.said import LANGUAGE
from portal.i18n import N_
from portal.i18n import gettext as _
from portal.intake.genetics import report
from portal.intake.genetics.report import Hint, read_line
from portal.intake.questionnaire.texts import Words
from portal.intake.service.answers import Intake
from portal.intake.showing import Piece

LINE, SECOND, CHOSEN = "gen_text", "gen_second_variant", "gen_kind"
KINDS = {
    report.DELETION: N_("deletion of exons"),
    report.DUPLICATION: N_("duplication of exons"),
    report.NONSENSE: N_("nonsense (a stop)"),
    report.FRAMESHIFT: N_("shift of the reading frame"),
    report.MISSENSE: N_("missense"),
    report.SPLICE: N_("splice site"),
    "substitution": N_("one base for another"),
    "deletion": N_("deletion"),
    "duplication": N_("duplication"),
    "insertion": N_("insertion"),
    "deletion_insertion": N_("deletion and insertion"),
}
SMALL, INSIDE = "small_del_ins", {"splice", "deep_intronic"}
# What a family may have chosen that goes together with what a line says; a shift, say, can come from each of several.
TOGETHER = {
    report.DELETION: {"exon_deletion", "whole_gene"},
    report.DUPLICATION: {"exon_duplication", "whole_gene"},
    report.NONSENSE: {"nonsense", SMALL},
    report.FRAMESHIFT: {SMALL, "splice", "exon_deletion", "exon_duplication"},
    report.MISSENSE: {"missense", SMALL},
    report.SPLICE: {*INSIDE, SMALL},
    "substitution": {"nonsense", "missense", *INSIDE},
    "deletion": {SMALL, "exon_deletion", "whole_gene", *INSIDE},
    "duplication": {SMALL, "exon_duplication", "whole_gene", *INSIDE},
    "insertion": {SMALL, *INSIDE},
    "deletion_insertion": {SMALL, "nonsense", "missense", *INSIDE},
}
SAYS_NO_KIND = {"vus", "other"}  # how sure a finding is, or that no kind of the list fits

Line = tuple[str, tuple[Piece, ...]]


def hints(intake: Intake, said: Words) -> list[Line]:
    """What the lines seem to say, and where that is another kind of change than was chosen: labels with words.

    A second change may be of any kind: what was chosen is about the first.
    """
    first, second = _read(intake, LINE), _read(intake, SECOND)
    found = []
    if first:
        found.append((_("The line of the report seems to say (a hint, to be checked)"), _pieces(intake, LINE, first)))
    chosen = intake.value(CHOSEN)
    if first and chosen and not _goes_with(first, str(chosen)):
        words = said.questions[CHOSEN].options[str(chosen)]
        found.append(
            (_("To be checked"), (Piece(_("The family chose another kind of change: “%(kind)s”.", kind=words)),))
        )
    if second:
        found.append((_("The second change seems to be (a hint, to be checked)"), _pieces(intake, SECOND, second)))
    return found


def _read(intake: Intake, code: str) -> Hint | None:
    line = intake.value(code)
    return read_line(str(line)) if line else None


def _goes_with(hint: Hint, chosen: str) -> bool:
    return not hint.kind or chosen in SAYS_NO_KIND or chosen in TOGETHER[hint.kind]


def _pieces(intake: Intake, code: str, hint: Hint) -> tuple[Piece, ...]:
    language = intake.answers[code].get(LANGUAGE, "")
    words = [_(KINDS[hint.kind])] if hint.kind else []
    if hint.first and hint.first == hint.last:
        words.append(_("exon %(number)s", number=hint.first))
    elif hint.first:
        words.append(_("exons %(first)s–%(last)s", first=hint.first, last=hint.last))
    said = ": ".join(words)
    return (Piece(f"{said} "), Piece(hint.notation, own=True, language=language)) if hint.notation else (Piece(said),)
