"""Weight: what a family's phone transfers for a page, how soon the first page comes after a start, how much memory."""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

import requests

from bench import memory
from bench.families import clinic
from bench.family_pages import pages, readers
from bench.results import Row, tell
from bench.running import environment, load, server
from tests.support.serving import ROOT, environment_for, free_port, start_web

MOST_BYTES, MOST_REQUESTS = 40_000, 3
MOST_SECONDS, MOST_MEMORY = 2.0, 150_000_000
OFFICE = {
    "demo": 0,
    "controller_name": "An office",
    "controller_address": "Istanbul",
    "permit_number": "1",
    "coordinators_paid_by": "the office",
    "mail_server": "127.0.0.1",
}
ASSET = re.compile(r'(?:src|href)="(/static/[^"]+)"')


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        with clinic(Path(folder) / "instance") as app:
            paths, cookies = pages(app), readers(app)
        around = environment(Path(folder) / "instance", "")
        with server("wsgi:app", around) as ours:
            rows = _transferred(ours, paths, cookies)
        tell("Weight", [*rows, *_started(Path(folder) / "started")])


def _transferred(address: str, paths: list[str], cookies: list[str]) -> list[Row]:
    """The heaviest page, cold: HTML and everything that it asks for, as gzip."""
    found = []
    for path in paths:
        html = next((shown for cookie in cookies if (shown := _fetch(address + path, cookie))), b"")
        assert html, f"{path} is shown to no reader"
        assets = sorted(set(ASSET.findall(gzip.decompress(html).decode())))
        found.append((len(html) + sum(len(_fetch(address + one)) for one in assets), 1 + len(assets), path))
    (size, _number, path), most = max(found), max(number for _bytes, number, _path in found)
    return [
        Row(
            "bytes of the heaviest family page",
            size / MOST_BYTES,
            1.0,
            f"{size} at {path}, of {len(found)}",
            at_most=True,
        ),
        Row("requests of a family page", most / MOST_REQUESTS, 1.0, f"{most}", at_most=True),
    ]


def _fetch(url: str, cookie: str = "") -> bytes:
    """What comes over the line; nothing where this reader is led on to another page."""
    headers = {"Cookie": cookie, "Accept-Encoding": "gzip"}
    with requests.get(url, headers=headers, stream=True, timeout=30, allow_redirects=False) as answer:
        if answer.is_redirect:
            return b""
        assert answer.status_code == 200, (url, answer.status_code)
        body = answer.raw.read()
        return bytes(body) if answer.headers.get("Content-Encoding") == "gzip" else gzip.compress(body)


def _started(folder: Path) -> list[Row]:
    """An office's portal with two web processes: from the command to the first page, and its memory under load.

    With the libraries that an office installs, and no others: some look for one another and load what they find.
    """
    python, instance, port = _office(folder), folder / "instance", free_port()
    around = environment_for(instance, port=port, workers=2, **OFFICE)
    portal_command = [python, "-m", "flask", "--app", "wsgi", "portal"]
    subprocess.run([*portal_command, "init"], cwd=ROOT, env=around, check=True, stdout=subprocess.DEVNULL)
    command = [*portal_command, "serve"]
    began = time.perf_counter()
    portal = start_web(command, around, instance, instance.with_suffix(".log"), port)
    seconds = time.perf_counter() - began
    try:
        load(portal.base_url, "/ar/", clients=32)
        held = memory.of(portal.process.pid)
    finally:
        portal.stop()
    few, every = memory.bare(python, memory.FEW), memory.bare(python, memory.libraries(python, around))
    return [
        Row("seconds to the first page", seconds / MOST_SECONDS, 1.0, f"{seconds:.1f} s", at_most=True),
        Row("memory, two web processes", held.pss / MOST_MEMORY, 1.0, f"{held}", at_most=True),
        Row("its libraries alone, forked twice, idle", every.pss / MOST_MEMORY, 1.0, f"{every}", at_most=True),
        Row("four of them", few.pss / MOST_MEMORY, 1.0, f"{few}; {', '.join(memory.FEW)}", at_most=True),
    ]


def _office(folder: Path) -> str:
    """An interpreter with exactly what requirements/run.txt pins."""
    venv.create(folder / "venv", with_pip=True)
    python = str(folder / "venv/bin/python")
    pip = [python, "-m", "pip", "install", "-qqq", "--disable-pip-version-check", "-r", "requirements/run.txt"]
    subprocess.run(pip, cwd=ROOT, check=True)
    return python


if __name__ == "__main__":
    sys.exit(main())
