"""The scene: grown once for each test process, copied for each module or, where it is spoiled, for each test."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.access.scene import Grown, Stage, copy_of, grow
from tests.support.application import Template


@pytest.fixture(scope="session")
def grown(template_of: Callable[[str], Template], tmp_path_factory: pytest.TempPathFactory) -> Grown:
    """An instance in which everybody has come already."""
    instance = tmp_path_factory.mktemp("grown") / "instance"
    shutil.copytree(template_of("sqlite").instance, instance)
    instance.chmod(0o700)
    return grow(instance)


@pytest.fixture(scope="module")
def scene(grown: Grown, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One copy for all tests of a module."""
    stage = copy_of(grown, tmp_path_factory.mktemp("scene") / "instance")
    yield stage
    stage.close()


@pytest.fixture
def fresh(grown: Grown, tmp_path: Path) -> Iterator[Stage]:
    """A copy of one's own."""
    stage = copy_of(grown, tmp_path / "scene")
    yield stage
    stage.close()
