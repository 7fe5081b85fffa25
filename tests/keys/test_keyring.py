"""Each case has keys of its own; destroying them is final."""

import pytest

from portal.keys.files import KeysMissing, keys_exist, load_keys, make_keys
from portal.keys.keyring import KeyDestroyed, Keyring, NoDocumentIdentity
from portal.keys.subjects import FolderSubjects


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
