"""people add, place, list, revoke, reset."""

from __future__ import annotations

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from portal.accesslog.log import record
from portal.booking.service.whereabouts import set_whereabouts
from portal.desk import leaving
from portal.extensions import db
from portal.i18n import zone_of
from portal.staff import service
from portal.staff.models import ROLES, StaffMember
from portal.transaction import transaction
from portal.web.parts import now, parts


def add_to(group: AppGroup) -> None:
    """Add these commands."""
    group.add_command(people)


@click.group("people")
def people() -> None:
    """The people of the office."""


@people.command("add")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", "roles", multiple=True, type=click.Choice(ROLES), required=True)
@click.option("--speaks", multiple=True, help="A language code; give one option for each.")
@click.option("--language", default="en", help="The language of this person's mail.")
@click.option("--time-zone", default="Europe/Istanbul")
def add(email: str, name: str, roles: tuple[str, ...], speaks: tuple[str, ...], language: str, time_zone: str) -> None:
    """Add a person and print the link with which the password is chosen."""
    with transaction() as session:
        try:
            _person, token = service.invite(
                session,
                parts().keyring,
                email=email,
                name=name,
                language=language,
                time_zone=zone_of(time_zone) or time_zone,
                roles=list(roles),
                languages=list(speaks),
                now=now(),
            )
        except ValueError as fault:
            raise SystemExit(f"portal: {fault}") from fault
        _log(session, "people.added")
    click.echo(_link(language, token))


@people.command("place")
@click.argument("email")
@click.option("--time-zone", help="Where the person is by now; the weekly hours are meant on the clock of there.")
@click.option("--speaks", multiple=True, help="A language code; give one option for each. Without any they stay.")
def place(email: str, time_zone: str | None, speaks: tuple[str, ...]) -> None:
    """Say where a person is by now, and the languages spoken with families; the times follow."""
    with transaction() as session:
        person = _find(session, email)
        languages = speaks or [one.language for one in person.languages]
        said = time_zone or person.time_zone
        zone, clinic_zone = zone_of(said) or said, parts().settings.clinic_time_zone
        try:
            made = set_whereabouts(session, person, zone=zone, languages=languages, clinic_zone=clinic_zone, now=now())
        except ValueError as fault:
            raise SystemExit(f"portal: {str(fault) or 'more times than one calendar can hold'}") from fault
        _log(session, "people.changed")
    click.echo(f"{made.added} times added, {made.removed} taken out, {made.held} no longer fit and are booked")


@people.command("list")
def listing() -> None:
    """Everyone, with roles and languages."""
    for person in service.listing(db.session()):
        roles = ",".join(sorted(role.name for role in person.roles))
        speaks = ",".join(sorted(spoken.language for spoken in person.languages))
        click.echo(f"{person.email:40} {roles:28} {speaks:16} {'active' if person.active else 'removed'}")


@people.command("revoke")
@click.argument("email")
def revoke(email: str) -> None:
    """Remove a person: every session ends at once."""
    with transaction() as session:
        person = _find(session, email)
        standing = leaving.revoke(session, parts().keyring, person, settings=parts().settings, now=now())
        _log(session, "people.revoked")
    click.echo(f"removed; booked consultations that need somebody else now: {standing}" if standing else "removed")


@people.command("reset")
@click.argument("email")
def reset(email: str) -> None:
    """Forget a person's password and second factor and print a new link."""
    with transaction() as session:
        person = _find(session, email)
        token = leaving.reset(session, parts().keyring, person, now())
        _log(session, "people.reset")
    click.echo(_link(person.language, token))


def _find(session: Session, email: str) -> StaffMember:
    person = service.find_by_email(session, email)
    if person is None:
        raise SystemExit("portal: nobody has this address")
    return person


def _link(language: str, token: str) -> str:
    return f"{parts().settings.public_base_url}/{language}/desk/invitation/{token}"


def _log(session: Session, action: str) -> None:
    record(session, parts().keyring, actor="operator", action=action, now=now())
