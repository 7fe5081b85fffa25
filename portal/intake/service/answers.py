"""Read a case's answers, save a section, keep what was typed, and say how far each section is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.cases.models import DRAFT, Case
from portal.cases.service.changes import is_open, note_change
from portal.intake.models import AnswerSheet
from portal.intake.questionnaire import store
from portal.intake.questionnaire.answers import Answer, has_value, is_answered, skipped
from portal.intake.questionnaire.definition import Questionnaire
from portal.intake.questionnaire.path import Path, find_path
from portal.intake.questionnaire.plausibility import Note, notes
from portal.intake.questionnaire.reading import Reading, Typed
from portal.keys.keyring import Keyring
from portal.rows import change_by_id, change_row, insert_row

NAME, COUNTRY, ZONE = "given_name", "country", "timezone"


class Closed(Exception):
    """The consultation has begun: what the family says now, it says there."""


class Conflict(Exception):
    """Somebody else changed, meanwhile, what this reader changes too: the `codes` of the questions."""

    def __init__(self, codes: frozenset[str]) -> None:
        super().__init__(len(codes))
        self.codes = codes


@dataclass(frozen=True)
class Sheet:
    """One section as it is stored. `seen` are the codes that its page has shown when it was saved."""

    version: int
    answers: dict[str, Answer]
    seen: frozenset[str]
    typed: Typed
    was: Mapping[str, str] = field(default_factory=dict)
    """What stood saved when something was typed that is only kept: digests by code."""
    page: str = ""
    """Which page saved last."""


@dataclass(frozen=True)
class Base:
    """What a page showed: digests by code of what was saved then, which page it is, and what a human chose over."""

    was: Mapping[str, str]
    page: str
    chosen_over: Mapping[str, str] = field(default_factory=dict)

    def has_moved(self, code: str, stored: Answer | None) -> bool:
        """Whether somebody else changed an answer since, and nobody has looked at both."""
        return digest(stored) not in {self.was.get(code, ""), self.chosen_over.get(code)}


@dataclass(frozen=True)
class Intake:
    """A case's whole intake, read on one day."""

    questionnaire: Questionnaire
    sheets: Mapping[str, Sheet]
    answers: Mapping[str, Answer]
    path: Path
    today: date

    @property
    def name(self) -> str:
        """The name that the family uses for the person; empty where it is not said yet."""
        return str(self.answers.get(NAME, {}).get("value", ""))

    @cached_property
    def notes(self) -> list[Note]:
        """What is worth a second look, by nobody but the family itself and whoever reads the case."""
        return notes(self.questionnaire, self.answers, self.path, self.today)

    def on_path(self, section_id: str) -> list[str]:
        """The codes of a section that are asked, in order."""
        return [one.code for one in self.questionnaire.section(section_id).questions if one.code in self.path]


@dataclass(frozen=True)
class Saved:
    """What a save did: the section's version now, and the codes whose answers it changed."""

    version: int
    changed: frozenset[str]
    mine: frozenset[str]
    """What this reader changed on the page, whether or not it was stored so already."""


@dataclass(frozen=True)
class Counts:
    """How many questions on the path are answered, and how many are not."""

    complete: int
    missing: int


SHEETS = select(AnswerSheet.id, AnswerSheet.section, AnswerSheet.version, AnswerSheet.content).where(
    AnswerSheet.case_id == bindparam("case_id")
)
SHEET = (
    select(AnswerSheet.id, AnswerSheet.version, AnswerSheet.content)
    .where(AnswerSheet.case_id == bindparam("case_id"), AnswerSheet.section == bindparam("section"))
    .with_for_update()
)
LEFT = skipped()
DIGEST = 12
EMPTY = Sheet(0, {}, frozenset(), {})


def read_case(session: Session, keyring: Keyring, case: Case, *, today: date) -> Intake:
    """The intake of a case, with the path for this day."""
    key = keyring.case(case.id)
    sheets = {}
    for row in session.execute(SHEETS, {"case_id": case.id}):
        content = key.reveal_json(row.content, AnswerSheet, "content", row.id)
        sheets[row.section] = _sheet(row.version, content)
    questionnaire = store.load(case.questionnaire)
    answers = {code: answer for sheet in sheets.values() for code, answer in sheet.answers.items()}
    return Intake(questionnaire, sheets, answers, find_path(questionnaire, answers, today), today)


