"""Whose turn it is, whatever the week looks like: who has fewest conversations, then the next one at that instant."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from portal.booking.models import BOOKED, Appointment, Participant
from portal.booking.service import reserve
from portal.transaction import transaction
from tests.booking.scene import AT_NINE, MINUTES, NOW, Scene, token
from tests.support.application import both_in_full

HOUR, STEP = timedelta(hours=1), timedelta(minutes=MINUTES)
PEOPLE = 4
# Conversations of each person: hours from the time that is asked for. Three and a half days on both sides are its week.
NEAR, FAR = range(2, 84), range(85, 24 * 12)
AROUND = st.sampled_from([sign * hours for hours in NEAR for sign in (-1, 1)])
BEYOND = st.sampled_from([sign * hours for hours in FAR for sign in (-1, 1)])
WEEKS = st.tuples(st.lists(AROUND, max_size=3, unique=True), st.lists(BEYOND, max_size=3, unique=True))
QUICKLY = (Phase.explicit, Phase.reuse, Phase.generate)


@pytest.fixture
def people(scene: Scene) -> list[int]:
    """Coordinators who all have the time."""
    made = [scene.coordinator(f"p{number}") for number in range(PEOPLE)]
    for schedule_id in made:
        scene.times(schedule_id, AT_NINE)
    return made


@pytest.fixture
def families(scene: Scene) -> list[str]:
    """Those that ask for the time, one after the other."""
    return [scene.family(f"family{number}@family.example") for number in range(PEOPLE + 1)]


@pytest.fixture
def others(scene: Scene) -> list[str]:
    """Those that have conversations already."""
    return [scene.family(f"other{number}@family.example") for number in range(6 * PEOPLE)]


def talks(session: Session, schedule_id: int, hours: int, case_id: str) -> None:
    """A conversation of somebody, so many hours from the time that is asked for."""
    start = AT_NINE + hours * HOUR
    made = Appointment(case_id=case_id, schedule_id=schedule_id, start_at=start, end_at=start + STEP, status=BOOKED)
    made.language, made.time_zone = "fr", "Europe/Paris"
    session.add(made)
    session.flush()
    until = {"busy_from": start, "busy_until": start + STEP, "day": start.date()}
    session.add(Participant(appointment_id=made.id, schedule_id=schedule_id, **until))


def kept_with(session: Session, case_id: str) -> int | None:
    """With whom a family that asks now is given the time."""
    try:
        return reserve.hold(session, case_id, token(), now=NOW).schedule_id
    except reserve.SlotTaken:
        return None


@both_in_full
@settings(max_examples=12, deadline=None, phases=QUICKLY, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(weeks=st.lists(WEEKS, min_size=PEOPLE, max_size=PEOPLE))
def test_who_has_fewest_that_week_comes_first_then_the_next_at_that_instant_until_nobody_is_left(
    people, families, others, weeks
):
    booked = iter(others)
    with transaction() as session:
        for schedule_id, (near, far) in zip(people, weeks, strict=True):
            for hours in (*near, *far):
                talks(session, schedule_id, hours, next(booked))
        found = [kept_with(session, case_id) for case_id in families]
        session.rollback()  # the next example begins with the same clinic
    turns = sorted(zip(people, weeks, strict=True), key=lambda one: (len(one[1][0]), one[0]))
    assert found == [*(schedule_id for schedule_id, _week in turns), None]
