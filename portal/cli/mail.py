"""outbox list, resend, release."""

from __future__ import annotations

import json

import click
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from portal.extensions import db
from portal.mail.models import WAITING, OutboxMessage
from portal.mail.outbox import release as release_all
from portal.mail.outbox import resend as resend_one
from portal.transaction import transaction
from portal.web.parts import now


def add_to(group: AppGroup) -> None:
    """Add these commands."""
    group.add_command(outbox)


@click.group("outbox")
def outbox() -> None:
    """Messages and what became of them; never their content or address."""


@outbox.command("list")
@click.option("--json", "as_json", is_flag=True)
@click.option("--all", "everything", is_flag=True, help="Sent ones too.")
def listing(as_json: bool, everything: bool) -> None:
    """Messages that wait or failed."""
    query = select(OutboxMessage).order_by(OutboxMessage.created_at)
    rows = db.session.scalars(query if everything else query.where(OutboxMessage.state != "sent"))
    found = [
        {
            "id": row.id,
            "kind": row.kind,
            "state": row.state,
            "language": row.language,
            "created_at": row.created_at.isoformat(),
            "attempts": row.attempts,
            "last_error": row.last_error,
        }
        for row in rows
    ]
    if as_json:
        click.echo(json.dumps(found, indent=1))
        return
    for one in found:
        click.echo(f"{one['id']} {one['kind']:24} {one['state']:10} {one['created_at']} {one['last_error'] or ''}")


@outbox.command("resend")
@click.argument("message_id")
def resend(message_id: str) -> None:
    """Put one message on its way again."""
    try:
        with transaction() as session:
            resend_one(session, message_id, now=now())
    except NoResultFound as fault:
        raise SystemExit("portal: no such message") from fault
    click.echo("on its way")


@outbox.command("release")
def release() -> None:
    """Make every waiting message due at once."""
    with transaction() as session:
        count = release_all(session, now=now())
    click.echo(f"{count} {WAITING}")
