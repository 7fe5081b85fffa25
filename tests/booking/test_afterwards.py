"""After the time: it took place, or somebody was absent; what the family can do then, and what it is told."""

from datetime import timedelta

import pytest

from portal.booking.models import FULFILLED, NOSHOW
from portal.booking.service import reserve
from portal.booking.service.afterwards import NotYet, note_outcome
from portal.transaction import transaction
from tests.booking.scene import AT_NINE, NOW, Scene
from tests.support.application import both_in_full

pytestmark = both_in_full
MISSED = "appointment.missed"
AFTER = AT_NINE + timedelta(hours=1)
NEXT = AT_NINE + timedelta(days=1)


@pytest.fixture
def booked(clinic: Scene) -> Scene:
    """One consultation, and a second morning after it."""
    clinic.times(1, NEXT, NEXT + timedelta(days=1))
    clinic.case_id = clinic.family()
    clinic.hold(clinic.case_id)
    clinic.book(clinic.case_id)
    return clinic


def note(scene: Scene, outcome: str, now=AFTER) -> str:
    with transaction() as session:
        return note_outcome(session, scene.keyring, scene.case_id, outcome, settings=scene.settings, now=now).id


@pytest.mark.parametrize(
    ("outcome", "status", "absent"),
    [("took_place", FULFILLED, None), ("family", NOSHOW, "family"), ("clinic", NOSHOW, "clinic")],
)
def test_what_became_of_it_is_kept(booked, outcome, status, absent):
    found = booked.appointment(note(booked, outcome))
    assert (found.status, found.absent) == (status, absent)


def test_before_it_has_begun_nobody_can_say(booked):
    with pytest.raises(NotYet):
        note(booked, "took_place", NOW)


def test_the_first_answer_stands(booked):
    note(booked, "took_place")
    with pytest.raises(NotYet):
        note(booked, "family")


@pytest.mark.parametrize(("outcome", "letters"), [("took_place", 0), ("family", 1), ("clinic", 1)])
def test_only_where_somebody_was_absent_the_family_is_written_to(booked, outcome, letters):
    note(booked, outcome)
    assert len(booked.letters(MISSED)) == letters


def test_after_it_took_place_there_is_no_second_free_one(booked):
    note(booked, "took_place")
    with pytest.raises(reserve.NoMore):
        booked.hold(booked.case_id, NEXT, AFTER)


@pytest.mark.parametrize("outcome", ["family", "clinic"])
def test_whoever_was_absent_another_time_can_be_chosen(booked, outcome):
    note(booked, outcome)
    booked.hold(booked.case_id, NEXT, AFTER)
    assert booked.appointment(booked.book(booked.case_id, AFTER)).start_at == NEXT


def test_after_the_second_absence_the_office_is_asked(booked):
    note(booked, "family")
    booked.hold(booked.case_id, NEXT, AFTER)
    booked.book(booked.case_id, AFTER)
    note(booked, "family", NEXT + timedelta(hours=1))
    assert "write or call" not in booked.letters(MISSED)[0].text
    with pytest.raises(reserve.NoMore):
        booked.hold(booked.case_id, NEXT + timedelta(days=1), NEXT + timedelta(hours=1))


def test_the_clinics_own_absences_are_never_counted_against_a_family(booked):
    for moment in (AT_NINE, NEXT):
        if moment == NEXT:
            booked.hold(booked.case_id, NEXT, AFTER)
            booked.book(booked.case_id, AFTER)
        note(booked, "clinic", moment + timedelta(hours=1))
    assert booked.hold(booked.case_id, NEXT + timedelta(days=1), NEXT + timedelta(hours=1))


def test_a_time_that_was_looked_at_before_is_not_booked_after_it_took_place(booked):
    booked.hold(booked.case_id, NEXT, AFTER - timedelta(minutes=5), moving=True)
    note(booked, "took_place")
    with pytest.raises(reserve.NoMore):
        booked.book(booked.case_id, AFTER)


def test_a_time_that_ran_out_is_not_booked_after_the_second_absence(booked):
    note(booked, "family")
    booked.hold(booked.case_id, NEXT, AFTER)
    booked.book(booked.case_id, AFTER)
    later = NEXT + timedelta(hours=1)
    booked.hold(booked.case_id, NEXT + timedelta(days=1), later - timedelta(minutes=30), moving=True)
    note(booked, "family", later)
    with pytest.raises(reserve.NoMore):
        booked.book(booked.case_id, later)
