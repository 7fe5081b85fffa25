"""`serve`: the web server and the worker as children of one process that watches over them.

They are forked when the application is built: nothing is loaded twice, and what never changes is shared memory.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from multiprocessing.context import ForkProcess
from types import FrameType

import structlog
from flask import Flask
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server import Server
from werkzeug.test import EnvironBuilder, run_wsgi_app

from portal.config import Settings
from portal.i18n import LANGUAGES
from portal.lifecycle.memory import settle

log = structlog.get_logger(__name__)
PATIENCE = 30
LOOK = 0.2
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
PR_SET_PDEATHSIG, M_ARENA_MAX = 1, -8
LIBC = ctypes.CDLL(None)
STOPS = (signal.SIGTERM, signal.SIGINT)
Member = Callable[[], None]


def serve_pages(app: Flask, settings: Settings) -> None:
    """Answer requests until told to stop: see docs/adr/0005-server.md for why granian, and for the numbers."""
    server = Server(
        "wsgi:app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=settings.threads,
        http=HTTPModes.http1,
        log_level=LogLevels.error,  # its one warning at start is about the number of threads, which is meant
        workers_kill_timeout=PATIENCE - 5,
    )
    server.serve(target_loader=lambda _target: app)


def warm_up(app: Flask) -> None:
    """Answer the first page once in each language, before children are forked.

    What it loads, words, templates and formats, is then memory that all of them share, and no family waits for it.
    A page that fails is logged and stops nothing: it only stays as slow as it would have been.
    """
    settings: Settings = app.config["PORTAL_SETTINGS"]
    page = "/desk/sign-in" if settings.role == "desk" else "/"
    for language in LANGUAGES:
        found = _answer(app, settings, f"/{language.code}{page}")
        if found != "200 OK":
            log.error("not_warm", language=language.code, found=found)


def _answer(app: Flask, settings: Settings, path: str) -> str:
    """The status that is answered there, or the name of what was raised."""
    # Under any other name the portal answers nobody.
    environ = EnvironBuilder(path=path, base_url=settings.public_base_url).get_environ()
    try:
        _pieces, status, _headers = run_wsgi_app(app, environ, buffered=True)
    except Exception as fault:  # noqa: BLE001  # whatever it was, it is logged, and the start goes on
        return type(fault).__name__
    return status


class Household:
    """Some children, each with a name. One that ends is started again; when the web server ends, everything does."""

    def __init__(self, members: Mapping[str, Member]) -> None:
        self._members = members
        self._children: dict[str, ForkProcess] = {}
        self._stopping = False
        self._started: dict[str, float] = {}
        self._not_before: dict[str, float] = {}
        self._pause = dict.fromkeys(members, FIRST_PAUSE)

    def run(self) -> int:
        """Until a signal comes or the web server ends; the exit code to leave with."""
        settle()
        for name in self._members:
            self._start(name)
        for number in STOPS:
            signal.signal(number, self._stop)
        while not self._stopping and self._children["web"].is_alive():
            self._replace_the_dead()
            time.sleep(LOOK)
        code = self._children["web"].exitcode
        self._end()
        return 0 if self._stopping else code or 1

    def _replace_the_dead(self) -> None:
        """At once the first time, then with a pause that doubles: one that cannot live must not use up the machine."""
        for name, child in list(self._children.items()):
            if name == "web" or child.is_alive() or time.monotonic() < self._not_before.get(name, 0):
                continue
            log.error("child_ended", name=name, code=child.exitcode)
            lived = time.monotonic() - self._started[name]
            self._pause[name] = FIRST_PAUSE if lived > LONGEST_PAUSE else min(self._pause[name] * 2, LONGEST_PAUSE)
            self._start(name)
            self._not_before[name] = self._started[name] + self._pause[name]

    def _start(self, name: str) -> None:
        child = multiprocessing.get_context("fork").Process(target=_live, args=(self._members[name],), name=name)
        child.start()
        self._children[name], self._started[name] = child, time.monotonic()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True

    def _end(self) -> None:
        """Ask everyone to finish what they have in hand; insist after half a minute."""
        for child in self._children.values():
            if child.is_alive():
                child.terminate()
        deadline = time.monotonic() + PATIENCE
        for child in self._children.values():
            child.join(max(0.1, deadline - time.monotonic()))
            if child.is_alive():
                child.kill()


def _live(member: Member) -> None:
    """A child's life. It must not outlive its parent: nobody else would end it, and its port would stay taken."""
    with suppress(OSError, AttributeError):  # only Linux can ask the kernel for this
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        LIBC.mallopt(M_ARENA_MAX, 2)  # one heap for each of many short-lived threads would only keep memory
    for number in STOPS:
        signal.signal(number, signal.SIG_DFL)
    member()
