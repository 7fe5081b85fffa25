"""A browser that sends whatever it is told, and what is wrong with the answer it gets."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Self
from urllib.parse import quote_plus, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.i18n import OFFERED
from tests.hostile.values import Value

COOKIES = ("portal_visit", "portal_access")
FORM, MULTIPART, BOUNDARY = "application/x-www-form-urlencoded", "multipart/form-data", "----hostile"
NO_CONTENT = 204
LONGEST_COOKIE = 4096  # browsers forget a longer one
Fields = Iterable[tuple[Value, Value]]

# fmt: off
# What tells of our inside (a traceback, a path, a statement, an object), and what must not stand there as it was typed.
INSIDE = (
    "Traceback", "site-packages", ".py&#34;", '.py"', ".py:", "/portal/", "root:x:", "sqlalchemy", "sqlite3", "psycopg",
    "werkzeug", "jinja2", "SELECT case_", "INSERT INTO", " SET state", "FROM staff_", "<class", "&lt;class",
    "&lt;FileStorage", "&lt;function", "&lt;bound", "&lt;module", " at 0x7", "499191", "9191<", "<script>alert",
    "<img src=x", 'onfocus="alert', "<h1>evil",
)
# fmt: on
ADDRESSES = re.compile(r'\b(?:href|src|action|formaction)="([^"]*)"')
places = count(1)


@dataclass
class Attacker:
    """Sends with the cookies and the form token of somebody, whatever it was answered before.

    Each request comes from another place in the network: limits on how often are not what is tried here.
    """

    app: Flask
    language: str = "en"
    cookies: str = ""
    token: str = ""
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client(use_cookies=False)

    @classmethod
    def like(cls, browser: Any, page: str = "/start/who") -> Self:
        """As somebody who has come so far; `page` is one with a form."""
        html = browser.client.get(f"/{browser.language}{page}").text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', html)
        kept = [found for name in COOKIES if (found := browser.client.get_cookie(name))]
        cookies = "; ".join(f"{cookie.key}={cookie.value}" for cookie in kept)
        return cls(browser.app, browser.language, cookies, token[1] if token else "")

    def send(self, method: str, path: str, headers: Mapping[str, str] | None = None, **more: Any) -> TestResponse:
        """Any request."""
        place = next(places)
        environ = {"REMOTE_ADDR": f"10.{place >> 16 & 255}.{place >> 8 & 255}.{place & 255}"}
        headers = {**({"Cookie": self.cookies} if self.cookies else {}), **(headers or {})}
        more.setdefault("environ_base", environ)
        return self.client.open(path, method=method, headers=headers, buffered=True, **more)

    def post(self, path: str, fields: Fields = (), **more: Any) -> TestResponse:
        """Fields as a browser sends them, with a good token."""
        body = urlencoded([("csrf_token", self.token), *fields])
        return self.send("POST", path, data=body, **{"content_type": FORM, **more})

    def post_parts(self, path: str, fields: Fields = (), files: Iterable["Part"] = (), **more: Any) -> TestResponse:
        """Fields and files in parts, with a good token."""
        parts = [Part("csrf_token", self.token), *(Part(name, value) for name, value in fields), *files]
        kind = f"{MULTIPART}; boundary={BOUNDARY}"
        return self.send("POST", path, data=multipart(parts), content_type=kind, **more)


@dataclass(frozen=True)
class Part:
    """One part of a multipart body; with a file name it is a file. `head` stands instead of all that."""

    name: Value
    data: Value = b""
    file_name: Value | None = None
    head: bytes = b""


def urlencoded(fields: Fields) -> bytes:
    """The body of an ordinary form; bytes go out percent-encoded as they are."""
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in fields).encode()


def multipart(parts: Iterable[Part], boundary: str = BOUNDARY) -> bytes:
    """The body of a form with files; nothing is escaped but what would end a header."""
    mark = b"--" + boundary.encode()
    written = [mark + b"\r\n" + (part.head or _head(part)) + b"\r\n\r\n" + _bytes(part.data) for part in parts]
    return b"\r\n".join([*written, mark + b"--", b""])


def faults(answer: TestResponse, language: str) -> Iterator[str]:
    """What is wrong with an answer: a page must be whole and tell nothing of our inside."""
    if answer.status_code >= 500:
        yield f"status {answer.status_code}"
    if answer.status_code in range(300, 400):
        yield from _redirect_faults(answer)
    elif answer.status_code == NO_CONTENT:
        yield from (["a body"] if answer.data else [])
    elif answer.mimetype == "text/html":
        yield from _page_faults(answer.text, language)
    elif answer.mimetype not in {"application/json", "text/calendar"}:
        yield f"type {answer.mimetype}"
    for cookie in answer.headers.getlist("Set-Cookie"):
        if len(cookie) > LONGEST_COOKIE:
            yield f"a cookie of {len(cookie)} bytes"


def leads_away(address: str, ours: str = "localhost") -> bool:
    """Whether a browser that follows this address leaves our site."""
    # Browsers drop these within an address, and read a turned slash as a slash.
    plain = re.sub(r"[\t\r\n]", "", address.strip("\0 \t\r\n")).replace("\\", "/")
    split = urlsplit(plain) if plain.isprintable() else None
    if split is None:
        return True
    if split.scheme in {"mailto", "tel"} or plain.startswith("data:image/"):
        return False
    return bool(split.scheme or split.netloc) and (split.scheme, split.netloc) != ("http", ours)


def addresses(html: str) -> list[str]:
    """Where a page leads."""
    return ADDRESSES.findall(html)


def _redirect_faults(answer: TestResponse) -> Iterator[str]:
    if leads_away(answer.headers.get("Location", "")):
        yield f"leads to {answer.headers['Location'][:80]!r}"


def _page_faults(html: str, language: str) -> Iterator[str]:
    if f'<html lang="{language}" dir="{OFFERED[language].dir}">' not in html[:200]:
        yield f"begins with {html[:60]!r}"
    if (headings := len(re.findall(r"<h1[ >]", html))) != 1:
        yield f"{headings} first headings"
    for mark in INSIDE:
        if mark in html:
            yield f"tells {html[max(0, html.index(mark) - 30) : html.index(mark) + 50]!r}"


def _head(part: Part) -> bytes:
    head = b'Content-Disposition: form-data; name="' + _quoted(part.name) + b'"'
    if part.file_name is None:
        return head
    return head + b'; filename="' + _quoted(part.file_name) + b'"\r\nContent-Type: application/octet-stream'


def _quoted(value: Value) -> bytes:
    """As browsers escape a name in a header."""
    return _bytes(value).replace(b"\r", b"%0D").replace(b"\n", b"%0A").replace(b'"', b"%22")


def _bytes(value: Value) -> bytes:
    return value if isinstance(value, bytes) else value.encode()
