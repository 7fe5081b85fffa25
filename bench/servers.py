"""Servers: a 50 MB form post, one cut half-way, a slow download, and a page beside 100 slow uploads.

`make bench` measures the server that is shipped. Others that are installed are measured by
`python -m bench.servers granian gunicorn waitress`; docs/adr/0005-server.md says what came out.
"""

from __future__ import annotations

import http.client
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import psutil
from passlib.totp import TOTP

from bench.results import Row, tell
from bench.running import granian, load
from tests.support.files import make_pdf
from tests.support.journey import Journey
from tests.support.planted import Planted
from tests.support.serving import Portal, environment_for, free_port, run_command, start_web
from tests.support.walking import Family

SIZE = 50_000_000 - 4096
SLOW_CLIENTS, SLOW_RATE = 100, 50_000
ROUNDS, ENOUGH = 5, 0.70
BOUNDARY = "----bench"
MARKER = b"plantedplanted"
COMMANDS: dict[str, Callable[[int], list[str]]] = {
    "granian": lambda port: granian("wsgi:app", port),
    "granian, 64 threads": lambda port: granian("wsgi:app", port, threads=64),
    "gunicorn": lambda port: [
        *(sys.executable, "-m", "gunicorn", "--worker-class=gthread", "--threads=64"),
        *(f"--bind=127.0.0.1:{port}", "wsgi:app"),
    ],
    "waitress": lambda port: [
        sys.executable,
        "-m",
        "waitress",
        "--threads=64",
        f"--listen=127.0.0.1:{port}",
        "wsgi:app",
    ],
}


def main(names: Sequence[str] = ("granian",)) -> None:
    """Print a line for each thing measured, for each server."""
    for name in names:
        print(f"\n{name}:")
        with tempfile.TemporaryDirectory() as folder, running(name, Path(folder)) as portal:
            _measure(portal, Path(folder))


@contextmanager
def running(name: str, folder: Path) -> Iterator[Portal]:
    """One server with a demo clinic and a temporary folder of its own."""
    (folder / "tmp").mkdir()
    port = free_port()
    environment = environment_for(folder / "instance", port=port) | {"TMPDIR": str(folder / "tmp")}
    environment |= {"PYTHONPATH": os.environ.get("PYTHONPATH", "")}
    for command in ("init", "demo"):
        assert run_command(environment, command).returncode == 0
    portal = start_web(COMMANDS[name](port), environment, folder / "instance", folder / "log", port)
    try:
        yield portal
    finally:
        portal.kill()


def _measure(portal: Portal, folder: Path) -> None:
    walk = Journey(Family(portal.base_url, "en"), "en")
    walk.begin()
    walk.answer("person")
    with _watching(folder / "tmp") as spilled:
        _post(walk, portal, 1_000_000)  # warm
        disk, before = _disk_rate(folder), _memory(portal)
        seconds = _post(walk, portal, SIZE)
        print(
            f"- 50 MB form post: {SIZE / seconds / 1e6:.0f} MB/s, {SIZE / seconds / disk:.2f} of the disk alone", end=""
        )
        print(f"; memory grew by {(_memory(portal) - before) / 1e6:.0f} MB")
        _cut(walk, portal)
        print(f"- a post cut half-way left {len(_objects(portal)) - 2} objects behind")
    print(f"- files with clear bytes seen in the temporary folder during posts: {len(spilled)}")
    with _watching(folder / "tmp") as spilled:
        _slow_download(portal)
    print(f"- the same during a slow download: {len(spilled)}")
    _beside_slow_uploads(walk, portal)


def _beside_slow_uploads(walk: Journey, portal: Portal) -> None:
    quiet, stop = _page_rate(portal), threading.Event()
    clients = [threading.Thread(target=_slow, args=(walk, portal, stop), daemon=True) for _ in range(SLOW_CLIENTS)]
    for client in clients:
        client.start()
    time.sleep(3)
    try:
        busy = _page_rate(portal)
        said = f"{busy:.0f}/s; alone {quiet:.0f}/s"
    except AssertionError:
        busy, said = 0.0, "no answer"
    tell(
        "Uploads",
        [Row(f"pages beside {SLOW_CLIENTS} uploads at 50 kB/s", busy / quiet, ENOUGH, said)],
    )
    stop.set()
    for client in clients:
        client.join(timeout=30)


