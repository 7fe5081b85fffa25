"""The demo clinic: visibly fictitious people and open times for four weeks, made once in an empty instance."""

from __future__ import annotations

import base64
import json
import os
import secrets
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from portal.booking.service.calendars import Hours, add_hours, set_rules
from portal.config import Settings
from portal.keys.ids import new_token
from portal.keys.keyring import Keyring
from portal.staff import service
from portal.staff.models import ADMIN, COORDINATOR, INTERPRETER, LEAD
from portal.staff.sign_in import hash_password, secret_from_key

WEEKS = 4
MINUTES = 40
WORKDAYS = frozenset(range(5))


@dataclass(frozen=True)
class Person:
    """Somebody of the demo clinic. Nobody is called so: the names say what they are."""

    name: str
    address: str
    role: str
    language: str
    speaks: tuple[str, ...] = ()
    begin: time = time(9)
    end: time = time(12)


PEOPLE = (
    Person("Demo Coordinator One", "coordinator.one", COORDINATOR, "tr", ("tr", "en")),
    Person("Demo Coordinator Two", "coordinator.two", COORDINATOR, "fr", ("fr", "en", "ar"), time(13), time(17)),
    Person("Demo Coordinator Three", "coordinator.three", COORDINATOR, "en", ("ar", "tr", "fr"), time(10), time(15)),
    Person("Demo Lead", "lead", LEAD, "en", ("en", "tr")),
    Person("Demo Interpreter", "interpreter", INTERPRETER, "ar", ("ar", "tr"), time(9), time(17)),
    Person("Demo Admin", "admin", ADMIN, "en"),
)


def open_clinic(session: Session, keyring: Keyring, settings: Settings, *, now: datetime) -> str:
    """Make people, times and `demo.json`; does nothing where the clinic is there. One line for the operator."""
    told = settings.instance / "demo.json"
    if service.listing(session) and told.exists():
        return f"the demo clinic is open; its people stand in {told}"
    if service.listing(session):
        raise SystemExit("portal: this instance has people of its own; the demo clinic needs an empty one")
    people = [_person(session, keyring, settings, person, now) for person in PEOPLE]
    _tell(told, people)
    return f"the demo clinic is open; its people stand in {told}"


def _person(session: Session, keyring: Keyring, settings: Settings, person: Person, now: datetime) -> dict[str, str]:
    password, secret = new_token()[:20], base64.b32encode(secrets.token_bytes(20)).decode("ascii")
    email = f"{person.address}@clinic.example"
    made = service.create_ready(
        session,
        keyring,
        email=email,
        name=person.name,
        language=person.language,
        time_zone=settings.clinic_time_zone,
        roles=[person.role],
        languages=list(person.speaks),
        password_hash=hash_password(password),
        totp_secret=secret_from_key(secret),
        now=now,
    )
    if person.role in {COORDINATOR, INTERPRETER}:
        _open_times(session, settings, made.id, person, now)
    return {
        "role": person.role,
        "email": email,
        "password": password,
        "totp_secret": secret,
        "signin_url": f"{settings.public_base_url}/{person.language}/desk/sign-in",
    }


def _open_times(session: Session, settings: Settings, staff_id: str, person: Person, now: datetime) -> None:
    """Weekly hours, from which the worker goes on making times."""
    about: dict[str, Any] = {"clinic_zone": settings.clinic_time_zone, "now": now}
    set_rules(session, staff_id, minutes=MINUTES, horizon=WEEKS * 7, **about)
    add_hours(session, staff_id, WORKDAYS, Hours(person.begin, person.end), **about)


def _tell(path: Path, people: list[dict[str, str]]) -> None:
    """Written before the commit: the passwords exist nowhere else in clear. After a failed commit it is made anew."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(people, file, indent=1)
