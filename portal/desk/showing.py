"""What a case's page says about its people, consents and messages, in the reader's language and clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from portal.booking.clocks import clocks, zone_of_family
from portal.booking.forms import INTERPRETERS
from portal.booking.reasons import BY_STAFF
from portal.booking.service.afterwards import ended
from portal.booking.service.gone import COORDINATOR_LEFT, INTERPRETER_LEFT, who_left
from portal.booking.service.standing import booked
from portal.booking.slots import token_of
from portal.booking.told import video_link, wishes
from portal.cases.contact import reachable
from portal.cases.models import Case
from portal.cases.service.assent import ASSENT as ASSENT_CODE
from portal.cases.service.changes import DOCUMENTS, START, Said, changes_of
from portal.cases.service.start import role_of
from portal.desk import service
from portal.desk.endings import OUTCOMES, endings
from portal.desk.hearing import hearing
from portal.documents.forms import KIND_WORDS
from portal.extensions import db
from portal.family.forms import ASSENT, AUTHORITY, PERSON, ROLES
from portal.i18n import N_, OFFERED, language_name, moment, spoken
from portal.i18n import gettext as _
from portal.intake.questionnaire import store
from portal.intake.questionnaire.answers import SKIPPED
from portal.intake.questionnaire.path import birth_in
from portal.intake.questionnaire.texts import Words, label_of
from portal.intake.service.answers import Intake
from portal.intake.showing import Piece, RowShown, show_row
from portal.intake.words import STATES
from portal.mail.models import EXPIRED, REFUSED, SENT, UNREADABLE, WAITING, OutboxMessage
from portal.pages import library
from portal.staff.entry import person
from portal.staff.service import name_of
from portal.web.parts import now, parts

MESSAGE_STATES = {
    WAITING: N_("waiting"),
    SENT: N_("sent"),
    EXPIRED: N_("too late"),
    REFUSED: N_("refused"),
    UNREADABLE: N_("erased"),
}
NO_SECTIONS = {DOCUMENTS: N_("Documents"), START: N_("What was said at the start")}
Shown = dict[str, str]


@dataclass(frozen=True)
class Changed:
    """One answer that a family changed, before and after; of a document only what became of it."""

    label: str
    before: RowShown | None
    after: RowShown


def respondents(case: Case) -> list[Shown]:
    """Who fills in, what they said about it, and how to reach them."""
    keyring = parts().keyring
    addresses = {one.respondent_id: one.email for one in reachable(keyring, case)}
    found = []
    for respondent in case.respondents:
        role = role_of(keyring, case, respondent)
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


def changes(case: Case, intake: Intake, zone: str) -> list[dict[str, Any]]:
    """What the family changed after sending, newest first: when, who, in which part, before and after in words."""
    said = store.words(intake.questionnaire.id, spoken())
    keyring = parts().keyring
    who = {one.id: _word(ROLES, role_of(keyring, case, one).get("respondent_role")) for one in case.respondents}
    return [
        {
            "at": moment(one.at, zone, spoken()),
            "who": who.get(one.author_id, ""),
            "part": _(NO_SECTIONS[one.part]) if one.part in NO_SECTIONS else said.sections[one.part].title,
            "rows": [_changed(intake, said, code, *pair) for code, pair in one.said.items()],
        }
        for one in changes_of(db.session(), keyring, case)
    ]


def _changed(intake: Intake, said: Words, code: str, before: Said | None, after: Said | None) -> Changed:
    if code == ASSENT_CODE:
        return Changed(_("Agreement of the person"), _assent(before), _assent(after))
    question = intake.questionnaire.questions.get(code)
    if question is None:  # a document: its id tells nobody anything
        here = after or before or {}
        named = f"{_word(KIND_WORDS, here.get('value'))}: {here.get('name', '')}"
        label = _("Added") if after else _("Removed")
        return Changed(label, None, RowShown(code, label, (Piece(named),)))
    words = said.questions[code]
    label = label_of(words, said.person)
    born = birth_in(intake.answers)
    then, now_said = (show_row(question, words, answer, label, spoken(), born) for answer in (before, after))
    return Changed(then.label, then, now_said)


def _assent(said: Said | None) -> RowShown:
    words = _word(ASSENT, said.get("value")) if said else _(STATES[SKIPPED])
    return RowShown(ASSENT_CODE, _("Agreement of the person"), (Piece(words),))


def languages_of(case: Case, rows: Iterable[RowShown | None]) -> str:
    """In which languages the family's own words in some answers are written, in words."""
    found = dict.fromkeys(language or case.language for row in rows if row for language in row.languages)
    return OFFERED[spoken()].comma.join(language_name(language, spoken()) for language in found)


def version_of(intake: Intake) -> tuple[str, list[str]]:
    """Which version of the questionnaire a case answers, and the sections of today's that it was never asked."""
    today, own = store.current(), intake.questionnaire
    said = store.words(today.id, spoken())
    asked = {section.id for section in own.sections}
    return own.id, [said.sections[section.id].title for section in today.sections if section.id not in asked]


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


LEFT = {
    COORDINATOR_LEFT: N_("Nobody of the office has this conversation any more: choose another time or person."),
    INTERPRETER_LEFT: N_("The interpreter of this conversation has left the office: choose another time or person."),
}


def left_words(who: str) -> str:
    """What is to be done about a consultation that somebody has left, in words."""
    return _word(LEFT, who)


def consultation(case: Case) -> dict[str, Any]:
    """The case's consultation: when, how, with whom, what can be done about it; and how those before it ended."""
    here, language, zone = parts(), spoken(), person().time_zone
    found, gone = booked(db.session(), case.id, person=True), ended(db.session(), case.id)
    before = endings(case, gone)
    if found is None:
        return {"when": None, "before": before, **hearing(case, gone[0] if gone else None)}
    said, begun = wishes(here.keyring, case, found), found.start_at <= now()
    return {
        "when": clocks(found, zone, zone_of_family(found, case), language),
        "wishes": said,
        "video": video_link(here.keyring, case, found, here.settings),
        "interpreter": interpreter(said.get("interpreter")),
        "interpreted": found.interpreter_id is not None,
        "moved_clocks": found.clock_moved_at is not None,
        "begun": begun,
        "with_whom": name_of(here.keyring, found.schedule.staff),
        "left": "" if begun else left_words(who_left(found)),
        "token": "" if begun else token_of(found.start_at, found.end_at),
        "reasons": [("", _("Please choose")), *((code, _(words)) for code, words in BY_STAFF.items())],
        "outcomes": [(code, _(words)) for code, words in OUTCOMES.items()],
        "before": before,
        **hearing(case, found),
    }
