"""Who is offered what: what stays free around a conversation, notice, urgent times, languages, interpreters, the day.

What is listed can be kept, and what is not listed cannot.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.booking.bands import day_of
from portal.booking.hours import Offer
from portal.booking.models import BOOKED, BY_HAND, CLOSED, HELD, OFFERED, Appointment, Participant, Schedule, Slot
from portal.booking.service import reserve
from portal.booking.service.making import slot_values
from portal.booking.service.offers import Asker, asker_of, free_times
from portal.booking.slots import Span, token_of
from portal.cases.models import Case
from portal.extensions import db
from portal.staff.service import find_by_email, revoke
from portal.transaction import transaction
from tests.booking.scene import AT_NINE, NOW, Scene
from tests.support.application import both_in_full

pytestmark = both_in_full
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
STEP = 40 * MINUTE


@pytest.fixture
def french(scene: Scene) -> int:
    """The calendar of a coordinator who speaks French; nothing is in it yet."""
    return scene.coordinator()


@pytest.fixture
def english(scene: Scene) -> int:
    """The calendar of a coordinator who speaks English, with a time at nine."""
    schedule_id = scene.coordinator("english", speaks=("en",))
    scene.times(schedule_id, AT_NINE)
    return schedule_id


def offered(scene: Scene, case_id: str, **more: object) -> list[datetime]:
    return [one.start_at for one in scene.offering(case_id, **more).times]


def interpreter(scene: Scene, begin: datetime, end: datetime, name: str = "ear") -> int:
    """An interpreter from French, who is there from then to then."""
    schedule_id = scene.coordinator(name, role="interpreter")
    scene.times(schedule_id, begin, minutes=int((end - begin) / MINUTE))
    return schedule_id


def whose(appointment: Appointment) -> tuple[int, int | None]:
    return appointment.schedule_id, appointment.interpreter_id


# What stays free around a conversation


@pytest.mark.parametrize("side", ["before", "after"])
def test_what_stays_free_hides_the_times_beside(scene, french, side):
    scene.change(Schedule, french, **{side: 15})
    scene.times(french, AT_NINE, AT_NINE + STEP, AT_NINE + 2 * STEP)
    scene.hold(scene.family(), AT_NINE)
    assert scene.free() == [AT_NINE + 2 * STEP]


@pytest.mark.parametrize("side", ["before", "after"])
def test_a_neighbour_within_what_stays_free_cannot_be_kept(scene, french, side):
    scene.change(Schedule, french, **{side: 15})
    scene.times(french, AT_NINE, AT_NINE + STEP)
    scene.hold(scene.family(), AT_NINE)
    with pytest.raises(reserve.SlotTaken):
        scene.hold(scene.family(), AT_NINE + STEP)


def test_the_database_itself_refuses_a_neighbour_within_what_stays_free(scene, french):
    other = scene.coordinator("two")
    scene.change(Schedule, french, after=15)
    scene.times(french, AT_NINE)
    scene.times(other, AT_NINE + STEP)
    scene.hold(scene.family(), AT_NINE)
    scene.hold(scene.family(), AT_NINE + STEP)
    moved = db.update(Participant).where(Participant.schedule_id == other).values(schedule_id=french)
    with pytest.raises(IntegrityError, match="participant_no_overlap"), transaction() as session:
        session.execute(moved)


def test_what_touches_is_beside_and_not_over(scene, french):
    scene.change(Schedule, french, before=5, after=15)
    scene.times(french, AT_NINE, AT_NINE + STEP + 20 * MINUTE)
    scene.hold(scene.family(), AT_NINE)
    assert scene.free() == [AT_NINE + STEP + 20 * MINUTE]


# Notice, urgent times, the most of a day


def test_a_calendar_with_a_days_notice_closes_a_day_before(scene, french):
    scene.change(Schedule, french, notice=24 * 60)
    scene.times(french, AT_NINE, AT_NINE + STEP)
    assert scene.free(now=AT_NINE - DAY) == [AT_NINE + STEP]


def test_a_time_that_closed_cannot_be_kept(scene, french):
    scene.change(Schedule, french, notice=24 * 60)
    scene.times(french, AT_NINE)
    with pytest.raises(reserve.SlotTaken):
        scene.hold(scene.family(), now=AT_NINE - DAY)


@pytest.mark.parametrize(("marked", "found"), [(None, []), ("0" * 32, [AT_NINE])])
def test_urgent_times_are_for_cases_that_the_staff_holds_to_be_urgent(scene, french, marked, found):
    scene.times(french, AT_NINE)
    with transaction() as session:
        session.execute(db.update(Slot).values(urgent=True))
    case_id = scene.family()
    scene.change(Case, case_id, urgent_by=marked)
    assert offered(scene, case_id) == found


def test_an_urgent_time_cannot_be_kept_for_others(scene, french):
    scene.times(french, AT_NINE)
    with transaction() as session:
        session.execute(db.update(Slot).values(urgent=True))
    with pytest.raises(reserve.SlotTaken):
        scene.hold(scene.family())


def test_an_urgent_case_is_offered_the_other_times_too(scene, french):
    scene.times(french, AT_NINE)
    case_id = scene.family()
    scene.change(Case, case_id, urgent_by="0" * 32)
    assert offered(scene, case_id) == [AT_NINE]


def test_a_day_takes_no_more_conversations_than_its_person_does(scene, french):
    scene.change(Schedule, french, most_per_day=1)
    scene.times(french, AT_NINE, AT_NINE + STEP, AT_NINE + DAY)
    scene.hold(scene.family())
    assert scene.free() == [AT_NINE + DAY]


def test_one_more_than_the_most_of_a_day_cannot_be_kept(scene, french):
    scene.change(Schedule, french, most_per_day=1)
    scene.times(french, AT_NINE, AT_NINE + STEP)
    scene.hold(scene.family())
    with pytest.raises(reserve.SlotTaken):
        scene.hold(scene.family(), AT_NINE + STEP)


def test_what_a_family_keeps_itself_does_not_count_for_its_day(scene, french):
    scene.change(Schedule, french, most_per_day=1)
    scene.times(french, AT_NINE, AT_NINE + STEP)
    case_id = scene.family()
    scene.hold(case_id)
    assert offered(scene, case_id) == [AT_NINE, AT_NINE + STEP]


def test_a_cancelled_conversation_does_not_count_for_its_day(scene, french):
    scene.change(Schedule, french, most_per_day=1)
    scene.times(french, AT_NINE, AT_NINE + STEP)
    case_id = scene.family()
    scene.hold(case_id)
    scene.book(case_id)
    scene.cancel(case_id)
    assert scene.free() == [AT_NINE, AT_NINE + STEP]


# Languages, and English with an interpreter


def test_another_language_that_the_family_speaks_counts(scene, french):
    scene.times(french, AT_NINE)
    case_id = scene.family(language="ar")
    scene.change(Case, case_id, also_speaks="de fr")
    assert offered(scene, case_id) == [AT_NINE]


def test_languages_are_compared_as_wholes(scene, french):
    scene.times(french, AT_NINE)
    case_id = scene.family(language="ar")
    scene.change(Case, case_id, also_speaks="frr")
    assert offered(scene, case_id) == []


def test_where_nobody_speaks_the_language_it_is_english_with_an_interpreter(scene, english):
    interpreter(scene, AT_NINE - HOUR, AT_NINE + HOUR)
    found = scene.offering(scene.family())
    assert ([one.start_at for one in found.times], found.interpreted) == ([AT_NINE], True)


def test_english_with_an_interpreter_takes_both(scene, english):
    ear = interpreter(scene, AT_NINE - HOUR, AT_NINE + HOUR)
    assert whose(scene.appointment(scene.hold(scene.family()))) == (english, ear)


def test_both_can_be_kept_by_nobody_else(scene, english):
    interpreter(scene, AT_NINE - HOUR, AT_NINE + HOUR)
    scene.hold(scene.family())
    with pytest.raises(reserve.SlotTaken):
        scene.hold(scene.family())


def test_both_are_free_again_when_it_is_cancelled(scene, english):
    interpreter(scene, AT_NINE - HOUR, AT_NINE + HOUR)
    case_id = scene.family()
    scene.hold(case_id)
    scene.book(case_id)
    scene.cancel(case_id)
    assert scene.free() == [AT_NINE]


def test_an_interpreter_who_is_taken_leaves_the_english_time_untouched(scene, english):
    interpreter(scene, AT_NINE - HOUR, AT_NINE + HOUR)
    scene.times(scene.coordinator("second", speaks=("en",)), AT_NINE + 20 * MINUTE)
    scene.hold(scene.family())
    with pytest.raises(reserve.SlotTaken):
        scene.hold(scene.family(), AT_NINE + 20 * MINUTE)
    assert len(db.session.scalars(db.select(Participant.schedule_id)).all()) == 2


def test_an_interpreter_goes_from_one_conversation_straight_to_the_next(scene, english):
    interpreter(scene, AT_NINE - HOUR, AT_NINE + 2 * HOUR)
    scene.times(english, AT_NINE + STEP)
    scene.hold(scene.family())
    assert scene.free() == [AT_NINE + STEP]


def test_a_second_interpreter_takes_what_the_first_cannot(scene, english):
    first, second = (interpreter(scene, AT_NINE - HOUR, AT_NINE + HOUR, name) for name in ("ear", "ear2"))
    other = scene.coordinator("second", speaks=("en",))
    scene.times(other, AT_NINE + 20 * MINUTE)
    found = [scene.hold(scene.family(), start) for start in (AT_NINE, AT_NINE + 20 * MINUTE)]
    assert [whose(scene.appointment(one)) for one in found] == [(english, first), (other, second)]


def test_interpreters_whose_windows_do_not_cover_the_time_give_nothing(scene, english):
    interpreter(scene, AT_NINE + MINUTE, AT_NINE + HOUR, "late")
    interpreter(scene, AT_NINE, AT_NINE + STEP - MINUTE, "early")
    interpreter(scene, AT_NINE + STEP, AT_NINE + DAY, "afterwards")
    assert scene.free() == []


def test_an_interpreter_whose_window_is_just_the_time_is_enough(scene, english):
    interpreter(scene, AT_NINE, AT_NINE + STEP)
    assert scene.free() == [AT_NINE]


def windows(scene: Scene, *minutes: tuple[int, int]) -> int:
    """An interpreter with windows from then to then, in minutes from nine o'clock on."""
    first, *more = [(AT_NINE + begin * MINUTE, end - begin) for begin, end in minutes]
    ear = interpreter(scene, first[0], first[0] + first[1] * MINUTE)
    for begin, length in more:
        scene.times(ear, begin, minutes=length)
    return ear


