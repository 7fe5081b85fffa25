"""Save a section of a case's answers, and keep what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.cases.models import DRAFT, Case
from portal.cases.service.changes import Pair, Said, is_open, note_change
from portal.cases.service.likeness import likeness_of
from portal.intake.models import AnswerSheet
from portal.intake.questionnaire.answers import Answer, Answers, has_value, is_answered
from portal.intake.questionnaire.path import BIRTH, Path, birth_in, find_path
from portal.intake.questionnaire.reading import Reading, Typed
from portal.intake.service.answers import Intake, read_case
from portal.intake.service.merging import lay_over, merge
from portal.intake.service.sheet import EMPTY, Base, Sheet
from portal.intake.service.tongues import in_their_languages, tongues_after
from portal.keys.keyring import Keyring
from portal.rows import change_by_id, change_row, connection_of, insert_row

COUNTRY, ZONE, ALSO = "country", "timezone", "other_languages"
SHEET = (
    select(AnswerSheet.id, AnswerSheet.version, AnswerSheet.content)
    .where(AnswerSheet.case_id == bindparam("case_id"), AnswerSheet.section == bindparam("section"))
    .with_for_update()
)


class Closed(Exception):
    """The consultation has begun: what the family says now, it says there."""


@dataclass(frozen=True)
class Saved:
    """What a save did: the section's version now, and the codes whose answers it changed."""

    version: int
    changed: frozenset[str]
    mine: frozenset[str]
    """What this reader changed on the page, whether or not it was stored so already."""
    overtaken: bool = False
    """Whether a later sending of the same page is here already, so that nothing was done."""


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
    language: str,
    now: datetime,
    office_zone: str,
    by_the_way: bool = False,
) -> Saved:
    """Save what was read and keep what could not be. Answers that leave the path stay, unseen, for when it comes back.

    Only what this reader changed is written: two people who answer different questions of a page both keep theirs.
    Saved `by_the_way`, while the page is still being filled in, what was left is not noted as left. Raises `Conflict`
    where both changed the same. New words are in the page's `language`. Without a `base`, a `version` that is not the
    newest is a conflict with whatever the reading changes; without either the last save wins. After sending each change
    is kept beside the answers, and the office hears of it, as far as it is about what is asked then; raises `Closed`
    where it is too late. Of a page that sends itself again and again, one that was held up on its way changes nothing.
    """
    if not is_open(case, now):
        raise Closed
    row, stored = _row(session, keyring, case, section)
    if base and stored.has_newer(base.page, base.sending):
        return Saved(stored.version, frozenset(), frozenset(), overtaken=True)
    sheet = stored.noted(base.page, base.sending) if base else stored
    reading = replace(reading, answers=in_their_languages(case, section, sheet, reading.answers, language))
    merged = merge(sheet, reading, base=base, version=version, shown=shown, by_the_way=by_the_way)
    if merged.sheet is sheet:
        if sheet is not stored:  # nothing is new; what this page sent before must not come after it all the same
            _write(session, keyring, case, row, section, sheet, respondent_id, now, anew=False)
        return Saved(sheet.version, frozenset(), merged.mine)
    if merged.changed and case.state != DRAFT:
        _note_after_sending(session, keyring, case, section, merged.sheet, respondent_id, office_zone, now)
    written = replace(merged.sheet, tongues=tongues_after(sheet, merged.sheet, language))
    _write(session, keyring, case, row, section, written, respondent_id, now)
    told = _told(merged.sheet.answers)
    if BIRTH in merged.changed:
        told["likeness"] = likeness_of(keyring, case, birth_in(merged.sheet.answers))
    change_row(session, case, changed_at=now, **told)
    return Saved(merged.sheet.version, merged.changed, merged.mine)


def _note_after_sending(
    session: Session,
    keyring: Keyring,
    case: Case,
    section: str,
    sheet: Sheet,
    author_id: str,
    office_zone: str,
    now: datetime,
) -> None:
    said, left = _seen_changed(read_case(session, keyring, case, today=now.date()), sheet.answers)
    note_change(session, keyring, case, section, said, left=left, author_id=author_id, office_zone=office_zone, now=now)


def keep_typed(
    session: Session,
    keyring: Keyring,
    case: Case,
    section: str,
    typed: Typed,
    was: Mapping[str, str],
    *,
    language: str,
    page: str,
    sending: int,
    respondent_id: str,
    now: datetime,
) -> None:
    """Keep what is typed as it is, judged by nobody: a change of language, a row more, a page that came too late.

    `was` names the questions it is about, with the marks of what the `page`, in this `language`, showed of them. What
    is kept of others stays, and of the same question as well, beside it, where the page did not show it. A `sending`
    that was held up while the page brought a later one changes nothing.
    """
    row, sheet = _row(session, keyring, case, section)
    if sheet.has_newer(page, sending):
        return
    laid = lay_over(sheet.noted(page, sending), typed, was, page)
    kept = replace(laid, tongues=tongues_after(sheet, laid, language))
    _write(session, keyring, case, row, section, kept, respondent_id, now, anew=False)


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


def _seen_changed(before: Intake, saved: Answers) -> tuple[dict[str, Pair], dict[str, Said]]:
    """What a reader of the case sees changed once these answers are saved, and what is said and not asked any more.

    An answer that comes back with its branch is among what changed; nothing was said there while it was away.
    """
    answers = {**before.answers, **saved}
    path = find_path(before.questionnaire, answers, before.today)
    said, left = {}, {}
    for code in before.questionnaire.questions:
        was, now_said = _seen(before.answers, before.path, code), _seen(answers, path, code)
        if code in path and (was != now_said or code not in before.path):
            said[code] = (was, now_said)
        elif was is not None and code not in path:
            left[code] = was
    return said, left


def _seen(answers: Answers, path: Path, code: str) -> Answer | None:
    answer = answers.get(code)
    return answer if code in path and is_answered(answer) else None


def _row(session: Session, keyring: Keyring, case: Case, section: str) -> tuple[str | None, Sheet]:
    """The id of a section's row, locked, and what it holds; no id where nothing is stored yet."""
    row = connection_of(session).execute(SHEET, {"case_id": case.id, "section": section}).one_or_none()
    if row is None:
        return None, EMPTY
    content = keyring.case(case.id).reveal_json(row.content, AnswerSheet, "content", row.id)
    return row.id, Sheet.stored_as(row.version, content)


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
        key.write_json(row, "content", sheet.to_json())
        insert_row(session, row)
        return
    own = {"saved_at": now, "author_id": respondent_id} if anew else {}
    sealed = key.conceal_json(sheet.to_json(), AnswerSheet, "content", row_id)
    change_by_id(session, AnswerSheet, row_id, version=sheet.version, content=sealed, **own)


def _told(answers: Mapping[str, Answer]) -> dict[str, str]:
    """Country, time zone and languages stand in clear beside the case: who books and who calls must find them."""
    columns = {"country": answers.get(COUNTRY), "time_zone": answers.get(ZONE)}
    told = {column: str(answer["value"]) for column, answer in columns.items() if answer and has_value(answer)}
    if ALSO in answers:
        also = answers[ALSO]
        told["also_speaks"] = " ".join(also["value"])[:200] if has_value(also) else ""
    return told
