"""Ways back into a case: a mailed link with a short code beside it, or a case code on paper."""

from __future__ import annotations

import hmac
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.cases.models import Access, Family, Respondent
from portal.cases.rules import CODE_LIFE, LINK_LIFE, TRIES, WayBack
from portal.cases.service.start import code_hash, email_hash
from portal.config import Settings
from portal.keys.ids import new_digits, new_token
from portal.keys.keyring import Keyring


class LinkExpired(Exception):
    """The link is unknown, too old, or its code was typed wrongly too often. A new one can be asked for."""


class CodeWrong(Exception):
    """Not the code. `left` more tries."""

    def __init__(self, left: int) -> None:
        super().__init__(left)
        self.left = left


def open_way(
    session: Session,
    keyring: Keyring,
    respondent: Respondent,
    *,
    settings: Settings,
    now: datetime,
    asked_by: str | None = None,
) -> WayBack:
    """Make a new way back for a respondent. `asked_by` is the secret of the browser that asked, if one did."""
    token, code = new_token(), new_digits()
    way = Access(
        respondent_id=respondent.id,
        link_hash=keyring.lookup("link", token),
        code_hash="",
        created_at=now,
        expires_at=now + LINK_LIFE,
        tries=0,
        request_hash=keyring.lookup("request", asked_by) if asked_by else None,
        request_until=now + CODE_LIFE if asked_by else None,
    )
    way.code_hash = _code_hash(keyring, way.id, code)
    session.add(way)
    session.flush()
    return WayBack(f"{settings.public_base_url}/{respondent.language}/resume/{token}", code)


def come_by_link(session: Session, keyring: Keyring, token: str, code: str, *, now: datetime) -> Respondent:
    """Who holds this link and types its code. Raises `LinkExpired` or `CodeWrong`.

    A wrong code is counted: catch `CodeWrong` inside the transaction, so that the count is kept.
    """
    way = session.scalar(select(Access).where(Access.link_hash == keyring.lookup("link", token)).with_for_update())
    if way is None or way.expires_at <= now:
        raise LinkExpired
    return _try_code(session, keyring, way, code)


def come_by_request(session: Session, keyring: Keyring, asked_by: str, code: str, *, now: datetime) -> Respondent:
    """Who asked for a code in this browser, within fifteen minutes. Unknown addresses look the same as a wrong code."""
    ways = session.scalars(
        select(Access)
        .where(Access.request_hash == keyring.lookup("request", asked_by), Access.request_until > now)
        .order_by(Access.created_at.desc())
        .with_for_update()
    ).all()
    if not ways:
        raise CodeWrong(TRIES)
    for way in ways[1:]:
        if way.tries < TRIES and _matches(keyring, way, code):
            return session.get_one(Respondent, way.respondent_id)
    return _try_code(session, keyring, ways[0], code)


def come_by_case_code(session: Session, keyring: Keyring, typed: str) -> Respondent | None:
    """The respondent of the family that wrote this code down."""
    family = session.scalar(select(Family).where(Family.code_hash == code_hash(keyring, typed)))
    return family.respondents[0] if family and family.respondents else None


def respondents_at(session: Session, keyring: Keyring, email: str) -> list[Respondent]:
    """Everyone who gave this address, newest first."""
    found = select(Respondent).where(Respondent.email_hash == email_hash(keyring, email))
    return list(session.scalars(found.order_by(Respondent.created_at.desc())))


def link_is_open(session: Session, keyring: Keyring, token: str, *, now: datetime) -> bool:
    """Whether a link could still be used. Reading only."""
    way = session.scalar(select(Access).where(Access.link_hash == keyring.lookup("link", token)))
    return way is not None and way.expires_at > now and way.tries < TRIES


def sweep_access(session: Session, *, now: datetime) -> None:
    """Remove ways back whose time has passed."""
    session.execute(delete(Access).where(Access.expires_at <= now))


def _try_code(session: Session, keyring: Keyring, way: Access, code: str) -> Respondent:
    if way.tries >= TRIES:
        raise LinkExpired
    if not _matches(keyring, way, code):
        way.tries += 1
        session.flush()
        raise CodeWrong(TRIES - way.tries)
    way.tries = 0
    return session.get_one(Respondent, way.respondent_id)


def _matches(keyring: Keyring, way: Access, code: str) -> bool:
    return hmac.compare_digest(way.code_hash, _code_hash(keyring, way.id, _digits(code)))


def _code_hash(keyring: Keyring, way_id: str, code: str) -> str:
    return keyring.lookup("code", f"{way_id}/{code}")


def _digits(typed: str) -> str:
    """Digits of any script as ASCII; everything else falls away."""
    return "".join(str(int(mark)) for mark in typed if mark.isdecimal())
