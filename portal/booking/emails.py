"""Letters about a consultation, to the family and to those who talk with it, each in its own language.

Booked, moved, changed, cancelled, soon, missed: who must know, and what calendars must learn.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime

from portal.booking.reach import is_late, office
from portal.booking.told import Before, Booked, about_of, reach_of
from portal.mail import calendar as ical
from portal.mail.draft import Draft


def booked_letters(of: Booked) -> list[Draft]:
    """One letter with METHOD:REQUEST to each respondent who can be reached, and one to each who talks with them."""
    about = about_of(of)
    return [*about.to_family("booked", ical.REQUEST), *about.to_staff("booked", ical.REQUEST)]


def moved_letters(
    of: Booked, before: Before, *, by_staff: bool = False, reason: str = "", other_way: bool = False
) -> list[Draft]:
    """To the family the new time with the old one; to who had the old time and has not the new one, that it is gone.

    Where the office moved it the family reads why, and what to do if the new time does not suit; where it moved it
    itself and the old time was near, whom to tell as well; with `other_way` how they talk from now on. Where the time
    stays and only somebody else has it, calendars follow, and that is said.
    """
    about, was = about_of(of), {person.id for person in before.people}
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
            reach=reach_of(of),
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
    about = about_of(of)
    return [*about.to_family("changed", ical.REQUEST), *about.to_staff("changed", ical.REQUEST)]


def cancelled_letters(of: Booked, *, by_staff: bool = False, reason: str = "") -> list[Draft]:
    """The same people, with METHOD:CANCEL and a higher SEQUENCE. The family is told why, where the office cancels."""
    about = about_of(of)
    return [
        *about.to_family("cancelled", ical.CANCEL, by_staff=by_staff, reason=reason),
        *about.to_staff("cancelled", ical.CANCEL, by_staff=by_staff),
    ]


def reminder_letters(of: Booked, lead: str, *, until: datetime) -> list[Draft]:
    """The consultation is near: `lead` is `week`, `day` or `hour`, which is so `until` then."""
    return [replace(draft, not_after=until) for draft in about_of(of).to_family("soon", "", lead=lead)]


def missed_letters(of: Booked, *, by_clinic: bool, again: bool) -> list[Draft]:
    """The conversation did not come about. `again` says whether the family can choose another time by itself."""
    return about_of(of).to_family("missed", "", by_clinic=by_clinic, again=again, reach=reach_of(of))


def talked_anew(of: Booked, old: Draft) -> Draft | None:
    """A letter about the time of a consultation, after another way to talk was chosen for it; with the entry of now.

    `None` where it is about another consultation, or for somebody whom it does not concern any more.
    """
    about = about_of(of)
    entry = old.meeting and about.meeting(old.recipient, old.language)
    concerned = {one.email for one in about.family} | {one.email for one in about.people}
    if old.recipient not in concerned or (old.meeting and entry and old.meeting.uid != entry.uid):
        return None
    said = about.how() | {"interpreter": about.wants_interpreter, "other_way": True}
    known = {name: value for name, value in said.items() if name in old.values}
    return replace(old, values=old.values | known, meeting=entry)


def family_calendar(of: Booked, language: str) -> str:
    """The calendar file as the family downloads it, in the language it reads."""
    return ical.calendar_file(about_of(of).meeting("", language), ical.PUBLISH).ics