@pytest.mark.parametrize(
    ("minutes", "covered"),
    [
        ([(-60, 20), (20, 60)], True),
        ([(0, 20), (20, 40)], True),
        ([(-10, 10), (10, 30), (30, 50)], True),
        ([(-60, 20), (21, 60)], False),
        ([(-10, 10), (10, 30), (31, 50)], False),
        ([(-60, 20), (20, 39)], False),
        ([(-60, 0), (0, 20)], False),
    ],
)
def test_windows_that_touch_are_one(scene, english, minutes, covered):
    ear = windows(scene, *minutes)
    assert scene.free() == ([AT_NINE] if covered else [])
    if covered:
        assert whose(scene.appointment(scene.hold(scene.family()))) == (english, ear)


def test_across_the_border_of_two_windows_an_interpreter_is_needed_once(scene, english):
    windows(scene, (-60, 20), (20, 120))
    scene.times(scene.coordinator("second", speaks=("en",)), AT_NINE + 20 * MINUTE)
    scene.hold(scene.family())
    with pytest.raises(reserve.SlotTaken):
        scene.hold(scene.family(), AT_NINE + 20 * MINUTE)


def test_a_window_that_was_closed_by_hand_joins_nothing(scene, english):
    windows(scene, (-60, 20), (20, 60))
    with transaction() as session:
        session.execute(db.update(Slot).where(Slot.start_at == AT_NINE + 20 * MINUTE).values(status=CLOSED))
    assert scene.free() == []


