"""The real command, ended ten times by SIGKILL wherever it is; run once more it finishes, and everything opens."""

import json
import os
import signal
import subprocess
from dataclasses import fields
from pathlib import Path

import pytest

from portal.config import Settings
from tests.lifecycle.test_rotate import names_of_keys, parts
from tests.support.application import both_databases
from tests.support.serving import ROOT, environment_for, flask_command, run_command
from tests.support.visitor import Visitor

pytestmark = [both_databases, pytest.mark.exhaustive]
FAMILIES, KILLS = 25, 10


@pytest.fixture
def peopled(app, clock):
    """Keys enough that ten kills find work under way."""
    for number in range(FAMILIES):
        Visitor(app).begin(f"family-{number}@family.example")
    return app


def around(settings: Settings) -> dict[str, str]:
    """These settings as the command's environment."""
    usual = Settings()
    changed = {one.name: getattr(settings, one.name) for one in fields(settings)}
    said = {name: value for name, value in changed.items() if value != getattr(usual, name) and name != "instance"}
    return environment_for(settings.instance, demo=0, **said)


def rewrapped(instance: Path) -> int:
    """How many of the store's keys are wrapped with the second column key by now."""
    found = 0
    for path in (instance / "subjects").glob("*/*"):
        if path.suffix != ".part":
            blob = bytes.fromhex(json.loads(path.read_text())["data"])
            found += blob[2 : 2 + blob[1]] == b"c2"
    return found


def kill_at(instance: Path, environment: dict[str, str], progress: int) -> bool:
    """Start the command, end it as soon as it has come so far; whether it was still at work."""
    with subprocess.Popen(
        flask_command("keys", "rotate"), cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        while process.poll() is None and rewrapped(instance) < progress:
            os.sched_yield()
        at_work = process.poll() is None
        process.send_signal(signal.SIGKILL)
    return at_work


def test_killed_ten_times_it_is_finished_by_the_eleventh(peopled):
    settings = peopled.config["PORTAL_SETTINGS"]
    environment = around(settings)
    steps = range(1, 2 * FAMILIES, 2 * FAMILIES // KILLS)
    killed = [kill_at(settings.instance, environment, step) for step in steps]
    # A signal that comes late finds all the work done, and the process about to end: the next begins anew.
    left = "c2" if "c1" in names_of_keys(peopled) else "c3"
    done = run_command(environment, "keys", "rotate")
    keyring = parts(peopled).opened_keyring
    assert (killed, done.returncode) == ([True] * KILLS, 0)
    assert names_of_keys(peopled) == {left}
    assert [name for name in keyring.subject_names() if not keyring.opens(name)] == []
