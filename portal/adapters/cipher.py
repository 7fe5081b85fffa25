"""age (X25519) over streams: clear bytes are pushed in and leave sealed; nothing clear is ever written down.

pyrage pulls from a reader, while a form is pushed at us piece by piece: a thread and a short queue stand between.
"""

from __future__ import annotations

import io
import queue
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from typing import BinaryIO

import pyrage

PIECES = 4
LONGEST_WAIT = 3600.0  # a last resort: whoever pushes ends with `finish` or `abandon`
PIECE = 256 * 1024


class Tampered(Exception):
    """The object was changed, cut short, or sealed to another key."""


class Abandoned(Exception):
    """The sender went away; the object is thrown away."""


class SealingStream:
    """Takes clear bytes by `write` and hands sealed ones to `sink`. End with `finish` or `abandon`, always."""

    def __init__(self, recipient: str, sink: Callable[[bytes], None]) -> None:
        self._pieces: queue.Queue[bytes | None] = queue.Queue(PIECES)
        self._fault: BaseException | None = None
        reader, writer = _Pulled(self._pieces), _Pushed(sink)
        to = [pyrage.x25519.Recipient.from_str(recipient)]
        self._thread = threading.Thread(target=self._seal, args=(reader, writer, to), name="seal", daemon=True)
        self._thread.start()

    def write(self, data: bytes) -> None:
        """Seal some bytes. Raises what the sink raised, as soon as it is known."""
        while data and self._fault is None:
            try:
                self._pieces.put(data, timeout=0.5)
            except queue.Full:
                continue
            return
        if self._fault is not None:
            raise self._fault

    def finish(self) -> None:
        """Seal the end. After this the sink has everything."""
        self._end(b"")
        if self._fault is not None:
            raise self._fault

    def abandon(self) -> None:
        """Stop without an end; what the sink has is worthless."""
        self._end(None)

    def _end(self, last: bytes | None) -> None:
        while self._thread.is_alive():
            try:
                self._pieces.put(last, timeout=0.5)
                break
            except queue.Full:
                continue
        self._thread.join()

    def _seal(self, reader: _Pulled, writer: _Pushed, to: list[object]) -> None:
        try:
            pyrage.encrypt_io(reader, writer, to)
        except BaseException as fault:  # noqa: BLE001  # it is raised again in the thread that pushes
            # pyrage wraps what its reader and writer raise; the first cause is what happened.
            self._fault = reader.fault or writer.fault or fault
            with suppress(queue.Empty):
                while True:
                    self._pieces.get_nowait()


class _Pulled(io.RawIOBase):
    """The reader that pyrage pulls from."""

    def __init__(self, pieces: queue.Queue[bytes | None]) -> None:
        self._pieces = pieces
        self._rest = memoryview(b"")
        self._ended = False
        self.fault: Exception | None = None

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """The next bytes; empty at the end. Nothing for an hour means that nobody will end this."""
        if not self._rest and not self._ended:
            try:
                piece = self._pieces.get(timeout=LONGEST_WAIT)
            except queue.Empty:
                piece = None
            if piece is None:
                self.fault = Abandoned()
                raise self.fault
            self._ended = not piece
            self._rest = memoryview(piece)
        taken = bytes(self._rest if size < 0 else self._rest[:size])
        self._rest = self._rest[len(taken) :]
        return taken


class _Pushed(io.RawIOBase):
    """The writer that pyrage pushes to."""

    def __init__(self, sink: Callable[[bytes], None]) -> None:
        self._sink = sink
        self.fault: Exception | None = None

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]  # bytes is all that pyrage gives
        try:
            self._sink(data)
        except Exception as fault:
            self.fault = fault
            raise
        return len(data)


class OpenedStream:
    """The clear bytes of a sealed object, piece by piece, with little memory. `close` also where nothing was read.

    Raises `Tampered` at the piece that does not open: what came before it was checked, what would follow is not given.
    """

    def __init__(self, identity: str, source: BinaryIO) -> None:
        self._source = source
        self._pieces = _opened(identity, source)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        return next(self._pieces)

    def close(self) -> None:
        """Let go of the object."""
        self._pieces.close()
        self._source.close()


def _opened(identity: str, source: BinaryIO) -> Generator[bytes, None, None]:
    own = pyrage.x25519.Identity.from_str(identity)
    pieces: queue.Queue[bytes | BaseException | None] = queue.Queue(PIECES)
    gone = threading.Event()

    def push(data: bytes) -> None:
        while not gone.is_set():
            try:
                pieces.put(data, timeout=0.5)
            except queue.Full:
                continue
            return
        raise Abandoned

    def work() -> None:
        last: BaseException | None = None
        try:
            pyrage.decrypt_io(source, _Pushed(push), [own])
        except BaseException as fault:  # noqa: BLE001  # it is raised again in the thread that reads
            last = fault
        with suppress(Abandoned):
            push(last)  # type: ignore[arg-type]  # the end, or the fault

    thread = threading.Thread(target=work, name="open", daemon=True)
    thread.start()
    try:
        while (piece := pieces.get()) is not None:
            if isinstance(piece, BaseException):
                raise Tampered from piece
            yield piece
    finally:
        gone.set()
        source.close()
        thread.join()
