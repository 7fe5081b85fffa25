"""Bytes on the line that no browser sends, to the real server: no fault of ours, and no way off the site."""

import re
import socket
from contextlib import ExitStack, suppress
from urllib.parse import urlsplit

import pytest

from tests.hostile.attacker import addresses, leads_away
from tests.hostile.values import EVIL
from tests.support.serving import Portal

HOST = b"Host: 127.0.0.1\r\n"
CLOSE = b"Connection: close\r\n\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
PATIENCE = 3
REQUESTS = {
    "two hosts": b"GET /en HTTP/1.1\r\n" + HOST + b"Host: evil.example\r\n" + CLOSE,
    "two hosts, the other way round": b"GET /en HTTP/1.1\r\nHost: evil.example\r\n" + HOST + CLOSE,
    "a host with a comma": b"GET /en HTTP/1.1\r\nHost: 127.0.0.1, evil.example\r\n" + CLOSE,
    "a host on two lines": b"GET /en HTTP/1.1\r\nHost: 127.0.0.1\r\n evil.example\r\n" + CLOSE,
    "a host that is no name": b"GET /en HTTP/1.1\r\nHost: xn--\r\n" + CLOSE,
    "a host of raw bytes": b"GET /en HTTP/1.1\r\nHost: \xff\xfe\r\n" + CLOSE,
    "no host": b"GET /en HTTP/1.1\r\n" + CLOSE,
    "no host, as of old": b"GET /en HTTP/1.0\r\n\r\n",
    "a whole address": b"GET http://evil.example/en HTTP/1.1\r\n" + HOST + CLOSE,
    "a whole address and its host": b"GET http://evil.example/en HTTP/1.1\r\nHost: evil.example\r\n" + CLOSE,
    "a whole address with a user": b"GET http://127.0.0.1@evil.example/en HTTP/1.1\r\n" + HOST + CLOSE,
    "an address without a scheme": b"GET //evil.example/%2f.. HTTP/1.1\r\n" + HOST + CLOSE,
    "an address turned round": b"GET /\\evil.example HTTP/1.1\r\n" + HOST + CLOSE,
    "an address with a star": b"OPTIONS * HTTP/1.1\r\n" + HOST + CLOSE,
    "raw bytes in the path": b"GET /en/\xff\xfe HTTP/1.1\r\n" + HOST + CLOSE,
    "raw bytes in the query": b"GET /en/?page=\xff\xfe HTTP/1.1\r\n" + HOST + CLOSE,
    "other letters in the query": "GET /en/?page=é HTTP/1.1\r\n".encode() + HOST + CLOSE,
    "a break of line in the path": b"GET /en/%0d%0aSet-Cookie:x=1 HTTP/1.1\r\n" + HOST + CLOSE,
    "a very long path": b"GET /en/" + b"x" * 100_000 + b" HTTP/1.1\r\n" + HOST + CLOSE,
    "a very long header": b"GET /en HTTP/1.1\r\n" + HOST + b"X: " + b"x" * 500_000 + b"\r\n" + CLOSE,
    "very many headers": b"GET /en HTTP/1.1\r\n" + HOST + b"X: y\r\n" * 5_000 + CLOSE,
    "a NUL in a header": b"GET /en HTTP/1.1\r\n" + HOST + b"Accept-Language: a\0r\r\n" + CLOSE,
    "raw bytes in a cookie": b"GET /en HTTP/1.1\r\n" + HOST + b"Cookie: portal_access=\xff\xfe; \xff=\xfe\r\n" + CLOSE,
    "a header without a name": b"GET /en HTTP/1.1\r\n" + HOST + b": x\r\n" + CLOSE,
    "TRACE": b"TRACE /en/ HTTP/1.1\r\n" + HOST + CLOSE,
    "CONNECT": b"CONNECT evil.example:80 HTTP/1.1\r\n" + HOST + CLOSE,
    "a method of small letters": b"get /en/ HTTP/1.1\r\n" + HOST + CLOSE,
    "another version": b"GET /en/ HTTP/9.9\r\n" + HOST + CLOSE,
    "the next version": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "no words at all": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "two lengths": b"POST /en/start/who HTTP/1.1\r\n"
    + HOST
    + FORM
    + b"Content-Length: 3\r\nContent-Length: 9\r\n"
    + CLOSE
    + b"a=b",
    "a length and chunks": b"POST /en/start/who HTTP/1.1\r\n"
    + HOST
    + FORM
    + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n"
    + CLOSE
    + b"0\r\n\r\nGET /evil HTTP/1.1\r\n\r\n",
    "chunks": b"POST /en/start/who HTTP/1.1\r\n"
    + HOST
    + FORM
    + b"Transfer-Encoding: chunked\r\n"
    + CLOSE
    + b"3\r\na=b\r\n0\r\n\r\n",
    "chunks of no size": b"POST /en/start/who HTTP/1.1\r\n"
    + HOST
    + FORM
    + b"Transfer-Encoding: chunked\r\n"
    + CLOSE
    + b"zz\r\na=b\r\n",
    "another encoding": b"POST /en/start/who HTTP/1.1\r\n"
    + HOST
    + FORM
    + b"Transfer-Encoding: gzip\r\n"
    + CLOSE
    + b"a=b",
    "a length that is none": b"POST /en/start/who HTTP/1.1\r\n"
    + HOST
    + FORM
    + b"Content-Length: x\r\n"
    + CLOSE
    + b"a=b",
    "a negative length": b"POST /en/start/who HTTP/1.1\r\n" + HOST + FORM + b"Content-Length: -1\r\n" + CLOSE + b"a=b",
    "a length beyond 64 bits": b"POST /en/start/who HTTP/1.1\r\n"
    + HOST
    + FORM
    + b"Content-Length: 99999999999999999999\r\n"
    + CLOSE,
}

