"""Requests take turns, and nobody who is slow or stuck keeps the others waiting for long."""

import io
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from threading import Event, Semaphore

import pytest

from portal.web import turns
from portal.web.turns import Queue, Turns

SOON = 10  # seconds; what is waited for comes at once or never
FORM = "application/x-www-form-urlencoded"


class Inside:
    """An application whose requests stay inside until they are let out; `entered` counts who has come in."""

    def __init__(self) -> None:
        self.entered, self.out = Semaphore(0), Semaphore(0)
        self.order: list[str] = []
        self.fails = False

    def __call__(self, environ: dict[str, object], _start: object) -> list[bytes]:
        self.order.append(str(environ["PATH_INFO"]))
        self.entered.release()
        assert self.out.acquire(timeout=SOON)
        if self.fails:
            raise RuntimeError("as a view may")
        return [b"done"]


class Line:
    """A slow line: the form's body comes when it is sent on, and not before."""

    def __init__(self) -> None:
        self.asked, self.sent = Event(), Event()

    def read(self, length: int) -> bytes:
        self.asked.set()
        assert self.sent.wait(SOON)
        return b"x" * length


@pytest.fixture
def inside() -> Inside:
    return Inside()


class Door:
    """Where people come, each in a thread of its own."""

    def __init__(self, inside: Inside, people: ThreadPoolExecutor) -> None:
        self.turns = Turns(inside, at_once=2, longest_still=SOON)
        self._people = people

    def __call__(
        self, path: str, method: str = "GET", length: object = 0, body: object = None, through: Turns | None = None
    ) -> Future[list[bytes]]:
        environ = {"PATH_INFO": path, "REQUEST_METHOD": method, "CONTENT_LENGTH": str(length), "CONTENT_TYPE": FORM}
        given = environ | {"wsgi.input": body or io.BytesIO()}
        return self._people.submit(through or self.turns, given, lambda *_: None)


@pytest.fixture
def come(inside: Inside) -> Iterator[Door]:
    """Somebody comes: `come("/a")`, `come("/a", "POST", body=…)`. In the end everybody is let out."""
    with ThreadPoolExecutor(8) as people:
        yield Door(inside, people)
        inside.out.release(100)


def enters(inside: Inside) -> bool:
    return inside.entered.acquire(timeout=SOON)


def test_two_readers_are_inside_and_the_third_waits(inside, come):
    come("/1"), come("/2")
    assert enters(inside)
    assert enters(inside)
    third = come("/3")
    assert not inside.entered.acquire(blocking=False)
    inside.out.release()
    assert enters(inside)
    inside.out.release(2)
    assert third.result(SOON) == [b"done"]


def test_who_waits_longest_enters_first(inside, come):
    come("/1"), come("/2")
    assert enters(inside)
    assert enters(inside)
    for number in (3, 4, 5):
        come(f"/{number}")
        until(lambda number=number: len(come.turns.reading._waiting) == number - 2)
    for _ in range(3):
        inside.out.release()
        assert enters(inside)
    assert inside.order[2:] == ["/3", "/4", "/5"]


def test_a_turn_is_given_back_where_a_view_fails(inside, come):
    inside.fails = True
    inside.out.release(3)
    for number in range(3):
        with suppress(RuntimeError):
            come(f"/{number}").result(SOON)
    inside.fails = False
    inside.out.release()
    assert come("/4").result(SOON) == [b"done"]


def test_writers_do_not_wait_for_readers(inside, come):
    come("/1"), come("/2")
    assert enters(inside)
    assert enters(inside)
    come("/form", "POST", 3)
    assert enters(inside)


def test_a_form_on_a_slow_line_has_no_turn_yet(inside, come):
    lines = [Line(), Line()]
    for line in lines:
        come("/slow", "POST", 10, line)
        assert line.asked.wait(SOON)
    come("/quick", "POST", 3)
    assert enters(inside)
    assert inside.order == ["/quick"]
    for line in lines:
        line.sent.set()


@pytest.mark.parametrize("length", [10**6, "", "many", "٣", "9" * 5_000])
def test_an_upload_waits_for_nobody(inside, come, length):
    for number in range(5):
        come(f"/{number}", "POST", length)
        assert enters(inside)


def test_nobody_waits_where_nobody_is_given_a_turn(inside, come):
    hasty = Turns(inside, at_once=1, longest_still=0.01)
    for number in range(3):
        come(f"/{number}", through=hasty)
        assert enters(inside)


def test_in_a_queue_that_moves_everybody_waits(inside):
    queue, given = Queue(1), []
    assert queue.take(SOON, SOON)

    class Moving:
        """A lock at which somebody else was given a turn whenever the patience of one look is over."""

        def __init__(self) -> None:
            self.looks = 0

        def acquire(self, timeout: float = 0) -> bool:
            self.looks += bool(timeout)
            queue._given += self.looks < 4
            return False

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(turns, "Lock", lambda: given.append(Moving()) or given[0])
        assert not queue.take(0.01, SOON)
    assert given[0].looks == 4  # three times somebody moved on; then nobody did


def test_in_all_nobody_waits_longer_than_that(inside):
    queue, times = Queue(1), iter([0.0, 1.0, 8.0])
    assert queue.take(SOON, SOON)

    class Moving:
        def acquire(self, timeout: float = 0) -> bool:
            queue._given += 1
            return False

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(turns, "Lock", Moving)
        patched.setattr(turns, "monotonic", lambda: next(times))
        assert not queue.take(0.01, 8.0)
    assert next(times, None) is None


def test_the_application_reads_the_whole_form():
    read: list[bytes] = []
    entered = Turns(lambda environ, _start: read.append(environ["wsgi.input"].read()) or [])
    entered({"REQUEST_METHOD": "POST", "CONTENT_LENGTH": "5", "wsgi.input": io.BytesIO(b"a=1&b")}, lambda *_: None)
    assert read == [b"a=1&b"]


def until(true: Callable[[], bool]) -> None:
    """Until another thread has come so far; it needs no time but its own."""
    pause = Event()
    while not true():
        pause.wait(0.001)