def test_windows_of_two_interpreters_do_not_join(scene, english):
    interpreter(scene, AT_NINE - HOUR, AT_NINE + 20 * MINUTE)
    interpreter(scene, AT_NINE + 20 * MINUTE, AT_NINE + HOUR, "ear2")
    assert scene.free() == []


def test_hours_that_were_written_as_two_windows_join(scene, english):
    ear = scene.coordinator("ear", role="interpreter")
    scene.window(ear, "08:00-09:20")
    scene.window(ear, "09:10-10:00")  # they overlap: the second is cut where the first ends
    scene.make(ear)
    assert scene.free() == [AT_NINE]


def test_an_interpreter_of_another_language_gives_nothing(scene, english):
    interpreter(scene, AT_NINE - HOUR, AT_NINE + HOUR)
    assert scene.free("ar") == []


def test_an_interpreter_who_has_left_gives_nothing(scene, english):
    interpreter(scene, AT_NINE - HOUR, AT_NINE + HOUR)
    with transaction() as session:
        revoke(session, find_by_email(session, "ear@clinic.example"), NOW)
    assert scene.free() == []


def test_an_interpreter_alone_is_no_conversation(scene):
    interpreter(scene, AT_NINE, AT_NINE + STEP)
    assert scene.free() == []


def test_nobody_interprets_while_somebody_speaks_the_language(scene, english, french):
    interpreter(scene, AT_NINE - HOUR, AT_NINE + HOUR)
    scene.times(french, AT_NINE + DAY)
    found = scene.offering(scene.family())
    assert ([one.start_at for one in found.times], found.interpreted) == ([AT_NINE + DAY], False)


