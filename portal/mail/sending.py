"""The job that sends one message."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from portal.jobs.loop import Handler
from portal.jobs.queue import Claim
from portal.keys.keyring import Keyring
from portal.mail import outbox
from portal.mail.carrier import Carrier, NotCarried
from portal.mail.layout import write
from portal.transaction import transaction


class NoMailServer(Exception):
    """No mail server is configured: the message waits."""


def sender(keyring: Keyring, carrier: Callable[[], Carrier | None], anew: outbox.Anew | None = None) -> Handler:
    """The handler for `mail.send`. The line to the mail server is open in no transaction."""

    def send(held: Claim, now: datetime) -> None:
        way = carrier()
        if way is None:
            raise NoMailServer
        with transaction() as session:
            draft = outbox.take(session, keyring, held.subject, now=now, anew=anew)
        if draft is None:
            return
        try:
            way.carry(write(draft), held.subject)
        except NotCarried as fault:
            with transaction() as session:
                outbox.mark_failed(session, held.subject, error=fault.error, final=fault.final)
            if not fault.final:
                raise
            return
        with transaction() as session:
            outbox.mark_sent(session, held.subject, now=now)

    return send
