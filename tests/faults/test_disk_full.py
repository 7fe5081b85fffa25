"""A full disk, in an upload and in a commit: said in words, nothing half-stored, all well once there is room."""

import os
import sys

import pytest

from tests.support.files import make_pdf
from tests.support.journey import Journey
from tests.support.serving import Portal, environment_for, free_port, run_command, start_web
from tests.support.walking import Family

BLOCK = 512  # what `ulimit -f` counts in, in sh


@pytest.fixture
def small_disk(tmp_path):
    """Starts a portal in which no file can grow beyond some bytes: `small_disk(most)`; `None` has room."""
    started: list[Portal] = []
    port = free_port()
    environment = environment_for(tmp_path / "instance", port=port)

    def start(most: int | None) -> Portal:
        for portal in started:
            portal.stop()
        started.clear()
        for command in ("init", "demo"):
            assert run_command(environment, command).returncode == 0
        serve = f"exec {sys.executable} -m flask --app wsgi portal serve"
        limited = f"ulimit -f {most // BLOCK}; {serve}" if most else serve
        started.append(start_web(["sh", "-c", limited], environment, tmp_path / "instance", tmp_path / "log", port))
        return started[0]

    yield start
    for portal in started:
        portal.stop()


def family(portal: Portal) -> Journey:
    walk = Journey(Family(portal.base_url, "tr"), "tr")
    walk.begin()
    walk.answer("person")
    return walk


def objects(portal: Portal) -> list[str]:
    return [name for _folder, _below, names in os.walk(portal.instance / "objects") for name in names]


def test_an_upload_that_does_not_fit_is_refused_in_words_and_leaves_nothing(small_disk, tmp_path):
    portal = small_disk(3_000_000)
    walk = family(portal)
    large = tmp_path / "large.pdf"
    large.write_bytes(make_pdf() + os.urandom(4_000_000))
    walk.family.open("/tr/case/documents")
    page = walk.family.submit({"kind": "genetic_report"}, files={"file": large})
    assert (page.status, page.lang, objects(portal)) == (503, "tr", [])


@pytest.mark.exhaustive
def test_a_smaller_one_is_still_taken(small_disk, tmp_path):
    portal = small_disk(3_000_000)
    walk = family(portal)
    small = tmp_path / "small.pdf"
    small.write_bytes(make_pdf())
    walk.add("genetic_report", small)
    assert len(objects(portal)) == 1


def test_a_commit_that_does_not_fit_is_refused_and_what_was_acknowledged_stays(small_disk):
    portal = small_disk(900_000)
    walk = family(portal)
    acknowledged, status = 0, 200
    while status == 200:
        walk.family.open("/tr/case/section/diagnosis")
        page = walk.family.submit(
            {"dx_type": "other"} | ({"dx_other": f"number {acknowledged + 1}"} if acknowledged else {})
        )
        status = page.status
        acknowledged += status == 200
    portal = small_disk(None)
    walk.family.open("/tr/case/section/diagnosis")
    kept = walk.family.page.form().controls["dx_other"].chosen[0]
    assert (status, kept, portal.command("doctor").returncode) == (503, f"number {acknowledged}", 0)
