"""For whom times are looked up, and in which languages, one way after the other."""

from __future__ import annotations

from dataclasses import dataclass, replace

from portal.booking.models import BOOKED, Appointment
from portal.cases.models import Case
from portal.i18n import DEFAULT


@dataclass(frozen=True)
class Asker:
    """For whom times are looked up: its case, the languages it speaks, and whether the staff holds it to be urgent."""

    languages: tuple[str, ...]
    case_id: str = ""
    urgent: bool = False
    interpreted: bool = False
    """Whether it is asked for a conversation in English with an interpreter."""
    same_hour: bool = False
    """Whether those whom its consultation needs can be asked for at its own time: only one of them is to change.

    The office asks so, and by then the notice of a calendar may have passed."""
    wished: bool = False
    """Whether it wished for these languages while it waited; they are kept with the time."""
    otherwise: tuple[str, ...] = ()
    """The languages of its record, which are asked for where nothing at all is on offer in those it wished for."""

    @property
    def asked(self) -> str:
        """What is kept with the time."""
        return " ".join(self.languages) if self.wished else ""


def asker_of(case: Case) -> Asker:
    """A family that looks for a time."""
    languages = (case.language, *case.also_speaks.split())
    return Asker(tuple(dict.fromkeys(languages)), case.id, case.urgent_by is not None)


def asker_again(case: Case, found: Appointment | None) -> Asker:
    """A family that asks for its time again, or for another one instead: in the languages that it wished for then.

    Instead of one that is booked in those of its record too, `otherwise`: nobody may be left who speaks the others. A
    time that it did not choose from such a list is not taken again in a language for which it was not asked.
    """
    asker = asker_of(case)
    if found is None or not found.asked:
        return asker
    wished = tuple(found.asked.split())
    others = () if set(asker.languages) <= set(wished) or found.status != BOOKED else asker.languages
    return replace(asker, languages=wished, wished=True, otherwise=others)


def ways_of(asker: Asker) -> list[Asker]:
    """In one of its languages; then in English with an interpreter, unless English is one of them; `otherwise` last."""
    ways = wished_ways(asker)
    return [*ways, *wished_ways(by_record(asker))] if asker.otherwise else ways


def wished_ways(asker: Asker) -> list[Asker]:
    """The same without what is `otherwise`."""
    return [asker] if DEFAULT in asker.languages else [asker, replace(asker, interpreted=True)]


def by_record(asker: Asker) -> Asker:
    """The same family in the languages of its record."""
    return replace(asker, languages=asker.otherwise, otherwise=(), wished=False)
