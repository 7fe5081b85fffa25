"""Find a free time, keep it for a family, book it. The database refuses overlaps; here a refusal gets its name."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import exists, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.booking.emails import booked_letters
from portal.booking.models import BOOKED, FREE, HELD, LAPSED, Appointment, Schedule, Slot
from portal.booking.slots import BadToken, FreeTime, Span, distinct, span_of
from portal.cases.models import Case
from portal.config import Settings
from portal.keys.ids import new_token
from portal.keys.keyring import Keyring
from portal.mail import outbox
from portal.staff.models import COORDINATOR, StaffLanguage, StaffMember, StaffRole

HELD_FOR = timedelta(minutes=15)
HELD_AT_MOST = timedelta(minutes=60)
AHEAD = timedelta(hours=2)
MOST_CHOICES = 400


class SlotTaken(Exception):
    """Every coordinator at that time has just been taken, or the time was closed."""


class AlreadyBooked(Exception):
    """This case has a consultation; it must be cancelled before another is chosen."""


def free_times(session: Session, *, language: str, now: datetime, case_id: str | None = None) -> list[FreeTime]:
    """One choice for each distinct time, nearest first, of active coordinators who speak the language.

    What the case itself keeps counts as free for it.
    """
    rows = session.execute(
        select(Slot.start_at, Slot.end_at)
        .where(*_open(language, now), ~_taken(now, case_id))
        .order_by(Slot.start_at)
        .limit(MOST_CHOICES)
    )
    return distinct([Span(row.start_at, row.end_at) for row in rows])


def hold(session: Session, keyring: Keyring, case: Case, token: str, *, now: datetime) -> Appointment:
    """Keep a time for a case for a quarter of an hour; what it kept before is let go.

    Tries each coordinator at that instant. Raises `SlotTaken`, or `AlreadyBooked`.
    """
    if booked(session, case.id) is not None:
        raise AlreadyBooked
    try:
        wanted = span_of(token)
    except BadToken as fault:
        raise SlotTaken from fault
    _let_go(session, case.id)
    since = now
    return _claim(session, case, wanted, HELD, now, held_since=since, held_until=now + HELD_FOR)


def renew(session: Session, case_id: str, *, now: datetime) -> Appointment | None:
    """Keep a case's time a little longer, an hour in all at most; `None` where nothing is kept."""
    found = held(session, case_id, now=now)
    if found is not None and found.held_since is not None:
        found.held_until = max(found.held_until or now, min(now + HELD_FOR, found.held_since + HELD_AT_MOST))
        session.flush()
    return found


def book(
    session: Session,
    keyring: Keyring,
    case: Case,
    *,
    channel: str,
    phone: str | None,
    interpreter: str,
    settings: Settings,
    now: datetime,
) -> Appointment:
    """Book the time that the case keeps, and post the letters with calendar files.

    Where the hold ran out meanwhile the same time is tried once more. Raises `SlotTaken` or `AlreadyBooked`.
    """
    if booked(session, case.id) is not None:
        raise AlreadyBooked
    kept = _newest_hold(session, case.id)
    if kept is None:
        raise SlotTaken
    if kept.status == LAPSED or (kept.held_until or now) <= now:
        wanted = Span(kept.start_at, kept.end_at)
        _let_go(session, case.id)
        kept = _claim(session, case, wanted, HELD, now, held_since=now, held_until=now + HELD_FOR)
    kept.status, kept.booked_at, kept.held_until = BOOKED, now, None
    key = keyring.case(case.id)
    key.write_json(kept, "details", {"channel": channel, "phone": phone, "interpreter": interpreter})
    key.write(kept, "room", new_token()[:22])
    case.changed_at = now
    session.flush()
    for letter in booked_letters(keyring, case, kept, settings=settings, now=now):
        outbox.post(session, keyring, letter, scope=outbox.case_scope(case.id), now=now)
    return kept


def booked(session: Session, case_id: str) -> Appointment | None:
    """The case's consultation."""
    return session.scalar(select(Appointment).where(Appointment.case_id == case_id, Appointment.status == BOOKED))


