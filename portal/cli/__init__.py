"""`flask portal …`: each command is a few lines that call a service; exit code 0 only on success."""

from __future__ import annotations

from flask import Flask
from flask.cli import AppGroup

from portal.cli import mail, people, running, slots, watch

commands = AppGroup("portal", help="Run and look after the portal.")
for _group in (running, watch, people, slots, mail):
    _group.add_to(commands)


def register_commands(app: Flask) -> None:
    """Add the group to `flask`."""
    app.cli.add_command(commands)
