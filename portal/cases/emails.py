"""Letters about a family's way back into its case."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta

from portal.cases.rules import LINK_LIFE, WayBack
from portal.config import Settings
from portal.mail.draft import Draft

NOTICE_LIFE = timedelta(days=14)


def welcome_letter(recipient: str, language: str, way: WayBack, *, settings: Settings, now: datetime) -> Draft:
    """After the start: how to go on later, on this or another device."""
    return _letter("welcome", recipient, language, way, settings, now)


def way_back_letter(recipient: str, language: str, way: WayBack, *, settings: Settings, now: datetime) -> Draft:
    """Because somebody asked for it with this address."""
    return _letter("way_back", recipient, language, way, settings, now)


def new_address_letter(recipient: str, language: str, way: WayBack, *, settings: Settings, now: datetime) -> Draft:
    """To the address that a family gave after the start: letters come here now, and how to come back."""
    return _letter("new_address", recipient, language, way, settings, now)


def old_address_letter(recipient: str, language: str, reference: str, *, settings: Settings, now: datetime) -> Draft:
    """To the address before: no letters come here any more, and whom to tell if that was not the family."""
    return Draft(
        kind="old_address",
        recipient=recipient,
        language=language,
        template="cases/mail/old_address",
        not_after=now + NOTICE_LIFE,
        values={
            "public_name": settings.public_name,
            "reference": reference,
            "contact": settings.controller_contact or settings.sender_address,
        },
    )


def _letter(kind: str, recipient: str, language: str, way: WayBack, settings: Settings, now: datetime) -> Draft:
    return Draft(
        kind=kind,
        recipient=recipient,
        language=language,
        template=f"cases/mail/{kind}",
        not_after=now + LINK_LIFE,
        values={"public_name": settings.public_name, "way": asdict(way)},
    )
