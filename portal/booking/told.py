"""A consultation as it is told: to whom, on whose clock, in which words, and what calendars may know of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from portal.booking.clocks import Timed, booked_clock, clock_change, clocks, zone_of_family
from portal.booking.models import Appointment
from portal.booking.reasons import reason_words
from portal.cases.contact import Reachable, reachable
from portal.cases.models import Case
from portal.config import Settings
from portal.i18n import N_, country_name, language_name, speaking
from portal.i18n import gettext as _
from portal.keys.keyring import Keyring
from portal.keys.sealed import SealingKey
from portal.mail import calendar as ical
from portal.mail.draft import Draft
from portal.staff.models import StaffMember

CANCELLED_LIFE = timedelta(days=2)
AFTERWARDS = timedelta(days=7)
TO_COME = ("booked", "moved", "changed", "soon")
BY_NUMBER = {"phone": N_("By telephone"), "whatsapp": N_("By WhatsApp")}
Wishes = dict[str, str]


@dataclass(frozen=True)
class Booked:
    """A consultation at the moment at which something is told about it."""

    keyring: Keyring
    case: Case
    appointment: Appointment
    settings: Settings
    now: datetime


@dataclass(frozen=True)
class Before:
    """When a consultation was before it was moved, and with whom."""

    start_at: datetime
    end_at: datetime
    people: list[StaffMember]
    interpreters: frozenset[str]


def before_of(appointment: Appointment) -> Before:
    """An appointment as it is now, for letters about what it will have been."""
    return Before(appointment.start_at, appointment.end_at, people_of(appointment), interpreters_of(appointment))


def people_of(appointment: Appointment) -> list[StaffMember]:
    """Who talks with the family. Whoever has left the office gets no more mail of it."""
    both = (appointment.schedule, appointment.interpreter)
    return [one.staff for one in both if one is not None and one.staff.active]


def video_link(keyring: Keyring, case: Case, appointment: Appointment, settings: Settings) -> str:
    """The address of the video room; empty where the consultation is by telephone."""
    key = keyring.case(case.id)
    return _video_link(key, _wishes(key, appointment), appointment, settings)


def wishes(keyring: Keyring, case: Case, appointment: Appointment) -> Wishes:
    """How the family wants to talk: channel, phone, interpreter."""
    return _wishes(keyring.case(case.id), appointment)


@dataclass(frozen=True)
class About:
    """A consultation, and what every letter about it says in some language."""

    case: Case
    appointment: Appointment
    time: Timed
    said: Wishes
    video: str
    interpreters: frozenset[str]
    settings: Settings
    now: datetime
    family: list[Reachable]

    @property
    def people(self) -> list[StaffMember]:
        """Who talks with the family."""
        return people_of(self.appointment)

    @property
    def wants_interpreter(self) -> bool:
        """Whether the family wishes for somebody who interprets."""
        return self.said.get("interpreter", "no") != "no"

    def how(self) -> dict[str, str | None]:
        """By which way they talk, and where."""
        return {"channel": self.said.get("channel"), "video": self.video}

    def to_family(self, what: str, method: str, **more: Any) -> list[Draft]:
        """To every respondent who can be reached, in the respondent's language."""
        return [self._to_family(what, method, one, more) for one in self.family]

    def to_staff(self, what: str, method: str, *, people: list[StaffMember] | None = None, **more: Any) -> list[Draft]:
        """To those who talk with the family, each in its language."""
        return [self._to_staff(what, method, one, more) for one in (self.people if people is None else people)]

    def meeting(self, attendee: str, language: str) -> ical.Meeting:
        """What calendars may know."""
        office = self.settings.public_name
        with speaking(language):
            return ical.Meeting(
                uid=ical.uid_of(self.appointment.id, self.settings.public_base_url),
                sequence=self.appointment.sequence,
                start=self.time.start_at,
                end=self.time.end_at,
                changed=self.now,
                summary=_("Conversation with %(office)s", office=office),
                description=_(
                    "Reference %(reference)s. To change or cancel, open your file at the portal.",
                    reference=self.case.reference,
                ),
                location=self.video
                or (_("By WhatsApp") if self.said.get("channel") == "whatsapp" else _("By telephone")),
                url=self.video,
                organizer=self.settings.sender_address,
                organizer_name=office,
                attendee=attendee,
                language=language,
            )

    def _to_family(self, what: str, method: str, to: Reachable, more: dict[str, Any]) -> Draft:
        own, clinic = zone_of_family(self.appointment, self.case), self.settings.clinic_time_zone
        values = self._values(own, clinic, to.language, more)
        values["when"] |= booked_clock(self.appointment, values["when"], to.language)
        if what in TO_COME:
            values["when"]["change"] = clock_change(self.time.start_at, own, to.language, self.now)
        return Draft(
            kind=f"appointment.{what}",
            recipient=to.email,
            language=to.language,
            template=f"booking/mail/{what}",
            not_after=self._not_after(what),
            values=values
            | {
                "draft": self.case.submitted_at is None,
                "url": f"{self.settings.public_base_url}/{to.language}/resume",
            },
            meeting=self.meeting(to.email, to.language) if method else None,
            method=method,
        )

    def _to_staff(self, what: str, method: str, person: StaffMember, more: dict[str, Any]) -> Draft:
        case, language = self.case, person.language
        return Draft(
            kind=f"appointment.{what}.staff",
            recipient=person.email,
            language=language,
            template=f"booking/mail/staff_{what}",
            not_after=self._not_after(what),
            values=self._values(person.time_zone, zone_of_family(self.appointment, case), language, more)
            | {
                "language_of_family": language_name(case.language, language),
                "country": country_name(case.country, language) if case.country else "",
                "interpreter": self.wants_interpreter,
                "interpreted": self.appointment.interpreter_id is not None,
                "url": f"{self.settings.public_base_url}/{language}/desk/{self._place(person)}",
            },
            meeting=self.meeting(person.email, language),
            method=method,
        )

    def _place(self, person: StaffMember) -> str:
        """Where at the desk this person sees it: an interpreter opens no case."""
        return "appointments" if person.id in self.interpreters else f"cases/{self.case.reference}"

    def _not_after(self, what: str) -> datetime:
        """Until when the letter still says something."""
        if what == "cancelled":
            return max(self.time.end_at, self.now) + CANCELLED_LIFE
        if what == "missed":
            return self.now + AFTERWARDS
        return self.time.end_at

    def _values(self, own: str, other: str, language: str, more: dict[str, Any]) -> dict[str, Any]:
        with speaking(language):
            said = {name: value for name, value in more.items() if name not in {"before", "reason"}}
            if more.get("before") is not None:
                said["before"] = clocks(more["before"], own, other, language)
            if "reason" in more:
                said["reason"] = reason_words(more["reason"])
        return said | {
            "public_name": self.settings.public_name,
            "reference": self.case.reference,
            "when": clocks(self.time, own, other, language),
            **self.how(),
        }


def reach_of(of: Booked) -> list[str]:
    """How the office is reached."""
    return [place for place in (of.settings.clinic_phone, of.settings.controller_contact) if place]


def about_of(of: Booked) -> About:
    """All that letters may tell of it."""
    key = of.keyring.case(of.case.id)
    said = _wishes(key, of.appointment)
    video = _video_link(key, said, of.appointment, of.settings)
    family = reachable(of.keyring, of.case)
    return About(
        of.case,
        of.appointment,
        of.appointment,
        said,
        video,
        interpreters_of(of.appointment),
        of.settings,
        of.now,
        family,
    )


def interpreters_of(appointment: Appointment) -> frozenset[str]:
    """Who of its people interprets, by the id of a member of staff."""
    return frozenset({appointment.interpreter.staff_id} if appointment.interpreter is not None else ())


def _wishes(key: SealingKey, appointment: Appointment) -> Wishes:
    return key.read_json(appointment, "details") or {}


def _video_link(key: SealingKey, said: Wishes, appointment: Appointment, settings: Settings) -> str:
    if said.get("channel") != "video" or not settings.meeting_url:
        return ""
    return settings.meeting_url.replace("{room}", key.read(appointment, "room") or "")
