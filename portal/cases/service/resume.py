"""Ask for a way back by e-mail. Asking does the same, in the same time, for a known and an unknown address."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.cases.emails import way_back_letter
from portal.cases.models import Respondent
from portal.cases.rules import WayBack
from portal.cases.service.access import open_way, respondents_at
from portal.cases.service.start import email_hash
from portal.config import Settings
from portal.jobs import queue
from portal.jobs.models import Job
from portal.keys.ids import new_id
from portal.keys.keyring import Keyring
from portal.mail import outbox
from portal.web.throttle import allow

MAIL_WAY_BACK = "cases.mail_way_back"
AT_ONCE = 5
# A mailbox gets so many letters in such a time, whoever asks and from wherever. Whoever asks meanwhile waits for the
# next one, which opens for all of them: a flood delays a family by some minutes and never keeps it out.
LETTERS, WINDOW, PAUSE = 2, timedelta(minutes=10), timedelta(minutes=1)
MAILBOX = 31  # marks of the address's keyed hash in a job's subject: all requests for a mailbox are found by them


def ask_for_way_back(session: Session, keyring: Keyring, *, email: str, asked_by: str, now: datetime) -> None:
    """Leave a job that looks the address up; the request itself does not, so that it tells nothing by its time."""
    job = queue.enqueue(session, MAIL_WAY_BACK, f"{_mailbox(keyring, email)}-{new_id()}", due_at=now, now=now)
    keyring.instance.write_json(job, "payload", {"email": email, "asked_by": asked_by})


def mail_ways_back(session: Session, keyring: Keyring, job_id: str, *, settings: Settings, now: datetime) -> int:
    """Mail a link and a code for each case begun with the address. Returns how many; none for an unknown address.

    One letter is for everybody who has asked for this mailbox until now: each browser has tries of its own.
    """
    job = session.get(Job, job_id)
    if job is None:
        return 0
    email = keyring.instance.read_json(job, "payload")["email"]
    found = respondents_at(session, keyring, email)[:AT_ONCE]
    if not found:
        return 0
    mailbox = _mailbox(keyring, email)
    if not allow(session, keyring, "mailbox", mailbox, limit=LETTERS, window=WINDOW, now=now):
        job.due_at, job.attempts = now + PAUSE, 0  # a new time: the worker leaves it in the queue
        return 0
    # Read behind the counter's row, so that two workers do not both answer the same request.
    asked = session.scalars(select(Job).where(Job.kind == MAIL_WAY_BACK, Job.subject.startswith(mailbox))).all()
    if job not in asked:
        return 0
    browsers = [keyring.instance.read_json(one, "payload")["asked_by"] for one in asked]
    for respondent in found:
        way = _open_ways(session, keyring, respondent, browsers, settings, now)
        letter = way_back_letter(email, respondent.language, way, settings=settings, now=now)
        outbox.post(session, keyring, letter, scope=outbox.family_scope(respondent.family_id), now=now)
    session.execute(delete(Job).where(Job.id.in_([one.id for one in asked if one is not job])))
    return len(found)


def _open_ways(
    session: Session, keyring: Keyring, respondent: Respondent, browsers: list[str], settings: Settings, now: datetime
) -> WayBack:
    """One code for all these browsers; the way that the letter tells of."""
    first, *others = browsers
    way = open_way(session, keyring, respondent, settings=settings, now=now, asked_by=first)
    for other in others:
        open_way(session, keyring, respondent, settings=settings, now=now, asked_by=other, code=way.code)
    return way


def _mailbox(keyring: Keyring, email: str) -> str:
    return email_hash(keyring, email)[:MAILBOX]
