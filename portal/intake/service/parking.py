"""What was typed into a page whose access had ended: kept sealed, and given back to the same browser after the code."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from portal.cases.models import Case
from portal.intake.models import ParkedForm
from portal.intake.questionnaire import store
from portal.intake.questionnaire.reading import Typed
from portal.intake.service.answers import keep_typed
from portal.keys.keyring import Keyring
from portal.rows import insert_row

LIFE = timedelta(days=2)
MOST = 30  # for one case at a time: far more than a family has windows
MARKS = 32


def pass_for(keyring: Keyring, case_id: str) -> str:
    """What a page carries to say whose it is: the case, with a keyed mark that nobody else can make."""
    return f"{case_id}.{_mark(keyring, case_id)}"


def case_of(keyring: Keyring, given: str) -> str | None:
    """The case that a pass stands for; `None` for anything that is none."""
    case_id, _, mark = given.partition(".")
    whole = given.isascii() and hmac.compare_digest(mark, _mark(keyring, case_id))
    return case_id if whole else None


def park(
    session: Session,
    keyring: Keyring,
    case_id: str,
    section: str,
    typed: Typed,
    was: Mapping[str, str],
    *,
    language: str,
    page: str,
    owner: str,
    now: datetime,
) -> bool:
    """Keep what was typed for the browser that holds the secret `owner`. Whether there was room for it.

    What was kept of the same `page` before goes: with scripts each field is a save, and the last one says it all.
    """
    key, hashed = keyring.case(case_id), _owner(keyring, owner)
    waiting = (ParkedForm.case_id == case_id) & (ParkedForm.until > now)
    mine = session.scalars(select(ParkedForm).where(waiting, ParkedForm.owner_hash == hashed)).all()
    same = [one.id for one in mine if page and _page_in(key.read_json(one, "content")) == (section, page)]
    room = MOST - (session.scalar(select(func.count()).select_from(ParkedForm).where(waiting)) or 0)
    if not same and room <= 0:
        return False
    session.execute(delete(ParkedForm).where(ParkedForm.id.in_(same)))
    row = ParkedForm(case_id=case_id, owner_hash=hashed, created_at=now, until=now + LIFE)
    content = {"section": section, "typed": typed, "was": dict(was), "page": page, "language": language}
    key.write_json(row, "content", content)
    insert_row(session, row)
    return True


def bring_back(
    session: Session, keyring: Keyring, case: Case, *, owner: str, respondent_id: str, now: datetime
) -> list[str]:
    """Put what this browser had parked into the case's pages, unread, as if typed just now; the sections, newest last.

    Of two pages that say different things about a question, the later one stands as typed and the other beside it.
    What belongs to another case stays where it is: two children never mix.
    """
    mine = (ParkedForm.case_id == case.id) & (ParkedForm.owner_hash == _owner(keyring, owner))
    found = session.scalars(
        select(ParkedForm).where(mine, ParkedForm.until > now).order_by(ParkedForm.created_at)
    ).all()
    known = {section.id for section in store.load(case.questionnaire).sections}
    key, sections = keyring.case(case.id), []
    for row in found:
        content = key.read_json(row, "content")
        if content["section"] in known:
            keep_typed(
                session,
                keyring,
                case,
                content["section"],
                content["typed"],
                content["was"],
                language=content.get("language", case.language),
                page=content.get("page", ""),
                respondent_id=respondent_id,
                now=now,
            )
            sections.append(str(content["section"]))
    session.execute(delete(ParkedForm).where(mine))
    return sections


def sweep_parked(session: Session, *, now: datetime) -> None:
    """Remove what nobody came back for."""
    session.execute(delete(ParkedForm).where(ParkedForm.until <= now))


def _page_in(content: Mapping[str, Any]) -> tuple[str, str]:
    return content["section"], content.get("page", "")


def _mark(keyring: Keyring, case_id: str) -> str:
    return keyring.lookup("page of a case", case_id)[:MARKS]


def _owner(keyring: Keyring, secret: str) -> str:
    return keyring.lookup("parked by", secret)
