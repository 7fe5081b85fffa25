"""Families on weak lines send their files for minutes, and hundreds of them keep no page from anybody."""

import re
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
import requests

from tests.support.files import make_pdf
from tests.support.journey import Journey
from tests.support.serving import Portal
from tests.support.walking import Family

pytestmark = pytest.mark.exhaustive

UPLOADS = 200
PATIENCE = 20  # seconds in which a page must come; without threads to spare none ever comes
BEGINNING = 60
BOUNDARY = "----slow"
PAGES = ["/healthz", "/en/", "/en/start/who", "/fr/case", "/fr/case/documents", "/fr/desk/sign-in"]
FILE = make_pdf("slow") + b"\n" * 300_000  # more than is read from a line at once


class SlowUpload:
    """One file of which all but the end has been sent."""

    def __init__(self, portal: Portal, cookies: str, token: str) -> None:
        place = urlsplit(portal.base_url)
        fields = [("csrf_token", token), ("kind", "other")]
        parts = [
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields
        ]
        parts.append(f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="slow.pdf"\r\n\r\n')
        body = "".join(parts).encode() + FILE + f"\r\n--{BOUNDARY}--\r\n".encode()
        head = (
            f"POST /fr/case/documents HTTP/1.1\r\nHost: {place.netloc}\r\nCookie: {cookies}\r\n"
            f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {len(body)}\r\n"
            "Connection: close\r\n\r\n"
        )
        self.line = socket.create_connection((place.hostname, place.port), PATIENCE)
        self._rest = body[-100:]
        self.line.sendall(head.encode() + body[:-100])

    def finish(self) -> bytes:
        """Send the end; what is answered."""
        self.line.sendall(self._rest)
        return self.line.recv(65_536)


@pytest.fixture
def family(serve) -> Iterator[tuple[Portal, requests.Session]]:
    """A portal, and the browser of a family with a case."""
    portal: Portal = serve()
    walk = Journey(Family(portal.base_url, "fr"), "fr")
    walk.begin()
    yield portal, walk.family.session
    walk.family.close()


def under_way(portal: Portal) -> int:
    """How many files the portal has begun to seal and not finished."""
    return len(list((portal.instance / "objects").glob("*/*.part")))


def token_of(portal: Portal, session: requests.Session) -> str:
    """A form token of this browser."""
    page = session.get(f"{portal.base_url}/fr/case/documents", timeout=PATIENCE).text
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]


def ask(portal: Portal, session: requests.Session, path: str) -> int:
    """The status of a page."""
    return session.get(portal.base_url + path, timeout=PATIENCE, allow_redirects=False).status_code


def test_every_page_is_answered_while_hundreds_of_uploads_are_open(family):
    portal, session = family
    token = token_of(portal, session)
    cookies = "; ".join(f"{name}={value}" for name, value in session.cookies.items())
    with ExitStack() as lines:
        uploads = [SlowUpload(portal, cookies, token) for _ in range(UPLOADS)]
        for one in uploads:
            lines.callback(one.line.close)
        deadline = time.monotonic() + BEGINNING
        while under_way(portal) < UPLOADS and time.monotonic() < deadline:
            assert ask(portal, session, "/healthz") == 200
        answered = [ask(portal, session, path) for path in PAGES]
        assert (under_way(portal), answered) == (UPLOADS, [200] * len(PAGES))
        assert uploads[-1].finish().startswith(b"HTTP/1.1 303")
