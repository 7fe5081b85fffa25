"""How consultations of a case ended, in the reader's words: it took place, somebody was absent, it was cancelled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from portal.booking.clocks import clocks, zone_of_family
from portal.booking.models import CANCELLED, Appointment
from portal.booking.reasons import reason_words
from portal.booking.told import wishes
from portal.cases.models import Case
from portal.i18n import N_, spoken
from portal.i18n import gettext as _
from portal.staff.entry import person
from portal.web.parts import parts

OUTCOMES = {
    "took_place": N_("It took place"),
    "family": N_("The family was not there"),
    "clinic": N_("Nobody of us was there"),
}


@dataclass(frozen=True)
class Ending:
    """A time on the reader's clock and on the family's, and what became of it."""

    when: dict[str, str]
    words: str


def endings(case: Case, gone: Iterable[Appointment]) -> list[Ending]:
    """The same of each consultation that is over, in the order in which they come."""
    own, language = person().time_zone, spoken()
    return [Ending(clocks(one, own, zone_of_family(one, case), language), _became(case, one)) for one in gone]


def _became(case: Case, gone: Appointment) -> str:
    """What became of it; of one that was cancelled the reason, where one was given."""
    if gone.status != CANCELLED:
        outcome = gone.absent or "took_place"
        return _(OUTCOMES[outcome])
    reason = reason_words(wishes(parts().keyring, case, gone).get("reason", ""))
    return _("cancelled") + (f" ({reason})" if reason else "")
