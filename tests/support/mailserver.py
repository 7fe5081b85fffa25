"""Real mail servers on loopback: one that takes mail, and ones that are silent, slow, refuse or drop the line."""

import asyncio
import email
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from pathlib import Path
from typing import Literal, Self

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"
Security = Literal["plain", "starttls", "tls"]
# Where a server can drop the line: at a command, in the middle of the letter, or when it has the letter and only its
# answer is missing.
Moment = Literal["EHLO", "MAIL", "RCPT", "DATA", "TEXT", "ANSWER", "QUIT"]


@dataclass(frozen=True)
class Delivery:
    """One message as the server got it: who it was for on the envelope, and what stood in it."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    message: EmailMessage = field(compare=False)


class _Inbox:
    """Takes what arrives; `answer`, `delay`, `pause` and `drop_at` are where the unwilling servers do otherwise."""

    def __init__(self) -> None:
        self.deliveries: list[Delivery] = []
        self.changed = threading.Condition()
        self.answer: Callable[[str], str | None] = lambda _address: None
        self.delay = 0.0
        self.pause = 0.0
        self.drop_at: Moment | None = None
        self.drops = 0

    async def turn(self, moment: Moment, server: SMTP) -> None:
        """Come to a moment of the conversation: think for a while, or drop the line."""
        if moment == self.drop_at:
            with self.changed:
                self.drops += 1
                self.changed.notify_all()
            server.transport.abort()
            await asyncio.Event().wait()  # the end of the connection ends this conversation
        await asyncio.sleep(self.pause)

    async def handle_EHLO(
        self, server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        await self.turn("EHLO", server)
        return responses

    async def handle_MAIL(
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        await self.turn("MAIL", server)
        return "250 OK"

    async def handle_RCPT(self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]):
        await self.turn("RCPT", server)
        refusal = self.answer(address)
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        await asyncio.sleep(self.delay)
        raw = envelope.original_content or b""
        parsed = email.message_from_bytes(raw, policy=SMTP_POLICY)
        with self.changed:
            self.deliveries.append(Delivery(envelope.mail_from or "", tuple(envelope.rcpt_tos), raw, parsed))
            self.changed.notify_all()
        await self.turn("ANSWER", server)
        return "250 taken"

    async def handle_QUIT(self, server: SMTP, _session: Session, _envelope: Envelope) -> str:
        await self.turn("QUIT", server)
        return "221 Bye"


class _Speaker(SMTP):
    """aiosmtpd's side of the conversation, which asks its inbox around the letter too: there is no hook for that."""

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802  # aiosmtpd finds commands by such names
        await self.event_handler.turn("DATA", self)
        if self.event_handler.drop_at == "TEXT":
            await self.push("354 begin")
            await self._reader.readuntil()
            await self.event_handler.turn("TEXT", self)
        await super().smtp_DATA(arg)


class _Controller(Controller):
    """Listens on whichever port is free; aiosmtpd knocks at its own door once, and would knock at port 0."""

    def factory(self) -> SMTP:
        """The conversation with one caller."""
        return _Speaker(self.handler, **self.SMTP_kwargs)

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class MailServer:
    """A real SMTP server on a free port of loopback; collects what it takes. Use it in a `with` block.

    `security` is `plain`, `starttls` (and nothing is taken without it) or `tls` (from the first byte). The certificate
    is signed by an authority made for it, whose file is `ca_file`: trusted only by who is given that file.
    """

    def __init__(self, folder: Path, security: Security = "plain", certificate_for: str = HOST) -> None:
        self._inbox = _Inbox()
        options: dict[str, object] = {}
        self.ca_file: Path | None = None
        if security != "plain":
            self.ca_file, context = make_certificate(folder, certificate_for)
            options = {"ssl_context": context}
            if security == "starttls":
                options = {"tls_context": context, "require_starttls": True}
        self._controller = _Controller(
            self._inbox, hostname=HOST, port=0, server_hostname="mail.test", ready_timeout=10, **options
        )

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._controller.port

    @property
    def deliveries(self) -> list[Delivery]:
        """What it has taken so far, oldest first."""
        return list(self._inbox.deliveries)

    @property
    def messages(self) -> list[EmailMessage]:
        """The messages among it."""
        return [delivery.message for delivery in self.deliveries]

    def of_kind(self, kind: str) -> list[EmailMessage]:
        """The messages whose `X-Portal-Kind` this is."""
        return [message for message in self.messages if message["X-Portal-Kind"] == kind]

    def wait_for(self, count: int = 1, seconds: float = 20) -> list[EmailMessage]:
        """Wait until it has taken so many messages; fails with what it has if they do not come."""
        with self._inbox.changed:
            if self._inbox.changed.wait_for(lambda: len(self._inbox.deliveries) >= count, seconds):
                return self.messages
        kinds = [message["X-Portal-Kind"] or message["Subject"] for message in self.messages]
        raise AssertionError(f"{len(kinds)} of {count} messages came in {seconds} s: {kinds}")

    def clear(self) -> None:
        """Forget what it has taken."""
        with self._inbox.changed:
            self._inbox.deliveries.clear()


