"""Families that wait, and the worker's look for whom something is free."""

from datetime import datetime, time

from portal.booking.models import OFFERED, Appointment, Waiting
from portal.booking.service import reserve, waiting
from portal.booking.service.claims import lapse_expired
from portal.booking.service.offering import offer_first, suited
from portal.booking.slots import FreeTime, token_of
from portal.booking.wishes import Wish
from portal.extensions import db
from portal.transaction import transaction
from tests.booking.scene import NOW, Scene

PHONE = {"channel": "phone", "phone": "+33 1 23 45 67 89", "interpreter": "no"}
EVERY_DAY = frozenset(range(7))


def any_time(begin: int = 0, end: int = 0, days: frozenset[int] = EVERY_DAY, languages: tuple[str, ...] = ("fr",)):
    """A wish; by default whatever there is in French."""
    return Wish(days, time(begin), time(end), languages)


def wait(scene: Scene, case_id: str, wish: Wish | None = None, now: datetime = NOW, note: str = "") -> str:
    """Put a family on the list, or change what it wishes; the row's id."""
    with transaction() as session:
        about = {"settings": scene.settings, "now": now}
        return waiting.wait(session, scene.keyring, case_id, wish or any_time(), note, **about).id


def waits(scene: Scene, email: str, wish: Wish | None = None, now: datetime = NOW, **more: str) -> str:
    """A new family that waits; the case's id."""
    case_id = scene.family(email, **more)
    wait(scene, case_id, wish, now)
    return case_id


def offer(scene: Scene, now: datetime = NOW) -> list[str]:
    """What a worker does: the cases to which something was offered, in their order."""
    done = []
    for found in suited(db.session(), now=now):
        done += [found.case_id] if offer_to(scene, found.case_id, found.times, now) else []
    return done


def suiting(case_id: str, now: datetime = NOW) -> list[FreeTime]:
    """What suits a case of all that is free."""
    return next(one.times for one in suited(db.session(), now=now) if one.case_id == case_id)


def offer_to(scene: Scene, case_id: str, times: list[FreeTime], now: datetime = NOW) -> str | None:
    """What a worker does for one case; the appointment's id."""
    with transaction() as session:
        made = offer_first(session, scene.keyring, case_id, times, settings=scene.settings, now=now)
        return made and made.id


def offered() -> dict[str, datetime]:
    """Which time is offered to whom, as the rows say."""
    db.session.rollback()
    found = db.session.scalars(db.select(Appointment).where(Appointment.status == OFFERED))
    return {one.case_id: one.start_at for one in found}


def accept(scene: Scene, case_id: str, start: datetime, end: datetime, now: datetime = NOW) -> Appointment:
    """Take what is offered."""
    with transaction() as session:
        about = {"settings": scene.settings, "now": now, "token": token_of(start, end)}
        return reserve.book(session, scene.keyring, case_id, **PHONE, **about)


def decline(case_id: str, start: datetime, end: datetime, now: datetime = NOW) -> bool:
    """Pass it on."""
    with transaction() as session:
        return waiting.decline(session, case_id, token_of(start, end), now=now)


def stop(case_id: str, now: datetime = NOW) -> bool:
    """Wait no more."""
    with transaction() as session:
        return waiting.stop_waiting(session, case_id, now=now)


def sweep(now: datetime) -> int:
    """End what has run out."""
    with transaction() as session:
        return lapse_expired(session, now)


def rows() -> list[Waiting]:
    """Everybody who waits."""
    db.session.rollback()
    return list(db.session.scalars(db.select(Waiting)))
