"""Why a consultation is cancelled or moved, as codes that each reader gets in words. No free text leaves the portal."""

from __future__ import annotations

from portal.i18n import N_
from portal.i18n import gettext as _

BY_FAMILY = {
    "time": N_("The time does not suit any more"),
    "health": N_("For reasons of health"),
    "not_needed": N_("We do not need it any more"),
    "other": N_("Another reason"),
}
BY_STAFF = {
    "ill": N_("the coordinator is ill"),
    "closed": N_("the office is closed that day"),
    "technical": N_("a technical reason on our side"),
    "urgent": N_("something that could not wait came up at the office"),
}
# A time is moved at the office for the same reasons, and where a family asks for it on the telephone.
MOVED_BY_STAFF = {"wished": N_("another time was asked for"), **BY_STAFF}


def reason_words(code: str) -> str:
    """A reason in the reader's language; empty for what is none."""
    text = {**BY_FAMILY, **MOVED_BY_STAFF}.get(code, "")
    return _(text) if text else ""
