"""The hash of each static file, so that its address changes with its content."""

from __future__ import annotations

import hashlib
from pathlib import Path


def versions(folder: Path) -> dict[str, str]:
    """File name to the first twelve digits of its SHA-256."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:12] for path in files}
