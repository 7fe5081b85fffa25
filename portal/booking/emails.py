"""Letters about a consultation: booked and cancelled, to the family and to the coordinator, each in its language."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.booking import calendar as ical
from portal.booking.clocks import clocks
from portal.booking.models import Appointment
from portal.cases.contact import Reachable, reachable
from portal.cases.models import Case
from portal.config import Settings
from portal.i18n import country_name, language_name, speaking
from portal.i18n import gettext as _
from portal.keys.keyring import Keyring
from portal.mail.layout import write_letter
from portal.mail.letter import Letter
from portal.staff.models import StaffMember

CANCELLED_LIFE = timedelta(days=2)
Wishes = dict[str, str]


def booked_letters(
    keyring: Keyring, case: Case, appointment: Appointment, *, settings: Settings, now: datetime
) -> list[Letter]:
    """One letter with METHOD:REQUEST to each respondent who can be reached, and one to the coordinator."""
    return _letters("booked", ical.REQUEST, keyring, case, appointment, settings, now)


def cancelled_letters(
    keyring: Keyring, case: Case, appointment: Appointment, *, settings: Settings, now: datetime
) -> list[Letter]:
    """The same people, with METHOD:CANCEL and a higher SEQUENCE."""
    return _letters("cancelled", ical.CANCEL, keyring, case, appointment, settings, now)


def family_calendar(
    keyring: Keyring, case: Case, appointment: Appointment, *, settings: Settings, language: str, now: datetime
) -> str:
    """The calendar file as the family downloads it, in the language it reads."""
    with speaking(language):
        meeting = _meeting(keyring, case, appointment, "", language, settings, now)
        return ical.calendar_file(meeting, ical.PUBLISH).ics


def video_link(keyring: Keyring, case: Case, appointment: Appointment, settings: Settings) -> str:
    """The address of the video room; empty where the consultation is by telephone."""
    if wishes(keyring, case, appointment).get("channel") != "video" or not settings.meeting_url:
        return ""
    room = keyring.case(case.id).read(appointment, "room") or ""
    return settings.meeting_url.replace("{room}", room)


def wishes(keyring: Keyring, case: Case, appointment: Appointment) -> Wishes:
    """How the family wants to talk: channel, phone, interpreter."""
    return keyring.case(case.id).read_json(appointment, "details") or {}


def _letters(
    what: str,
    method: str,
    keyring: Keyring,
    case: Case,
    appointment: Appointment,
    settings: Settings,
    now: datetime,
) -> list[Letter]:
    ends = appointment.end_at if what == "booked" else max(appointment.end_at, now) + CANCELLED_LIFE
    rest = (keyring, case, appointment, settings, now, ends)
    letters = [_to_family(what, method, one, *rest) for one in reachable(keyring, case)]
    person = appointment.schedule.staff
    # Whoever has left the office gets no more mail of it.
    return [*letters, _to_staff(what, method, person, *rest)] if person.active else letters


def _to_family(
    what: str,
    method: str,
    to: Reachable,
    keyring: Keyring,
    case: Case,
    appointment: Appointment,
    settings: Settings,
    now: datetime,
    ends: datetime,
) -> Letter:
    with speaking(to.language):
        meeting = _meeting(keyring, case, appointment, to.email, to.language, settings, now)
        return write_letter(
            f"booking/mail/{what}",
            kind=f"appointment.{what}",
            recipient=to.email,
            not_after=ends,
            calendar=ical.calendar_file(meeting, method),
            public_name=settings.public_name,
            reference=case.reference,
            when=clocks(appointment, appointment.time_zone, settings.clinic_time_zone, to.language),
            channel=wishes(keyring, case, appointment).get("channel"),
            video=video_link(keyring, case, appointment, settings),
            draft=case.submitted_at is None,
            url=f"{settings.public_base_url}/{to.language}/resume",
        )


def _to_staff(
    what: str,
    method: str,
    person: StaffMember,
    keyring: Keyring,
    case: Case,
    appointment: Appointment,
    settings: Settings,
    now: datetime,
    ends: datetime,
) -> Letter:
    said = wishes(keyring, case, appointment)
    with speaking(person.language):
        meeting = _meeting(keyring, case, appointment, person.email, person.language, settings, now)
        return write_letter(
            f"booking/mail/staff_{what}",
            kind=f"appointment.{what}.staff",
            recipient=person.email,
            not_after=ends,
            calendar=ical.calendar_file(meeting, method),
            public_name=settings.public_name,
            reference=case.reference,
            language_of_family=language_name(case.language, person.language),
            country=country_name(case.country, person.language) if case.country else "",
            when=clocks(appointment, person.time_zone, appointment.time_zone, person.language),
            channel=said.get("channel"),
            video=video_link(keyring, case, appointment, settings),
            interpreter=said.get("interpreter", "no") != "no",
            url=f"{settings.public_base_url}/{person.language}/desk/cases/{case.reference}",
        )


def _meeting(
    keyring: Keyring,
    case: Case,
    appointment: Appointment,
    attendee: str,
    language: str,
    settings: Settings,
    now: datetime,
) -> ical.Meeting:
    video = video_link(keyring, case, appointment, settings)
    return ical.Meeting(
        uid=ical.uid_of(appointment.id, settings.public_base_url),
        sequence=appointment.sequence,
        start=appointment.start_at,
        end=appointment.end_at,
        changed=now,
        summary=_("Conversation with %(office)s", office=settings.public_name),
        description=_(
            "Reference %(reference)s. To change or cancel, open your file at the portal.", reference=case.reference
        ),
        location=video or _("By telephone"),
        url=video,
        organizer=settings.sender_address,
        organizer_name=settings.public_name,
        attendee=attendee,
        language=language,
    )
