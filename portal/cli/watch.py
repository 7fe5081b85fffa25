"""doctor, routes, keys check, audit verify, languages check."""

from __future__ import annotations

import json

import click
from flask import current_app
from flask.cli import AppGroup

from portal.accesslog.log import first_break, length
from portal.extensions import db
from portal.lifecycle.catalogues import faults
from portal.lifecycle.doctor import examine
from portal.lifecycle.rotate import StillOld, forget_old, rotate
from portal.lifecycle.start import WrongKey, check_fingerprints
from portal.web.parts import parts
from portal.web.routes import describe


def add_to(group: AppGroup) -> None:
    """Add these commands."""
    for command in (doctor, routes, keys, audit, languages):
        group.add_command(command)


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
def doctor(as_json: bool) -> None:
    """Look at schema, keys, files, outbox, jobs, clock and disk; change nothing."""
    problems = examine(parts(), now=parts().clock())
    if as_json:
        click.echo(json.dumps({"ok": not problems, "problems": problems}))
    else:
        click.echo("\n".join(problems) or "all is well")
    raise SystemExit(1 if problems else 0)


@click.command("routes")
@click.option("--json", "as_json", is_flag=True, help="One JSON list instead of lines.")
def routes(as_json: bool) -> None:
    """List every route with its audience and form fields."""
    found = describe(current_app)
    if as_json:
        click.echo(json.dumps(found, indent=1))
        return
    for route in found:
        click.echo(f"{','.join(route['methods']):12} {route['path']:48} {','.join(route['audience'])}")


@click.group("keys")
def keys() -> None:
    """The instance's keys."""


@keys.command("rotate")
@click.option("--forget", is_flag=True, help="Remove the old keys too. Backups made before can then not be read.")
def keys_rotate(forget: bool) -> None:
    """Seal everything of the instance with a new column key. May be stopped anywhere and run again."""
    here = parts()
    if forget:
        try:
            gone = forget_old(here.settings.instance, here.keyring)
        except StillOld:
            raise SystemExit("portal: something is still sealed with an old key; run `keys rotate` first") from None
        click.echo(f"removed: {', '.join(gone)}" if gone else "there is no old key; run `keys rotate` first")
        return
    done = rotate(here.settings.instance, here.keyring)
    for place in done.broken:
        click.echo(f"does not open, left as it is: {place}", err=True)
    click.echo(f"{done.values} values are sealed anew with {done.current}; kept for backups: {', '.join(done.left)}")
    raise SystemExit(1 if done.broken else 0)


@keys.command("check")
def keys_check() -> None:
    """Compare the keys with what the database remembers of them."""
    try:
        check_fingerprints(db.session(), parts().keyring)
    except WrongKey as fault:
        raise SystemExit(f"portal: {fault}") from fault
    click.echo("the keys are this database's own")


@click.group("audit")
def audit() -> None:
    """The access log."""


@audit.command("verify")
def audit_verify() -> None:
    """Check the chain from its first entry to its last."""
    broken = first_break(db.session(), parts().keyring)
    if broken is not None:
        raise SystemExit(f"portal: the access log is broken at entry {broken}")
    click.echo(f"the chain of {length(db.session())} entries is whole")


@click.group("languages")
def languages() -> None:
    """The languages on offer."""


@languages.command("check")
def languages_check() -> None:
    """Check that every catalogue and every text is complete in every language."""
    found = faults()
    if found:
        raise SystemExit("portal: " + "\n".join(found))
    click.echo("every language is complete")
