"""Where a respondent is written to: another address, a first one, or none and a code on paper instead."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.cases.emails import new_address_letter, old_address_letter
from portal.cases.models import Case, Respondent
from portal.cases.service.access import end_ways_of, open_way
from portal.cases.service.start import code_hash, email_hash
from portal.config import Settings
from portal.keys.ids import new_case_code
from portal.keys.keyring import Keyring
from portal.mail import outbox
from portal.rows import change_row
from portal.web.session_rows import end_sessions

NOT_LOOKED_AT = None  # a case's likeness hangs on the address too: the worker looks anew


class AddressTaken(Exception):
    """Somebody else of the same family is written to there."""


def address_of(keyring: Keyring, respondent: Respondent) -> str:
    """Where a respondent is written to; empty without an address. Raises `KeyDestroyed`."""
    return keyring.family(respondent.family_id).read(respondent, "email") or ""


def change_address(
    session: Session,
    keyring: Keyring,
    case: Case,
    respondent_id: str,
    email: str,
    *,
    here: str | None,
    settings: Settings,
    now: datetime,
) -> bool:
    """Write to `email` from now on. Whether that is another mailbox than before.

    Then every link and code that was mailed before is void, and every access but the one that is open `here` ends: a
    stranger may hold them. The new address gets a way back, the old one hears that it gets no more. Nobody looks
    whether another family has the same address. What waits in the outbox leaves as it was told. Raises `AddressTaken`,
    `KeyDestroyed`.
    """
    respondent = _alone(session, case, respondent_id)
    old, hashed = address_of(keyring, respondent), email_hash(keyring, email)
    is_other = respondent.email_hash != hashed
    if email == old:
        return False
    keyring.family(respondent.family_id).write(respondent, "email", email)
    respondent.email_hash = hashed
    try:
        with session.begin_nested():
            session.flush()
    except IntegrityError as conflict:
        raise AddressTaken from conflict
    if is_other:
        _leave(session, keyring, case, respondent, old, here=here, settings=settings, now=now)
        way = open_way(session, keyring, respondent, settings=settings, now=now)
        letter = new_address_letter(email, respondent.language, way, settings=settings, now=now)
        outbox.post(session, keyring, letter, scope=outbox.family_scope(respondent.family_id), now=now)
    return is_other


def take_address_away(
    session: Session,
    keyring: Keyring,
    case: Case,
    respondent_id: str,
    *,
    here: str | None,
    settings: Settings,
    now: datetime,
) -> str | None:
    """Write to this respondent no more. Returns the family's new case code, which takes the place of an earlier one.

    `None` where there was no address: whoever has a code on paper keeps it.
    """
    respondent = _alone(session, case, respondent_id)
    old = address_of(keyring, respondent)
    if not old:
        return None
    code = new_case_code()
    keyring.family(respondent.family_id).write(respondent, "email", None)
    respondent.email_hash, respondent.family.code_hash = None, code_hash(keyring, code)
    session.flush()
    _leave(session, keyring, case, respondent, old, here=here, settings=settings, now=now)
    return code


def _alone(session: Session, case: Case, respondent_id: str) -> Respondent:
    """The respondent as they stand now, behind the family's cases: whoever changes the same waits here."""
    own = select(Case).where(Case.family_id == case.family_id).order_by(Case.created_at, Case.id)
    session.scalars(own.with_for_update(of=Case, key_share=True)).all()
    return session.get_one(Respondent, respondent_id, populate_existing=True)


def _leave(
    session: Session,
    keyring: Keyring,
    case: Case,
    respondent: Respondent,
    old: str,
    *,
    here: str | None,
    settings: Settings,
    now: datetime,
) -> None:
    """What a mailbox opens that is no longer this respondent's ends, and it hears so."""
    for one in respondent.family.cases:
        change_row(session, one, likeness=NOT_LOOKED_AT)
    if not old:
        return
    end_ways_of(session, respondent.id)
    end_sessions(session, respondent.family_id, but=here)
    letter = old_address_letter(old, respondent.language, case.reference, settings=settings, now=now)
    outbox.post(session, keyring, letter, scope=outbox.family_scope(respondent.family_id), now=now)
