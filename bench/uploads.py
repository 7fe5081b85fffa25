"""The server: what a 50 MB form post costs, and whether a page stays quick beside many slow uploads."""

from __future__ import annotations

import http.client
import os
import statistics
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from tests.support.files import make_pdf
from tests.support.journey import Journey
from tests.support.serving import Portal, start_portal
from tests.support.walking import Family

SIZE = 50_000_000 - 4096
SLOW_CLIENTS = 100
SLOW_RATE = 50_000
ROUNDS = 15
BOUNDARY = "----bench"


def main() -> None:
    """Print what was measured."""
    with tempfile.TemporaryDirectory() as folder:
        portal = start_portal(Path(folder) / "instance")
        try:
            _measure(portal, Path(folder))
        finally:
            portal.stop()


def _measure(portal: Portal, folder: Path) -> None:
    walk = Journey(Family(portal.base_url, "en"), "en")
    walk.begin()
    walk.answer("person")
    disk = _disk_rate(folder)
    before = _memory(portal)
    seconds = _post(walk, portal, SIZE)
    grown = _memory(portal) - before
    print(f"- disk alone: {disk / 1e6:.0f} MB/s; a {SIZE / 1e6:.0f} MB form post: {SIZE / seconds / 1e6:.0f} MB/s ")
    print(f"  ({SIZE / seconds / disk:.2f} of the disk), memory grew by {grown / 1e6:.0f} MB")
    quiet = _page_times(portal)
    stop = threading.Event()
    clients = [threading.Thread(target=_slow, args=(walk, portal, stop), daemon=True) for _ in range(SLOW_CLIENTS)]
    for client in clients:
        client.start()
    time.sleep(2)
    busy = _page_times(portal)
    stop.set()
    for client in clients:
        client.join()
    print(f"- a page alone: median {quiet[0] * 1000:.0f} ms, slowest {quiet[1] * 1000:.0f} ms")
    print(f"- beside {SLOW_CLIENTS} uploads at {SLOW_RATE // 1000} kB/s:", end=" ")
    print(f"median {busy[0] * 1000:.0f} ms, slowest {busy[1] * 1000:.0f} ms")


def _disk_rate(folder: Path) -> float:
    data, began = os.urandom(1_000_000), time.perf_counter()
    with (folder / "disk").open("wb") as file:
        for _ in range(50):
            file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return 50_000_000 / (time.perf_counter() - began)


def _post(walk: Journey, portal: Portal, size: int) -> float:
    head, tail = _envelope(walk)
    body = make_pdf() + os.urandom(size)
    connection = _connect(portal)
    began = time.perf_counter()
    _start(connection, walk, len(head) + len(body[:size]) + len(tail))
    connection.send(head + body[:size] + tail)
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 303, answer.status
    return time.perf_counter() - began


def _slow(walk: Journey, portal: Portal, stop: threading.Event) -> None:
    head, _tail = _envelope(walk)
    connection = _connect(portal)
    _start(connection, walk, 40_000_000)
    try:
        connection.send(head)
        while not stop.wait(0.2):
            connection.send(os.urandom(SLOW_RATE // 5))
    except OSError:
        pass  # the server may end it; the page beside it is what is measured
    finally:
        connection.close()


def _envelope(walk: Journey) -> tuple[bytes, bytes]:
    walk.family.open("/en/case/documents")
    token = walk.family.page.form().controls["csrf_token"].chosen[0]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
    head += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="kind"\r\n\r\nother\r\n'
    head += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    return head.encode(), f"\r\n--{BOUNDARY}--\r\n".encode()


def _connect(portal: Portal) -> http.client.HTTPConnection:
    where = urlsplit(portal.base_url)
    return http.client.HTTPConnection(where.hostname or "", where.port, timeout=120)


def _start(connection: http.client.HTTPConnection, walk: Journey, length: int) -> None:
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in walk.family.session.cookies)
    connection.putrequest("POST", "/en/case/documents")
    connection.putheader("Cookie", cookies)
    connection.putheader("Content-Type", f"multipart/form-data; boundary={BOUNDARY}")
    connection.putheader("Content-Length", str(length))
    connection.endheaders()


def _page_times(portal: Portal) -> tuple[float, float]:
    times = []
    for _ in range(ROUNDS):
        connection = _connect(portal)
        began = time.perf_counter()
        connection.request("GET", "/en/")
        connection.getresponse().read()
        times.append(time.perf_counter() - began)
        connection.close()
    return statistics.median(times), max(times)


def _memory(portal: Portal) -> int:
    family = [psutil.Process(portal.process.pid), *psutil.Process(portal.process.pid).children(recursive=True)]
    return sum(process.memory_info().rss for process in family)
