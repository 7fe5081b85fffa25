"""Where sealed objects lie: a folder on disk, or memory in tests. Names are ours and say nothing."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Protocol

PART = ".part"


class ObjectMissing(Exception):
    """There is no object of this name."""


class StorageFull(Exception):
    """The store has no room; nothing of the object was kept."""


class ObjectWriter(Protocol):
    """An object being written. It exists for readers only after `publish`."""

    def write(self, data: bytes) -> None: ...
    def publish(self) -> None: ...
    def discard(self) -> None: ...


class ObjectStore(Protocol):
    """Objects by name. `publish` makes one durable and visible at once; `delete` twice does nothing."""

    def create(self, name: str) -> ObjectWriter: ...
    def open(self, name: str) -> BinaryIO: ...
    def delete(self, name: str) -> None: ...
    def names(self) -> Iterator[str]: ...
    def written_at(self, name: str) -> datetime: ...


class FolderStore:
    """The real store: files with mode 0600, spread over 256 folders by the end of their names."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def create(self, name: str) -> ObjectWriter:
        """Begin an object beside its place. Raises `StorageFull` where there is room for no more files."""
        path = self._path(name)
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            return _FileWriter(path)
        except OSError as fault:
            raise no_room(fault) from fault

    def open(self, name: str) -> BinaryIO:
        """The object's bytes, or `ObjectMissing`."""
        try:
            return self._path(name).open("rb")
        except FileNotFoundError as fault:
            raise ObjectMissing(name) from fault

    def delete(self, name: str) -> None:
        """Remove an object for good."""
        self._path(name).unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        """Every object, unfinished ones included, so that a sweep finds what a power cut left behind."""
        return (path.name for path in self._folder.glob("??/*"))

    def written_at(self, name: str) -> datetime:
        """When an object was last written, or `ObjectMissing`."""
        try:
            return datetime.fromtimestamp(self._path(name).stat().st_mtime, UTC)
        except FileNotFoundError as fault:
            raise ObjectMissing(name) from fault

    def _path(self, name: str) -> Path:
        return self._folder / name.removesuffix(PART)[-2:] / name


class _FileWriter:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(path.name + PART)
        handle = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(handle, "wb", buffering=1024 * 1024)

    def write(self, data: bytes) -> None:
        try:
            self._file.write(data)
        except OSError as fault:
            raise no_room(fault) from fault

    def publish(self) -> None:
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._part.rename(self._path)
            _flush_folder(self._path.parent)
        except OSError as fault:
            self.discard()
            raise no_room(fault) from fault

    def discard(self) -> None:
        try:
            self._file.close()
        except OSError:  # what could not be written is thrown away here anyway
            pass
        finally:
            self._part.unlink(missing_ok=True)


class MemoryStore:
    """The twin for tests."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def create(self, name: str) -> ObjectWriter:
        return _MemoryWriter(self, name)

    def open(self, name: str) -> BinaryIO:
        try:
            return io.BytesIO(self.objects[name])
        except KeyError as fault:
            raise ObjectMissing(name) from fault

    def delete(self, name: str) -> None:
        self.objects.pop(name, None)

    def names(self) -> Iterator[str]:
        return iter(list(self.objects))

    def written_at(self, name: str) -> datetime:
        if name not in self.objects:
            raise ObjectMissing(name)
        return datetime.fromtimestamp(0, UTC)


class _MemoryWriter:
    def __init__(self, store: MemoryStore, name: str) -> None:
        self._store, self._name, self._data = store, name, io.BytesIO()

    def write(self, data: bytes) -> None:
        self._data.write(data)

    def publish(self) -> None:
        self._store.objects[self._name] = self._data.getvalue()

    def discard(self) -> None:
        self._data = io.BytesIO()


def no_room(fault: OSError) -> Exception:
    """What a fault of the file system means: that there is no room, or whatever it is itself."""
    return StorageFull() if fault.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG} else fault


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
