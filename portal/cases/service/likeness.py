"""Which cases may be one person's: the same contact and the same month of birth. Shown to the desk, nothing more."""

from __future__ import annotations

import re
from collections.abc import Collection

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from portal.cases.models import Case
from portal.keys.keyring import Keyring

MONTH = re.compile(r"\d{4}-\d{2}")
NONE = ""
MOST = 10

LIKE_THIS = (
    select(Case.id, Case.reference)
    .where(Case.likeness == bindparam("likeness"), Case.id != bindparam("case_id"))
    .order_by(Case.created_at, Case.id)
    .limit(MOST)
)
LIKE_THESE = (
    select(Case.likeness, func.min(Case.reference), func.max(Case.reference))
    .where(Case.likeness.in_(bindparam("likenesses", expanding=True)))
    .group_by(Case.likeness)
    .having(func.count() > 1)
)


def likeness_of(keyring: Keyring, case: Case, birth: str) -> str:
    """A keyed hash of contact and month of birth; empty where the family left no address, or said no month.

    One hash of both: neither can be looked for alone, and without the key not even the month can be guessed.
    """
    month = MONTH.match(birth)
    contact = next((one.email_hash for one in case.respondents if one.email_hash), None)
    return keyring.lookup("likeness", f"{contact}\0{month[0]}") if month and contact else NONE


def cases_like(session: Session, keyring: Keyring, case: Case) -> list[str]:
    """References of other cases that may be the same person's, oldest first; none of which nothing is left to read."""
    if not case.likeness:
        return []
    found = session.execute(LIKE_THIS, {"likeness": case.likeness, "case_id": case.id})
    return [row.reference for row in found if keyring.opens_case(row.id)]


def one_like_each(session: Session, likenesses: Collection[str]) -> dict[str, tuple[str, str]]:
    """For each of these that several cases have: two of their references, of which one is always another case's."""
    if not likenesses:
        return {}
    found = session.execute(LIKE_THESE, {"likenesses": sorted(likenesses)})
    return {likeness: (first, last) for likeness, first, last in found if likeness}
