"""Carries a letter to the mail server: verified TLS, timeouts, one recipient, stable Message-ID."""

from __future__ import annotations

import smtplib
import ssl
import time
from types import TracebackType
from typing import Any, Protocol
from urllib.parse import urlsplit

from flask import Flask
from flask_mail import Connection, Message

from portal.config import Settings
from portal.mail.letter import Letter

LONGEST = 60.0  # seconds for one letter, well below the lease of its job


class NotCarried(Exception):
    """The letter did not go out. `final` where trying again cannot help (the address was refused for good)."""

    def __init__(self, error: str, *, final: bool) -> None:
        super().__init__(error)
        self.error, self.final = error, final


class Carrier(Protocol):
    """Hands a letter over, or raises `NotCarried`. When `carry` returns, the other side has taken responsibility."""

    def carry(self, letter: Letter, message_id: str) -> None: ...


class MemoryCarrier:
    """The twin for tests: keeps what it was given."""

    def __init__(self) -> None:
        self.carried: list[tuple[str, Letter]] = []

    def carry(self, letter: Letter, message_id: str) -> None:
        self.carried.append((message_id, letter))


class SmtpCarrier:
    """The real one: Flask-Mail's message over our connection."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def carry(self, letter: Letter, message_id: str) -> None:
        """Send over SMTP. Answers 4xx and every fault of the line are passing; 5xx for this letter is final."""
        try:
            with self._app.app_context(), _VerifiedConnection(self._app) as connection:
                connection.send(_compose(letter, message_id, self._app.config["PORTAL_SETTINGS"]))
        except smtplib.SMTPRecipientsRefused as fault:
            code = next(iter(fault.recipients.values()))[0]
            raise NotCarried(f"recipient {code}", final=500 <= code < 600) from fault
        except smtplib.SMTPDataError as fault:
            raise NotCarried(f"data {fault.smtp_code}", final=500 <= fault.smtp_code < 600) from fault
        except (OSError, smtplib.SMTPException) as fault:
            raise NotCarried(type(fault).__name__, final=False) from fault


class _Prompt(smtplib.SMTP):
    """A conversation that ends in time: many answers, each just quick enough, must not outlast the job's lease."""

    def __init__(self, host: str, port: int, *, timeout: float, **more: Any) -> None:
        self._patience, self._until = timeout, time.monotonic() + LONGEST
        super().__init__(host, port, timeout=timeout, **more)

    def getreply(self) -> tuple[int, bytes]:
        left = self._until - time.monotonic()
        if left <= 0:
            self.close()
            raise TimeoutError
        if self.sock is not None:
            self.sock.settimeout(min(self._patience, left))
        return super().getreply()


class _PromptOverTls(_Prompt, smtplib.SMTP_SSL):
    """The same over TLS from the first byte."""


class _VerifiedConnection(Connection):
    """Flask-Mail 0.10 checks no certificate and has no timeout; this one does both."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app.extensions["mail"])
        self._settings: Settings = app.config["PORTAL_SETTINGS"]

    def configure_host(self) -> smtplib.SMTP:
        settings = self._settings
        context = ssl.create_default_context(cafile=settings.mail_ca_file or None)
        host: smtplib.SMTP
        if settings.mail_use_ssl:
            host = _PromptOverTls(
                settings.mail_server, settings.mail_port, timeout=settings.mail_timeout, context=context
            )
        else:
            host = _Prompt(settings.mail_server, settings.mail_port, timeout=settings.mail_timeout)
        try:
            if settings.mail_use_tls:
                host.starttls(context=context)
            if settings.mail_username:
                host.login(settings.mail_username, settings.mail_password)
        except BaseException:
            host.close()
            raise
        return host

    def __exit__(
        self, exc_type: type[BaseException] | None, exc_value: BaseException | None, tb: TracebackType | None
    ) -> None:
        # A server that drops the line after it took the letter has taken it: a failed goodbye must not send it again.
        try:
            super().__exit__(exc_type, exc_value, tb)  # type: ignore[arg-type]  # upstream's hint forgets None
        except (OSError, smtplib.SMTPException):
            if self.host is not None:
                self.host.close()


def _compose(letter: Letter, message_id: str, settings: Settings) -> Message:
    message = Message(
        subject=letter.subject,
        recipients=[letter.recipient],
        body=letter.text,
        html=letter.html,
        sender=(settings.public_name, settings.sender_address),
        extra_headers={
            "X-Portal-Kind": letter.kind,
            "Auto-Submitted": "auto-generated",
            "Content-Language": letter.language,
        },
    )
    message.msgId = f"<{message_id}@{urlsplit(settings.public_base_url).hostname}>"
    if letter.calendar:
        # The alternative part is what calendars act on; the attachment is for programs that only show files.
        # The message itself says the charset of its texts, but not of what is attached.
        kind = f"text/calendar; method={letter.calendar.method}"
        message.alts[kind.removeprefix("text/")] = letter.calendar.ics
        message.attach("appointment.ics", f"{kind}; charset=utf-8", letter.calendar.ics.encode())
    return message
