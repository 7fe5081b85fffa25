"""Letters about a family's way back into its case."""

from __future__ import annotations

from datetime import datetime

from portal.cases.rules import LINK_LIFE, WayBack
from portal.config import Settings
from portal.i18n import speaking
from portal.mail.layout import write_letter
from portal.mail.letter import Letter


def welcome_letter(recipient: str, language: str, way: WayBack, *, settings: Settings, now: datetime) -> Letter:
    """After the start: how to go on later, on this or another device."""
    return _letter("welcome", recipient, language, way, settings, now)


def way_back_letter(recipient: str, language: str, way: WayBack, *, settings: Settings, now: datetime) -> Letter:
    """Because somebody asked for it with this address."""
    return _letter("way_back", recipient, language, way, settings, now)


def _letter(kind: str, recipient: str, language: str, way: WayBack, settings: Settings, now: datetime) -> Letter:
    with speaking(language):
        return write_letter(
            f"cases/mail/{kind}",
            kind=kind,
            recipient=recipient,
            not_after=now + LINK_LIFE,
            public_name=settings.public_name,
            way=way,
        )