@contextmanager
def _watching(folder: Path) -> Iterator[set[str]]:
    """The files below a folder in which the marker was seen while this was open."""
    seen, stop, planted = set[str](), threading.Event(), Planted(MARKER.decode())

    def look() -> None:
        while not stop.wait(0.05):
            # Temporary files without a name are found by the processes that hold them.
            held = [
                Path(f"/proc/{path.parts[2]}/fd/{path.name}")
                for path in Path("/proc").glob("[0-9]*/fd/*")
                if _in(path, folder)
            ]
            seen.update(str(path) for path in [*folder.rglob("*"), *held] if path.is_file() and planted.in_file(path))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield seen
    finally:
        stop.set()
        watcher.join()


def _in(link: Path, folder: Path) -> bool:
    with suppress(OSError):
        return str(link.readlink()).startswith(str(folder))
    return False


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
    body = (make_pdf() + MARKER + os.urandom(size))[:size]
    connection = _connect(portal)
    began = time.perf_counter()
    _start(connection, walk, len(head) + len(body) + len(tail))
    connection.send(head + body + tail)
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 303, answer.status
    return time.perf_counter() - began


def _cut(walk: Journey, portal: Portal) -> None:
    head, _tail = _envelope(walk)
    connection = _connect(portal)
    _start(connection, walk, SIZE)
    connection.send(head + make_pdf() + MARKER + os.urandom(SIZE // 2))
    connection.close()
    deadline = time.monotonic() + 10
    while len(_objects(portal)) > 2 and time.monotonic() < deadline:
        time.sleep(0.1)


def _objects(portal: Portal) -> list[Path]:
    return [path for path in (portal.instance / "objects").rglob("*") if path.is_file()]


def _slow_download(portal: Portal) -> None:
    """A coordinator on a weak line opens the large document and reads it for five seconds."""
    person = portal.person("coordinator")
    desk = Family(portal.base_url, "en")
    desk.open("/en/desk/sign-in")
    desk.submit({"email": person["email"], "password": person["password"]})
    desk.submit({"code": str(TOTP(key=person["totp_secret"]).generate().token)})
    desk.open(next(address for _text, address in desk.page.links if "/desk/cases/" in address))
    documents = [address for _text, address in desk.page.links if "/documents/" in address]
    with desk.session.get(documents[-1], stream=True, timeout=30) as answer:
        began = time.monotonic()
        for _piece in answer.iter_content(100_000):
            if time.monotonic() - began > 5:
                break
            time.sleep(0.05)


def _slow(walk: Journey, portal: Portal, stop: threading.Event) -> None:
    with suppress(OSError, AssertionError):  # the server may end it; the page beside it is what is measured
        connection = _connect(portal)
        _start(connection, walk, 40_000_000)
        connection.send(f'--{BOUNDARY}\r\n{_part("file")}; filename="a.pdf"\r\n\r\n'.encode())
        while not stop.wait(0.2):
            connection.send(os.urandom(SLOW_RATE // 5))
        connection.close()


def _envelope(walk: Journey) -> tuple[bytes, bytes]:
    walk.family.open("/en/case/documents")
    token = walk.family.page.form().controls["csrf_token"].chosen[0]
    fields = f"--{BOUNDARY}\r\n{_part('csrf_token')}\r\n\r\n{token}\r\n--{BOUNDARY}\r\n{_part('kind')}\r\n\r\nother\r\n"
    return (
        f'{fields}--{BOUNDARY}\r\n{_part("file")}; filename="a.pdf"\r\n\r\n'.encode(),
        f"\r\n--{BOUNDARY}--\r\n".encode(),
    )


def _part(name: str) -> str:
    return f'Content-Disposition: form-data; name="{name}"'


def _connect(portal: Portal, patience: int = 120) -> http.client.HTTPConnection:
    where = urlsplit(portal.base_url)
    return http.client.HTTPConnection(where.hostname or "", where.port, timeout=patience)


def _start(connection: http.client.HTTPConnection, walk: Journey, length: int) -> None:
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in walk.family.session.cookies)
    connection.putrequest("POST", "/en/case/documents")
    connection.putheader("Cookie", cookies)
    connection.putheader("Content-Type", f"multipart/form-data; boundary={BOUNDARY}")
    connection.putheader("Content-Length", str(length))
    connection.endheaders()


def _page_rate(portal: Portal) -> float:
    return statistics.median(load(portal.base_url, "/en/").rate for _ in range(ROUNDS))


def _memory(portal: Portal) -> int:
    family = [psutil.Process(portal.process.pid), *psutil.Process(portal.process.pid).children(recursive=True)]
    return sum(process.memory_info().rss for process in family)


if __name__ == "__main__":
    main(sys.argv[1:] or ("granian",))
