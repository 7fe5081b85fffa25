"""Ways back into a case: a mailed link with a short code beside it, or a case code on paper."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Select, bindparam, delete, select, update
from sqlalchemy.orm import Session

from portal.cases.models import Access, Case, Family, Respondent
from portal.cases.rules import A_DAY, CODE_LIFE, LINK_LIFE, MOST_GUESSES, TRIES, TRIES_OF_ALL, WayBack
from portal.cases.service.start import code_hash, email_hash
from portal.config import Settings
from portal.keys.ids import new_digits, new_token
from portal.keys.keyring import Keyring
from portal.rows import CLOCK_STEP, connection_of
from portal.web.throttle import allow, forgive, spent


class LinkExpired(Exception):
    """The link is unknown, too old, or its code was typed wrongly too often. A new one can be asked for."""


class CodeWrong(Exception):
    """Not the code."""


class CodeOld(Exception):
    """The link is good, and the code beside it has had its quarter of an hour. A new one can be mailed."""


GUESSES = "codes against one person"
LINKS_AT_ONCE = 2
VOID = "void "  # no keyed hash begins so: such a link is found by nobody
UNSEEN = {"synchronize_session": False}
OF_FAMILY = select(Respondent.id).where(Respondent.family_id == bindparam("family_id"))
END_WAYS = delete(Access).where(Access.respondent_id.in_(OF_FAMILY))


def open_way(
    session: Session,
    keyring: Keyring,
    respondent: Respondent,
    *,
    settings: Settings,
    now: datetime,
    asked_by: str | None = None,
    code: str | None = None,
) -> WayBack:
    """Make a new way back for a respondent. `asked_by` is the secret of the browser that asked, if one did.

    With a `code` the way opens with what another letter says already.
    """
    token, code = new_token(), code or new_digits()
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
    _void_links_before(session, respondent.id, now)
    return WayBack(f"{settings.public_base_url}/{respondent.language}/resume/{token}", code)


def come_by_link(
    session: Session, keyring: Keyring, token: str, code: str, *, requester: str, now: datetime
) -> Respondent:
    """Who holds this link and types its code within fifteen minutes. Raises `LinkExpired`, `CodeOld` or `CodeWrong`.

    A wrong code is counted, for this requester first: catch `CodeWrong` inside the transaction, so that it is kept.
    """
    way = session.scalar(_with_link(keyring, token).with_for_update())
    if way is None or way.expires_at <= now or way.tries >= TRIES_OF_ALL:
        raise LinkExpired
    if not _is_fresh(way, now):
        raise CodeOld
    who = f"{requester}\0{way.id}"
    if not allow(session, keyring, "link", who, limit=TRIES, window=LINK_LIFE, now=now):
        raise LinkExpired
    if not _matches(keyring, way, code):
        way.tries += 1
        session.flush()
        raise CodeWrong
    forgive(session, keyring, "link", who)
    way.tries = 0
    return session.get_one(Respondent, way.respondent_id)


def come_by_request(session: Session, keyring: Keyring, asked_by: str, code: str, *, now: datetime) -> Respondent:
    """Who asked for a code in this browser, within fifteen minutes. Raises `CodeWrong`, for an unknown address too.

    There may be one code for each case begun with the address: a wrong one counts for them all. Many browsers that
    ask at once share a code, hence wrong ones are also counted by whom they concern; after that many in a day codes
    alone open nothing more for that person, and the link beside the code still does.
    """
    # A quarter of an hour that ends later than that was begun by a clock that has been set back since.
    in_time = (Access.request_until > now) & (Access.request_until <= now + CODE_LIFE + CLOCK_STEP)
    ways = session.scalars(
        select(Access)
        .where(Access.request_hash == keyring.lookup("request", asked_by), in_time)
        .order_by(Access.created_at.desc())
        .with_for_update()
    ).all()
    for way in ways:
        if way.tries < TRIES and _matches(keyring, way, code) and not _guessed_at(session, keyring, way, now):
            way.tries = 0
            return session.get_one(Respondent, way.respondent_id)
    for way in ways:
        if way.tries < TRIES:
            allow(session, keyring, GUESSES, way.respondent_id, limit=MOST_GUESSES, window=A_DAY, now=now)
        way.tries += 1
    session.flush()
    raise CodeWrong


def come_by_case_code(session: Session, keyring: Keyring, typed: str) -> Respondent | None:
    """The respondent of the family that wrote this code down."""
    family = session.scalar(select(Family).where(Family.code_hash == code_hash(keyring, typed)))
    return family.respondents[0] if family and family.respondents else None


def respondents_at(session: Session, keyring: Keyring, email: str) -> list[Respondent]:
    """Everyone who gave this address, newest first."""
    found = select(Respondent).where(Respondent.email_hash == email_hash(keyring, email))
    return list(session.scalars(found.order_by(Respondent.created_at.desc())))


def link_is_open(session: Session, keyring: Keyring, token: str, *, requester: str, now: datetime) -> bool:
    """Whether a link could still be used from where this requester is. Reading only."""
    way = session.scalar(_with_link(keyring, token))
    if way is None or _behind(session, keyring, way, now) is None:
        return False
    return not spent(session, keyring, "link", f"{requester}\0{way.id}", limit=TRIES, window=LINK_LIFE, now=now)


def code_is_fresh(session: Session, keyring: Keyring, token: str, *, now: datetime) -> bool:
    """Whether the code beside a link still works. Reading only."""
    way = session.scalar(_with_link(keyring, token))
    return way is not None and _is_fresh(way, now)


def respondent_behind(session: Session, keyring: Keyring, token: str, *, now: datetime) -> Respondent | None:
    """Whose letter a link stands in; `None` where it opens nothing. Whoever asks has not shown the code."""
    way = session.scalar(_with_link(keyring, token))
    return None if way is None else _behind(session, keyring, way, now)


def readable(keyring: Keyring, cases: Iterable[Case]) -> list[Case]:
    """These cases without those that were erased: to whoever comes back they are like ones that never were."""
    return [case for case in cases if keyring.opens_case(case.id)]


def sweep_access(session: Session, *, now: datetime) -> None:
    """Remove ways back whose time has passed."""
    session.execute(delete(Access).where(Access.expires_at <= now))


def end_ways(session: Session, family_id: str) -> None:
    """Void every link and code of a family: its case was sent. A new one can be asked for at any time."""
    connection_of(session).execute(END_WAYS, {"family_id": family_id})


def end_ways_of(session: Session, respondent_id: str) -> None:
    """Void every link and code of one respondent, whose letters go to another mailbox from now on."""
    session.execute(delete(Access).where(Access.respondent_id == respondent_id))


def _void_links_before(session: Session, respondent_id: str, now: datetime) -> None:
    """The links of the last two letters stay valid. One letter may answer several browsers, at one instant.

    The codes of older letters stay: a browser that asked for one may be typing it while a stranger asks for others.
    """
    last = select(Access.created_at).where(Access.respondent_id == respondent_id).distinct()
    kept = session.scalars(last.order_by(Access.created_at.desc()).limit(LINKS_AT_ONCE)).all()
    old = (Access.respondent_id == respondent_id) & (Access.created_at < kept[-1]) & ~Access.link_hash.startswith(VOID)
    session.execute(update(Access).where(old).values(link_hash=VOID + Access.id).execution_options(**UNSEEN))


def _with_link(keyring: Keyring, token: str) -> Select[Access]:
    return select(Access).where(Access.link_hash == keyring.lookup("link", token))


def _behind(session: Session, keyring: Keyring, way: Access, now: datetime) -> Respondent | None:
    if way.expires_at <= now or way.tries >= TRIES_OF_ALL:
        return None
    respondent = session.get_one(Respondent, way.respondent_id)
    return respondent if readable(keyring, respondent.family.cases) else None


def _is_fresh(way: Access, now: datetime) -> bool:
    # A letter of a clock that has been set back since counts as old: a new code is one press away.
    return way.created_at - CLOCK_STEP <= now < way.created_at + CODE_LIFE


def _guessed_at(session: Session, keyring: Keyring, way: Access, now: datetime) -> bool:
    return spent(session, keyring, GUESSES, way.respondent_id, limit=MOST_GUESSES, window=A_DAY, now=now)


def _matches(keyring: Keyring, way: Access, code: str) -> bool:
    return hmac.compare_digest(way.code_hash, _code_hash(keyring, way.id, _digits(code)))


def _code_hash(keyring: Keyring, way_id: str, code: str) -> str:
    return keyring.lookup("code", f"{way_id}/{code}")


def _digits(typed: str) -> str:
    """Digits of any script as ASCII; everything else falls away."""
    return "".join(str(int(mark)) for mark in typed if mark.isdecimal())
