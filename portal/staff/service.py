"""People of the office: invite, make ready, remove, find. Passwords arrive here hashed, codes' secrets sealed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from portal.i18n import OFFERED, zone_of
from portal.keys.ids import new_id, new_token
from portal.keys.keyring import Keyring
from portal.keys.sealed import place
from portal.staff.models import ADMIN, COORDINATOR, LEAD, ROLES, Role, StaffLanguage, StaffMember, StaffRole
from portal.web.session_rows import end_sessions

INVITATION_LIFE = timedelta(days=7)
UNKNOWN_LANGUAGE = "a language is not known; give codes such as tr or ar"


class InvitationExpired(Exception):
    """The invitation is unknown, used, or too old."""


def invite(
    session: Session,
    keyring: Keyring,
    *,
    email: str,
    name: str,
    language: str,
    time_zone: str,
    roles: Sequence[str],
    languages: Sequence[str],
    now: datetime,
) -> tuple[StaffMember, str]:
    """Add a person who cannot sign in yet, and the token with which that changes. Raises `ValueError` with one line."""
    _check(session, email, language, time_zone, roles, languages)
    person = StaffMember(
        email=fold_email(email),
        language=language,
        time_zone=time_zone,
        created_at=now,
        active=True,
        fs_uniquifier=new_id(),
        roles=list(session.scalars(select(Role).where(Role.name.in_(roles)))),
        languages=[StaffLanguage(language=code) for code in dict.fromkeys(languages)],
    )
    keyring.instance.write(person, "name", name.strip())
    try:
        with session.begin_nested():
            session.add(person)
    except IntegrityError as fault:
        raise ValueError("somebody has this address already") from fault
    return person, _new_invitation(session, keyring, person, now)


def invited(session: Session, keyring: Keyring, token: str, *, now: datetime) -> StaffMember:
    """Who was invited with this token, or `InvitationExpired`."""
    hashed = keyring.lookup("invitation", token)
    person = session.scalar(select(StaffMember).where(StaffMember.invitation_hash == hashed))
    if person is None or not person.active or person.invitation_until is None or person.invitation_until <= now:
        raise InvitationExpired
    return person


def accept_invitation(session: Session, person: StaffMember, *, password_hash: str, totp_secret: str) -> None:
    """Let an invited person sign in from now on; the invitation is used up."""
    person.password, person.tf_totp_secret, person.tf_primary_method = password_hash, totp_secret, "authenticator"
    person.invitation_hash, person.invitation_until = None, None
    session.flush()


def create_ready(
    session: Session,
    keyring: Keyring,
    *,
    email: str,
    name: str,
    language: str,
    time_zone: str,
    roles: Sequence[str],
    languages: Sequence[str],
    password_hash: str,
    totp_secret: str,
    now: datetime,
) -> StaffMember:
    """A person who can sign in at once (the demo clinic)."""
    person, _token = invite(
        session,
        keyring,
        email=email,
        name=name,
        language=language,
        time_zone=time_zone,
        roles=roles,
        languages=languages,
        now=now,
    )
    accept_invitation(session, person, password_hash=password_hash, totp_secret=totp_secret)
    return person


def set_whereabouts(session: Session, person: StaffMember, *, time_zone: str, languages: Sequence[str]) -> None:
    """Where a person is, and which languages they speak with families. Raises `ValueError` with one line."""
    _check_whereabouts(time_zone, languages)
    person.time_zone = time_zone
    there = {one.language: one for one in person.languages}
    person.languages = [there.get(code) or StaffLanguage(language=code) for code in dict.fromkeys(languages)]
    session.flush()


def revoke(session: Session, person: StaffMember, now: datetime) -> None:
    """Remove a person: no sign-in, every session ends at once. The row stays, for the log names it."""
    _sign_out_everywhere(session, person)
    person.active, person.revoked_at = False, now
    _forget_factors(person)
    person.invitation_hash, person.invitation_until = None, None
    session.flush()


def reset(session: Session, keyring: Keyring, person: StaffMember, now: datetime) -> str:
    """Forget password and second factor; the token of a new invitation."""
    _sign_out_everywhere(session, person)
    person.active, person.revoked_at = True, None
    _forget_factors(person)
    return _new_invitation(session, keyring, person, now)


def listing(session: Session) -> list[StaffMember]:
    """Everyone with roles and languages, by address."""
    everyone = select(StaffMember).options(selectinload(StaffMember.languages)).order_by(StaffMember.email)
    return list(session.scalars(everyone))


def names(session: Session, keyring: Keyring) -> dict[str, str]:
    """Everyone's name, by id."""
    rows = session.execute(select(StaffMember.id, StaffMember.name))
    return {row.id: keyring.instance.open(row.name, place("staff_member", "name", row.id)).decode() for row in rows}


