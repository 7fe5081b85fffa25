"""The clinic that the tests of booking play in."""

import pytest

from tests.booking.scene import Scene


@pytest.fixture
def scene(app_context) -> Scene:
    """An empty clinic."""
    return Scene(app_context)


@pytest.fixture
def clinic(scene: Scene) -> Scene:
    """A clinic with one coordinator, who speaks French and has a morning of three times."""
    scene.open_day(scene.coordinator())
    return scene


@pytest.fixture
def case_id(clinic: Scene) -> str:
    """A family that has booked the first time of the morning."""
    case_id = clinic.family()
    clinic.hold(case_id)
    clinic.book(case_id)
    return case_id
