"""Nights and weeks in which clocks disagree: what is made, offered, booked and told then, said without the portal."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from portal.booking.choices import show
from portal.booking.clocks import clock_change, clocks
from portal.booking.hours import Hours, Rules, offers
from portal.booking.models import HELD
from portal.booking.service.reminders import remind
from portal.booking.slots import by_day, free_time
from portal.i18n import clock
from portal.transaction import transaction
from tests.booking.scene import Scene, token
from tests.support.journey import SECTIONS
from tests.support.pages import text_of
from tests.support.visitor import Visitor

HOUR = timedelta(hours=1)
ISTANBUL = "Europe/Istanbul"
PERSON = SECTIONS["person"]
# The hour that comes twice in Berlin: 02:30 in summer time, and 02:30 again.
FIRST, AGAIN = datetime(2027, 10, 31, 0, 30, tzinfo=UTC), datetime(2027, 10, 31, 1, 30, tzinfo=UTC)


class Talk:
    """From an instant on, an hour long."""

    def __init__(self, start: datetime) -> None:
        self.start_at, self.end_at = start, start + HOUR


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# An instant in words


@pytest.mark.parametrize(
    ("zone", "instant", "said", "ends", "distance"),
    [
        ("Europe/Berlin", "2027-03-28T00:30", "Sunday, 28 March 2027, 01:30", "03:30", "UTC+1"),
        ("Europe/Berlin", "2027-10-31T00:30", "Sunday, 31 October 2027, 02:30", "02:30", "UTC+2"),
        ("Europe/Berlin", "2027-10-31T01:30", "Sunday, 31 October 2027, 02:30", "03:30", "UTC+1"),
        ("America/Santiago", "2026-09-06T03:30", "Saturday, 5 September 2026, 23:30", "01:30", "UTC−4"),
        ("America/Santiago", "2026-09-06T04:00", "Sunday, 6 September 2026, 01:00", "02:00", "UTC−3"),
        ("Africa/Cairo", "2027-04-29T21:30", "Thursday, 29 April 2027, 23:30", "01:30", "UTC+2"),
        ("Africa/Cairo", "2027-04-29T22:00", "Friday, 30 April 2027, 01:00", "02:00", "UTC+3"),
        ("Asia/Beirut", "2027-03-27T21:30", "Saturday, 27 March 2027, 23:30", "01:30", "UTC+2"),
        ("Asia/Beirut", "2027-03-27T22:00", "Sunday, 28 March 2027, 01:00", "02:00", "UTC+3"),
        ("Australia/Lord_Howe", "2027-10-02T15:00", "Sunday, 3 October 2027, 01:30", "03:00", "UTC+10:30"),
        ("Australia/Lord_Howe", "2027-10-02T15:30", "Sunday, 3 October 2027, 02:30", "03:30", "UTC+11"),
        ("Australia/Lord_Howe", "2027-04-03T14:30", "Sunday, 4 April 2027, 01:30", "02:00", "UTC+11"),
        ("Australia/Lord_Howe", "2027-04-03T15:00", "Sunday, 4 April 2027, 01:30", "02:30", "UTC+10:30"),
        ("Africa/Casablanca", "2027-02-07T01:30", "Sunday, 7 February 2027, 02:30", "02:30", "UTC+1"),
        ("Africa/Casablanca", "2027-02-07T02:30", "Sunday, 7 February 2027, 02:30", "03:30", "UTC+0"),
        ("Europe/Dublin", "2027-01-11T09:00", "Monday, 11 January 2027, 09:00", "10:00", "UTC+0"),
        ("Europe/Dublin", "2027-07-12T08:00", "Monday, 12 July 2027, 09:00", "10:00", "UTC+1"),
        ("Europe/Istanbul", "2027-07-12T06:00", "Monday, 12 July 2027, 09:00", "10:00", "UTC+3"),
        ("Asia/Kathmandu", "2027-03-08T18:30", "Tuesday, 9 March 2027, 00:15", "01:15", "UTC+5:45"),
        ("America/St_Johns", "2027-03-14T05:30", "Sunday, 14 March 2027, 03:00", "04:00", "UTC−2:30"),
        ("Pacific/Kiritimati", "2027-03-08T10:30", "Tuesday, 9 March 2027, 00:30", "01:30", "UTC+14"),
        ("Pacific/Pago_Pago", "2027-03-08T10:30", "Sunday, 7 March 2027, 23:30", "00:30", "UTC−11"),
        ("Pacific/Chatham", "2027-03-08T10:30", "Tuesday, 9 March 2027, 00:15", "01:15", "UTC+13:45"),
    ],
)
def test_an_instant_is_said_on_the_wall_where_the_reader_is(zone, instant, said, ends, distance):
    found = clocks(Talk(at(instant)), zone, "", "en")
    assert (found["at"], found["end"], found["zone"].rpartition(" ")[2]) == (said, ends, distance)


def test_an_unknown_zone_is_an_error_and_not_utc():
    with pytest.raises(KeyError):
        clocks(Talk(FIRST), "Europe/Nowhere", ISTANBUL, "en")


# Weeks in which one side has changed its clocks


@pytest.mark.parametrize(
    ("day", "here"),
    [
        (date(2027, 3, 8), "09:00"),  # both in winter
        (date(2027, 3, 15), "10:00"),  # New York has changed, Berlin has not
        (date(2027, 3, 29), "09:00"),  # both in summer
        (date(2027, 10, 25), "09:00"),
        (date(2027, 11, 1), "10:00"),  # Berlin has changed, New York has not
        (date(2027, 11, 8), "09:00"),
    ],
)
def test_a_rule_in_berlin_is_another_hour_in_new_york_while_only_one_side_has_changed(day, here):
    rules = Rules("Europe/Berlin", 60, {day.weekday(): [Hours(time(15), time(16))]}, clinic_zone="Europe/Berlin")
    [one] = offers(rules, day, day)
    assert (clock(one.span.start, "Europe/Berlin", "en"), clock(one.span.start, "America/New_York", "en")) == (
        "15:00",
        here,
    )


@pytest.mark.parametrize(("day", "utc"), [(date(2027, 3, 27), 9), (date(2027, 3, 29), 8), (date(2027, 11, 1), 9)])
def test_a_rule_in_dublin_keeps_its_hour_though_its_winter_is_the_exception(day, utc):
    rules = Rules("Europe/Dublin", 60, {day.weekday(): [Hours(time(9), time(10))]}, clinic_zone="Europe/Dublin")
    assert [one.span.start.hour for one in offers(rules, day, day)] == [utc]


def test_an_hour_that_is_jumped_over_in_dublin_is_no_time():
    sunday = date(2027, 3, 28)
    rules = Rules("Europe/Dublin", 60, {6: [Hours(time(0), time(4))]}, clinic_zone="Europe/Dublin")
    found = [clock(one.span.start, "Europe/Dublin", "en") for one in offers(rules, sunday, sunday)]
    assert found == ["00:00", "02:00", "03:00"]


@pytest.mark.parametrize(
    ("zone", "until", "day"),
    [
        ("Europe/Dublin", "2027-04-01T09:00", "Sunday, 28 March 2027"),
        ("America/New_York", "2027-03-20T09:00", "Sunday, 14 March 2027"),
        ("Europe/Berlin", "2027-03-20T09:00", ""),
        ("Africa/Casablanca", "2027-03-20T09:00", "Sunday, 14 March 2027"),
        ("Australia/Lord_Howe", "2027-04-10T09:00", "Sunday, 4 April 2027"),
        ("Africa/Cairo", "2027-05-10T09:00", "Friday, 30 April 2027"),
        ("Asia/Beirut", "2027-04-10T09:00", "Sunday, 28 March 2027"),
        ("America/Santiago", "2027-04-10T09:00", "Saturday, 3 April 2027"),
        ("Europe/Istanbul", "2027-12-10T09:00", ""),
        ("Asia/Kathmandu", "2027-12-10T09:00", ""),
    ],
)
def test_a_family_reads_on_which_day_its_clocks_change_before_then(app, clock, zone, until, day):
    with app.test_request_context("/en/"):
        assert clock_change(at(until), zone, "en", clock()) == day


# The hour that comes twice


@pytest.fixture
def night(scene: Scene) -> Scene:
    """A coordinator in Istanbul who has both hours that a clock in Berlin calls 02:30."""
    scene.times(scene.coordinator(speaks=("en", "fr")), FIRST, AGAIN)
    return scene


@pytest.fixture
def opened(app, clock) -> Visitor:
    """The same, and a browser that looks at it."""
    with app.app_context():
        scene = Scene(app)
        scene.times(scene.coordinator(speaks=("en", "fr")), FIRST, AGAIN)
    return Visitor(app)


def test_two_hours_of_one_name_are_two_choices_whose_labels_differ(opened):
    opened.begin().post("/case/section/person", **PERSON | {"country": "DE", "timezone": "Europe/Berlin"})
    page = opened.page(opened.open("/case/book?all=1"))
    labels = [text_of(one) for one in page.root.iter("label") if one.get("for") in {"slot", token(AGAIN)}]
    assert [("02:30" in label, "UTC+2" in label, "UTC+1" in label, label[-5:]) for label in labels] == [
        (True, True, False, "03:30"),
        (True, False, True, "04:30"),
    ]


def test_both_can_be_kept_by_two_families_at_once(night):
    kept = [
        night.hold(night.family(f"{place}@family.example", zone="Europe/Berlin"), start)
        for place, start in enumerate((FIRST, AGAIN))
    ]
    assert [night.appointment(one).status for one in kept] == [HELD, HELD]


def test_the_letter_says_which_of_the_two_it_is(night):
    case_id = night.family(zone="Europe/Berlin")
    night.hold(case_id, AGAIN)
    night.book(case_id)
    [letter] = night.letters("appointment.booked")
    assert ("02:30" in letter.text, "UTC+1" in letter.text, "UTC+2" in letter.text, "04:30" in letter.text) == (
        True,
        True,
        False,
        True,
    )


def test_moving_from_the_first_to_the_second_is_a_move(night):
    case_id = night.family(zone="Europe/Berlin")
    night.hold(case_id, FIRST)
    night.book(case_id)
    night.hold(case_id, AGAIN, moving=True)
    moved = night.appointment(night.move(case_id, AGAIN))
    assert (moved.start_at, moved.sequence) == (AGAIN, 1)


def test_the_interface_for_other_programs_tells_the_two_apart(opened):
    answer = opened.app.test_client().get("/api/free-times?language=fr&zone=Europe/Berlin&hours=all")
    assert [one["local"] for one in answer.json["times"]] == ["2027-10-31T02:30+02:00", "2027-10-31T02:30+01:00"]


# Lists


@pytest.mark.parametrize(
    ("zone", "start", "said"),
    [
        ("America/Los_Angeles", "2027-03-09T06:00", "Tuesday, 9 March 2027, 09:00"),
        ("Pacific/Auckland", "2027-03-08T06:00", "09:00"),
        ("Pacific/Kiritimati", "2027-03-08T12:00", "Monday, 8 March 2027, 15:00"),
    ],
)
def test_where_the_clinic_has_another_day_the_choice_says_it(app, zone, start, said):
    with app.test_request_context("/en/"):
        times = [free_time(at(start), at(start) + HOUR)]
        [day] = show([times], None, zone=zone, clinic=ISTANBUL, language="en", chosen=None).days
    assert f"Clinic: {said}<" in day.choices


@pytest.mark.parametrize(
    ("zone", "midnight"),
    [
        ("America/Santiago", "2026-09-06T04:00"),
        ("Africa/Cairo", "2027-04-29T22:00"),
        ("Asia/Beirut", "2027-03-27T22:00"),
    ],
)
def test_around_a_midnight_that_is_missing_each_time_stands_under_its_day(app, zone, midnight):
    times = [
        free_time(at(midnight) + step * HOUR / 2, at(midnight) + step * HOUR / 2 + HOUR) for step in (-2, -1, 0, 1)
    ]
    with app.test_request_context("/en/"):
        days = show(by_day(times, zone), None, zone=zone, clinic=ISTANBUL, language="en", chosen=None).days
    assert [day.choices.count('name="slot"') for day in days] == [2, 2]


# Reminders


@pytest.mark.parametrize(("now", "sent"), [("2027-03-27T11:59", 0), ("2027-03-27T12:00", 1)])
def test_a_day_before_is_twenty_four_hours_though_the_clocks_jump_in_between(scene, now, sent):
    start = at("2027-03-28T12:00")
    scene.times(scene.coordinator(), start)
    case_id = scene.family()
    scene.hold(case_id, start)
    scene.book(case_id)
    with transaction() as session:
        remind(session, scene.keyring, settings=scene.settings, now=at(now))
    letters = [one.text for one in scene.letters("appointment.soon")]
    assert (len(letters), all("14:00" in text and "UTC+2" in text for text in letters)) == (sent, True)