def held(session: Session, case_id: str, *, now: datetime) -> Appointment | None:
    """What is kept for the case at this moment."""
    found = select(Appointment).where(Appointment.case_id == case_id, Appointment.status == HELD)
    return session.scalar(found.where(Appointment.held_until > now))


def lapse_expired(session: Session, now: datetime) -> int:
    """Let go of holds that have run out. Returns how many."""
    ended = session.execute(
        update(Appointment)
        .where(Appointment.status == HELD, Appointment.held_until <= now)
        .values(status=LAPSED)
        .returning(Appointment.id)
    )
    return len(ended.all())


def _claim(
    session: Session, case: Case, wanted: Span, status: str, now: datetime, **times: datetime
) -> Appointment:
    _lapse_at(session, wanted, now)
    for schedule_id in _coordinators(session, case.language, wanted, now):
        claimed = Appointment(
            case_id=case.id,
            schedule_id=schedule_id,
            start_at=wanted.start,
            end_at=wanted.end,
            status=status,
            sequence=0,
            language=case.language,
            time_zone=case.time_zone,
            **times,
        )
        try:
            with session.begin_nested():
                session.add(claimed)
                session.flush()
        except IntegrityError:
            continue  # somebody was quicker: the next coordinator at that instant
        return claimed
    raise SlotTaken


def _coordinators(session: Session, language: str, wanted: Span, now: datetime) -> list[int]:
    """The schedules that offer this time, the least busy of those days first."""
    busy = (
        select(func.count())
        .select_from(Appointment)
        .where(
            Appointment.schedule_id == Slot.schedule_id,
            Appointment.status == BOOKED,
            Appointment.start_at > wanted.start - timedelta(days=3),
            Appointment.start_at < wanted.start + timedelta(days=3),
        )
        .scalar_subquery()
    )
    offered = (
        select(Slot.schedule_id)
        .where(*_open(language, now), Slot.start_at == wanted.start, Slot.end_at == wanted.end)
        .order_by(busy, Slot.schedule_id)
    )
    return list(session.scalars(offered))


def _open(language: str, now: datetime) -> tuple[object, ...]:
    speaks = (
        select(Schedule.id)
        .join(StaffMember, StaffMember.id == Schedule.staff_id)
        .join(StaffRole, StaffRole.staff_id == StaffMember.id)
        .join(StaffLanguage, StaffLanguage.staff_id == StaffMember.id)
        .where(StaffMember.active, StaffRole.role == COORDINATOR, StaffLanguage.language == language)
    )
    return Slot.status == FREE, Slot.start_at > now + AHEAD, Slot.schedule_id.in_(speaks)


def _taken(now: datetime, case_id: str | None) -> object:
    kept = (Appointment.status == HELD) & (Appointment.held_until > now)
    if case_id is not None:
        kept &= Appointment.case_id != case_id
    return exists().where(
        Appointment.schedule_id == Slot.schedule_id,
        Appointment.start_at < Slot.end_at,
        Appointment.end_at > Slot.start_at,
        (Appointment.status == BOOKED) | kept,
    )


def _lapse_at(session: Session, wanted: Span, now: datetime) -> None:
    session.execute(
        update(Appointment)
        .where(
            Appointment.status == HELD,
            Appointment.held_until <= now,
            Appointment.start_at < wanted.end,
            Appointment.end_at > wanted.start,
        )
        .values(status=LAPSED)
    )


def _let_go(session: Session, case_id: str) -> None:
    session.execute(
        update(Appointment).where(Appointment.case_id == case_id, Appointment.status == HELD).values(status=LAPSED)
    )


def _newest_hold(session: Session, case_id: str) -> Appointment | None:
    found = select(Appointment).where(Appointment.case_id == case_id, Appointment.status.in_((HELD, LAPSED)))
    return session.scalar(found.order_by(Appointment.held_since.desc()).limit(1).with_for_update())
