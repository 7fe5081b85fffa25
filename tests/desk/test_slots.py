"""An admin opens and closes times, in the clinic's wall time whatever the clocks do."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func

from portal.booking.models import FREE, Slot
from portal.booking.service.rules_of import OFF
from portal.extensions import db
from portal.keys.ids import new_id
from tests.booking.scene import AT_NINE, Scene
from tests.staff.colleague import Colleague, employ, member, parsed
from tests.support.application import both_in_full
from tests.support.pages import Page

DESK = "http://localhost/en/desk"
MORNING = {"begin": "09:00", "end": "11:00", "minutes": "60"}


@pytest.fixture
def admin(app, clock) -> Colleague:
    """An admin of a clinic with one coordinator."""
    employ(app, "coordinator")
    return Colleague(app).sign_in(employ(app, "admin"))


def form(app, **changes: object) -> dict[str, object]:
    with app.app_context():
        coordinator = member("coordinator@clinic.example").id
    days = {"first": "2027-03-08", "last": "2027-03-08", "weekdays": ["0", "1", "2", "3", "4"]}
    return {"coordinator": coordinator} | MORNING | days | changes


def starts(app) -> list[datetime]:
    with app.app_context():
        return list(db.session.scalars(db.select(Slot.start_at).order_by(Slot.start_at)))


@both_in_full
def test_a_morning_in_istanbul_is_opened(app, admin):
    admin.post("/slots", **form(app))
    assert starts(app) == [datetime(2027, 3, 8, hour, tzinfo=UTC) for hour in (6, 7)]


def test_times_by_hand_are_kept_for_urgent_cases_where_that_is_ticked(app, admin):
    admin.post("/slots", **form(app, urgent="y"))
    with app.app_context():
        assert set(db.session.scalars(db.select(Slot.urgent))) == {True}
    assert ">Urgent<" in admin.open("/slots").text


def test_without_the_tick_they_are_for_everybody(app, admin):
    admin.post("/slots", **form(app))
    with app.app_context():
        assert set(db.session.scalars(db.select(Slot.urgent))) == {False}
    assert ">Urgent<" not in admin.open("/slots").text


def test_nine_o_clock_stays_nine_when_the_clocks_change(make_app):
    app = make_app(clinic_time_zone="Europe/Berlin")
    employ(app, "coordinator")
    admin = Colleague(app).sign_in(employ(app, "admin"))
    days = {"first": "2027-03-26", "last": "2027-03-29", "end": "10:00"}  # the clocks go forward on the 28th
    admin.post("/slots", **form(app, **days))
    assert starts(app) == [datetime(2027, 3, 26, 8, tzinfo=UTC), datetime(2027, 3, 29, 7, tzinfo=UTC)]


def test_the_same_times_twice_are_passed_over(app, admin):
    admin.post("/slots", **form(app))
    answer = admin.post("/slots", **form(app))
    assert (len(starts(app)), answer.headers["Location"]) == (2, "/en/desk/slots?added=0&skipped=2")


def test_another_day_from_the_page_to_which_one_went_back_is_opened_too(app, admin):
    shown = admin.page("/slots").form().sent
    for day in ("2027-03-08", "2027-03-09"):
        answer = admin.post("/slots", **shown | form(app, first=day, last=day))
    assert (len(starts(app)), answer.headers["Location"]) == (4, "/en/desk/slots?added=2&skipped=0")


def test_open_times_are_listed_on_the_clinics_clock(app, admin):
    admin.post("/slots", **form(app))
    assert "09:00–10:00 Test Coordinator" in admin.page("/slots").main


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"coordinator": "x"}, "coordinator"),
        ({"first": "32.13."}, "first"),
        ({"last": "2027-03-07"}, "last"),
        ({"last": "2029-02-28"}, "last"),
        ({"end": "09:00"}, "end"),
        ({"minutes": "0"}, "minutes"),
        ({"minutes": "x"}, "minutes"),
        ({"weekdays": []}, "weekdays"),
        ({"weekdays": ["9"]}, "weekdays"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_opened(app, admin, changes, field):
    page = parsed(admin.post("/slots", **form(app, **changes)))
    assert (list(page.errors), starts(app)) == ([field], [])


def test_another_language_keeps_what_was_typed(app, admin):
    page = parsed(admin.post("/slots", **form(app, minutes="35", _switch="1")))
    assert (page.errors, page.form().controls["minutes"].chosen) == ({}, ["35"])


def test_a_time_is_closed(app, admin):
    admin.post("/slots", **form(app, end="10:00"))
    with app.app_context():
        slot_id = db.session.scalars(db.select(Slot.id)).one()
    admin.post(f"/slots/{slot_id}/close")
    with app.app_context():
        assert db.session.scalar(db.select(func.count()).where(Slot.status == FREE)) == 0


@pytest.fixture
def closed(app, admin) -> str:
    """A time that was closed by a press too much."""
    admin.post("/slots", **form(app, end="10:00"))
    with app.app_context():
        slot_id = db.session.scalars(db.select(Slot.id)).one()
    admin.post(f"/slots/{slot_id}/close")
    return slot_id


def free(app) -> int:
    with app.app_context():
        return db.session.scalar(db.select(func.count()).where(Slot.status == FREE))


@both_in_full
def test_a_closed_time_is_opened_again_and_twice_is_once(app, admin, closed):
    action = parsed(admin.open("/slots")).form(f"{closed}/open").action
    answers = [admin.post(f"/slots/{closed}/open").headers["Location"] for _ in range(2)]
    assert (action, answers, free(app)) == (
        f"http://localhost/en/desk/slots/{closed}/open",
        ["/en/desk/slots?again=1", "/en/desk/slots"],
        1,
    )


def test_what_is_opened_again_stays_whatever_the_rules_give(app, admin, closed):
    admin.post(f"/slots/{closed}/open")
    with app.app_context():
        scene = Scene(app)
        scene.make(scene.schedule_of("coordinator@clinic.example"))
    assert free(app) == 1


def test_a_closed_time_that_is_over_is_not_opened_again(app, admin, closed, clock):
    clock.advance(days=30)
    answer = Colleague(app).sign_in("admin@clinic.example", later=1).post(f"/slots/{closed}/open")
    assert (answer.headers["Location"], free(app)) == ("/en/desk/slots", 0)


@pytest.mark.parametrize("whose", ["clinic", "own"])
def test_on_a_day_off_nothing_is_opened_by_hand_and_nothing_again(app, admin, closed, whose):
    """A family must not choose what the next look at the rules takes away."""
    with app.app_context():
        scene = Scene(app)
        schedule_id = None if whose == "clinic" else scene.schedule_of("coordinator@clinic.example")
        scene.differ(schedule_id, OFF, date(2027, 3, 8))
    again = admin.post(f"/slots/{closed}/open")
    answer = admin.post("/slots", **form(app, last="2027-03-09", begin="10:00", end="12:00"))
    assert (again.headers["Location"], answer.headers["Location"], free(app)) == (
        "/en/desk/slots?off=1",
        "/en/desk/slots?added=2&skipped=2",
        2,
    )


def test_a_time_that_a_family_has_stays_open(app, admin):
    with app.app_context():
        scene = Scene(app)
        schedule = scene.coordinator()
        scene.times(schedule, AT_NINE)
        scene.hold(scene.family(), AT_NINE)
        slot_id = db.session.scalars(db.select(Slot.id)).one()
    assert admin.post(f"/slots/{slot_id}/close").headers["Location"].endswith("?held=1")


def test_no_family_is_said_to_have_a_time_that_has_gone_by_itself(admin):
    assert admin.post(f"/slots/{new_id()}/close").headers["Location"] == "/en/desk/slots"


# A year that is mistyped, and times beyond four weeks


def test_a_year_that_is_mistyped_is_said_at_its_fields_and_nothing_is_opened(app, admin):
    page = parsed(admin.post("/slots", **form(app, first="2127-03-08", last="2127-03-08")))
    assert ("more than two years ahead" in page.main, list(page.errors), starts(app)) == (True, ["first", "last"], [])


@pytest.mark.parametrize(("day", "number"), [("2029-03-01", 2), ("2029-03-02", 0)])
def test_times_are_opened_two_years_ahead(app, admin, day, number):
    admin.post("/slots", **form(app, first=day, last=day))
    assert len(starts(app)) == number


@pytest.fixture
def weeks(app, admin) -> list[str]:
    """What the list says from press to press of *Later weeks*: now, in seven weeks, and in a year."""
    for day in ("2027-03-08", "2027-04-20", "2028-03-06"):
        admin.post("/slots", **form(app, first=day, last=day, end="10:00"))
    return ["2027-03-08", "2027-04-20", "2028-03-06"]


def press(admin: Colleague, page: Page, words: str) -> Page:
    return admin.page(page.link(words).removeprefix(DESK))


def test_later_weeks_are_those_that_have_times_and_the_way_back_is_the_same(admin, weeks):
    pages = [admin.page("/slots")]
    for words in ("Later weeks", "Later weeks", "Earlier weeks", "Earlier weeks"):
        pages.append(press(admin, pages[-1], words))
    days = ["8 March 2027", "20 April 2027", "6 March 2028"]
    assert [[day in page.main for day in days].index(True) for page in pages] == [0, 1, 2, 1, 0]


def test_who_closes_a_time_of_later_weeks_and_opens_it_again_comes_back_to_them(admin, weeks):
    page = press(admin, press(admin, admin.page("/slots"), "Later weeks"), "Later weeks")
    seen = []
    for act in ("/close", "/open"):
        answer = admin.post(page.form(act).action.removeprefix(DESK))
        page = admin.page(answer.headers["Location"].removeprefix("/en/desk"))
        seen.append("6 March 2028" in page.main)
    assert (seen, "The time is open again." in page.main) == ([True, True], True)


@pytest.mark.parametrize("since", ["2027-02-01", "9999-12-31", "x", "2027-02-30", ""])
def test_a_day_that_is_over_or_none_lists_the_next_four_weeks(admin, weeks, since):
    page = admin.page(f"/slots?since={since}")
    assert ("The next four weeks" in page.main, "8 March 2027" in page.main) == (True, True)


def test_a_link_cannot_put_words_on_the_page(admin):
    assert "call this number" not in admin.page("/slots?added=call%20this%20number&skipped=call%20this%20number").text
