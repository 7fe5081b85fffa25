"""Free times by whole days: what one page lists, the family's, the desk's and that of the interface for other sites."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from portal.booking.bands import Band
from portal.booking.service.offers import Asker, free_times, go_on
from portal.booking.slots import FreeTime, by_day

DAYS_AT_ONCE = 7
FIRST_LOOK = 120  # times: seven days of an ordinary office


@dataclass(frozen=True)
class Days:
    """The first days that have times, each of them whole, and the first time after them, where there is one.

    `interpreted`, `any_hour` and `otherwise` as in an `Offering`.
    """

    days: list[list[FreeTime]]
    later: FreeTime | None
    interpreted: bool
    any_hour: bool
    otherwise: bool

    @property
    def times(self) -> list[FreeTime]:
        """All of them, nearest first."""
        return [one for of_day in self.days for one in of_day]


def first_days(
    session: Session,
    asker: Asker,
    *,
    zone: str,
    now: datetime,
    band: Band | None = None,
    else_any_hour: bool = False,
    after: datetime | None = None,
    but: str = "",
) -> Days:
    """What `free_times` lists, for the first seven days of a zone's clock that have any; all but the time of one token.

    As a rule this is one look. Only where that ends within the seven days it goes on, by as many times as the days
    that are missing would have if each were the fullest.
    """
    found = free_times(session, asker, now=now, band=band, else_any_hour=else_any_hour, after=after, most=FIRST_LOOK)
    cut, days = len(found.times) == FIRST_LOOK, _days(found.times, zone, but)
    while cut and len(days) <= DAYS_AT_ONCE:
        most = (DAYS_AT_ONCE + 1 - len(days)) * max(map(len, days)) + 2
        more = go_on(session, asker, found, now=now, band=band, most=most)
        cut, found = len(more) == most, replace(found, times=found.times + more)
        days = _days(found.times, zone, but)
    later = days[DAYS_AT_ONCE][0] if len(days) > DAYS_AT_ONCE else None
    return Days(days[:DAYS_AT_ONCE], later, found.interpreted, found.any_hour, found.otherwise)


def _days(times: list[FreeTime], zone: str, but: str) -> list[list[FreeTime]]:
    return by_day([one for one in times if one.token != but], zone)
