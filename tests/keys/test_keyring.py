"""Each case has keys of its own; destroying them is final."""

import os

import pytest

from portal.keys.files import KeysMissing, add_column_key, keys_exist, load_keys, make_keys
from portal.keys.keyring import KeyDestroyed, Keyring, NoDocumentIdentity
from portal.keys.subjects import LOCK, FolderSubjects


@pytest.fixture
def instance(tmp_path):
    make_keys(tmp_path)
    (tmp_path / "subjects").mkdir()
    return tmp_path


@pytest.fixture
def keyring(instance) -> Keyring:
    return Keyring(load_keys(instance, with_identity=True), FolderSubjects(instance / "subjects"))


def test_a_case_key_is_the_same_after_a_restart(instance, keyring):
    keyring.create_case("c")
    sealed = keyring.case("c").seal(b"clear", "here")
    again = Keyring(load_keys(instance, with_identity=True), FolderSubjects(instance / "subjects"))
    assert again.case("c").open(sealed, "here") == b"clear"


def test_two_cases_have_different_keys(keyring):
    keyring.create_case("a")
    keyring.create_case("b")
    assert keyring.case_recipient("a") != keyring.case_recipient("b")


def test_a_destroyed_key_opens_nothing(keyring):
    keyring.create_case("c")
    keyring.destroy_case("c")
    with pytest.raises(KeyDestroyed):
        keyring.case("c")


def test_a_public_process_has_no_document_identity(instance, keyring):
    keyring.create_case("c")
    public = Keyring(load_keys(instance, with_identity=False), FolderSubjects(instance / "subjects"))
    with pytest.raises(NoDocumentIdentity):
        public.case_identity("c")


def test_a_public_process_does_not_read_the_identity_file(instance):
    (instance / "keys" / "documents").unlink()
    load_keys(instance, with_identity=False)
    with pytest.raises(KeysMissing):
        load_keys(instance, with_identity=True)


def test_a_look_up_differs_by_kind(keyring):
    assert keyring.lookup("email", "a") != keyring.lookup("case-code", "a")


def test_keys_are_never_made_over_existing_ones(instance):
    with pytest.raises(FileExistsError):
        make_keys(instance)


def test_a_damaged_key_file_is_named(instance):
    (instance / "keys" / "columns").write_text("{}")
    with pytest.raises(KeysMissing, match="damaged"):
        load_keys(instance, with_identity=True)


def test_an_empty_folder_has_no_keys(tmp_path):
    assert not keys_exist(tmp_path)


as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to somebody else")


@as_root
@pytest.mark.parametrize("touch", [Keyring.create_case, Keyring.destroy_case])
def test_what_root_leaves_in_the_store_belongs_to_whom_the_store_does(instance, keyring, touch):
    store = instance / "subjects"
    os.chown(store, 12345, 12345)
    touch(keyring, "c")
    assert {path.stat().st_uid for path in store.rglob("*")} == {12345}


@as_root
def test_a_lock_that_root_has_left_before_is_given_back(instance, keyring):
    store = instance / "subjects"
    keyring.destroy_case("c")
    os.chown(store, 12345, 12345)
    keyring.destroy_case("c")
    assert (store / LOCK).stat().st_uid == 12345


@as_root
def test_a_key_that_root_wraps_anew_keeps_its_owner_whoever_has_the_store(instance, keyring):
    keyring.create_case("c")
    (file,) = (instance / "subjects").glob("*/case-c")
    os.chown(file, 12345, 12345)
    add_column_key(instance)
    assert (keyring.rewrap("case-c"), file.stat().st_uid) == (True, 12345)


@as_root
@pytest.mark.parametrize("name", [LOCK, "-c/case-c.part"])
def test_root_gives_nothing_away_that_a_link_in_the_store_leads_to(instance, keyring, tmp_path, name):
    store, elsewhere = instance / "subjects", tmp_path / "elsewhere"
    elsewhere.write_text("of somebody else")
    keyring.create_case("c")
    os.chown(store, 12345, 12345)
    (store / LOCK).unlink(missing_ok=True)
    (store / name).symlink_to(elsewhere)
    add_column_key(instance)
    with pytest.raises(OSError, match="symbolic links"):
        keyring.rewrap("case-c")
    assert (elsewhere.stat().st_uid, elsewhere.read_text()) == (0, "of somebody else")
