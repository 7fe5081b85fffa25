"""`serve`: the web server and the worker as two child processes of one that watches over them."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import FrameType

import structlog

from portal.config import Settings

log = structlog.get_logger(__name__)
PATIENCE = 30
LOOK = 0.5
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)
ROOT = Path(__file__).resolve().parent.parent.parent


def server_command(settings: Settings) -> list[str]:
    """How granian is started: see docs/adr/0005-server.md for why and with which numbers."""
    return [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        settings.host,
        "--port",
        str(settings.port),
        "--workers",
        str(settings.workers),
        "--blocking-threads",
        str(settings.threads),
        "--http",
        "1",
        "--no-access-log",
        "--log-level",
        "error",  # its one warning at start is about the number of threads, which is meant
        "--workers-kill-timeout",
        str(PATIENCE - 5),
        "wsgi:app",
    ]


class Household:
    """Two children. The worker is started again when it ends; when the web server ends, everything does."""

    def __init__(self, settings: Settings, environ: Mapping[str, str]) -> None:
        self._settings = settings
        self._environ = dict(environ)
        self._stopping = False
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    def run(self) -> int:
        """Until a signal comes or the web server ends; the exit code to leave with."""
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._stop)
        self._start("web", server_command(self._settings))
        self._start("worker", [sys.executable, "-m", "flask", "--app", "wsgi", "portal", "worker"])
        while not self._stopping and self._children["web"].poll() is None:
            if self._children["worker"].poll() is not None:
                log.error("worker_ended", code=self._children["worker"].returncode)
                self._start("worker", [sys.executable, "-m", "flask", "--app", "wsgi", "portal", "worker"])
            time.sleep(LOOK)
        code = self._children["web"].poll()
        self._end()
        return 0 if self._stopping else code or 1

    def _start(self, name: str, command: list[str]) -> None:
        self._children[name] = subprocess.Popen(  # noqa: S603  # our own words
            command,
            env=self._environ,
            cwd=ROOT,
            preexec_fn=_end_with_parent,  # noqa: PLW1509  # one system call, found before any thread was started
        )

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True

    def _end(self) -> None:
        """Ask both to finish what they have in hand; insist after half a minute."""
        for child in self._children.values():
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        for child in self._children.values():
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()


def _end_with_parent() -> None:
    """Ask the kernel to end this child when its parent is killed: nobody else would, and its port would stay taken."""
    with suppress(OSError, AttributeError):  # only Linux can
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def child_environment(settings: Settings, extra: Mapping[str, str]) -> dict[str, str]:
    """This process's environment for a child, with what the demo adds."""
    return {**os.environ, "PORTAL_INSTANCE": str(settings.instance.resolve()), **extra}
