"""Free times by language and zone: read only, kept by caches for a minute, from the same function as the page."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue

from portal.api.blueprint import blueprint
from portal.api.description import DESCRIPTION
from portal.booking.bands import A_MINUTE, DAYTIME, OPENS, Band, day_of
from portal.booking.service.days import first_days
from portal.booking.service.offers import Asker, free_times
from portal.booking.slots import BadToken, FreeTime, Span, span_of
from portal.extensions import db
from portal.i18n import OFFERED, is_language, zone_of
from portal.web.audience import audience
from portal.web.parts import now, parts

MOST, DIGITS = 100, 3


class Listed(NamedTuple):
    """One answer's times, and the first after them; `interpreted` and `any_hour` as in an `Offering`."""

    times: list[FreeTime]
    later: FreeTime | None
    interpreted: bool
    any_hour: bool


@blueprint.get("/free-times")
@audience("public")
def times() -> ResponseReturnValue:
    """What a family that speaks this language could choose now, on the clock of this zone: whole days, as families see
    them, or so many times; where nothing is free within the family's day, as families see it then.
    """
    language, zone = request.args.get("language", ""), request.args.get("zone", "")
    begin, hours = request.args.get("from", ""), request.args.get("hours", "day")
    most = request.args.get("most", "")
    if not (language in OFFERED or is_language(language)):
        return _refused("language", "an ISO 639 code of a language that the portal knows, such as fr")
    own = zone_of(zone)  # some names CLDR alone knows
    if own is None:  # UTC, or whatever the server's own clock is, is nobody's
        return _refused("zone", "a place's name in the time zone database, such as Europe/Paris")
    if most and not (most.isascii() and most.isdigit() and len(most) <= DIGITS and 1 <= int(most) <= MOST):
        return _refused("most", f"a number from 1 to {MOST}")
    if hours not in {"day", "all"}:
        return _refused("hours", "day or all")
    try:
        after = span_of(begin) if begin else None
    except BadToken:
        return _refused("from", "a token that an answer of this interface gave")
    band = None if hours == "all" else day_of(own, now())
    found = _listed(Asker((language,)), own, band, after, int(most or 0))
    said = {
        "language": language,
        "zone": zone,
        "interpreted": found.interpreted,
        "any_hour": found.any_hour,
        "times": [_said(one, own) for one in found.times],
        "next": found.later.token if found.later else None,
    }
    return _shared(jsonify(said))


@blueprint.get("/openapi.json")
@audience("public")
def description() -> ResponseReturnValue:
    """What there is, as OpenAPI."""
    address = {"servers": [{"url": f"{parts().settings.public_base_url}/api"}]}
    return _shared(jsonify(DESCRIPTION | address))


def _listed(asker: Asker, zone: str, band: Band | None, begin: Span | None, most: int) -> Listed:
    """So many times, or where no number is given those of seven whole days."""
    # A list that begins within the day goes on there: when it is at its end, that does not mean that there was nothing.
    at_any = begin is None or not _within_the_day(begin, zone)
    about: dict[str, Any] = {"now": now(), "band": band, "else_any_hour": at_any, "after": begin and begin.start}
    if not most:
        days = first_days(db.session(), asker, zone=zone, **about)
        return Listed(days.times, days.later, days.interpreted, days.any_hour)
    found = free_times(db.session(), asker, most=most + 1, **about)
    later = found.times[most] if len(found.times) > most else None
    return Listed(found.times[:most], later, found.interpreted, found.any_hour)


def _within_the_day(span: Span, zone: str) -> bool:
    wall = span.start.astimezone(ZoneInfo(zone))
    since = (wall.hour - OPENS) * 60 + wall.minute
    return 0 <= since <= DAYTIME - (span.end - span.start) / A_MINUTE


def _said(one: FreeTime, zone: str) -> dict[str, Any]:
    return {
        "start": _utc(one.start_at),
        "end": _utc(one.end_at),
        "local": one.start_at.astimezone(ZoneInfo(zone)).isoformat(timespec="minutes"),
        "token": one.token,
    }


def _utc(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%MZ")


def _refused(name: str, expected: str) -> ResponseReturnValue:
    answer = jsonify(error={"parameter": name, "expected": expected})
    answer.status_code = 400
    return _shared(answer)


def _shared(answer: Response) -> Response:
    """Let the clinic's own sites read it."""
    answer.headers["Vary"] = "Origin"
    origin = request.headers.get("Origin", "")
    if origin in parts().settings.clinic_sites:
        answer.headers["Access-Control-Allow-Origin"] = origin
    return answer
