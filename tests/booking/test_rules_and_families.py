"""Rules that change while families keep and book: whatever chance makes of both, what is listed is what can be had.

Random calendars in zones whose clocks change, days that differ, times opened by hand; then holds, offers and
consultations; then other rules. What is listed lies over nobody, keeps the rests, and can be booked; nothing else can.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert
from sqlalchemy.orm import Session

from portal.booking.hours import Offer
from portal.booking.models import (
    BOOKED,
    BY_HAND,
    FREE,
    HELD,
    OFFERED,
    Appointment,
    Difference,
    Participant,
    Schedule,
    Slot,
    Window,
)
from portal.booking.needed import Candidate, Needed
from portal.booking.service import reserve
from portal.booking.service.making import make_ahead, slot_values
from portal.booking.service.offers import asker_of, candidates, free_times
from portal.booking.service.rules_of import EXTRA, OFF, TRAVEL
from portal.booking.slots import Span, token_of
from portal.cases.models import Case
from portal.extensions import db
from portal.transaction import transaction
from tests.booking.scene import Scene
from tests.support.application import both_in_full

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
PEOPLE = {"one": ("fr",), "two": ("fr", "en"), "ear": ("ar",)}
TALKING = ("one", "two")
# Where the clocks change at midnight, by half an hour, not at all, or on other days than elsewhere.
ZONES = ["Europe/Istanbul", "Europe/Berlin", "America/New_York", "America/Santiago", "Africa/Cairo"]
ZONES += ["Australia/Lord_Howe", "Asia/Kathmandu"]
# An ordinary week; then a few days before the clocks change in Europe, in Cairo, in Santiago, in New York.
MOMENTS = [(2027, 3, 1, 9), (2027, 3, 26, 9), (2027, 4, 28, 21), (2026, 9, 4, 3), (2026, 10, 30, 12), (2027, 3, 12, 5)]
TRIED = 12
# To make a failing example smaller takes minutes on a database.
QUICKLY = (Phase.explicit, Phase.reuse, Phase.generate)
PATIENT = {"phases": QUICKLY, "suppress_health_check": [HealthCheck.function_scoped_fixture]}

RULES = st.fixed_dictionaries(
    {
        "minutes": st.sampled_from([20, 40, 45]),
        "before": st.sampled_from([0, 0, 10]),
        "after": st.sampled_from([0, 0, 15, 30]),
        "notice": st.sampled_from([0, 120, 24 * 60]),
        "horizon": st.sampled_from([3, 4]),
        "most_per_day": st.sampled_from([None, None, 2, 3]),
    }
)
BEGINS, ENDS = st.sampled_from(["00:00", "09:00", "09:30", "22:30"]), st.sampled_from(["01:30", "11:30", "12:00"])
WINDOWS = st.tuples(st.integers(0, 6), BEGINS, ENDS)
DIFFERENCES = st.tuples(st.sampled_from([OFF, EXTRA, TRAVEL, "clinic"]), st.integers(0, 3), st.sampled_from(ZONES))
BY_HAND_TIMES = st.tuples(st.integers(1, 4 * 24 * 4), st.sampled_from([20, 40]))


@dataclass(frozen=True)
class Calendar:
    """What one person's rules are."""

    zone: str
    rules: dict[str, int | None]
    windows: list[tuple[int, str, str]]
    differences: list[tuple[str, int, str]]


@dataclass(frozen=True)
class World:
    """Calendars, what families do with them, and what the calendars are afterwards."""

    now: datetime
    before: dict[str, Calendar]
    by_hand: dict[str, list[tuple[int, int]]]
    done: list[tuple[str, str, int]]
    after: dict[str, Calendar]


def calendars() -> st.SearchStrategy[Calendar]:
    windows, differences = st.lists(WINDOWS, min_size=2, max_size=5), st.lists(DIFFERENCES, max_size=2)
    return st.builds(Calendar, st.sampled_from(ZONES), RULES, windows, differences)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    before = {name: draw(calendars()) for name in PEOPLE}
    after = {}
    for name, one in before.items():
        # Often only the rests and the notice change: then what is booked has neighbours on the new list.
        same = Calendar(one.zone, draw(RULES), one.windows, one.differences)
        after[name] = draw(st.sampled_from([same, same, draw(calendars())]))
    return World(
        datetime(*draw(st.sampled_from(MOMENTS)), tzinfo=UTC),
        before,
        {name: draw(st.lists(BY_HAND_TIMES, max_size=4)) for name in TALKING},
        draw(
            st.lists(
                st.tuples(
                    st.sampled_from(["fr", "fr", "ar"]),
                    st.sampled_from([HELD, BOOKED, BOOKED, OFFERED, "ran out"]),
                    st.integers(0, 200),
                ),
                min_size=2,
                max_size=5,
            )
        ),
        after,
    )


