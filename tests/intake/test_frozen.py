"""What families have answered is not changed afterwards: another meaning is another version."""

from hashlib import sha256

import pytest

from portal.intake.questionnaire import store

# A new version puts the one before it here. Words are mended as well only where the meaning stays, and by hand here.
FROZEN = {"intake-1": "2b89d732bc09b4b434eb2a5f9fb06c59f023818f7819f861d2828c5437d42e6e"}


def digest(version: str) -> str:
    """Of a version's definition, which says what its answers mean."""
    return sha256((store.DATA / version / "definition.json").read_bytes()).hexdigest()


@pytest.mark.parametrize("version", FROZEN)
def test_a_version_of_before_stays_as_it_was(version):
    assert digest(version) == FROZEN[version]


def test_every_version_but_the_current_one_is_frozen():
    kept = {place.name for place in store.DATA.iterdir() if place.is_dir()}
    assert kept - {store.current().id} == set(FROZEN)
