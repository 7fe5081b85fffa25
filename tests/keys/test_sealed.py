"""A sealed value opens only where it belongs, and only with its key."""

from types import SimpleNamespace

import pytest

from portal.keys.sealed import CannotOpen, Sealed, SealedColumn, SealingKey


@pytest.fixture
def key() -> SealingKey:
    return SealingKey({"c1": b"1" * 32}, "c1")


def row(row_id: str = "1", table: str = "respondent") -> SimpleNamespace:
    return SimpleNamespace(__tablename__=table, id=row_id, email=None, name=None)


def test_what_was_written_is_read_back(key):
    person = row()
    key.write(person, "email", "a@example.org")
    assert key.read(person, "email") == "a@example.org"


def test_the_clear_text_is_not_in_the_value(key):
    person = row()
    key.write(person, "email", "planted@example.org")
    assert b"planted" not in person.email.blob


def test_nothing_is_read_as_nothing(key):
    assert key.read(row(), "email") is None


@pytest.mark.parametrize("elsewhere", [row("2"), row("1", "staff_member")])
def test_a_value_moved_to_another_place_does_not_open(key, elsewhere):
    person = row()
    key.write(person, "email", "a@example.org")
    elsewhere.email = person.email
    with pytest.raises(CannotOpen):
        key.read(elsewhere, "email")


def test_a_value_moved_to_another_column_does_not_open(key):
    person = row()
    key.write(person, "email", "a@example.org")
    person.name = person.email
    with pytest.raises(CannotOpen):
        key.read(person, "name")


def test_a_changed_value_does_not_open(key):
    person = row()
    key.write(person, "email", "a@example.org")
    person.email = Sealed(person.email.blob[:-1] + bytes([person.email.blob[-1] ^ 1]))
    with pytest.raises(CannotOpen):
        key.read(person, "email")


def test_an_old_key_still_opens_what_it_sealed(key):
    person = row()
    key.write(person, "email", "a@example.org")
    rotated = SealingKey({"c1": b"1" * 32, "c2": b"2" * 32}, "c2")
    assert rotated.read(person, "email") == "a@example.org"


def test_another_key_does_not_open(key):
    person = row()
    key.write(person, "email", "a@example.org")
    with pytest.raises(CannotOpen):
        SealingKey({"c1": b"x" * 32}, "c1").read(person, "email")


def test_clear_text_cannot_be_bound_to_a_sealed_column():
    with pytest.raises(TypeError):
        SealedColumn().process_bind_param("clear", None)


class Person:
    """A table of two columns, as `reveal_json` and `conceal_json` want it."""

    __tablename__, id = "respondent", "1"
    name = None


@pytest.mark.parametrize("way", ["a row at hand", "none"])
def test_what_is_sealed_and_where_is_written_as_it_always_was(key, way):
    """Otherwise nothing that is stored would open any more."""
    person, value = row(), {"name": "Zoë", "ages": [1, 2]}
    if way == "none":
        person.name = key.conceal_json(value, Person, "name", "1")
    else:
        key.write_json(person, "name", value)
    assert key.open(person.name, "respondent/name/1") == '{"name":"Zoë","ages":[1,2]}'.encode()
