"""slots add, list, close."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import click
from flask.cli import AppGroup

from portal.booking.service import schedules
from portal.booking.service.freed import time_freed
from portal.extensions import db
from portal.staff import service
from portal.transaction import transaction
from portal.web.parts import now, parts

EVERY_WORKDAY = "0,1,2,3,4"


def add_to(group: AppGroup) -> None:
    """Add these commands."""
    group.add_command(slots)


@click.group("slots")
def slots() -> None:
    """Times at which families can book."""


@slots.command("add")
@click.argument("email")
@click.option("--first", type=click.DateTime(["%Y-%m-%d"]), required=True)
@click.option("--last", type=click.DateTime(["%Y-%m-%d"]), required=True)
@click.option("--from", "begin", type=click.DateTime(["%H:%M"]), default="09:00")
@click.option("--to", "end", type=click.DateTime(["%H:%M"]), default="12:00")
@click.option("--minutes", type=click.IntRange(5, 240), default=40)
@click.option("--weekdays", default=EVERY_WORKDAY, help="0 is Monday; default: Monday to Friday.")
def add(
    email: str, first: datetime, last: datetime, begin: datetime, end: datetime, minutes: int, weekdays: str
) -> None:
    """Open times for a range of days, in the clinic's wall time."""
    if last.date() > schedules.latest_day(now()):
        raise SystemExit("portal: more than two years ahead")
    with transaction() as session, refused():
        person = service.find_by_email(session, email)
        if person is None:
            raise SystemExit("portal: nobody has this address")
        opened = schedules.open_slots(
            session,
            schedules.schedule_of(session, person.id),
            first=first.date(),
            last=last.date(),
            begin=begin.time(),
            end=end.time(),
            minutes=minutes,
            weekdays=frozenset(int(day) for day in weekdays.split(",")),
            zone=parts().settings.clinic_time_zone,
        )
        time_freed(session, now=now())
    click.echo(f"{opened.added} added, {opened.skipped} skipped")


@contextmanager
def refused() -> Iterator[None]:
    """Say in one line what cannot be opened."""
    try:
        yield
    except schedules.TooManyDays as fault:
        raise SystemExit("portal: more than a year at once") from fault
    except schedules.TooManyTimes as fault:
        raise SystemExit(f"portal: more than {schedules.MOST_TIMES} times at once") from fault


@slots.command("list")
@click.option("--days", default=28)
def listing(days: int) -> None:
    """The coming times."""
    zone = parts().settings.clinic_time_zone
    today: date = now().astimezone(ZoneInfo(zone)).date()
    for slot in schedules.listing(db.session(), first=today, last=today + timedelta(days=days), zone=zone, now=now()):
        click.echo(f"{slot.id} {slot.start_at:%Y-%m-%d %H:%M}Z {slot.status}")


@slots.command("close")
@click.argument("slot_id")
def close(slot_id: str) -> None:
    """Take a time out of the offer; refused where it is held or booked."""
    try:
        with transaction() as session:
            schedules.close_slot(session, slot_id, now=now())
    except (schedules.SlotHeld, LookupError) as fault:
        raise SystemExit("portal: this time is held, booked or unknown") from fault
    click.echo("closed")
