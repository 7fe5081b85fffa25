"""How a family hears of what the office does to its consultation: by letter, or on its own pages and by a call."""

from __future__ import annotations

from typing import Any

from portal.booking.models import Appointment
from portal.booking.told import wishes
from portal.cases.contact import reachable
from portal.cases.models import Case
from portal.web.parts import parts


def hearing(case: Case, found: Appointment | None) -> dict[str, Any]:
    """Whether letters reach the family (`by_mail`); where none does, the number that it gave for this conversation.

    `unseen`: its pages tell it something that it has not said it has seen.
    """
    keyring = parts().keyring
    by_mail = bool(reachable(keyring, case))
    phone = "" if by_mail or found is None else wishes(keyring, case, found).get("phone") or ""
    return {"by_mail": by_mail, "phone": phone, "unseen": case.news is not None}
