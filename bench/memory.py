"""Memory of a process and all its children; and what bare libraries cost a process that forks two and does nothing."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psutil

from tests.support.serving import ROOT

FEW = ("flask", "sqlalchemy.orm", "cryptography.hazmat.primitives.ciphers.aead", "babel.dates")
# What a portal has imported from elsewhere when it is built, in that order.
LOADED = """
import json, sys, wsgi
names = [name for name, one in sys.modules.items() if "site-packages" in (getattr(one, "__file__", None) or "")]
print(json.dumps(names))
"""
# Forked as the portal forks: after everything is loaded, with what is loaded frozen.
IDLE = """
import gc, importlib, os, signal, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
gc.freeze()
if os.fork() and os.fork():
    print("ready", flush=True)
signal.pause()
"""


@dataclass(frozen=True)
class Memory:
    """Bytes: the proportional share (PSS) of all processes, and what each of them has for itself (USS)."""

    pss: int
    own: list[tuple[str, int]]

    def __str__(self) -> str:
        """In megabytes."""
        private = ", ".join(f"{name} {size / 1e6:.0f}" for name, size in self.own)
        shared = self.pss - sum(size for _name, size in self.own)
        return f"{self.pss / 1e6:.0f} MB (PSS) in {len(self.own)} processes: shared {shared / 1e6:.0f}; own: {private}"


def of(pid: int) -> Memory:
    """What a process and its children hold."""
    top = psutil.Process(pid)
    found = [("parent", top)]
    for child in top.children():
        below = child.children()
        found += [("web server" if below else "worker", child), *(("web", one) for one in below)]
    assert len(found) == 1 + len(top.children(recursive=True)), "a deeper tree than this knows"
    held = [(name, one.memory_full_info()) for name, one in found]
    return Memory(sum(one.pss for _name, one in held), [(name, one.uss) for name, one in held])


def libraries(python: str, around: Mapping[str, str]) -> list[str]:
    """The modules that a portal in this environment imports from elsewhere."""
    said = subprocess.run([python, "-c", LOADED], cwd=ROOT, env=around, check=True, stdout=subprocess.PIPE).stdout
    names: list[str] = json.loads(said)
    return names


def bare(python: str, modules: Sequence[str]) -> Memory:
    """A process that imports these, forks two, and waits with them."""
    with subprocess.Popen([python, "-c", IDLE, *modules], stdout=subprocess.PIPE) as process:
        children = []
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            children = psutil.Process(process.pid).children()
            return of(process.pid)
        finally:
            for one in children:
                one.kill()
            process.kill()