ANSWERED = ("a host with a comma", "a whole address and its host", "two hosts, the other way round")


def spoken(portal: Portal, request: bytes) -> str:
    """What the server says to some bytes before it hangs up, or for as long as it then waits for more."""
    place = urlsplit(portal.base_url)
    said = b""
    with socket.create_connection((place.hostname, place.port), PATIENCE) as line, suppress(OSError):
        line.sendall(request)
        while piece := line.recv(65_536):
            said += piece
    return said.decode("utf-8", "replace")


@pytest.mark.parametrize("name", REQUESTS)
def test_no_bytes_are_a_fault_of_ours_or_lead_away(demo_portal: Portal, name: str):
    said = spoken(demo_portal, REQUESTS[name])
    led = [*re.findall(r"(?im)^location: *(.*?)\r$", said), *addresses(said)]
    assert (
        re.findall(r"^HTTP/1.[01] 5\d\d", said),
        [one for one in led if EVIL in one and leads_away(one, "127.0.0.1")],
    ) == (
        [],
        [],
    )


@pytest.mark.parametrize("name", ANSWERED)
def test_a_host_that_is_not_ours_is_refused(demo_portal: Portal, name: str):
    assert re.match(r"HTTP/1.[01] 400", spoken(demo_portal, REQUESTS[name]))


def test_json_of_a_great_depth_is_no_fault_of_ours(demo_portal: Portal):
    body = b"[" * 50_000
    head = b"POST /en/start/who HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\n"
    said = spoken(demo_portal, head + f"Content-Length: {len(body)}\r\n".encode() + CLOSE + body)
    assert said.startswith("HTTP/1.1 4")


def test_a_body_that_never_ends_keeps_nobody_waiting(demo_portal: Portal):
    head = b"POST /en/start/who HTTP/1.1\r\n" + HOST + FORM + b"Content-Length: 900\r\n" + CLOSE + b"a=b"
    place = urlsplit(demo_portal.base_url)
    with ExitStack() as lines:
        for _ in range(30):
            line = lines.enter_context(socket.create_connection((place.hostname, place.port), PATIENCE))
            line.sendall(head)
        assert demo_portal.healthy()
