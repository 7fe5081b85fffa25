"""The long lists of the form, countries, languages and time zones: made once for each language of a reader."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from markupsafe import Markup

from portal import i18n

LISTS: dict[str, Callable[[str], list[Any]]] = {
    "country": i18n.countries,
    "language": i18n.languages,
    "time_zone": i18n.zones,
}
SELECTED = Markup(" selected")


@dataclass(frozen=True)
class LongList:
    """All options as HTML, and where in it each value's own mark would stand."""

    html: Markup
    places: dict[str, int]

    def with_chosen(self, value: str) -> Markup:
        """The options, one of them selected; none where the value is none of them."""
        place = self.places.get(value)
        return self.html if place is None else self.html[:place] + SELECTED + self.html[place:]


def choices(kind: str, language: str) -> list[Any]:
    """A list as (value, name), nearest to the alphabet of the language."""
    return LISTS[kind](language)


@cache
def options(kind: str, language: str) -> LongList:
    """A list as the options of a select."""
    html, places = Markup(), {}
    for value, name, *also in choices(kind, language):
        html += Markup('<option value="{}"').format(value)
        places[value] = len(html)
        places.update(dict.fromkeys(also[0].split(), places[value]) if also else {})  # saved under such a name once
        older = Markup(' data-also="{}"').format(also[0]) if also and also[0] else ""
        html += Markup("{}>{}</option>\n").format(older, name)
    return LongList(html, places)
