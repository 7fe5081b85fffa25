"""What the line of a genetic report seems to say, for coordinators only: a hint, to be checked with the report."""

from __future__ import annotations

from portal.cases.said import LANGUAGE
from portal.i18n import N_
from portal.i18n import gettext as _
from portal.intake.genetics import report
from portal.intake.genetics.report import Hint, read_line
from portal.intake.questionnaire.answers import has_value
from portal.intake.questionnaire.texts import Words
from portal.intake.service.answers import Intake
from portal.intake.showing import Piece

LINE, CHOSEN = "gen_text", "gen_kind"
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
    """What the line seems to say, and where that is another kind of change than was chosen: labels with words."""
    line = intake.answers.get(LINE)
    hint = read_line(str(line["value"])) if has_value(line) and LINE in intake.path else None
    if line is None or hint is None:
        return []
    found = [(_("The line of the report seems to say (a hint, to be checked)"), _pieces(hint, line.get(LANGUAGE, "")))]
    chosen = intake.answers.get(CHOSEN)
    if has_value(chosen) and CHOSEN in intake.path and not _goes_with(hint, str(chosen["value"])):
        words = said.questions[CHOSEN].options[chosen["value"]]
        found.append(
            (_("To be checked"), (Piece(_("The family chose another kind of change: “%(kind)s”.", kind=words)),))
        )
    return found


def _goes_with(hint: Hint, chosen: str) -> bool:
    return not hint.kind or chosen in SAYS_NO_KIND or chosen in TOGETHER[hint.kind]


def _pieces(hint: Hint, language: str) -> tuple[Piece, ...]:
    words = [_(KINDS[hint.kind])] if hint.kind else []
    if hint.first and hint.first == hint.last:
        words.append(_("exon %(number)s", number=hint.first))
    elif hint.first:
        words.append(_("exons %(first)s–%(last)s", first=hint.first, last=hint.last))
    said = ": ".join(words)
    return (Piece(f"{said} "), Piece(hint.notation, own=True, language=language)) if hint.notation else (Piece(said),)
