"""What the exons of DMD imply for the reading frame, said to coordinators as arithmetic, to be checked."""

from __future__ import annotations

from collections.abc import Iterator

from portal.desk.hints import CHOSEN, LINE, SAYS_NO_KIND
from portal.i18n import N_, ngettext
from portal.i18n import gettext as _
from portal.intake.genetics import frame
from portal.intake.genetics.report import DELETION, DUPLICATION, Hint, read_line
from portal.intake.service.answers import Intake

LIMITS = {
    frame.ENDS: N_("The first and the last exon do not follow this arithmetic."),
    frame.KNOWN_EXCEPTION: N_("A known exception: people with this loss are often mildly affected all the same."),
    frame.ACTIN: N_("Exons 2 to 8 carry a part that binds actin: the frame alone says little here."),
    frame.CYSTEINE: N_("Exons 64 to 70 carry a part that cannot be missing: the frame alone says little here."),
    frame.LARGE: N_("A very large loss: the frame alone says little here."),
    frame.DUPLICATION: N_("Right only if the copy lies directly behind the original."),
    frame.NOT_SEEN: N_(
        "Not seen by this arithmetic: rearrangements, small changes that alter splicing, and other starts of the gene "
        "(promoters)."
    ),
}


def arithmetic(intake: Intake) -> Iterator[str]:
    """What the exons imply. Each line stands under the heading that it is arithmetic, to be checked with the report."""
    answered, read = _from_answers(intake), _from_line(intake)
    if read and answered and (read.first, read.last) != (answered.first, answered.last):
        yield _(
            "The line of the report seems to name exons %(first)s–%(last)s, the answers name others.",
            first=read.first,
            last=read.last,
        )
    found = answered or (read if read and _can_be_reckoned(intake, read) else None)
    if found and found.first and found.last:
        yield from _frame_lines(found.first, found.last, duplication=found.kind == DUPLICATION)


def _from_answers(intake: Intake) -> Hint | None:
    first, last = intake.value("dmd_exon_from"), intake.value("dmd_exon_to")
    if not (isinstance(first, int) and isinstance(last, int)) or first > last:
        return None
    return Hint(kind=str(intake.value(CHOSEN)), first=first, last=last)


def _from_line(intake: Intake) -> Hint | None:
    """What the line names, where it names exons."""
    line = intake.value(LINE)
    read = read_line(str(line)) if line else None
    return read if read and read.first else None


def _can_be_reckoned(intake: Intake, read: Hint) -> bool:
    """Whether whole exons of DMD are lost or doubled, says the line, and the family chose nothing else."""
    goes_with = {None, read.kind, *SAYS_NO_KIND}
    return (
        read.kind in {DELETION, DUPLICATION} and intake.value("gen_gene") == "DMD" and intake.value(CHOSEN) in goes_with
    )


def _frame_lines(first: int, last: int, *, duplication: bool) -> Iterator[str]:
    try:
        found = frame.frame_of(first, last, duplication=duplication)
    except ValueError:
        return
    bases = ngettext("%(num)d base", "%(num)d bases", found.bases)
    verdict = {
        True: _("their number is a multiple of three: the reading frame would be kept"),
        False: _("their number is no multiple of three: the reading frame would be shifted"),
        None: _("the arithmetic says nothing here"),
    }[found.keeps]
    yield _(
        "Exons %(first)s–%(last)s of DMD: %(bases)s; %(verdict)s.", first=first, last=last, bases=bases, verdict=verdict
    )
    for limit in found.limits:
        yield _(LIMITS[limit])
    yield _("The rule holds for about nine in ten people. It is no diagnosis, and says nothing about a treatment.")
