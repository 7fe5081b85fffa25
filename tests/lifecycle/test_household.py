"""The parent of web and worker: replaces a child that ends, patiently, and ends with the web server."""

import multiprocessing
import os
import signal
import threading

import pytest

from portal.lifecycle import serve
from portal.lifecycle.serve import Household

LIVES = multiprocessing.get_context("fork").Value("i", 0)


def forever() -> None:
    signal.pause()


def short() -> None:
    with LIVES.get_lock():
        LIVES.value += 1


def until(condition) -> Household:
    """A web server that ends when the condition holds, beside a worker that ends at once each time."""

    def web() -> None:
        while not condition():
            pass

    return Household({"web": web, "worker": short})


@pytest.fixture(autouse=True)
def own_signals():
    """Leave pytest's signals as they were."""
    kept = {number: signal.getsignal(number) for number in serve.STOPS}
    LIVES.value = 0
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


def test_a_child_that_ends_is_started_again():
    assert until(lambda: LIVES.value >= 2).run() == 1


def test_one_that_cannot_live_is_not_started_all_the_time(monkeypatch):
    monkeypatch.setattr(serve, "FIRST_PAUSE", 30.0)
    household = until(lambda: LIVES.value >= 2)
    household.run()
    assert household._not_before["worker"] - household._started["worker"] == 60.0


def test_a_signal_ends_everybody_and_that_is_no_failure():
    household = Household({"web": forever, "worker": forever})
    threading.Timer(0, lambda: until_started(household)).start()
    assert household.run() == 0


def until_started(household: Household) -> None:
    """Wait for the children, then do what a supervisor does."""
    while len(household._children) < 2 or signal.getsignal(signal.SIGTERM) != household._stop:
        pass
    os.kill(os.getpid(), signal.SIGTERM)
