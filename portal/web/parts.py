"""What was built once in `create_app` and is handed to services: settings, keyring, store, clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Flask, current_app, g, has_request_context

from portal.adapters.storage import ObjectStore
from portal.config import Settings
from portal.keys.keyring import Keyring


class NotInitialised(Exception):
    """This instance has no keys and no database yet: `portal init` makes them."""


def system_clock() -> datetime:
    """The present instant in UTC."""
    return datetime.now(UTC)


@dataclass
class Parts:
    """The application's parts. Tests replace the clock and the store with their twins."""

    settings: Settings
    opened_keyring: Keyring | None
    store: ObjectStore
    clock: Callable[[], datetime] = system_clock

    @property
    def keyring(self) -> Keyring:
        """The keyring, or `NotInitialised` before the first start. Within a request it opens each key once."""
        if self.opened_keyring is None:
            raise NotInitialised
        if not has_request_context():
            return self.opened_keyring
        if "portal_keyring" not in g:
            g.portal_keyring = self.opened_keyring.for_a_moment()
        momentary: Keyring = g.portal_keyring
        return momentary


def parts() -> Parts:
    """The parts of the application at hand."""
    found: Parts = current_app.extensions["portal"]
    return found


def use_settings(app: Flask, settings: Settings) -> None:
    """Put other settings into an application that is built: the demo learns late where its mailbox listens."""
    app.extensions["portal"].settings = app.config["PORTAL_SETTINGS"] = settings


def now() -> datetime:
    """The present instant on the application's clock."""
    return parts().clock()