def find_by_email(session: Session, email: str) -> StaffMember | None:
    """The person with this sign-in address."""
    return session.scalar(select(StaffMember).where(StaffMember.email == fold_email(email)))


def find_by_sign_in(session: Session, uniquifier: str, *, lock: bool = False) -> StaffMember | None:
    """The person whose password was given under this name; a removal or a reset gives them another."""
    found = select(StaffMember).where(StaffMember.fs_uniquifier == uniquifier, StaffMember.active)
    return session.scalar(found.with_for_update(of=StaffMember) if lock else found)


def name_of(keyring: Keyring, person: StaffMember) -> str:
    """A person's name."""
    return keyring.instance.read(person, "name") or person.email


def coordinators_speaking(session: Session, language: str) -> list[StaffMember]:
    """Active coordinators who speak a language, by address."""
    speaks = select(StaffLanguage.staff_id).where(StaffLanguage.language == language)
    return _active(session, COORDINATOR, StaffMember.id.in_(speaks))


def languages_of_coordinators(session: Session) -> list[str]:
    """In which languages active coordinators talk with families, as codes."""
    asked = (
        select(StaffLanguage.language)
        .join(StaffMember, StaffMember.id == StaffLanguage.staff_id)
        .join(StaffRole, StaffRole.staff_id == StaffMember.id)
        .where(StaffMember.active, StaffRole.role == COORDINATOR)
    )
    return list(session.scalars(asked.distinct().order_by(StaffLanguage.language)))


def leads(session: Session) -> list[StaffMember]:
    """Active leads, by address."""
    return _active(session, LEAD)


def leads_and_admins(session: Session) -> list[StaffMember]:
    """Active leads and admins, each once, by address."""
    found = {one.id: one for role in (LEAD, ADMIN) for one in _active(session, role)}
    return sorted(found.values(), key=lambda one: one.email)


def fold_email(email: str) -> str:
    """A sign-in address as it is stored; only ASCII letters are folded."""
    return "".join(mark.lower() if mark.isascii() else mark for mark in email.strip())


def _active(session: Session, role: str, *more: object) -> list[StaffMember]:
    has = select(StaffRole.staff_id).where(StaffRole.role == role)
    found = select(StaffMember).where(StaffMember.active, StaffMember.id.in_(has), *more)  # type: ignore[arg-type]
    return list(session.scalars(found.order_by(StaffMember.email)))


def _check(
    session: Session, email: str, language: str, time_zone: str, roles: Sequence[str], languages: Sequence[str]
) -> None:
    unknown = [role for role in roles if role not in ROLES]
    if not roles or unknown:
        raise ValueError(f"roles must be some of {', '.join(ROLES)}")
    _check_whereabouts(time_zone, [language, *languages])
    if language not in OFFERED:
        raise ValueError(UNKNOWN_LANGUAGE)
    if find_by_email(session, email) is not None:
        raise ValueError("somebody has this address already")


def _check_whereabouts(time_zone: str, languages: Sequence[str]) -> None:
    if [code for code in languages if not (code.isascii() and 2 <= len(code) <= 12)]:
        raise ValueError(UNKNOWN_LANGUAGE)
    if zone_of(time_zone) is None:  # a clock without a place is nobody's home
        raise ValueError("this time zone is not known; give a name such as Europe/Istanbul")


def _new_invitation(session: Session, keyring: Keyring, person: StaffMember, now: datetime) -> str:
    token = new_token()
    person.invitation_hash, person.invitation_until = keyring.lookup("invitation", token), now + INVITATION_LIFE
    session.flush()
    return token


def _forget_factors(person: StaffMember) -> None:
    person.password = person.tf_totp_secret = person.tf_primary_method = None
    # The counter belongs to the secret: the first code of the next one may come within the same half minute.
    person.totp_counter = None


def _sign_out_everywhere(session: Session, person: StaffMember) -> None:
    end_sessions(session, person.fs_uniquifier)
    person.fs_uniquifier = new_id()