def save_section(
    session: Session,
    keyring: Keyring,
    case: Case,
    section: str,
    reading: Reading,
    *,
    respondent_id: str,
    version: int | None,
    base: Base | None,
    shown: frozenset[str],
    now: datetime,
    office_zone: str,
    by_the_way: bool = False,
) -> Saved:
    """Save what was read and keep what could not be. Answers that leave the path stay, unseen, for when it comes back.

    Only what this reader changed is written: two people who answer different questions of a page both keep theirs.
    Saved `by_the_way`, while the page is still being filled in, what was left is not noted as left. Raises `Conflict`
    where both changed the same. Without a `base`, a `version` that is not the newest is a conflict with whatever the
    reading changes; without either the last save wins. After sending each change is kept beside the
    answers, and the office hears of it; raises `Closed` where it is too late.
    """
    if not is_open(case, now):
        raise Closed
    row, sheet = _row(session, keyring, case, section)
    mine = {
        code: answer
        for code, answer in reading.answers.items()
        if digest(answer) != (base.was.get(code, "") if base else digest(sheet.answers.get(code)))
    }
    unread = {name.partition(".")[0] for name in reading.typed}
    clash = _clash(sheet, mine, reading, base, version)
    if clash:
        raise Conflict(clash)
    left = {code: LEFT for code, one in reading.answers.items() if one == LEFT and code not in {*mine, *sheet.answers}}
    said = mine if by_the_way else {**left, **mine}
    changed = {code: answer for code, answer in mine.items() if sheet.answers.get(code) != answer}
    others = {code for code in sheet.was if code not in {*shown, *reading.answers, *unread}}
    kept = {name: values for name, values in sheet.typed.items() if name.partition(".")[0] in others}
    typed = kept | reading.typed
    if not changed and typed == sheet.typed and by_the_way:
        return Saved(sheet.version, frozenset(), frozenset(mine))
    answers = {**sheet.answers, **said}
    seen = sheet.seen if by_the_way else sheet.seen | shown | set(said)
    was = {code: sheet.was[code] for code in others} | {
        code: (base.was.get(code, "") if base else "") for code in unread
    }
    saved = Sheet(sheet.version + 1, answers, seen, typed, was, base.page if base else "")
    _write(session, keyring, case, row, section, saved, respondent_id, now)
    change_row(session, case, changed_at=now, **_told(answers))
    if changed and case.state != DRAFT:
        pairs = {code: (sheet.answers.get(code), answer) for code, answer in changed.items()}
        note_change(
            session,
            keyring,
            case,
            section,
            pairs,
            author_id=respondent_id,
            office_zone=office_zone,
            now=now,
        )
    return Saved(saved.version, frozenset(changed), frozenset(mine))


def _clash(
    sheet: Sheet, mine: Mapping[str, Answer], reading: Reading, base: Base | None, version: int | None
) -> frozenset[str]:
    """The questions about which this reader and somebody else disagree."""
    unread = {name.partition(".")[0] for name in reading.typed}
    if base is None:
        old = version is not None and version != sheet.version
        return frozenset({*mine, *unread}) if old and (mine or reading.typed != sheet.typed) else frozenset()
    if base.page and base.page == sheet.page:
        return frozenset()  # what was saved last came from this very page: its answer was lost on the way
    moved = {code for code in {*mine, *unread} if base.has_moved(code, sheet.answers.get(code))}
    return frozenset(code for code in moved if code in unread or digest(mine[code]) != digest(sheet.answers.get(code)))


def keep_typed(
    session: Session,
    keyring: Keyring,
    case: Case,
    section: str,
    typed: Typed,
    was: Mapping[str, str],
    *,
    respondent_id: str,
    now: datetime,
) -> None:
    """Keep what is typed as it is, judged by nobody: a change of language, a row more, a page that came too late.

    `was` names the questions it is about, with what stood saved when it was typed. What is kept of others stays.
    """
    row, sheet = _row(session, keyring, case, section)
    others = {name: values for name, values in sheet.typed.items() if name.partition(".")[0] not in was}
    kept = replace(sheet, typed=others | typed, was={**sheet.was, **was})
    _write(session, keyring, case, row, section, kept, respondent_id, now, anew=False)


def digest(answer: Answer | None) -> str:
    """A short mark of an answer, to see whether it is still the same; empty for one that was left."""
    if answer is None or answer == LEFT:
        return ""
    return hashlib.sha256(json.dumps(answer, sort_keys=True).encode()).hexdigest()[:DIGEST]


