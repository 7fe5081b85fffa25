"""What the office did to a family's consultation, kept until the family knows: not everybody gets mail, or reads it.

It was moved, given to a colleague who has another video room, cancelled, or somebody was not there. Sealed with the
case's key.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.booking.clocks import clock_change, clock_of, clocks
from portal.booking.models import Appointment
from portal.booking.reach import Office, office
from portal.booking.reasons import reason_words
from portal.booking.slots import token_of
from portal.booking.told import video_link
from portal.cases.models import Case
from portal.config import Settings
from portal.i18n import spoken
from portal.keys.keyring import Keyring
from portal.keys.sealed import Sealed, SealingKey

MOVED, GIVEN, CANCELLED = "moved", "given", "cancelled"
MISSED, MISSED_BY_CLINIC = "missed", "missed_by_clinic"
OF_WHAT_STANDS = (MOVED, GIVEN)
MOST_HOURS = 5  # however often it is moved back and forth before the family looks


@dataclass(frozen=True)
class Hour:
    """A time that the family had, and the clock on which it was booked."""

    start_at: datetime
    end_at: datetime
    time_zone: str


@dataclass(frozen=True)
class News:
    """What was done last, and why. `hours` are those that are over for the family and that it may still go by, the
    newest last.
    """

    what: str
    hours: tuple[Hour, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Told:
    """The same in words. `was` is the time that was cancelled or missed, `before` what was there earlier.

    `slot` is the token of the time that stands, `sequence` which of its changes this is, `now` that time, `video` its
    room; nothing where none does.
    """

    what: str
    was: dict[str, str]
    before: list[dict[str, str]]
    reason: str
    now: dict[str, str]
    slot: str
    sequence: int | None
    video: str
    office: Office


def hour_of(found: Appointment) -> Hour:
    """A consultation's time as it is now, for news about what it will have been."""
    return Hour(found.start_at, found.end_at, found.time_zone)


def sealed_after(key: SealingKey, case: Case, what: str, hour: Hour, reason: str = "") -> Sealed:
    """What is new, as the case's row keeps it; with the hours of earlier moves that the family may not know of."""
    earlier = news_of(key, case)
    unseen = earlier.hours if earlier is not None and earlier.what == MOVED else ()
    return _sealed(key, case, News(what, (*unseen, hour)[-MOST_HOURS:], reason))


def sealed_given(key: SealingKey, case: Case) -> Sealed:
    """The same where the time stays and only the video room is another one: news of a move says that as well."""
    return _sealed(key, case, news_of(key, case) or News(GIVEN))


def news_of(key: SealingKey, case: Case) -> News | None:
    """What a case's family may not know yet."""
    said: dict[str, Any] | None = key.read_json(case, "news")
    if said is None:
        return None
    at = datetime.fromisoformat
    hours = tuple(Hour(at(start), at(end), zone) for start, end, zone in said["hours"])
    return News(said["what"], hours, said["reason"])


def _sealed(key: SealingKey, case: Case, news: News) -> Sealed:
    hours = [[one.start_at.isoformat(), one.end_at.isoformat(), one.time_zone] for one in news.hours]
    return key.sealed_json(case, "news", {"what": news.what, "hours": hours, "reason": news.reason})


def tell(keyring: Keyring, case: Case, found: Appointment | None, settings: Settings, now: datetime) -> Told | None:
    """What pages tell in the language being spoken; `None` where there is nothing, or nothing any more.

    `found` is the consultation that stands: what was done to it is told until it begins.
    """
    news = news_of(keyring.case(case.id), case) if case.news is not None else None
    if news is None or (found is not None) != (news.what in OF_WHAT_STANDS):
        return None
    if found is not None and found.start_at <= now:
        return None
    stands = hour_of(found) if found is not None else None
    gone = [one for one in news.hours if stands is None or one.start_at != stands.start_at]
    shown = [_shown(one, case, settings) for one in gone]
    return Told(
        what=news.what,
        was=shown.pop() if stands is None else {},
        before=shown,
        reason=reason_words(news.reason),
        now=_to_come(stands, case, settings, now) if stands else {},
        slot=token_of(stands.start_at, stands.end_at) if stands else "",
        sequence=found.sequence if found is not None else None,
        video=video_link(keyring, case, found, settings) if found is not None else "",
        office=office(settings),
    )


def _shown(hour: Hour, case: Case, settings: Settings) -> dict[str, str]:
    """A time on the family's clock of today, on the clinic's, and on the one on which it was noted down."""
    said = clocks(hour, case.time_zone or hour.time_zone, settings.clinic_time_zone, spoken())
    return said | clock_of(hour, hour.time_zone, said, spoken())


def _to_come(hour: Hour, case: Case, settings: Settings, now: datetime) -> dict[str, str]:
    change = clock_change(hour.start_at, case.time_zone or hour.time_zone, spoken(), now)
    return _shown(hour, case, settings) | {"change": change}
