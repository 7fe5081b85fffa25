"""Files keep their owner: commands may be given by somebody else than who the portal runs as, by root above all."""

from __future__ import annotations

import os
from pathlib import Path


def give(file: Path | int, like: Path) -> None:
    """Let a file belong to whoever `like` belongs to; only root has anything to do here.

    A link is not followed: who the portal runs as could put one there and be given a file of the system's.
    """
    owner = like.stat()
    if os.geteuid() != 0 or (owner.st_uid, owner.st_gid) == (os.geteuid(), os.getegid()):
        return
    if isinstance(file, int):
        os.fchown(file, owner.st_uid, owner.st_gid)
    else:
        os.lchown(file, owner.st_uid, owner.st_gid)