def note_answer(
    session: Session,
    keyring: Keyring,
    case: Case,
    section: str,
    code: str,
    answer: Answer,
    *,
    respondent_id: str,
    now: datetime,
) -> None:
    """Keep something said outside of a section's page beside that section's answers, as a new version."""
    row, sheet = _row(session, keyring, case, section)
    saved = replace(sheet, version=sheet.version + 1, answers={**sheet.answers, code: answer})
    _write(session, keyring, case, row, section, saved, respondent_id, now)
    change_row(session, case, changed_at=now)


def section_status(intake: Intake, section: str) -> str:
    """`not_started`, `begun`, `new_questions` or `done`."""
    sheet = intake.sheets.get(section, EMPTY)
    if sheet.version == 0:
        return "begun" if sheet.typed else "not_started"
    if not sheet.seen:
        return "begun"  # only by the way: nobody has said yet that this page is done
    if sheet.typed or any(code for where, code in required_missing(intake) if where == section):
        return "begun"
    return "done" if set(intake.on_path(section)) <= sheet.seen else "new_questions"


def counts(intake: Intake) -> Counts:
    """What a coordinator may know by mail: numbers. Documents are counted elsewhere."""
    asked = [code for code in intake.path.on if intake.questionnaire.questions[code].type != "documents"]
    complete = sum(is_answered(intake.answers.get(code)) for code in asked)
    return Counts(complete, len(asked) - complete)


def not_understood(intake: Intake) -> list[tuple[str, str, list[str]]]:
    """What was typed on the path and is no answer yet: (section, code, the words), in order of the questions."""
    found = []
    for section in intake.questionnaire.sections:
        typed = intake.sheets.get(section.id, EMPTY).typed
        for code in intake.on_path(section.id):
            said = [
                text
                for name, texts in typed.items()
                if name.partition(".")[0] == code
                for text in texts
                if text.strip()
            ]
            if said:
                found.append((section.id, code, said))
    return found


def required_missing(intake: Intake) -> list[tuple[str, str]]:
    """The (section, code) of each required question on the path that has no answer."""
    return [
        (section.id, question.code)
        for section in intake.questionnaire.sections
        for question in section.questions
        if question.required and question.code in intake.path and not has_value(intake.answers.get(question.code))
    ]


def _row(session: Session, keyring: Keyring, case: Case, section: str) -> tuple[str | None, Sheet]:
    """The id of a section's row, locked, and what it holds; no id where nothing is stored yet."""
    row = session.connection().execute(SHEET, {"case_id": case.id, "section": section}).one_or_none()
    if row is None:
        return None, EMPTY
    content = keyring.case(case.id).reveal_json(row.content, AnswerSheet, "content", row.id)
    return row.id, _sheet(row.version, content)


def _sheet(version: int, content: dict[str, Any]) -> Sheet:
    # Sheets that were stored before pages had marks have none.
    was = content.get("was") or dict.fromkeys((name.partition(".")[0] for name in content["typed"]), "")
    seen = frozenset(content["seen"])
    return Sheet(version, content["answers"], seen, content["typed"], was, content.get("page", ""))


def _write(
    session: Session,
    keyring: Keyring,
    case: Case,
    row_id: str | None,
    section: str,
    sheet: Sheet,
    respondent_id: str,
    now: datetime,
    *,
    anew: bool = True,
) -> None:
    """Write a section. A new version is dated and has an author; what is kept as typed (not `anew`) leaves both."""
    content = {
        "answers": sheet.answers,
        "seen": sorted(sheet.seen),
        "typed": sheet.typed,
        "was": dict(sheet.was),
        "page": sheet.page,
    }
    key = keyring.case(case.id)
    if row_id is None:
        row = AnswerSheet(
            case_id=case.id,
            section=section,
            questionnaire=case.questionnaire,
            version=sheet.version,
            saved_at=now,
            author_id=respondent_id,
        )
        key.write_json(row, "content", content)
        insert_row(session, row)
        return
    own = {"saved_at": now, "author_id": respondent_id} if anew else {}
    sealed = key.conceal_json(content, AnswerSheet, "content", row_id)
    change_by_id(session, AnswerSheet, row_id, version=sheet.version, content=sealed, **own)


def _told(answers: Mapping[str, Answer]) -> dict[str, str]:
    """Country and time zone stand in clear beside the case: who books and who calls must find them."""
    columns = {"country": answers.get(COUNTRY), "time_zone": answers.get(ZONE)}
    return {column: str(answer["value"]) for column, answer in columns.items() if answer and has_value(answer)}
