"""Requests take turns: of the many threads that wait for slow lines, a few compute at a time.

A process has hundreds of threads, because each upload on a weak line occupies one for minutes. Threads that compute
at once share one interpreter; handing it around costs half of the rate and a fourfold slowest answer (ADR 5).
"""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Iterable
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING

from flask import Flask

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

AT_ONCE = 2  # one computes while another waits for the database or the disk
LONGEST_STILL = 0.5  # seconds in which nobody was given a turn: the others hang
LONGEST_WAIT = 8.0  # in a queue that moves
SMALL = 64 * 1024
READING = ("GET", "HEAD")


class Queue:
    """A number of turns, given in the order in which they were asked for."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._guard = Lock()
        self._waiting: deque[Lock] = deque()
        self._given = 0

    def take(self, longest_still: float, longest_wait: float) -> bool:
        """Wait for a turn, for as long as others are given theirs; false where none came in time."""
        own = Lock()
        with self._guard:
            if self._free:
                self._free -= 1
                return True
            own.acquire()
            self._waiting.append(own)
            given = self._given
        until = monotonic() + longest_wait
        while not own.acquire(timeout=longest_still):
            with self._guard:
                if own not in self._waiting:
                    break  # it was given in this very moment
                if given == self._given or monotonic() >= until:
                    self._waiting.remove(own)
                    return False
                given = self._given
        return True

    def give(self) -> None:
        """Hand a turn on to who has waited longest."""
        with self._guard:
            self._given += 1
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1


class Turns:
    """The application, entered by two readers and two writers at a time in each process.

    A short form is read from its line first, so that nobody waits for a slow line; an upload waits for nothing. Where
    half a second passes and nobody is given a turn, others hang on something else: then nobody waits any more, for the
    turns are to be no second fault. A queue that moves is waited in: let in at once, two hundred would take far longer.
    """

    def __init__(
        self,
        application: WSGIApplication,
        at_once: int = AT_ONCE,
        longest_still: float = LONGEST_STILL,
        longest_wait: float = LONGEST_WAIT,
    ) -> None:
        self._application = application
        self._waits = longest_still, longest_wait
        self.reading, self.writing = Queue(at_once), Queue(at_once)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] in READING:
            turns = self.reading
        elif _is_small(environ):
            environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
            turns = self.writing
        else:
            return self._application(environ, start_response)
        if not turns.take(*self._waits):
            return self._application(environ, start_response)
        try:
            return self._application(environ, start_response)
        finally:
            turns.give()


def take_turns(app: Flask) -> None:
    """Let requests enter by turns. What is answered in pieces is sent outside of the turn."""
    app.wsgi_app = Turns(app.wsgi_app)  # type: ignore[method-assign]  # Flask's own way to wrap it


def _is_small(environ: WSGIEnvironment) -> bool:
    length = environ.get("CONTENT_LENGTH") or ""
    return length.isascii() and length.isdigit() and len(length) < 7 and int(length) <= SMALL
