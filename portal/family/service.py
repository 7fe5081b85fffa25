"""Send the intake, once: the case is closed for changes, the family gets its letter and coordinators a summary."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.booking.clocks import zone_of_family
from portal.booking.models import Appointment
from portal.booking.service.standing import booked
from portal.cases.contact import reachable
from portal.cases.models import DRAFT, SUBMITTED, Case
from portal.cases.service.access import end_ways
from portal.config import Settings
from portal.documents.service import documents_of
from portal.family.emails import Summary, received_letter, summary_letter
from portal.intake.questionnaire.tongues import tongues_of
from portal.intake.service import answers as intake
from portal.intake.service import flags, progress
from portal.keys.keyring import Keyring
from portal.mail import outbox
from portal.rows import change_row
from portal.staff import service as staff
from portal.staff.models import StaffMember


class NotComplete(Exception):
    """Required answers are missing; nothing was sent. `missing` are (section, code) pairs."""

    def __init__(self, missing: list[tuple[str, str]]) -> None:
        super().__init__(len(missing))
        self.missing = missing


class HelpFirst(Exception):
    """A sign is ticked that cannot wait for us: nothing is sent until the family has said how it stands."""


def send_intake(session: Session, keyring: Keyring, case: Case, *, settings: Settings, now: datetime) -> bool:
    """Send a case with its letters. Returns whether this call sent it: a second press changes and mails nothing."""
    if case.state != DRAFT:
        return False
    answers = intake.read_case(session, keyring, case, today=now.date())
    missing = progress.required_missing(answers)
    if missing:
        raise NotComplete(missing)
    if flags.is_open(answers):
        raise HelpFirst
    end_ways(session, case.family_id)
    change_row(session, case, state=SUBMITTED, submitted_at=now, changed_at=now)
    appointment = booked(session, case.id, person=True)
    letters = [
        received_letter(one.email, one.language, case, appointment, settings=settings, now=now)
        for one in reachable(keyring, case)
    ]
    summary = _summary(session, keyring, case, answers, appointment)
    letters += [
        summary_letter(
            person.email, person.language, person.time_zone, summary, appointment, settings=settings, now=now
        )
        for person in readers(session, case, appointment)
    ]
    outbox.post_all(session, keyring, letters, scope=outbox.case_scope(case.id), now=now)
    return True


def readers(session: Session, case: Case, appointment: Appointment | None) -> list[StaffMember]:
    """Who gets the summary: the appointment's coordinator, else all who speak the language, else the leads."""
    if appointment is not None:
        own = appointment.schedule.staff
        if own.active:
            return [own]
    return staff.coordinators_speaking(session, case.language) or staff.leads(session)


def _summary(
    session: Session, keyring: Keyring, case: Case, answers: intake.Intake, appointment: Appointment | None
) -> Summary:
    counts = progress.counts(answers)
    wishes = keyring.case(case.id).read_json(appointment, "details") if appointment else None
    wishes = wishes or {}
    written = tongues_of({code: answer for code, answer in answers.answers.items() if code in answers.path})
    languages = dict.fromkeys([case.language, *(one.language for one in case.respondents), *written])
    return Summary(
        reference=case.reference,
        languages=tuple(languages),
        country=case.country,
        zone=zone_of_family(appointment, case) if appointment else case.time_zone,
        complete=counts.complete,
        missing=counts.missing,
        documents=len(documents_of(session, keyring, case.id)),
        interpreter=wishes.get("interpreter", "none") not in {"none", "no", ""},
        channel=wishes.get("channel"),
    )