def test_what_would_be_interpreted_cannot_be_kept_while_somebody_speaks_the_language(scene, english, french):
    interpreter(scene, AT_NINE - HOUR, AT_NINE + HOUR)
    scene.times(french, AT_NINE + DAY)
    with pytest.raises(reserve.SlotTaken):
        scene.hold(scene.family())


def test_a_family_that_also_speaks_english_needs_no_interpreter(scene, english):
    case_id = scene.family()
    scene.change(Case, case_id, also_speaks="en")
    assert (offered(scene, case_id), scene.offering(case_id).interpreted) == ([AT_NINE], False)


# Hours of the family's day


def test_within_its_day_a_family_sees_what_begins_and_ends_then(scene, french):
    midnight = AT_NINE.replace(hour=0)
    scene.times(french, *(midnight + hour * HOUR for hour in (1, 3, 5, 8, 12, 18, 21)))
    zones = ["Europe/Istanbul", "America/New_York", "Asia/Tokyo"]
    seen = [offered(scene, scene.family(zone=zone), band=day_of(zone, NOW)) for zone in zones]
    # The day is from 04:00 to 19:00 UTC in Istanbul, from 12:00 to 03:00 in New York, from 22:00 to 13:00 in Tokyo.
    assert [[one.hour for one in found] for found in seen] == [[5, 8, 12, 18], [1, 12, 18, 21], [1, 3, 5, 8, 12]]


def test_the_day_begins_at_seven_and_ends_at_ten(scene, french):
    seven = AT_NINE - 2 * HOUR
    last = seven + 15 * HOUR - STEP
    scene.times(french, seven - MINUTE, seven, last, last + MINUTE)
    assert offered(scene, scene.family(), band=day_of("Europe/Istanbul", NOW)) == [seven, last]


def test_seven_stays_seven_when_the_familys_clocks_change_within_the_list(scene, french):
    before, after = (datetime(2027, 3, day, 5, 0, tzinfo=UTC) for day in (27, 28))
    # In Paris six o'clock on Saturday, and seven o'clock on Sunday.
    scene.times(french, before, before + HOUR, after - HOUR, after)
    assert offered(scene, scene.family(), band=day_of("Europe/Paris", NOW)) == [before + HOUR, after]


def test_outside_of_its_day_a_time_can_be_kept_all_the_same(scene, french):
    start = AT_NINE - 4 * HOUR
    scene.times(french, start)
    case_id = scene.family(zone="Europe/Istanbul")
    assert scene.appointment(scene.hold(case_id, start)).start_at == start


def test_times_outside_of_the_day_still_mean_that_no_interpreter_is_needed(scene, english, french):
    interpreter(scene, AT_NINE - HOUR, AT_NINE + HOUR)
    scene.times(french, AT_NINE.replace(hour=0))
    found = scene.offering(scene.family(), band=day_of("Europe/Istanbul", NOW))
    assert (found.times, found.interpreted) == ([], False)


# Whose turn it is


def test_who_has_fewest_appointments_that_week_is_asked_first(scene, french):
    other = scene.coordinator("two")
    scene.times(french, AT_NINE, AT_NINE + DAY)
    scene.times(other, AT_NINE)
    busy = scene.family()
    scene.hold(busy, AT_NINE + DAY)
    scene.book(busy)
    assert scene.appointment(scene.hold(scene.family())).schedule_id == other


def test_another_weeks_appointments_do_not_count(scene, french):
    other = scene.coordinator("two")
    scene.times(french, AT_NINE, AT_NINE + 5 * DAY)
    scene.times(other, AT_NINE)
    busy = scene.family()
    scene.hold(busy, AT_NINE + 5 * DAY)
    scene.book(busy)
    assert scene.appointment(scene.hold(scene.family())).schedule_id == french


def test_the_interpreter_with_fewest_appointments_that_week_is_asked_first(scene, english):
    scene.times(english, AT_NINE + DAY)
    interpreter(scene, AT_NINE - HOUR, AT_NINE + 2 * DAY)
    busy = scene.family()
    scene.hold(busy, AT_NINE + DAY)
    scene.book(busy)
    second = interpreter(scene, AT_NINE - HOUR, AT_NINE + 2 * DAY, "ear2")
    assert whose(scene.appointment(scene.hold(scene.family()))) == (english, second)


