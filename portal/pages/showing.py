"""Texts as pages and notices: the newest version in the reader's language, with what the settings say filled in."""

from __future__ import annotations

from functools import lru_cache

from markupsafe import Markup

from portal.config import Settings
from portal.i18n import country_name, spoken
from portal.i18n import gettext as _
from portal.pages import library
from portal.web.parts import parts


def values(settings: Settings, language: str) -> dict[str, str]:
    """What texts may name: who is behind the portal, and where data is read."""
    countries = [country_name(code.strip(), language) for code in settings.data_countries.split(",")]
    return {
        # Outside the demo these are required at start; the demo says plainly that it is one.
        "controller_name": settings.controller_name or _("Demo Clinic (invented)"),
        "controller_address": settings.controller_address or _("an invented address in Istanbul"),
        "controller_contact": settings.controller_contact or settings.sender_address,
        "privacy_contact": settings.controller_contact or settings.sender_address,
        "permit_number": settings.permit_number or "DEMO-0000",
        "coordinators_paid_by": settings.coordinators_paid_by or _("the Demo Clinic (invented)"),
        "data_countries": ", ".join(countries),
        "public_name": settings.public_name,
        "base_url": settings.public_base_url,
    }


def text(slug: str) -> library.Text:
    """The newest version of a text in the language being spoken."""
    return library.find(slug, spoken())


def body(slug: str) -> Markup:
    """A text's HTML, filled in."""
    return _filled(slug, spoken(), parts().settings)


@lru_cache(maxsize=500)
def _filled(slug: str, language: str, settings: Settings) -> Markup:
    # Neither the text nor the settings change while the portal runs.
    return Markup(library.render(library.find(slug, language), values(settings, language)))  # noqa: S704  # our own Markdown
