"""The folder store and its twin keep the same promises."""

import errno
from pathlib import Path

import pytest

from portal.adapters.storage import FolderStore, MemoryStore, ObjectMissing, ObjectStore, StorageFull

NAME = "0123456789abcdef0123456789abcdef"


@pytest.fixture(params=["folder", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    return FolderStore(tmp_path / "objects") if request.param == "folder" else MemoryStore()


def put(store: ObjectStore, data: bytes = b"sealed") -> None:
    writer = store.create(NAME)
    writer.write(data)
    writer.publish()


def test_a_published_object_is_read_back(store):
    put(store)
    with store.open(NAME) as sealed:
        assert sealed.read() == b"sealed"


def test_an_object_is_not_there_before_it_is_published(store):
    writer = store.create(NAME)
    writer.write(b"half")
    with pytest.raises(ObjectMissing):
        store.open(NAME)
    writer.discard()


def test_a_discarded_object_leaves_nothing(store):
    writer = store.create(NAME)
    writer.write(b"half")
    writer.discard()
    assert list(store.names()) == []


def test_deleting_twice_is_no_error(store):
    put(store)
    store.delete(NAME)
    store.delete(NAME)
    assert list(store.names()) == []


def test_a_missing_object_is_named(store):
    with pytest.raises(ObjectMissing, match=NAME):
        store.open(NAME)


def test_an_object_is_readable_by_its_owner_only(tmp_path):
    put(FolderStore(tmp_path / "objects"))
    (path,) = (tmp_path / "objects").glob("*/*")
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_full_disk_is_said_by_name(tmp_path, monkeypatch):
    writer = FolderStore(tmp_path / "objects").create(NAME)
    monkeypatch.setattr("os.fsync", no_room)
    with pytest.raises(StorageFull):
        writer.publish()


@pytest.mark.parametrize("what", ["os.open", "os.mkdir"])
def test_a_disk_that_holds_no_more_files_is_said_by_the_same_name(tmp_path, monkeypatch, what):
    store = FolderStore(tmp_path / "objects")
    with monkeypatch.context() as full:
        full.setattr(what, no_room)
        with pytest.raises(StorageFull):
            store.create(NAME)
    assert list(store.names()) == []


def no_room(*_given: object, **_more: object) -> None:
    raise OSError(errno.ENOSPC, "full")
