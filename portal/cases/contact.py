"""Where a family can be written to."""

from __future__ import annotations

from dataclasses import dataclass

from portal.cases.models import Case
from portal.keys.keyring import Keyring


@dataclass(frozen=True)
class Reachable:
    """A respondent with an address, and the language to write in."""

    respondent_id: str
    language: str
    email: str


def reachable(keyring: Keyring, case: Case) -> list[Reachable]:
    """Every respondent of the case's family who gave an address; empty where the family only has a case code."""
    key = keyring.family(case.family_id)
    found = ((respondent, key.read(respondent, "email")) for respondent in case.respondents)
    return [Reachable(respondent.id, respondent.language, email) for respondent, email in found if email]
