"""Letters about a consultation: booked and cancelled, to the family and to the coordinator, each in its language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from portal.booking.clocks import clocks
from portal.booking.models import Appointment
from portal.cases.contact import Reachable, reachable
from portal.cases.models import Case
from portal.config import Settings
from portal.i18n import country_name, language_name, speaking
from portal.i18n import gettext as _
from portal.keys.keyring import Keyring
from portal.keys.sealed import SealingKey
from portal.mail import calendar as ical
from portal.mail.draft import Draft
from portal.staff.models import StaffMember

CANCELLED_LIFE = timedelta(days=2)
Wishes = dict[str, str]


def booked_letters(
    keyring: Keyring, case: Case, appointment: Appointment, *, settings: Settings, now: datetime
) -> list[Draft]:
    """One letter with METHOD:REQUEST to each respondent who can be reached, and one to the coordinator."""
    about = _about(keyring, case, appointment, settings, now)
    return about.letters("booked", ical.REQUEST, reachable(keyring, case), not_after=appointment.end_at)


def cancelled_letters(
    keyring: Keyring, case: Case, appointment: Appointment, *, settings: Settings, now: datetime
) -> list[Draft]:
    """The same people, with METHOD:CANCEL and a higher SEQUENCE."""
    about = _about(keyring, case, appointment, settings, now)
    not_after = max(appointment.end_at, now) + CANCELLED_LIFE
    return about.letters("cancelled", ical.CANCEL, reachable(keyring, case), not_after=not_after)


def family_calendar(
    keyring: Keyring, case: Case, appointment: Appointment, *, settings: Settings, language: str, now: datetime
) -> str:
    """The calendar file as the family downloads it, in the language it reads."""
    return ical.calendar_file(_about(keyring, case, appointment, settings, now).meeting("", language), ical.PUBLISH).ics


def video_link(keyring: Keyring, case: Case, appointment: Appointment, settings: Settings) -> str:
    """The address of the video room; empty where the consultation is by telephone."""
    key = keyring.case(case.id)
    return _video_link(key, _wishes(key, appointment), appointment, settings)


def wishes(keyring: Keyring, case: Case, appointment: Appointment) -> Wishes:
    """How the family wants to talk: channel, phone, interpreter."""
    return _wishes(keyring.case(case.id), appointment)


@dataclass(frozen=True)
class _About:
    """A consultation, and what every letter about it says in some language."""

    case: Case
    appointment: Appointment
    said: Wishes
    video: str
    settings: Settings
    now: datetime

    def letters(self, what: str, method: str, family: list[Reachable], *, not_after: datetime) -> list[Draft]:
        """To everyone who must know. Whoever has left the office gets no more mail of it."""
        person = self.appointment.schedule.staff
        told = [self._to_family(what, method, one, not_after) for one in family]
        return [*told, self._to_staff(what, method, person, not_after)] if person.active else told

    def meeting(self, attendee: str, language: str) -> ical.Meeting:
        """What calendars may know."""
        office = self.settings.public_name
        with speaking(language):
            return ical.Meeting(
                uid=ical.uid_of(self.appointment.id, self.settings.public_base_url),
                sequence=self.appointment.sequence,
                start=self.appointment.start_at,
                end=self.appointment.end_at,
                changed=self.now,
                summary=_("Conversation with %(office)s", office=office),
                description=_(
                    "Reference %(reference)s. To change or cancel, open your file at the portal.",
                    reference=self.case.reference,
                ),
                location=self.video or _("By telephone"),
                url=self.video,
                organizer=self.settings.sender_address,
                organizer_name=office,
                attendee=attendee,
                language=language,
            )

    def _to_family(self, what: str, method: str, to: Reachable, not_after: datetime) -> Draft:
        clinic = self.settings.clinic_time_zone
        return Draft(
            kind=f"appointment.{what}",
            recipient=to.email,
            language=to.language,
            template=f"booking/mail/{what}",
            not_after=not_after,
            values=self._values(self.appointment.time_zone, clinic, to.language)
            | {
                "draft": self.case.submitted_at is None,
                "url": f"{self.settings.public_base_url}/{to.language}/resume",
            },
            meeting=self.meeting(to.email, to.language),
            method=method,
        )

    def _to_staff(self, what: str, method: str, person: StaffMember, not_after: datetime) -> Draft:
        case, language = self.case, person.language
        return Draft(
            kind=f"appointment.{what}.staff",
            recipient=person.email,
            language=language,
            template=f"booking/mail/staff_{what}",
            not_after=not_after,
            values=self._values(person.time_zone, self.appointment.time_zone, language)
            | {
                "language_of_family": language_name(case.language, language),
                "country": country_name(case.country, language) if case.country else "",
                "interpreter": self.said.get("interpreter", "no") != "no",
                "url": f"{self.settings.public_base_url}/{language}/desk/cases/{case.reference}",
            },
            meeting=self.meeting(person.email, language),
            method=method,
        )

    def _values(self, own: str, other: str, language: str) -> dict[str, Any]:
        return {
            "public_name": self.settings.public_name,
            "reference": self.case.reference,
            "when": clocks(self.appointment, own, other, language),
            "channel": self.said.get("channel"),
            "video": self.video,
        }


def _about(keyring: Keyring, case: Case, appointment: Appointment, settings: Settings, now: datetime) -> _About:
    key = keyring.case(case.id)
    said = _wishes(key, appointment)
    return _About(case, appointment, said, _video_link(key, said, appointment, settings), settings, now)


def _wishes(key: SealingKey, appointment: Appointment) -> Wishes:
    return key.read_json(appointment, "details") or {}


def _video_link(key: SealingKey, said: Wishes, appointment: Appointment, settings: Settings) -> str:
    if said.get("channel") != "video" or not settings.meeting_url:
        return ""
    return settings.meeting_url.replace("{room}", key.read(appointment, "room") or "")
