"""Letters about a consultation, to the family and to those who talk with it, each in its own language.

Booked, moved, changed, cancelled, soon, missed: who must know, and what calendars must learn.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from portal.booking.clocks import Timed, booked_clock, clock_change, clocks, zone_of_family
from portal.booking.models import Appointment
from portal.booking.reach import is_late, office
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
    return Before(appointment.start_at, appointment.end_at, people_of(appointment), _interpreters(appointment))


def people_of(appointment: Appointment) -> list[StaffMember]:
    """Who talks with the family. Whoever has left the office gets no more mail of it."""
    both = (appointment.schedule, appointment.interpreter)
    return [one.staff for one in both if one is not None and one.staff.active]


def booked_letters(of: Booked) -> list[Draft]:
    """One letter with METHOD:REQUEST to each respondent who can be reached, and one to each who talks with them."""
    about = _about(of)
    return [*about.to_family("booked", ical.REQUEST), *about.to_staff("booked", ical.REQUEST)]


def moved_letters(
    of: Booked, before: Before, *, by_staff: bool = False, reason: str = "", other_way: bool = False
) -> list[Draft]:
    """To the family the new time with the old one; to who had the old time and has not the new one, that it is gone.

    Where the office moved it the family reads why, and what to do if the new time does not suit; where it moved it
    itself and the old time was near, whom to tell as well; with `other_way` how they talk from now on. Where the time
    stays and only somebody else has it, calendars follow, and that is said.
    """
    about, was = _about(of), {person.id for person in before.people}
    now_there = {person.id for person in about.people}
    stay = [person for person in about.people if person.id in was]
    come = [person for person in about.people if person.id not in was]
    gone = [person for person in before.people if person.id not in now_there]
    stays = (before.start_at, before.end_at) == (about.time.start_at, about.time.end_at)
    what = "changed" if stays else "moved"
    late = asdict(office(of.settings)) if not by_staff and is_late(before.start_at, of.now) else None
    return [
        *about.to_family(
            what,
            ical.REQUEST,
            before=before,
            by_staff=by_staff,
            reason=reason,
            reach=_reach(of),
            call=late,
            other_way=other_way,
        ),
        *about.to_staff(what, ical.REQUEST, people=stay, before=before, by_staff=by_staff),
        *about.to_staff("booked", ical.REQUEST, people=come),
        *replace(about, time=before, video="", interpreters=before.interpreters).to_staff(
            "cancelled", ical.CANCEL, people=gone
        ),
    ]


def changed_letters(of: Booked) -> list[Draft]:
    """Another channel or number: calendars learn of it, and who talks with the family."""
    about = _about(of)
    return [*about.to_family("changed", ical.REQUEST), *about.to_staff("changed", ical.REQUEST)]


def cancelled_letters(of: Booked, *, by_staff: bool = False, reason: str = "") -> list[Draft]:
    """The same people, with METHOD:CANCEL and a higher SEQUENCE. The family is told why, where the office cancels."""
    about = _about(of)
    return [
        *about.to_family("cancelled", ical.CANCEL, by_staff=by_staff, reason=reason),
        *about.to_staff("cancelled", ical.CANCEL, by_staff=by_staff),
    ]


def reminder_letters(of: Booked, lead: str, *, until: datetime) -> list[Draft]:
    """The consultation is near: `lead` is `week`, `day` or `hour`, which is so `until` then."""
    return [replace(draft, not_after=until) for draft in _about(of).to_family("soon", "", lead=lead)]


def missed_letters(of: Booked, *, by_clinic: bool, again: bool) -> list[Draft]:
    """The conversation did not come about. `again` says whether the family can choose another time by itself."""
    return _about(of).to_family("missed", "", by_clinic=by_clinic, again=again, reach=_reach(of))


def talked_anew(of: Booked, old: Draft) -> Draft | None:
    """A letter about the time of a consultation, after another way to talk was chosen for it; with the entry of now.

    `None` where it is about another consultation, or for somebody whom it does not concern any more.
    """
    about = _about(of)
    entry = old.meeting and about.meeting(old.recipient, old.language)
    concerned = {one.email for one in about.family} | {one.email for one in about.people}
    if old.recipient not in concerned or (old.meeting and entry and old.meeting.uid != entry.uid):
        return None
    said = about.how() | {"interpreter": about.wants_interpreter, "other_way": True}
    known = {name: value for name, value in said.items() if name in old.values}
    return replace(old, values=old.values | known, meeting=entry)


def family_calendar(of: Booked, language: str) -> str:
    """The calendar file as the family downloads it, in the language it reads."""
    return ical.calendar_file(_about(of).meeting("", language), ical.PUBLISH).ics


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


def _reach(of: Booked) -> list[str]:
    """How the office is reached."""
    return [place for place in (of.settings.clinic_phone, of.settings.controller_contact) if place]


def _about(of: Booked) -> _About:
    key = of.keyring.case(of.case.id)
    said = _wishes(key, of.appointment)
    video = _video_link(key, said, of.appointment, of.settings)
    family = reachable(of.keyring, of.case)
    return _About(
        of.case, of.appointment, of.appointment, said, video, _interpreters(of.appointment), of.settings, of.now, family
    )


def _interpreters(appointment: Appointment) -> frozenset[str]:
    return frozenset({appointment.interpreter.staff_id} if appointment.interpreter is not None else ())


def _wishes(key: SealingKey, appointment: Appointment) -> Wishes:
    return key.read_json(appointment, "details") or {}


def _video_link(key: SealingKey, said: Wishes, appointment: Appointment, settings: Settings) -> str:
    if said.get("channel") != "video" or not settings.meeting_url:
        return ""
    return settings.meeting_url.replace("{room}", key.read(appointment, "room") or "")
