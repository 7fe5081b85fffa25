"""Move a consultation to a time that is kept for it, or change how to talk. The old one stands until the new does."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from portal.booking import news
from portal.booking.emails import changed_letters, moved_letters
from portal.booking.models import Appointment
from portal.booking.service.claims import SlotTaken, claim, let_go
from portal.booking.service.handing import claim_of_colleague
from portal.booking.service.making import make_soon
from portal.booking.service.offers import asker_again
from portal.booking.service.outdated import regained, say_anew, take_back
from portal.booking.service.over import take_place
from portal.booking.service.reserve import OtherTimeKept, kept_time
from portal.booking.service.standing import NothingBooked, standing_consultation
from portal.booking.slots import BadToken, span_of, token_of
from portal.booking.told import Booked, before_of
from portal.booking.walls import on_another_office_wall, walls
from portal.booking.ways import OtherWay, talks_by
from portal.cases.models import Case
from portal.config import Settings
from portal.keys.ids import new_token
from portal.keys.keyring import Keyring
from portal.keys.sealed import Sealed
from portal.mail import outbox
from portal.rows import change_row


class StandsThere(Exception):
    """It stands at that time already; perhaps the button was pressed twice, or a colleague has it by now."""


def move(
    session: Session,
    keyring: Keyring,
    case_id: str,
    *,
    settings: Settings,
    now: datetime,
    token: str,
    was: str = "",
    how: dict[str, Any] | None = None,
) -> Appointment:
    """Put the consultation at the time of the `token`, which the case keeps, with another room, and tell everybody.

    The same once more, for a time at which it stands already, changes nothing. With the token of the time that it
    `was` at on the page it must still stand there; with `how`, talk so from now on. Raises `NothingBooked`,
    `SlotTaken`, `NoMore`, `OtherTimeKept`, or `OtherWay` where whoever has the new time does not talk so; the old time
    stands then.
    """
    case, found = standing_consultation(session, case_id)
    stands = token_of(found.start_at, found.end_at)
    if token == stands:
        return found
    if was and was != stands:
        raise OtherTimeKept
    kept = kept_time(session, case, token, now, moving=True)
    key = keyring.case(case_id)
    said = key.read_json(found, "details") or {}
    new = said | (how or {})
    if not talks_by(kept.schedule, new.get("channel", ""), settings):
        raise OtherWay
    if new != said:
        change_row(session, found, details=key.sealed_json(found, "details", new))
    _move_to(session, keyring, case, found, kept, settings, now, other_way=new != said)
    return found


def move_by_office(
    session: Session,
    keyring: Keyring,
    case_id: str,
    *,
    settings: Settings,
    now: datetime,
    token: str,
    reason: str,
    was: str = "",
    sequence: str = "",
) -> Appointment:
    """Put the consultation at a time that is on offer to the family, and tell everybody; the family with the `reason`.

    The time at which it stands is given to a colleague who has it too, where its `sequence` is still what the page
    showed. What the family kept for a move of its own is let go. Raises `StandsThere`, `NothingBooked` where the time
    that it `was` at on the page is not the one that stands, or has begun, `SlotTaken`, and `OtherWay` where whoever has
    the new time does not talk in the way that the family chose; nothing changes then.
    """
    case, found = standing_consultation(session, case_id)
    stands = token_of(found.start_at, found.end_at)
    if token == stands and sequence != str(found.sequence):
        raise StandsThere
    if (was and was != stands) or found.start_at <= now:
        raise NothingBooked
    try:
        wanted = span_of(token)
    except BadToken as fault:
        raise SlotTaken from fault
    channel = (keyring.case(case_id).read_json(found, "details") or {}).get("channel", "")
    with session.begin_nested():
        let_go(session, case_id)
        if token == stands:
            kept = claim_of_colleague(session, case, found, channel=channel, settings=settings, now=now)
        else:
            kept = claim(session, case, asker_again(case, found), wanted, now=now, moving=True)
    if not talks_by(kept.schedule, channel, settings):
        raise OtherWay
    _move_to(session, keyring, case, found, kept, settings, now, by_staff=True, reason=reason)
    return found


def change_details(
    session: Session,
    keyring: Keyring,
    case_id: str,
    *,
    channel: str,
    phone: str | None,
    interpreter: str,
    settings: Settings,
    now: datetime,
) -> Appointment:
    """Talk in another way, or at another number; the same as before tells nobody.

    Raises `NothingBooked`, or `OtherWay` where whoever has the time does not talk so.
    """
    case, found = standing_consultation(session, case_id)
    key = keyring.case(case_id)
    said = key.read_json(found, "details") or {}
    new = said | {"channel": channel, "phone": phone, "interpreter": interpreter}
    if new == said:
        return found
    if channel != said.get("channel") and not talks_by(found.schedule, channel, settings):
        raise OtherWay
    sealed = key.sealed_json(found, "details", new)
    change_row(session, found, details=sealed, sequence=found.sequence + 1, changed_at=now)
    change_row(session, case, changed_at=now)
    of = Booked(keyring, case, found, settings, now)
    say_anew(session, of)
    outbox.post_all(session, keyring, changed_letters(of), scope=outbox.case_scope(case_id), now=now)
    return found


def _move_to(
    session: Session,
    keyring: Keyring,
    case: Case,
    found: Appointment,
    kept: Appointment,
    settings: Settings,
    now: datetime,
    **why: Any,
) -> None:
    before, was_with = before_of(found), found.schedule_id
    told = _news(keyring, case, found, kept, **why)
    _put_at(session, keyring, case, found, kept, now)
    change_row(session, case, changed_at=now, answers_until=found.start_at, news=told)
    take_back(session, found, now=now)
    make_soon(session, was_with, now=now)
    of = Booked(keyring, case, found, settings, now)
    regained(session, of, before)
    letters = moved_letters(of, before, **why)
    outbox.post_all(session, keyring, letters, scope=outbox.case_scope(case.id), now=now)


def _put_at(
    session: Session, keyring: Keyring, case: Case, found: Appointment, kept: Appointment, now: datetime
) -> None:
    """Let an appointment take the place of a hold: its people, its time, and another room."""
    stays = (found.start_at, found.end_at) == (kept.start_at, kept.end_at)
    agreed = _as_it_was_agreed(found, kept) if stays else _agreed_anew(case, kept, now)
    take_place(session, found, kept)
    change_row(
        session,
        found,
        schedule_id=kept.schedule_id,
        interpreter_id=kept.interpreter_id,
        start_at=kept.start_at,
        end_at=kept.end_at,
        changed_at=now,
        sequence=found.sequence + 1,
        room=keyring.case(case.id).sealed_text(found, "room", new_token()[:22]),
        **agreed,
    )
    session.execute(delete(Appointment).where(Appointment.id == kept.id))  # what it kept is this one's now
    session.expire(found, ["schedule", "interpreter"])


def _agreed_anew(case: Case, kept: Appointment, now: datetime) -> dict[str, Any]:
    """Another time is agreed, on today's clocks."""
    wall = walls(kept.start_at, case.time_zone, kept.schedule.staff.time_zone)
    return {"time_zone": case.time_zone, "wall": wall, "clock_moved_at": None, "booked_at": now, "reminded": 0}


def _as_it_was_agreed(found: Appointment, kept: Appointment) -> dict[str, Any]:
    """The family agreed on this hour and was not asked again: what a country has made of it is still to be settled.

    On the office's side it stands on the wall of whoever has it from now on.
    """
    if kept.schedule_id == found.schedule_id:
        return {}
    return {"wall": on_another_office_wall(found.wall, kept.start_at, kept.schedule.staff.time_zone)}


def _news(
    keyring: Keyring,
    case: Case,
    found: Appointment,
    kept: Appointment,
    *,
    by_staff: bool = False,
    reason: str = "",
    **_why: Any,
) -> Sealed | None:
    """What the family's pages tell of it; nothing of what the family does itself, for it sees the time that stands."""
    if not by_staff:
        return None
    key = keyring.case(case.id)
    if (found.start_at, found.end_at) != (kept.start_at, kept.end_at):
        return news.sealed_after(key, case, news.MOVED, news.hour_of(found), reason)
    by_video = (key.read_json(found, "details") or {}).get("channel") == "video"
    return news.sealed_given(key, case) if by_video else case.news