class Clinic:
    """A world in the database, within a transaction that is taken back afterwards."""

    def __init__(self, session: Session, world: World, people: dict[str, int], families: list[str]) -> None:
        self.session, self.world, self.people, self.now = session, world, people, world.now
        *self.others, self.family = families

    def lay_out(self) -> None:
        """Calendars, times, families; then the other rules."""
        self.make(self.world.before)
        for name, times in self.world.by_hand.items():
            self.open_by_hand(self.schedule(name), times)
        self.keep()
        self.make(self.world.after)

    def schedule(self, name: str) -> Schedule:
        return self.session.get_one(Schedule, self.people[name])

    def make(self, calendars: dict[str, Calendar]) -> None:
        self.session.execute(db.delete(Window))
        self.session.execute(db.delete(Difference))
        for name, one in calendars.items():
            schedule = self.schedule(name)
            schedule.staff.time_zone = one.zone
            for rule, value in one.rules.items():
                setattr(schedule, rule, value)
            for weekday, begin, end in one.windows:
                made = Window(schedule_id=schedule.id, weekday=weekday, begin=begin, end=end, urgent=False)
                self.session.add(made)
            self.session.add_all(self.differences(schedule, one))
        self.session.flush()
        for name in calendars:
            make_ahead(self.session, self.schedule(name), clinic_zone="Europe/Istanbul", now=self.now)

    def differences(self, schedule: Schedule, calendar: Calendar) -> Iterator[Difference]:
        for kind, number, zone in calendar.differences:
            day: date = self.now.date() + number * DAY
            made = Difference(schedule_id=schedule.id, kind=kind, first=day, last=day)
            if kind == "clinic":
                made.schedule_id, made.kind = None, OFF
            if kind == EXTRA:
                made.begin, made.end = "14:00", "15:30"
            if kind == TRAVEL:
                made.zone, made.last = zone, day + DAY
            yield made

    def open_by_hand(self, schedule: Schedule, times: list[tuple[int, int]]) -> None:
        there = [Span(one.start_at, one.end_at) for one in self.slots(schedule.id)]
        for quarter, minutes in times:
            start = self.now + quarter * 15 * MINUTE
            span = Span(start, start + minutes * MINUTE)
            if not any(span.overlaps(one) for one in there):
                there.append(span)
                values = slot_values(schedule, Offer(span, start.date()), made_by=BY_HAND)
                self.session.execute(insert(Slot), values)

    def keep(self) -> None:
        """Let the other families have what chance gives them."""
        for case_id, (language, state, number) in zip(self.others, self.world.done, strict=False):
            listed = self.listed(self.speaking(case_id, language))
            if not listed:
                continue
            start, end = listed[number % len(listed)]
            kept = reserve.hold(self.session, case_id, token_of(start, end), now=self.now)
            values = {"held_until": self.now - HOUR} if state == "ran out" else {"status": state}
            self.session.execute(db.update(Appointment).where(Appointment.id == kept.id).values(values))
        self.session.expire_all()

    def speaking(self, case_id: str, language: str) -> Case:
        case = self.session.get_one(Case, case_id)
        case.language = language
        self.session.flush()
        return case

    def listed(self, case: Case, **more: Any) -> list[tuple[datetime, datetime]]:
        found = free_times(self.session, asker_of(case), now=self.now, **{"most": 400, **more}).times
        return [(one.start_at, one.end_at) for one in found]

    def by_pages(self, case: Case) -> list[tuple[datetime, datetime]]:
        """The same, three at a time."""
        found: list[tuple[datetime, datetime]] = []
        while page := self.listed(case, most=3, after=found[-1][0] + MINUTE if found else None):
            found += page
        return found

    def slots(self, schedule_id: int | None = None) -> list[Slot]:
        asked = db.select(Slot).order_by(Slot.start_at)
        return list(self.session.scalars(asked.where(Slot.schedule_id == schedule_id) if schedule_id else asked))

    def taken(self) -> list[tuple[Appointment, Participant]]:
        """What stands in somebody's way at this moment."""
        runs = Appointment.status.in_([HELD, OFFERED]) & (Appointment.held_until > self.now)
        joined = db.select(Appointment, Participant).join(Participant, Participant.appointment_id == Appointment.id)
        found = self.session.execute(joined.where((Appointment.status == BOOKED) | runs))
        return [(one, needed) for one, needed in found]

    def can_be_held(self, start: datetime, end: datetime) -> bool:
        attempt = self.session.begin_nested()
        try:
            reserve.hold(self.session, self.family, token_of(start, end), now=self.now)
        except reserve.SlotTaken:
            return False
        finally:
            attempt.rollback()
        return True


