"""The overview: what is done, what can be done next, in any order."""

from __future__ import annotations

from flask import redirect, request
from flask import session as web_session
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from portal.booking.clocks import clocks_to_come
from portal.booking.models import Appointment
from portal.booking.news import tell
from portal.booking.service.standing import HAD, HAS, MAY, booked, standing
from portal.booking.service.waiting import offer_of
from portal.booking.wished import offered
from portal.cases.entry import AtHand, at_hand, family_only
from portal.cases.models import DRAFT, Case
from portal.cases.service.assent import may_still_agree
from portal.cases.service.changes import is_open
from portal.cases.service.start import role_of
from portal.documents.service import documents_of
from portal.extensions import db
from portal.family.blueprint import blueprint
from portal.family.views.mending import to_mend
from portal.i18n import N_, ngettext, spoken
from portal.i18n import gettext as _
from portal.intake.questionnaire.store import words
from portal.intake.service import answers as intake
from portal.intake.service import flags, progress
from portal.keys.keyring import KeyDestroyed
from portal.web.addresses import url_for
from portal.web.parts import now, parts
from portal.web.rendering import render
from portal.web.ways import OVERVIEW

Task = dict[str, str]
FIRST = "person"
STATUSES = {
    "not_started": N_("Not started"),
    "begun": N_("Begun"),
    "done": N_("Done"),
    "new": N_("New questions"),
    "later": N_("Opens after “About the person”"),
}


@blueprint.get("/case")
@family_only
def tasks() -> ResponseReturnValue:
    """The case's task list; after sending, what happens next. A code that is not written down yet comes first."""
    if "new_code" in web_session:
        return redirect(url_for("family.start_code"), 303)
    found = at_hand()
    appointment = booked(db.session(), found.case.id)
    stands = HAS if appointment else standing(db.session(), found.case.id)
    waits = found.case.waits_since is not None
    draft = found.case.state == DRAFT
    to_correct = not draft and is_open(found.case, now())
    answers = intake.read_case(db.session(), parts().keyring, found.case, today=now().date())
    return render(
        "family/tasks.html",
        draft=draft,
        moved="moved" in request.args,
        tasks=_tasks(found, answers, appointment, stands) if draft else [],
        later=_sections(answers) if to_correct else [],
        unread=to_mend(answers, back=OVERVIEW) if to_correct else [],
        language=found.case.language,
        asks_assent=_asks_assent(found),
        urgent=flags.is_open(answers),
        reference=found.case.reference,
        appointment=appointment and spoken_appointment(appointment),
        took_place=stands == HAD,
        told=tell(parts().keyring, found.case, appointment, parts().settings, now()),
        may_choose=stands == MAY,
        reminder="" if waits else _reminder(draft, appointment),
        waits=waits,
        offer=_offer(found.case) if waits else None,
    )


def _offer(case: Case) -> dict[str, str] | None:
    found = offer_of(db.session(), case.id, now=now())
    return offered(found, case, parts().settings.clinic_time_zone, now())


def spoken_appointment(appointment: Appointment) -> dict[str, str]:
    """An appointment on the family's clock and, where it differs, on the clinic's, in the reader's language."""
    return clocks_to_come(appointment, at_hand().case, parts().settings.clinic_time_zone, spoken(), now())


def _asks_assent(found: AtHand) -> bool:
    """Whether the person had not been asked yet at the start, as far as anybody can still read."""
    try:
        return may_still_agree(role_of(parts().keyring, found.case, found.respondent))
    except KeyDestroyed:
        return False


def _sections(answers: intake.Intake) -> list[Task]:
    said = words(answers.questionnaire.id, spoken())
    return [
        _task(
            said.sections[section.id].title,
            url_for("intake.section", section=section.id),
            progress.section_status(answers, section.id),
        )
        for section in answers.questionnaire.sections
    ]


def _tasks(found: AtHand, answers: intake.Intake, appointment: Appointment | None, stands: str) -> list[Task]:
    sections = _sections(answers)
    started = progress.section_status(answers, FIRST) != "not_started"
    if not started:
        for later in sections[1:]:
            later |= {"status": "later", "label": status_words("later"), "url": ""}
    return [*sections, _documents(found), _book(appointment, stands, started=started), _check(answers, started=started)]


def _documents(found: AtHand) -> Task:
    number = len(documents_of(db.session(), parts().keyring, found.case.id))
    task = _task(_("Your documents"), url_for("documents.documents"), "done" if number else "not_started")
    task["hint"] = _("Genetic report, tests of walking or strength. A photo is enough.")
    if number:
        task["label"] = ngettext("%(num)d file", "%(num)d files", number)
    return task


def _book(appointment: Appointment | None, stands: str, *, started: bool) -> Task:
    if stands == HAD:
        task = _task(_("Your free consultation"), url_for("booking.book"), "done")
        task["hint"] = _("It took place")
        return task
    if appointment is not None:
        task = _task(_("Your free consultation"), url_for("booking.appointment"), "done")
        task["hint"] = _on_each_clock(spoken_appointment(appointment))
        return task
    task = _task(_("Choose a time for your free consultation"), url_for("booking.book"), "not_started")
    return task if started else task | {"status": "later", "label": status_words("later"), "url": ""}


def _on_each_clock(said: dict[str, str]) -> Markup:
    lines = [f"{said['at']} ({said['zone']})"]
    if "other_at" in said:
        lines.append(_("On the clinic’s clock: %(at)s (%(zone)s)", at=said["other_at"], zone=said["other_zone"]))
    if "booked_at" in said:
        at, zone = said["booked_at"], said["booked_zone"]
        lines.append(_("On the clock on which you booked it: %(at)s (%(zone)s)", at=at, zone=zone))
    if said["change"]:
        lines.append(
            _(
                "Your clocks change before this appointment, on %(day)s. The time above is already on the new clock.",
                day=said["change"],
            )
        )
    return Markup("<br>").join(lines)


def _check(answers: intake.Intake, *, started: bool) -> Task:
    ready = started and not progress.required_missing(answers)
    task = _task(_("Check your answers and send"), url_for("family.check"), "not_started")
    return task if ready else task | {"status": "later", "label": status_words("later"), "url": ""}


def _task(title: str, url: str, status: str) -> Task:
    status = {"new_questions": "new"}.get(status, status)
    return {"title": title, "url": url, "hint": "", "status": status, "label": status_words(status)}


def status_words(status: str) -> str:
    """A status in words."""
    return _(STATUSES[status])


def _reminder(draft: bool, appointment: Appointment | None) -> str:
    if draft and appointment is not None:
        return _(
            "Your time is booked. Please send your answers before the consultation, so that the office can prepare."
        )
    if not draft and appointment is None:
        return _("Your answers are with the office. The next step is to choose a time for your free consultation.")
    return ""
