"""init, demo, serve, worker."""

from __future__ import annotations

import signal
from dataclasses import replace
from types import FrameType

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from portal.demo.clinic import open_clinic
from portal.demo.mailbox import Mailbox
from portal.extensions import db
from portal.jobs.loop import Worker
from portal.lifecycle.serve import Household, Member, serve_pages, warm_up
from portal.lifecycle.start import WrongKey, check_fingerprints, initialise, schema_present
from portal.lifecycle.work import build_work
from portal.transaction import transaction
from portal.web.parts import parts, use_settings


def add_to(group: AppGroup) -> None:
    """Add these commands."""
    for command in (init, demo, serve, worker):
        group.add_command(command)


@click.command("init")
def init() -> None:
    """Make keys and database of an empty instance; bring an existing one to the newest schema."""
    try:
        click.echo(initialise())
    except WrongKey as fault:
        raise SystemExit(f"portal: {fault}") from fault


@click.command("demo")
def demo() -> None:
    """Fill an empty instance with a fictitious clinic (needs PORTAL_DEMO=1)."""
    here = parts()
    if not here.settings.demo:
        raise SystemExit("portal: the demo clinic is only for PORTAL_DEMO=1")
    with transaction() as session:
        click.echo(open_clinic(session, here.keyring, here.settings, now=here.clock()))


@click.command("serve")
def serve() -> None:
    """Serve pages and work off jobs until told to stop."""
    _refuse_unready()
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy's own way to the application
    members: dict[str, Member] = {}
    if parts().settings.demo and not parts().settings.mail_server:
        mailbox = Mailbox(parts().settings.instance / "demo-mail")
        to_it = replace(parts().settings, mail_server="127.0.0.1", mail_port=mailbox.port, mail_use_tls=False)
        use_settings(app, to_it)
        members["mailbox"] = mailbox.serve
    settings = parts().settings
    members |= {"web": lambda: serve_pages(app, settings), "worker": lambda: _work(app)}
    click.echo(f"serving on {settings.public_base_url}", err=True)
    warm_up(app)
    db.engine.dispose()  # no child may share a connection
    raise SystemExit(Household(members).run())


@click.command("worker")
def worker() -> None:
    """Work off jobs and mail until told to stop; any number of these may run."""
    _refuse_unready()
    _work(current_app._get_current_object())  # type: ignore[attr-defined]  # the proxy's own way to the application


def _work(app: Flask) -> None:
    runner = Worker(app, build_work(app, app.extensions["portal"]))

    def stop(number: int, frame: FrameType | None) -> None:
        runner.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    runner.run()


def _refuse_unready() -> None:
    if parts().opened_keyring is None or not schema_present():
        raise SystemExit("portal: this instance is not set up; run: flask --app wsgi portal init")
    try:
        check_fingerprints(db.session(), parts().keyring)
    except WrongKey as fault:
        raise SystemExit(f"portal: {fault}") from fault
    finally:
        db.session.rollback()
