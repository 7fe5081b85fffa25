"""A power cut: with SQLite an acknowledged row has reached the disk, which the kernel's own count of flushes shows."""

import shutil
import subprocess
import sys

import pytest

from tests.support.application import Template

COMMITS = 20
WRITES = """
import sys
from pathlib import Path
from portal import create_app
from portal.jobs import queue
from portal.transaction import transaction
from portal.web.parts import now
from tests.support.application import safe_settings

app = create_app(safe_settings(Path(sys.argv[1]), ""))
with app.app_context():
    for number in range(int(sys.argv[2])):
        with transaction() as session:
            queue.enqueue(session, "test", str(number), due_at=now(), now=now())
"""


def flushes(instance, commits: int) -> int:
    """How often the process asked for its writes to be on the disk."""
    command = [
        "strace",
        "-f",
        "-c",
        "-e",
        "trace=fsync,fdatasync",
        sys.executable,
        "-c",
        WRITES,
        instance,
        str(commits),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    rows = [line.split() for line in done.stderr.splitlines() if line.endswith(("fsync", "fdatasync"))]
    return sum(int(row[3]) for row in rows)  # share, seconds, microseconds a call, calls


@pytest.fixture
def instance(template_of, tmp_path):
    if not shutil.which("strace"):
        pytest.skip("no strace: nothing counts the flushes")
    made: Template = template_of("sqlite")
    folder = tmp_path / "instance"
    shutil.copytree(made.instance, folder)
    return folder


def test_every_commit_waits_for_the_disk(instance):
    assert flushes(instance, COMMITS) - flushes(instance, 0) >= COMMITS
