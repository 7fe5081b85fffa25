"""Web and worker killed at once under load: what was acknowledged is there afterwards, nothing is doubled."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import psutil
import pytest
import requests

from tests.support.inbox import letters, wait_for_letter
from tests.support.journey import Journey
from tests.support.postgres import Postgres
from tests.support.serving import Portal, free_port, start_portal
from tests.support.walking import Family

FAMILIES = 4
SAVES = 4


@dataclass
class Saver:
    """One family that books, and then saves the same answer again and again, each time with a higher number."""

    walk: Journey
    acknowledged: int = 0
    booked: bool = False

    def run(self, enough: threading.Semaphore) -> None:
        """Until the portal is gone."""
        with suppress(requests.RequestException):
            while not self.booked:
                with suppress(AssertionError):  # another family was quicker: the next time that is offered
                    self.walk.book()
                    self.booked = True
            self.walk.answer("diagnosis", dx_type="other")  # which brings the question that is answered below
            while True:
                self.walk.answer("diagnosis", dx_type="other", dx_other=f"number {self.acknowledged + 1}")
                self.acknowledged += 1
                enough.release()

    def stored(self) -> int:
        """The number that stands in the section's page now."""
        self.walk.family.open(f"/{self.walk.language}/case/section/diagnosis")
        words = self.walk.family.page.form().controls["dx_other"].chosen
        return int(words[0].rpartition(" ")[2]) if words and words[0] else 0


@dataclass
class Aftermath:
    """A portal that runs again after it was killed in the middle of many saves, and who saved."""

    portal: Portal
    savers: list[Saver]


# One process for each, so that each is killed once.
KINDS = [
    pytest.param("sqlite", marks=pytest.mark.xdist_group("killed-sqlite")),
    pytest.param("postgresql", marks=[pytest.mark.xdist_group("killed-postgresql"), pytest.mark.exhaustive]),
]


@pytest.fixture(scope="module", params=KINDS)
def aftermath(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    """One killing for each database."""
    settings = {"port": free_port()}
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        settings["sqlalchemy_database_uri"] = server.create()
    instance = tmp_path_factory.mktemp("killed") / "instance"
    portal = start_portal(instance, **settings)
    savers = [Saver(_walk(portal, number)) for number in range(FAMILIES)]
    _save_until_killed(portal, savers)
    again = start_portal(instance, **settings)
    yield Aftermath(again, savers)
    again.stop()


def _walk(portal: Portal, number: int) -> Journey:
    language = ("en", "fr", "tr", "ar")[number % 4]
    walk = Journey(Family(portal.base_url, language), language, f"family{number}@family.example")
    walk.begin()
    walk.answer("person")
    return walk


def _save_until_killed(portal: Portal, savers: list[Saver]) -> None:
    enough = threading.Semaphore(0)
    threads = [threading.Thread(target=saver.run, args=(enough,)) for saver in savers]
    for thread in threads:
        thread.start()
    for _ in range(FAMILIES * SAVES):
        assert enough.acquire(timeout=60), portal.last_words()
    portal.kill()
    for thread in threads:
        thread.join()


def test_every_acknowledged_save_is_there(aftermath):
    # The last save may have been stored with its answer lost: one more is right, one less is not.
    found = [(saver.stored() if saver.acknowledged else 0) - saver.acknowledged for saver in aftermath.savers]
    assert [one in {0, 1} for one in found] == [True] * FAMILIES, found


def test_every_acknowledged_booking_is_there(aftermath):
    pages = [saver.walk.family.open(f"/{saver.walk.language}/case/appointment").url for saver in aftermath.savers]
    kept = [url.endswith("/appointment") for url in pages]
    assert [there or not saver.booked for there, saver in zip(kept, aftermath.savers, strict=True)] == [True] * FAMILIES


def test_every_booking_is_told_of_in_one_message(aftermath):
    instance = aftermath.portal.instance
    booked = [saver for saver in aftermath.savers if saver.booked]
    aftermath.portal.command("outbox", "release")  # what the killed worker had in hand waits for its lease otherwise
    for saver in booked:
        wait_for_letter(instance, "appointment.booked", saver.walk.email)
    # A letter that was handed over as the worker died may come a second time, as the same message.
    told = {(one["To"], one["Message-ID"]) for one in letters(instance, "appointment.booked")}
    assert len(told) == len({to for to, _message in told})


def test_the_doctor_finds_nothing(aftermath):
    done = aftermath.portal.command("doctor", "--json")
    assert done.returncode == 0, done.stdout


def test_a_killed_parent_leaves_no_process_behind(serve):
    portal: Portal = serve()
    family = psutil.Process(portal.process.pid).children(recursive=True)
    portal.process.kill()  # the parent alone: its children must not keep the port
    _gone, left = psutil.wait_procs(family, timeout=30)
    assert left == []
