"""What a case's page says about its people, consents and messages, in the reader's language and clock."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from portal.booking.forms import INTERPRETERS
from portal.cases.contact import reachable
from portal.cases.models import Case
from portal.desk import service
from portal.extensions import db
from portal.family.forms import ASSENT, AUTHORITY, PERSON, ROLES
from portal.i18n import N_, language_name, moment, spoken
from portal.i18n import gettext as _
from portal.mail.models import EXPIRED, REFUSED, SENT, UNREADABLE, WAITING, OutboxMessage
from portal.pages import library
from portal.web.parts import parts

MESSAGE_STATES = {
    WAITING: N_("waiting"),
    SENT: N_("sent"),
    EXPIRED: N_("too late"),
    REFUSED: N_("refused"),
    UNREADABLE: N_("erased"),
}
Shown = dict[str, str]


def respondents(case: Case) -> list[Shown]:
    """Who fills in, what they said about it, and how to reach them."""
    keyring = parts().keyring
    key = keyring.family(case.family_id)
    addresses = {one.respondent_id: one.email for one in reachable(keyring, case)}
    found = []
    for respondent in case.respondents:
        role = key.read_json(respondent, "role") or {}
        found.append(
            {
                "role": _word(ROLES, role.get("respondent_role")),
                "person": _word(PERSON, role.get("person")),
                "authority": _word(AUTHORITY, role.get("guardian_authority")),
                "assent": _word(ASSENT, role.get("adult_assent")),
                "language": language_name(respondent.language, spoken()),
                "email": addresses.get(respondent.id, ""),
            }
        )
    return found


def consents(case: Case, zone: str) -> list[dict[str, str | int]]:
    """What was agreed to: which text, which version, read in which language, when."""
    return [
        {
            "title": _title(one.text, one.version),
            "version": one.version,
            "language": language_name(one.language, spoken()),
            "status": one.status,
            "at": moment(one.at, zone, spoken()),
        }
        for one in service.consents_of(db.session(), case.id)
    ]


def messages(case: Case, zone: str) -> list[Shown]:
    """What became of each message about this case; never what stands in it."""
    query = select(OutboxMessage).where(OutboxMessage.case_id == case.id).order_by(OutboxMessage.created_at)
    return [
        {
            "kind": row.kind,
            "state": row.state,
            "state_words": message_state(row.state),
            "at": moment(row.created_at, zone, spoken()),
        }
        for row in db.session.scalars(query)
    ]


def message_state(state: str) -> str:
    """A message's state in words."""
    return _word(MESSAGE_STATES, state) or state


def interpreter(wish: str | None) -> str:
    """What kind of interpreter a family wishes for, in words."""
    return _word(INTERPRETERS, wish)


def _word(words: Mapping[str, str], code: str | None) -> str:
    return _(words[code]) if code and code in words else ""


def _title(slug: str, version: int) -> str:
    try:
        return library.find(slug, spoken(), version).title
    except LookupError:
        return slug
