"""What a family typed that is no answer, in words: for the family, which can mend it, and for the desk."""

from __future__ import annotations

from dataclasses import dataclass, replace

from portal.intake.comparing import version_row
from portal.intake.questionnaire import store
from portal.intake.questionnaire.texts import Words, addressed, label_of
from portal.intake.service.answers import Intake
from portal.intake.service.progress import Unread, not_understood
from portal.intake.showing import Piece, RowShown

LONGEST = 300  # characters in a list: a text may be kept because it is too long, and on paper a case is a sheet


@dataclass(frozen=True)
class UnreadShown:
    """What is typed about one question and is no answer: each version as it will be read, or as it was typed."""

    section: str
    code: str
    label: str
    versions: list[RowShown]
    to_choose: bool

    @property
    def short(self) -> list[RowShown]:
        """The same for a list of them, without the rest of what is long."""
        return list(map(_in_short, self.versions))

    @property
    def is_cut(self) -> bool:
        """Whether there is more of it than such a list says."""
        return self.short != self.versions


def unread_rows(intake: Intake, language: str, *, alone: bool = False) -> list[UnreadShown]:
    """All of it on the path, in order of the questions. `alone` where an adult who answers for themselves reads it."""
    said = store.words(intake.questionnaire.id, language)
    return [_shown(intake, said, one, language, alone=alone) for one in not_understood(intake)]


def _shown(intake: Intake, words: Words, unread: Unread, language: str, *, alone: bool) -> UnreadShown:
    own, sheet = intake.questionnaire.section(unread.section), intake.sheets[unread.section]
    question, said = intake.questionnaire.questions[unread.code], addressed(words.questions[unread.code], alone=alone)
    versions = [
        version_row(own, question, intake, said, typed, language, tongue=sheet.tongue(unread.code, typed))
        for typed in unread.versions
    ]
    label = said.short or label_of(said, intake.name or words.person, alone=alone)
    return UnreadShown(unread.section, unread.code, label, versions, unread.to_choose)


def _in_short(row: RowShown) -> RowShown:
    if len(row.text) <= LONGEST:
        return row
    pieces: list[Piece] = []
    room = LONGEST
    for piece in row.pieces:
        pieces += [replace(piece, text=piece.text[:room])] if room else []
        room = max(0, room - len(piece.text))
    return replace(row, pieces=(*pieces, Piece(" …")))