# What is listed can be kept, what is not listed cannot

PEOPLE = {"one": ("fr",), "two": ("fr", "en"), "three": ("en",), "ear": ("fr", "ar")}
Chosen = tuple[str, int, int, bool]


@dataclass(frozen=True)
class Day:
    """A day as chance makes it; times in quarters of an hour from the first on."""

    slots: list[Chosen]
    kept: list[tuple[int, str, str, bool]]
    rules: dict[str, dict[str, int | None]]
    languages: str
    urgent: bool
    own: int | None
    """Where the family has a consultation already, which it would move."""


RULES = st.fixed_dictionaries(
    {
        "before": st.sampled_from([0, 0, 10]),
        "after": st.sampled_from([0, 0, 20]),
        "notice": st.sampled_from([0, 120, 120, 7 * 1440]),
        "most_per_day": st.sampled_from([None, None, 1, 2]),
    }
)
# To make a failing day smaller takes minutes on a database; a day is small enough to be read.
QUICKLY = (Phase.explicit, Phase.reuse, Phase.generate)
QUARTERS, URGENT = st.integers(0, 11), st.sampled_from([False, False, True])
SLOTS = st.tuples(st.sampled_from(["one", "two", "three", "three"]), QUARTERS, st.sampled_from([30, 40, 60]), URGENT)
STATES = st.sampled_from([HELD, BOOKED, OFFERED])
EARS = st.tuples(st.just("ear"), QUARTERS, st.sampled_from([30, 45, 60, 240]), st.just(False))


@st.composite
def days(draw: st.DrawFn) -> Day:
    """Times of four people, of which others keep some."""
    slots = draw(st.lists(SLOTS, min_size=3, max_size=9, unique_by=lambda one: one[:2]))
    starts = st.sampled_from([one[1] for one in slots])
    return Day(
        slots + draw(st.lists(EARS, max_size=3, unique_by=lambda one: one[:2])),
        draw(st.lists(st.tuples(starts, st.sampled_from(["fr", "ar"]), STATES, URGENT), max_size=3)),
        draw(st.fixed_dictionaries(dict.fromkeys(sorted(PEOPLE), RULES))),
        draw(st.sampled_from(["fr", "ar", "ar", "ar fr", "ar en"])),
        draw(st.booleans()),
        draw(st.none() | starts),
    )


def at(quarter: int) -> datetime:
    return AT_NINE + quarter * 15 * MINUTE


def lay_out(session: Session, day: Day, people: dict[str, int], others: list[str]) -> None:
    """Put the day into the database: calendars, times, and what others keep, are offered, has run out, or is booked."""
    for name, schedule_id in people.items():
        session.execute(db.update(Schedule).where(Schedule.id == schedule_id).values(day.rules[name]))
    for name, quarter, minutes, urgent in day.slots:
        schedule = session.get_one(Schedule, people[name])
        slot = Offer(Span(at(quarter), at(quarter) + minutes * MINUTE), AT_NINE.date(), urgent)
        session.execute(insert(Slot), slot_values(schedule, slot, made_by=BY_HAND))
    for case_id, (quarter, language, state, ran_out) in zip(others, day.kept, strict=False):
        since = NOW - HOUR if ran_out else NOW
        speaks(session, case_id, language)
        kept = holds(session, case_id, at(quarter), since)
        until = since + (DAY if state == OFFERED and not ran_out else 10 * MINUTE)
        if kept:
            changed = db.update(Appointment).where(Appointment.id == kept)
            session.execute(changed.values(status=state, held_until=until))


def books(session: Session, kept: str) -> None:
    session.execute(db.update(Appointment).where(Appointment.id == kept).values(status=BOOKED))


def speaks(session: Session, case_id: str, languages: str, *, urgent: bool = False) -> Asker:
    """Let a family speak these languages, the first one above all; returns it as one that looks for a time."""
    case = session.get_one(Case, case_id)
    case.language, _space, case.also_speaks = languages.partition(" ")
    case.urgent_by = "0" * 32 if urgent else None
    session.flush()
    return asker_of(case)


def holds(session: Session, case_id: str, start: datetime, now: datetime = NOW) -> str | None:
    moving = reserve.standing(session, case_id) == reserve.HAS
    try:
        return reserve.hold(session, case_id, token_of(start, start + STEP), now=now, moving=moving).id
    except reserve.SlotTaken:
        return None


