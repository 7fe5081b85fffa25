"""Ask for a way back by e-mail. Asking does the same, in the same time, for a known and an unknown address."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.cases.emails import way_back_letter
from portal.cases.service.access import open_way, respondents_at
from portal.config import Settings
from portal.jobs import queue
from portal.jobs.models import Job
from portal.keys.ids import new_id
from portal.keys.keyring import Keyring
from portal.mail import outbox

MAIL_WAY_BACK = "cases.mail_way_back"
AT_ONCE = 5


def ask_for_way_back(session: Session, keyring: Keyring, *, email: str, asked_by: str, now: datetime) -> None:
    """Leave a job that looks the address up; the request itself does not, so that it tells nothing by its time."""
    job = queue.enqueue(session, MAIL_WAY_BACK, new_id(), due_at=now, now=now)
    keyring.instance.write_json(job, "payload", {"email": email, "asked_by": asked_by})


def mail_ways_back(session: Session, keyring: Keyring, job_id: str, *, settings: Settings, now: datetime) -> int:
    """Mail a link and a code for each case begun with the address. Returns how many; none for an unknown address."""
    job = session.get(Job, job_id)
    if job is None:
        return 0
    asked = keyring.instance.read_json(job, "payload")
    found = respondents_at(session, keyring, asked["email"])[:AT_ONCE]
    for respondent in found:
        way = open_way(session, keyring, respondent, settings=settings, now=now, asked_by=asked["asked_by"])
        letter = way_back_letter(asked["email"], respondent.language, way, settings=settings, now=now)
        outbox.post(session, keyring, letter, scope=outbox.family_scope(respondent.family_id), now=now)
    return len(found)
