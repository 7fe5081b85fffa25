"""Letters about a family's way back into its case."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from portal.cases.rules import LINK_LIFE, WayBack
from portal.config import Settings
from portal.mail.draft import Draft


def welcome_letter(recipient: str, language: str, way: WayBack, *, settings: Settings, now: datetime) -> Draft:
    """After the start: how to go on later, on this or another device."""
    return _letter("welcome", recipient, language, way, settings, now)


def way_back_letter(recipient: str, language: str, way: WayBack, *, settings: Settings, now: datetime) -> Draft:
    """Because somebody asked for it with this address."""
    return _letter("way_back", recipient, language, way, settings, now)


def _letter(kind: str, recipient: str, language: str, way: WayBack, settings: Settings, now: datetime) -> Draft:
    return Draft(
        kind=kind,
        recipient=recipient,
        language=language,
        template=f"cases/mail/{kind}",
        not_after=now + LINK_LIFE,
        values={"public_name": settings.public_name, "way": asdict(way)},
    )
