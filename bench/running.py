"""Servers to be measured, each a process of its own, and the load on them: wrk for pages, our own client for forms."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from portal.config import Settings
from tests.support.serving import ROOT, environment_for, free_port

PATIENCE = 60


class NothingToMeasureWith(Exception):
    """A program is missing; the message says which."""


@dataclass(frozen=True)
class Load:
    """What a round of load gave: answers a second, and the time that 99 of 100 answers stayed below, in ms."""

    rate: float
    p99: float


@contextmanager
def server(target: str, environment: Mapping[str, str], workers: int = 1) -> Iterator[str]:
    """A WSGI application under the server that is shipped; gives its address."""
    port = free_port()
    command = granian(target, port, workers)
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**environment, "PORTAL_PORT": str(port)}, stdout=log, stderr=log
        )
        try:
            wait_for(port, process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


def granian(target: str, port: int, workers: int = 1, threads: int = Settings.threads) -> list[str]:
    """The server as it is shipped, for any application."""
    options = f"--interface=wsgi --http=1 --port={port} --workers={workers} --blocking-threads={threads}"
    return [sys.executable, "-m", "granian", *options.split(), "--no-access-log", "--log-level=error", target]


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Until something listens on the port."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)
    raise NothingToMeasureWith(f"the server on port {port} does not start")


def environment(instance: Path, url: str) -> dict[str, str]:
    """What a measured portal runs with: an instance, a database, nothing of ours besides."""
    more = {"sqlalchemy_database_uri": url} if url else {}
    return environment_for(instance, **more) | {"PATH": str(Path(sys.executable).parent)}


def load(address: str, path: str, *, cookie: str = "", clients: int = 8, seconds: float = 2) -> Load:
    """Ask for one page as fast as it comes. Every answer must be a 200."""
    wrk = shutil.which("wrk", path="/usr/bin:/usr/local/bin")
    if wrk is None:
        raise NothingToMeasureWith("wrk is not installed (Debian: apt-get install wrk)")
    command = [
        wrk,
        "-t1",
        f"-c{clients}",
        f"-d{seconds}s",
        "--latency",
        "--timeout",
        "10s",
        "-H",
        f"Cookie: {cookie}",
        address + path,
    ]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise AssertionError(f"{path}: {said}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    slow = re.search(r"99%\s+([\d.]+)(us|ms|s)", said)
    assert rate is not None, said
    assert slow is not None, said
    return Load(float(rate[1]), float(slow[1]) * {"us": 0.001, "ms": 1, "s": 1000}[slow[2]])
