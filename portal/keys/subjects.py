"""The key store outside the database: one small file for each family and case. Destroying it makes them unreadable."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from portal.adapters.storage import no_room
from portal.keys.owners import give

LOCK = "lock"


class KeyDestroyed(Exception):
    """There is no key for this family or case: it was erased, or never existed."""


class SubjectsAway(Exception):
    """The store itself is not there, for instance a shared folder that is not mounted: no key was destroyed."""


class SubjectStore(Protocol):
    """Wrapped keys by name (`case-…`, `family-…`). `put` is durable when it returns; `destroy` is final.

    `replace` changes only what is still there, and says whether it did.
    """

    def put(self, name: str, wrapped: bytes) -> None: ...
    def replace(self, name: str, wrapped: bytes) -> bool: ...
    def get(self, name: str) -> bytes: ...
    def destroy(self, name: str) -> None: ...
    def names(self) -> Iterator[str]: ...


class FolderSubjects:
    """The real store: a folder of files with mode 0600, spread over 256 folders."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: str, wrapped: bytes) -> None:
        """Write beside and rename, with the file and its folder flushed to the disk. A file keeps its owner.

        Raises `SubjectsAway`, or `StorageFull` where there is no room: then nothing of it is left.
        """
        path = self._path(name)
        part = path.with_suffix(".part")
        try:
            self._write(path, part, wrapped)
        except OSError as fault:
            part.unlink(missing_ok=True)
            raise no_room(fault) from fault

    def _write(self, path: Path, part: Path, wrapped: bytes) -> None:
        try:
            path.parent.mkdir(mode=0o700, exist_ok=True)  # never the store: a key beside it would be lost
            give(path.parent, like=self._folder)
        except (FileNotFoundError, NotADirectoryError) as fault:
            raise SubjectsAway from fault
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(wrapped)
            file.flush()
            os.fsync(file.fileno())
        give(part, like=path if path.exists() else self._folder)
        part.rename(path)
        _flush_folder(path.parent)

    def get(self, name: str) -> bytes:
        """The wrapped key, or `KeyDestroyed`."""
        try:
            return self._path(name).read_bytes()
        except (FileNotFoundError, NotADirectoryError) as fault:
            if not self._is_there():
                raise SubjectsAway from fault
            raise KeyDestroyed(name) from fault

    def replace(self, name: str, wrapped: bytes) -> bool:
        """Put in another wrapping of the same key; never brings back one that is being destroyed at this moment."""
        with self._alone():
            if not self._path(name).exists():
                return False
            self.put(name, wrapped)
            return True

    def destroy(self, name: str) -> None:
        """Remove the key; the same again does nothing."""
        path = self._path(name)
        with self._alone():
            path.unlink(missing_ok=True)
        if path.parent.exists():
            _flush_folder(path.parent)

    def names(self) -> Iterator[str]:
        """Every name stored, in no order."""
        return (path.name for path in self._folder.glob("*/*") if path.suffix != ".part")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One at a time, among all processes: what is destroyed must not be put back by who read it before."""
        handle = os.open(self._folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            give(handle, like=self._folder)  # made by root, it would keep out who the portal runs as
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _is_there(self) -> bool:
        """A folder that nothing is mounted on is empty; ours keeps its folders when the last key is destroyed."""
        return self._folder.is_dir() and any(path.name != LOCK for path in self._folder.iterdir())

    def _path(self, name: str) -> Path:
        return self._folder / name[-2:] / name


class MemorySubjects:
    """The twin for tests."""

    def __init__(self) -> None:
        self._wrapped: dict[str, bytes] = {}

    def put(self, name: str, wrapped: bytes) -> None:
        self._wrapped[name] = wrapped

    def get(self, name: str) -> bytes:
        try:
            return self._wrapped[name]
        except KeyError as fault:
            raise KeyDestroyed(name) from fault

    def replace(self, name: str, wrapped: bytes) -> bool:
        if name not in self._wrapped:
            return False
        self._wrapped[name] = wrapped
        return True

    def destroy(self, name: str) -> None:
        self._wrapped.pop(name, None)

    def names(self) -> Iterator[str]:
        return iter(list(self._wrapped))


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
