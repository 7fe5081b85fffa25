"""Whoever has typed the right code is let in and led on; why somebody is not is said at the field."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import Field

from portal.accesslog.log import record_by_family
from portal.cases.entry import let_in
from portal.cases.models import Case, Respondent
from portal.cases.parked import carries_parked
from portal.cases.service.access import CodeOld, CodeWrong, LinkExpired, readable
from portal.cases.service.start import locked_case
from portal.i18n import N_, OFFERED, spoken
from portal.i18n import gettext as _
from portal.intake.views.parked import Way, bring_back_to, way_to_kept
from portal.transaction import transaction
from portal.web.limits import requester
from portal.web.parts import now, parts
from portal.web.pressed import lead
from portal.web.throttle import allow, give_back

CODES, CODES_AN_HOUR, HOUR = "code", 20, timedelta(hours=1)
# Said of right and wrong codes alike, for none is looked at then.
MANY_TRIES = N_(
    "Many codes were tried over this internet connection, perhaps by other people. Please wait, an hour at most, and "
    "try again: your code on paper and the link in a message stay good."
)


class TooManyTries(Exception):
    """Of codes that opened nothing, from this network address within an hour."""


def come_in(
    find: Callable[[Session], Respondent | None], field: Field, wrong: Callable[[], str]
) -> ResponseReturnValue | None:
    """Lead on whoever `find` finds; `None` where nobody comes in, with the reason at the field."""
    try:
        there = _arrive(find)
    except TooManyTries:
        field.errors = [_(MANY_TRIES)]
        return None
    if not there:
        field.errors = [_(wrong())]
        return None
    return lead(there)


def _arrive(find: Callable[[Session], Respondent | None]) -> str:
    """Let in whoever `find` finds, within the tries of this network address; where to go on, or an empty text.

    A wrong try is counted and committed; a right one is not, for many families may share one address, and takes back
    no other: whoever knows one code has no more tries at those of others. Whoever sent a page after its access had
    ended goes on at that page; everybody goes on in the language of the case.
    """
    here = parts()
    with transaction() as session:
        if not allow(session, here.keyring, CODES, requester(), limit=CODES_AN_HOUR, window=HOUR, now=now()):
            raise TooManyTries
        try:
            respondent = find(session)
        except (CodeWrong, CodeOld, LinkExpired):
            return ""
        cases = readable(here.keyring, respondent.family.cases) if respondent else []
        if respondent is None or not cases:
            return ""
        give_back(session, here.keyring, CODES, requester())
        case, ways = _case_to_open(session, cases, respondent)
        let_in(case, respondent)
        record_by_family(session, here.keyring, respondent.id, case.pseudonym, "case.opened", now=now())
        language = case.language if case.language in OFFERED else spoken()
        if ways:
            return way_to_kept(session, case, ways, language)
    return url_for("family.tasks" if len(cases) == 1 else "family.others", lang=language)


def _case_to_open(session: Session, cases: list[Case], respondent: Respondent) -> tuple[Case, list[Way]]:
    """The case of a page that this browser had sent too late, with where that is looked at; else the newest.

    Each case of the family gets its own back, whichever is opened.
    """
    found: list[tuple[Case, list[Way]]] = []
    for case in cases if carries_parked() else []:
        own = locked_case(session, case.id)
        ways = bring_back_to(session, own, respondent.id)
        found += [(own, ways)] if ways else []
    return found[-1] if found else (max(cases, key=lambda case: case.changed_at), [])