class RefusingServer(MailServer):
    """Answers every recipient, or those that `only` picks, with `reply`: `450 …` for later, `550 …` for never."""

    def __init__(
        self, folder: Path, reply: str = "550 5.1.1 no such mailbox", only: Callable[[str], bool] = bool
    ) -> None:
        super().__init__(folder)
        self.refuse(reply, only)

    def refuse(self, reply: str, only: Callable[[str], bool] = bool) -> None:
        """Refuse like this from now on."""
        self._inbox.answer = lambda address: reply if only(address) else None

    def relent(self) -> None:
        """Take mail from now on."""
        self._inbox.answer = lambda _address: None


class SlowServer(MailServer):
    """Takes every message, but says so only after `seconds`; with `each`, every answer takes so long."""

    def __init__(self, folder: Path, seconds: float, *, each: bool = False) -> None:
        super().__init__(folder)
        if each:
            self._inbox.pause = seconds
        else:
            self._inbox.delay = seconds


class DroppingServer(MailServer):
    """Drops the line at a moment of every conversation, until it is told to `keep_the_line`."""

    def __init__(self, folder: Path, at: Moment = "ANSWER") -> None:
        super().__init__(folder)
        self.drop(at)

    @property
    def drops(self) -> int:
        """How often it has dropped the line."""
        return self._inbox.drops

    def drop(self, at: Moment) -> None:
        """Drop the line there from now on."""
        self._inbox.drop_at = at

    def keep_the_line(self) -> None:
        """Be a good server from now on."""
        self._inbox.drop_at = None

    def wait_for_drops(self, count: int = 1, seconds: float = 20) -> None:
        """Wait until it has dropped the line so often."""
        with self._inbox.changed:
            there = self._inbox.changed.wait_for(lambda: self._inbox.drops >= count, seconds)
        assert there, f"nobody came to {self._inbox.drop_at} within {seconds} s"


class SilentServer:
    """Takes connections and never says a word. Use it in a `with` block."""

    def __enter__(self) -> Self:
        self._listening = socket.create_server((HOST, 0))
        self.port: int = self._listening.getsockname()[1]
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(5)
        for connection in self._open:
            connection.close()

    @property
    def callers(self) -> int:
        """How many connections it has taken."""
        return len(self._open)

    def _accept(self) -> None:
        while True:
            try:
                self._open.append(self._listening.accept()[0])
            except OSError:
                return


def make_certificate(folder: Path, host: str) -> tuple[Path, ssl.SSLContext]:
    """A certificate for `host` by an authority of its own: the authority's file, and the server's side of TLS."""
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = _sign("Test authority", authority_key, "Test authority", authority_key, authority=True)
    leaf = _sign(host, key, "Test authority", authority_key, authority=False)
    stem = folder / f"mail-{time.monotonic_ns()}"
    ca_file, own = stem.with_suffix(".ca.pem"), stem.with_suffix(".pem")
    pem = serialization.Encoding.PEM
    ca_file.write_bytes(authority.public_bytes(pem))
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    own.write_bytes(secret + leaf.public_bytes(pem))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(own)
    return ca_file, context


def _sign(
    subject: str, key: ec.EllipticCurvePrivateKey, issuer: str, signer: ec.EllipticCurvePrivateKey, *, authority: bool
) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        # Long, so that tests which travel in time do not leave its validity behind.
        .not_valid_after(now + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    if authority:
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        builder = builder.add_extension(usage, critical=True)
    else:
        builder = builder.add_extension(x509.SubjectAlternativeName([_name(subject)]), critical=False)
    return builder.sign(signer, hashes.SHA256())


def _name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


@pytest.fixture
def mail_server(tmp_path: Path) -> Iterator[MailServer]:
    """A plain mail server that takes everything."""
    with MailServer(tmp_path) as server:
        yield server


@pytest.fixture
def mail_server_with(tmp_path: Path) -> Iterator[Callable[..., MailServer]]:
    """Starts mail servers with `security` and `certificate_for` as wanted; stops them at the end."""
    with ExitStack() as stack:
        yield lambda **wanted: stack.enter_context(MailServer(tmp_path, **wanted))


@pytest.fixture
def refusing_mail_server(tmp_path: Path) -> Iterator[RefusingServer]:
    """A mail server that refuses every recipient for good, until told otherwise."""
    with RefusingServer(tmp_path) as server:
        yield server


@pytest.fixture
def slow_mail_server(tmp_path: Path) -> Iterator[SlowServer]:
    """A mail server that needs three seconds for each message."""
    with SlowServer(tmp_path, seconds=3) as server:
        yield server


@pytest.fixture
def dropping_mail_server(tmp_path: Path) -> Iterator[DroppingServer]:
    """A mail server that drops the line when it has a letter, instead of saying so, until told otherwise."""
    with DroppingServer(tmp_path) as server:
        yield server


@pytest.fixture
def silent_mail_server() -> Iterator[SilentServer]:
    """A mail server that takes connections and says nothing."""
    with SilentServer() as server:
        yield server
