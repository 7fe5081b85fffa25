"""The real product as its own process, started by its own commands."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

ROOT = Path(__file__).parents[2]
STARTING_SECONDS = 60
STOPPING_SECONDS = 30
COMMAND_SECONDS = 300
KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "TZ")


@dataclass
class Portal:
    """A running portal: where it answers, its process, its instance, and what it wrote to its log."""

    base_url: str
    process: subprocess.Popen[bytes]
    instance: Path
    log: Path
    environment: dict[str, str]

    def demo(self) -> list[dict[str, str]]:
        """The people of the demo clinic, with what they sign in with."""
        found = json.loads((self.instance / "demo.json").read_text())
        return list(found.values()) if isinstance(found, dict) else found

    def person(self, role: str) -> dict[str, str]:
        """The first of them with this role."""
        return next(person for person in self.demo() if person["role"] == role)

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `flask portal …` beside it; the caller looks at the exit code."""
        return run_command(self.environment, *arguments)

    def forget_tries(self) -> None:
        """As if an hour had passed since anybody tried anything; for a portal on SQLite."""
        with closing(sqlite3.connect(self.instance / "portal.db", timeout=30)) as connection, connection:
            connection.execute("DELETE FROM throttle")

    def healthy(self) -> bool:
        """Whether `/healthz` answers 200 at this moment."""
        with requests.Session() as session:
            session.trust_env = False
            try:
                return session.get(f"{self.base_url}/healthz", timeout=5).status_code == 200
            except requests.RequestException:
                return False

    def stop(self) -> int:
        """Ask it to end, wait until it has, and return its exit code. Fails if it does not end by itself."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(STOPPING_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"it did not stop in {STOPPING_SECONDS} s:\n{self.last_words()}") from None

    def kill(self) -> None:
        """End it and its children at once, as a power cut would."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)  # it leads a group of its own
        self.process.wait()

    def last_words(self) -> str:
        """The end of its log."""
        return self.log.read_text(errors="replace")[-4000:]


def start_portal(instance: Path, log: Path | None = None, **settings: object) -> Portal:
    """`init`, `demo` and `serve` on a free port, ready to answer when this returns.

    Settings are given without their prefix, in any case: `start_portal(folder, mail_server="127.0.0.1", demo=0)`.
    """
    port = int(settings.pop("port", 0) or free_port())
    environment = environment_for(instance, port=port, **settings)
    log = log or instance.with_suffix(".log")
    for command in ("init", "demo") if environment["PORTAL_DEMO"] == "1" else ("init",):
        done = run_command(environment, command)
        assert done.returncode == 0, f"portal {command}: {done.stdout}{done.stderr}"
    return start_web(flask_command("serve"), environment, instance, log, port)


def start_web(command: list[str], environment: dict[str, str], instance: Path, log: Path, port: int) -> Portal:
    """Start a command that serves the portal; it answers when this returns."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    portal = Portal(f"http://127.0.0.1:{port}", process, instance, log, environment)
    deadline = time.monotonic() + STARTING_SECONDS
    while not portal.healthy():
        if process.poll() is not None or time.monotonic() > deadline:
            portal.kill()
            raise AssertionError(f"it does not answer:\n{portal.last_words()}")
        time.sleep(0.05)
    return portal


def environment_for(instance: Path, **settings: object) -> dict[str, str]:
    """The environment of a portal: nothing of ours but what a shell needs, and its settings."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    given = {f"PORTAL_{name.upper()}": str(value) for name, value in settings.items()}
    return kept | {"PYTHONUNBUFFERED": "1", "PORTAL_DEMO": "1", "PORTAL_INSTANCE": str(instance)} | given


def run_command(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one `flask portal …` command to its end."""
    return subprocess.run(
        flask_command(*arguments),
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
        check=False,
    )


def free_port() -> int:
    """A port of loopback that nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def flask_command(*arguments: str) -> list[str]:
    """The command line of `flask portal …`."""
    return [sys.executable, "-m", "flask", "--app", "wsgi", "portal", *arguments]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Portal]]:
    """Starts portals of the test's own: `serve(mail_server=…)`, `serve(instance=…)`; stops them at the end."""
    started: list[Portal] = []

    def start(instance: Path | None = None, **settings: Any) -> Portal:
        portal = start_portal(instance or tmp_path / f"served-{len(started)}", **settings)
        started.append(portal)
        return portal

    yield start
    _stop_all(started)


@pytest.fixture(scope="session")
def one_portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """One demo clinic for each test process."""
    portal = start_portal(tmp_path_factory.mktemp("demo") / "instance")
    yield portal
    _stop_all([portal])


@pytest.fixture(scope="module")
def demo_portal(one_portal: Portal) -> Portal:
    """A demo clinic for tests that only read or only add families of their own; all of them come from one place."""
    one_portal.forget_tries()
    return one_portal


def _stop_all(portals: list[Portal]) -> None:
    faults = []
    for portal in portals:
        try:
            portal.stop()
        except AssertionError as fault:
            faults.append(str(fault))
    assert not faults, "\n".join(faults)
