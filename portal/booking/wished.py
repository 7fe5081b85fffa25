"""A wish in words: days, hours and languages, as the family's page and the desk read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from portal.booking.clocks import clock_change, clocks, clocks_at, zone_of_family
from portal.booking.models import Appointment
from portal.booking.wishes import A_DAY, Wish
from portal.cases.models import Case
from portal.i18n import N_, OFFERED, language_name, moment, spoken
from portal.i18n import gettext as _

WEEKDAYS = {
    "0": N_("Monday"),
    "1": N_("Tuesday"),
    "2": N_("Wednesday"),
    "3": N_("Thursday"),
    "4": N_("Friday"),
    "5": N_("Saturday"),
    "6": N_("Sunday"),
}
MIDNIGHT = "24:00"
BEGINNINGS = [f"{hour:02}:00" for hour in range(24)]
ENDINGS = [*BEGINNINGS[1:], MIDNIGHT]


@dataclass(frozen=True)
class Wished:
    """What a family asked for, ready for a page."""

    since: str
    days: str
    hours: str
    languages: str
    note: str


def wished(wish: Wish, note: str, *, since: datetime, zone: str) -> Wished:
    """A wish in the language being spoken. The hours stay on the family's clock, on which they were said."""
    comma = OFFERED[spoken()].comma
    whole_week = len(wish.weekdays) == len(WEEKDAYS)
    return Wished(
        since=moment(since, zone, spoken()),
        days=_("Every day") if whole_week else comma.join(_(WEEKDAYS[str(day)]) for day in sorted(wish.weekdays)),
        hours="" if wish.length == A_DAY else f"{wish.begin:%H:%M}–{ending(wish.end)}",
        languages=comma.join(language_name(code, spoken()) for code in wish.languages),
        note=note,
    )


def offered(found: Appointment | None, case: Case, clinic: str, now: datetime) -> dict[str, str] | None:
    """An offer on its family's clock and on the clinic's, and until when it is kept."""
    if found is None:
        return None
    until = found.held_until or found.start_at
    own = zone_of_family(found, case)
    kept = clocks_at(until, own, "", spoken())
    change = clock_change(found.start_at, own, spoken(), now)
    return clocks(found, own, clinic, spoken()) | {"change": change, "until": kept["at"], "until_zone": kept["zone"]}


def ending(end: time) -> str:
    """The end of a day is 24:00, so that nobody reads it as its beginning."""
    return MIDNIGHT if end == time() else f"{end:%H:%M}"


def hour(said: str) -> time:
    """An hour as the form carries it."""
    return time.fromisoformat("00:00" if said == MIDNIGHT else said)