def can_be_held(session: Session, case_id: str, start: datetime) -> bool:
    attempt = session.begin_nested()
    held = holds(session, case_id, start)
    attempt.rollback()
    return held is not None


@pytest.fixture
def people(scene: Scene) -> dict[str, int]:
    return scene.everybody(PEOPLE)


@pytest.fixture
def families(scene: Scene) -> list[str]:
    return [scene.family(f"family{number}@family.example") for number in range(4)]


class Paper:
    """The same day worked out by hand, with nothing but lists."""

    def __init__(self, session: Session, day: Day, people: dict[str, int], own: str | None) -> None:
        self.day, self.people, self.own = day, people, own
        kept = Appointment.status.in_([HELD, OFFERED]) & (Appointment.held_until > NOW)
        live = (Appointment.status == BOOKED) | kept
        joined = db.select(Participant).join(Appointment, Appointment.id == Participant.appointment_id)
        self.taken = session.scalars(joined.where(live)).all()

    def free(self) -> set[datetime]:
        """When somebody has time who speaks with the family, or else, in English, with an interpreter beside."""
        spoken = [one for one in self.day.slots if one[0] != "ear" and self.is_open(one, self.day.languages.split())]
        english = [one for one in self.day.slots if one[0] != "ear" and self.is_open(one, ["en"])]
        return {at(one[1]) for one in spoken or [one for one in english if self.is_interpreted(one)]}

    def is_open(self, slot: Chosen, languages: list[str]) -> bool:
        """Whether this person speaks one of the languages and has the time."""
        name, quarter, minutes, urgent = slot
        rules, begin = self.day.rules[name], at(quarter)
        around = begin - rules["before"] * MINUTE, begin + (minutes + rules["after"]) * MINUTE
        return (
            not set(languages).isdisjoint(PEOPLE[name])
            and (self.day.urgent or not urgent)
            and begin - rules["notice"] * MINUTE > NOW
            and self.is_free(name, *around)
            and len(self.of(name)) < (rules["most_per_day"] or 99)
        )

    def is_interpreted(self, slot: Chosen) -> bool:
        """Whether the interpreter is there for all of it, and free with what stays free around it."""
        rules, begin, end = self.day.rules["ear"], at(slot[1]), at(slot[1]) + slot[2] * MINUTE
        windows = sorted((at(one[1]), at(one[1]) + one[2] * MINUTE) for one in self.day.slots if one[0] == "ear")
        reached = begin
        for opens, closes in windows:
            reached = max(reached, closes) if opens <= reached else reached
        known = not set(self.day.languages.split()).isdisjoint(PEOPLE["ear"])
        return (
            known
            and reached >= end
            and begin - rules["notice"] * MINUTE > NOW
            and self.is_free("ear", begin - rules["before"] * MINUTE, end + rules["after"] * MINUTE)
            and len(self.of("ear")) < (rules["most_per_day"] or 99)
        )

    def is_free(self, name: str, begin: datetime, end: datetime) -> bool:
        own = [one for one in self.taken if self.is_own(one) and one.schedule_id == self.people[name]]
        return not (
            any(one.busy_from < end and begin < one.busy_until for one in self.of(name))
            or any((begin, end) == (one.busy_from, one.busy_until) for one in own)
            or any(begin < one.busy_from and one.busy_until < end for one in own)
        )

    def of(self, name: str) -> list[Participant]:
        return [one for one in self.taken if one.schedule_id == self.people[name] and not self.is_own(one)]

    def is_own(self, one: Participant) -> bool:
        return one.appointment_id == self.own


@pytest.mark.exhaustive
@settings(max_examples=30, phases=QUICKLY, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(day=days())
def test_what_is_listed_can_be_kept_and_what_is_not_listed_cannot(people, families, day):
    *others, case_id = families
    with transaction() as session:
        lay_out(session, day, people, others)
        asker = speaks(session, case_id, day.languages, urgent=day.urgent)
        own = None if day.own is None else holds(session, case_id, at(day.own))
        if own:
            books(session, own)
        listed = {one.start_at for one in free_times(session, asker, now=NOW, most=400).times}
        worked_out = Paper(session, day, people, own).free()
        possible = {at(quarter) for quarter in range(12) if can_be_held(session, case_id, at(quarter))}
        session.rollback()  # the next example begins with the same clinic
    assert (listed, possible) == (worked_out, worked_out)
