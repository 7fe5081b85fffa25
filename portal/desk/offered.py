"""What lists at the desk offer about a person: places by their clocks, and languages."""

from __future__ import annotations

from portal.i18n import LANGUAGES, gettext, language_name, languages, spoken, zone_name, zones


def offered_zones(chosen: str) -> list[tuple[str, str]]:
    """Every place, and what is chosen where that is none, such as `UTC`."""
    listed = [(name, place) for name, place, _old in zones(spoken())]
    unlisted = [] if not chosen or chosen in dict(listed) else [(chosen, zone_name(chosen, spoken()))]
    return [("", gettext("Please choose")), *unlisted, *listed]


def offered_languages() -> list[tuple[str, str]]:
    """Every language, those of the portal first."""
    known = [one.code for one in LANGUAGES]
    own = [(code, language_name(code, spoken())) for code in known]
    return own + [one for one in languages(spoken()) if one[0] not in known]
