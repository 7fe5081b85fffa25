"""The demo's mailbox: a real SMTP server on loopback that keeps what it receives as files, and reads them back."""

from __future__ import annotations

import signal
import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from portal.keys.ids import new_id
from portal.web.parts import system_clock

STAMP = "%Y%m%dT%H%M%S%f"


@dataclass(frozen=True)
class Received:
    """One message in the mailbox."""

    name: str
    at: datetime
    message: EmailMessage

    @property
    def text(self) -> str:
        """The text part."""
        return self._part("plain")

    @property
    def calendar(self) -> str:
        """The calendar part, or an empty text."""
        return next(
            (part.get_content() for part in self.message.walk() if part.get_content_type() == "text/calendar"), ""
        )

    def _part(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return str(part.get_content()) if part is not None else ""


class _Keeper:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # aiosmtpd's
        name = f"{system_clock().strftime(STAMP)}-{new_id()[:8]}.eml"
        (self._folder / name).write_bytes(envelope.original_content or b"")
        return "250 kept"


class Mailbox:
    """The server. Its port is chosen when it is made, so that others can be told before it listens."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.port = _free_port()
        self._controller: Any = Controller(_Keeper(folder), hostname="127.0.0.1", port=self.port)

    def serve(self) -> None:
        """Listen until this process is told to stop."""
        stops = {signal.SIGTERM, signal.SIGINT}
        signal.pthread_sigmask(signal.SIG_BLOCK, stops)  # before any thread is made, so that it is waited for here
        self._controller.start()
        signal.sigwait(stops)
        self._controller.stop()


def received(folder: Path) -> list[Received]:
    """Everything received, newest first."""
    return [one for path in sorted(folder.glob("*.eml"), reverse=True) if (one := find(folder, path.name))]


def find(folder: Path, name: str) -> Received | None:
    """One message by its name, or `None`; a name with a path in it is no name."""
    if name not in {path.name for path in folder.glob("*.eml")}:
        return None
    message = message_from_bytes((folder / name).read_bytes(), policy=policy.default)
    at = datetime.strptime(name.partition("-")[0], STAMP).replace(tzinfo=UTC)
    return Received(name, at, message)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