@contextmanager
def clinic_of(world: World, people: dict[str, int], families: list[str]) -> Iterator[Clinic]:
    with transaction() as session:
        made = Clinic(session, world, people, families)
        made.lay_out()
        yield made
        session.rollback()  # the next example begins with the same clinic


@pytest.fixture
def people(scene: Scene) -> dict[str, int]:
    return scene.everybody(PEOPLE)


@pytest.fixture
def families(scene: Scene) -> list[str]:
    return [scene.family(f"family{number}@family.example") for number in range(6)]


def stands_in_the_way(clinic: Clinic, one: Candidate) -> list[str]:
    """What is wrong with a time that is listed: over somebody, too near, too late, or too many that day.

    Of whoever talks, and of whoever interprets.
    """
    return [fault for who in one.people for fault in faults_of(clinic, one.span, who)]


def faults_of(clinic: Clinic, span: Span, who: Needed) -> list[str]:
    schedule, wrong = clinic.session.get_one(Schedule, who.schedule_id), []
    around = Span(span.start - schedule.before * MINUTE, span.end + schedule.after * MINUTE)
    if span.start - schedule.notice * MINUTE <= clinic.now:
        wrong.append("within the notice")
    that_day = 0
    for other, needed in clinic.taken():
        talk = Span(other.start_at, other.end_at)
        if needed.schedule_id != who.schedule_id:
            continue
        that_day += needed.day == who.day
        if talk.overlaps(around) or Span(needed.busy_from, needed.busy_until).overlaps(around):
            wrong.append("over another, or without its own rests")
        # A hold keeps the rests with which it was chosen; what is booked has those of today.
        rests = Span(talk.start - schedule.before * MINUTE, talk.end + schedule.after * MINUTE)
        if other.status == BOOKED and rests.overlaps(span):
            wrong.append("within the rests of what is booked")
    if that_day >= (schedule.most_per_day or 99):
        wrong.append("one more than a day has")
    return wrong


def worked_out(clinic: Clinic) -> set[datetime]:
    """When a family that speaks French has somebody, worked out with nothing but lists."""
    taken, found = clinic.taken(), set()
    for slot in (one for name in TALKING for one in clinic.slots(clinic.people[name])):
        busy = Span(slot.busy_from, slot.busy_until)
        there = [needed for _other, needed in taken if needed.schedule_id == slot.schedule_id]
        most = clinic.session.get_one(Schedule, slot.schedule_id).most_per_day or 99
        is_free = not any(Span(one.busy_from, one.busy_until).overlaps(busy) for one in there)
        if slot.status == FREE and slot.closes_at > clinic.now and is_free:
            found |= {slot.start_at} if sum(one.day == slot.day for one in there) < most else set()
    return found


def check(clinic: Clinic) -> None:
    """All that is promised about a list, for a family that speaks French and for one that needs an interpreter."""
    spans = {(one.start_at, one.end_at) for name in TALKING for one in clinic.slots(clinic.people[name])}
    for language in ("fr", "ar"):
        case = clinic.speaking(clinic.family, language)
        listed = clinic.listed(case)
        assert [start for start, _end in listed] == sorted({start for start, _end in listed})
        assert (clinic.listed(case), clinic.by_pages(case)) == (listed, listed)
        if language == "fr":
            assert {start for start, _end in listed} == worked_out(clinic)
        for start, _end in listed:
            found = candidates(clinic.session, asker_of(case), start, now=clinic.now)
            assert [stands_in_the_way(clinic, one) for one in found] == [[]] * max(len(found), 1)
        starts = {start for start, _end in listed}
        tried = sorted(spans | {(start + 5 * MINUTE, end + 5 * MINUTE) for start, end in spans})
        for start, end in tried[:: len(tried) // TRIED + 1]:
            assert clinic.can_be_held(start, end) == (start in starts), (language, start)


def nobody_is_needed_twice(clinic: Clinic) -> None:
    rows = sorted(((needed.schedule_id, needed.busy_from, needed.busy_until) for _one, needed in clinic.taken()))
    for (schedule_id, _begin, until), (other, begin, _until) in pairwise(rows):
        assert schedule_id != other or until <= begin


@both_in_full
@settings(max_examples=12, **PATIENT)
@given(world=worlds())
def test_what_is_listed_is_what_can_be_had_whatever_the_rules_become(people, families, world):
    with clinic_of(world, people, families) as clinic:
        check(clinic)
        nobody_is_needed_twice(clinic)


@pytest.mark.exhaustive
@both_in_full
@settings(max_examples=60, **PATIENT)
@given(world=worlds())
def test_what_is_listed_is_what_can_be_had_in_many_more_worlds(people, families, world):
    with clinic_of(world, people, families) as clinic:
        check(clinic)
        nobody_is_needed_twice(clinic)
