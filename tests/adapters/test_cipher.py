"""Sealing what is pushed in, and opening it piece by piece."""

import io
import shutil
import subprocess
from pathlib import Path

import pyrage
import pytest

from portal.adapters.cipher import OpenedStream, SealingStream, Tampered

CLEAR = bytes(range(256)) * 4096  # a megabyte: several of age's pieces


@pytest.fixture
def identity() -> pyrage.x25519.Identity:
    return pyrage.x25519.Identity.generate()


def seal(identity: pyrage.x25519.Identity, clear: bytes = CLEAR) -> bytes:
    sealed = io.BytesIO()
    stream = SealingStream(str(identity.to_public()), sealed.write)
    for start in range(0, len(clear), 65_536):
        stream.write(clear[start : start + 65_536])
    stream.finish()
    return sealed.getvalue()


def opened(identity: pyrage.x25519.Identity, sealed: bytes) -> bytes:
    return b"".join(OpenedStream(str(identity), io.BytesIO(sealed)))


def test_what_was_sealed_opens_to_the_same_bytes(identity):
    assert opened(identity, seal(identity)) == CLEAR


def test_an_empty_file_opens_to_nothing(identity):
    assert opened(identity, seal(identity, b"")) == b""


def test_another_identity_opens_nothing(identity):
    with pytest.raises(Tampered):
        opened(pyrage.x25519.Identity.generate(), seal(identity))


def test_a_file_that_was_cut_short_is_tampered_with(identity):
    with pytest.raises(Tampered):
        opened(identity, seal(identity)[:-1])


def test_a_changed_byte_is_tampered_with(identity):
    sealed = bytearray(seal(identity))
    sealed[-20] ^= 1
    with pytest.raises(Tampered):
        opened(identity, bytes(sealed))


def push_until_it_tells(stream):
    for _ in range(100):
        stream.write(CLEAR)


def test_what_the_store_says_reaches_who_pushes(identity):
    def full(data: bytes) -> None:
        raise OSError(28, "full")

    stream = SealingStream(str(identity.to_public()), full)
    with pytest.raises(OSError, match="full"):
        push_until_it_tells(stream)


def test_an_abandoned_stream_ends_its_thread(identity):
    stream = SealingStream(str(identity.to_public()), lambda data: None)
    stream.write(CLEAR)
    stream.abandon()
    assert not stream._thread.is_alive()


def test_a_reader_who_goes_away_leaves_nothing_running(identity):
    pieces = OpenedStream(str(identity), io.BytesIO(seal(identity)))
    next(pieces)
    pieces.close()
    with pytest.raises(StopIteration):
        next(pieces)


@pytest.mark.skipif(shutil.which("age") is None, reason="age is not installed")
def test_debians_age_opens_what_we_sealed(identity, tmp_path: Path):
    (tmp_path / "key").write_text(str(identity))
    done = subprocess.run(["age", "-d", "-i", tmp_path / "key"], input=seal(identity), capture_output=True, check=True)
    assert done.stdout == CLEAR
