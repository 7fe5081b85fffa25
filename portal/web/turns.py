"""Pages take turns: of the many threads that wait for slow lines, two compute at a time.

A process has hundreds of threads, because each upload on a weak line occupies one for minutes. Threads that compute
at once share one interpreter; handing it around costs half of the rate and a fourfold slowest answer (bench/, ADR 5).
"""

from __future__ import annotations

from collections.abc import Iterable
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from flask import Flask

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

AT_ONCE = 2  # one computes while another waits for the database
LONGEST_WAIT = 0.5
READING = ("GET", "HEAD")


class Turns:
    """The application, entered by a few readers at a time.

    Forms are never kept waiting: they may come slowly, and one writer at a time has its own queue. Nobody waits
    longer than half a second: where pages hang on something else, the turns are no second fault.
    """

    def __init__(
        self, application: WSGIApplication, at_once: int = AT_ONCE, longest_wait: float = LONGEST_WAIT
    ) -> None:
        self._application = application
        self._longest_wait = longest_wait
        self._turns: SimpleQueue[None] = SimpleQueue()
        for _ in range(at_once):
            self._turns.put(None)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in READING:
            return self._application(environ, start_response)
        try:
            self._turns.get(timeout=self._longest_wait)
        except Empty:
            return self._application(environ, start_response)
        try:
            return self._application(environ, start_response)
        finally:
            self._turns.put(None)


def take_turns(app: Flask) -> None:
    """Let readers enter one after the other. What is answered in pieces is sent outside of the turn."""
    app.wsgi_app = Turns(app.wsgi_app)  # type: ignore[method-assign]
