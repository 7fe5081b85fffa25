"""The clinic that the tests of booking play in."""

from datetime import timedelta

import pytest
from flask import Flask

from tests.booking.by_the_office import NO_LETTER, SPEAKS, book
from tests.booking.scene import MONDAY, Scene
from tests.staff.colleague import Colleague, employ
from tests.support.application import Clock
from tests.support.visitor import Visitor


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


@pytest.fixture
def office(app: Flask, clock: Clock) -> Colleague:
    """A coordinator who is not the one of the times; those are on six mornings."""
    with app.app_context():
        scene = Scene(app)
        scene.open_day(scene.coordinator(speaks=SPEAKS), last=MONDAY + timedelta(days=5))
    return Colleague(app, "en").sign_in(employ(app, "coordinator", email="desk@clinic.example", speaks=("sw",)))


@pytest.fixture
def family(office: Colleague) -> Visitor:
    """A family in Paris that gave no address and has the first time."""
    return book(Visitor(office.app).begin(NO_LETTER).write_down().answer("person"))
