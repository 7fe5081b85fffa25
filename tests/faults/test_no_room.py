"""A disk with room for nothing more, where keys or files lie: said in words, and one press sends it again."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from portal.cases.models import Case
from portal.extensions import db
from tests.support.files import make_pdf
from tests.support.journey import WHO
from tests.support.visitor import TICKED, Visitor

AGREED = {"contact_email": "parent@family.example", **TICKED}


@pytest.fixture
def visitor(app, clock, settings) -> Visitor:
    if os.geteuid() != 0:
        pytest.skip("not root: no small disk can be mounted")
    app.testing = False  # a fault is answered with a page
    return Visitor(app)


@contextmanager
def small_disk(folder: Path, files: int = 0) -> Iterator[None]:
    """A small disk at a folder: full, or with room for so many files and folders, its own among them."""
    folder.mkdir(exist_ok=True)
    size = f"size=8k,mode=0700,nr_inodes={files}"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", folder], check=True)
    try:
        if not files:
            (folder / "filler").write_bytes(b"x" * 8192)
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


def cases(visitor: Visitor) -> int:
    with visitor.app.app_context():
        return db.session.query(Case).count()


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path.name != "filler"]


def test_no_room_for_a_new_familys_key_is_said_and_the_same_is_sent_again_with_one_press(visitor, settings):
    folder = settings.instance / "subjects"
    visitor.post("/start/who", **WHO)
    with small_disk(folder):
        answer = visitor.post("/start/agree", **AGREED)
        assert (answer.status_code, files(folder), cases(visitor)) == (503, [], 0)
    form = visitor.page(answer).form("contact_email")
    kept = {name: control.chosen for name, control in form.controls.items()}
    again = visitor.client.post("/en/start/agree", data=kept)
    assert (again.headers["Location"], cases(visitor)) == ("/en/case", 1)


@pytest.mark.parametrize("size", [1, 100_000])
def test_no_room_for_one_more_file_is_said_and_nothing_is_left(visitor, settings, size):
    visitor.begin()
    folder = settings.instance / "objects"
    with small_disk(folder, files=1):
        answer = visitor.upload("report.pdf", make_pdf() + b"x" * size)
        assert (answer.status_code, files(folder), visitor.documents()) == (503, [], [])
    visitor.upload("report.pdf", make_pdf())
    assert len(visitor.documents()) == 1
