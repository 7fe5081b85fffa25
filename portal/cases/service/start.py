"""Begin a case: family, respondent, case, keys and consents in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload

from portal.cases.models import DRAFT, Case, Consent, Family, Respondent
from portal.keys.ids import fold_code, new_case_code, new_id, new_reference
from portal.keys.keyring import Keyring

GIVEN, DECLINED = "active", "rejected"
MOST_CASES = 12  # of one family: more than any has, and little for who would fill the office's list


class TooManyCases(Exception):
    """This family has as many cases as one may have."""


@dataclass(frozen=True)
class Beginning:
    """What a respondent says before anything medical is asked. `consents`: text slug to (version, agreed)."""

    language: str
    email: str | None
    role: Mapping[str, str]
    consents: Mapping[str, tuple[int, bool]]
    questionnaire: str


@dataclass(frozen=True)
class Begun:
    """A new case; `code` opens it again and is known to nobody but the family, where no address was given."""

    case: Case
    respondent: Respondent
    code: str | None


def begin_case(session: Session, keyring: Keyring, beginning: Beginning, *, now: datetime) -> Begun:
    """Make a family with one case. Its keys are durable before the rows, so that nothing is ever stored unsealed."""
    family_id = new_id()
    keyring.create_family(family_id)
    code = None if beginning.email else new_case_code()
    family = Family(id=family_id, created_at=now, code_hash=code and code_hash(keyring, code))
    session.add(family)
    respondent = _respondent(keyring, family_id, beginning, now)
    session.add(respondent)
    return Begun(_open(session, keyring, respondent, beginning, now), respondent, code)


def begin_another(
    session: Session, keyring: Keyring, respondent: Respondent, beginning: Beginning, *, now: datetime
) -> Case:
    """One more case of a family that is known: the same way to reach it, and none of the answers.

    Raises `TooManyCases`.
    """
    if len(cases_of(session, respondent.family_id)) >= MOST_CASES:
        raise TooManyCases
    return _open(session, keyring, respondent, beginning, now)


def cases_of(session: Session, family_id: str) -> list[Case]:
    """A family's cases, oldest first."""
    return list(session.scalars(select(Case).where(Case.family_id == family_id).order_by(Case.created_at, Case.id)))


def role_of(keyring: Keyring, case: Case, respondent: Respondent) -> dict[str, str]:
    """What the respondent said about filling in for this person: role, child or adult, authority, agreement."""
    key = keyring.family(case.family_id)
    said: dict[str, str] = (key.read_json(case, "role") if case.role else key.read_json(respondent, "role")) or {}
    return said


# Locked as who changes other columns than the key locks it: rows that name the case can still be added by others.
LOCKED = select(Case).where(Case.id == bindparam("case_id")).with_for_update(of=Case, key_share=True)
LOCKED_WITH_PEOPLE = LOCKED.options(joinedload(Case.respondents))
ANEW = {"populate_existing": True}


def locked_case(session: Session, case_id: str, *, people: bool = False) -> Case:
    """A case as it stands now, with everybody else who asks for it like this waiting until the transaction ends.

    With `people` its respondents are read along, for who writes to them.
    """
    asked = LOCKED_WITH_PEOPLE if people else LOCKED
    return session.execute(asked, {"case_id": case_id}, execution_options=ANEW).unique().scalar_one()


def code_hash(keyring: Keyring, typed: str) -> str:
    """The keyed hash by which a case code is found, however it was typed."""
    return keyring.lookup("case-code", fold_code(typed))


def email_hash(keyring: Keyring, email: str) -> str:
    """The keyed hash by which an address is found. Only ASCII is folded: no language's rules can change a letter."""
    return keyring.lookup("email", "".join(mark.lower() if mark.isascii() else mark for mark in email.strip()))


def _respondent(keyring: Keyring, family_id: str, beginning: Beginning, now: datetime) -> Respondent:
    respondent = Respondent(family_id=family_id, language=beginning.language, created_at=now)
    key = keyring.family(family_id)
    key.write(respondent, "email", beginning.email)
    key.write_json(respondent, "role", dict(beginning.role))
    respondent.email_hash = email_hash(keyring, beginning.email) if beginning.email else None
    return respondent


def _open(session: Session, keyring: Keyring, respondent: Respondent, beginning: Beginning, now: datetime) -> Case:
    case_id = new_id()
    keyring.create_case(case_id)
    case = Case(
        id=case_id,
        family_id=respondent.family_id,
        reference=new_reference(),
        pseudonym=new_id(),
        language=beginning.language,
        questionnaire=beginning.questionnaire,
        state=DRAFT,
        time_zone="",
        created_at=now,
        changed_at=now,
    )
    keyring.family(respondent.family_id).write_json(case, "role", dict(beginning.role))
    session.add(case)
    session.flush()
    session.add_all(_consents(case, respondent, beginning, now))
    session.flush()
    return case


def _consents(case: Case, respondent: Respondent, beginning: Beginning, now: datetime) -> list[Consent]:
    return [
        Consent(
            case_id=case.id,
            respondent_id=respondent.id,
            text=text,
            version=version,
            language=beginning.language,
            status=GIVEN if agreed else DECLINED,
            at=now,
        )
        for text, (version, agreed) in beginning.consents.items()
    ]
