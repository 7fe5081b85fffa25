"""The forms of a calendar: weekly hours, lengths, days that differ; its times follow at once."""

import re

import pytest

from portal.booking.models import Schedule, Slot, Window
from portal.booking.service.making import make_ahead
from portal.extensions import db
from portal.staff.service import find_by_email
from portal.transaction import transaction
from tests.staff.colleague import Colleague, employ, parsed
from tests.support.pages import Page

HOURS = {"weekdays": ["0", "2"], "begin": "09:00", "end": "11:00"}


@pytest.fixture
def admin(app, clock) -> Colleague:
    return Colleague(app, "en").sign_in(employ(app, "admin", email="admin@clinic.example"))


@pytest.fixture
def place(app) -> str:
    """The page of a coordinator's calendar."""
    email = employ(app, "coordinator", email="one@clinic.example")
    with app.app_context():
        return f"/calendars/{find_by_email(db.session(), email).id}"


def times(app) -> int:
    with app.app_context():
        return db.session.query(Slot).count()


def test_weekly_hours_become_times_up_to_the_horizon(app, admin, place):
    admin.post(f"{place}/hours", **HOURS)
    page = admin.page(place)
    assert (times(app), "Monday" in page.main, "09:00–11:00" in page.main) == (16 * 3, True, True)


def test_hours_added_and_removed_are_added_again_from_the_page_before(app, admin, place):
    shown = admin.page(place).form("weekdays").sent
    admin.post(f"{place}/hours", **shown | HOURS | {"weekdays": ["0"]})
    with app.app_context():
        window_id = db.session.query(Window).one().id
    admin.post(f"{place}/hours/{window_id}/remove")
    answer = admin.post(f"{place}/hours", **shown | HOURS | {"weekdays": ["0"]})
    assert (times(app), "added=24" in answer.headers["Location"]) == (24, True)


RULES = {"minutes": "40", "before": "0", "after": "0", "notice": "2", "horizon": "56", "holidays_of": ""}


@pytest.fixture
def by_video(make_app, clock) -> tuple[Colleague, str]:
    """An admin of an office with videos too, and the page of a coordinator's calendar."""
    app = make_app(meeting_url="https://meet.example/{room}")
    email = employ(app, "coordinator", email="one@clinic.example")
    with app.app_context():
        place = f"/calendars/{find_by_email(db.session(), email).id}"
    return Colleague(app, "en").sign_in(employ(app, "admin", email="admin@clinic.example")), place


@pytest.mark.parametrize(
    ("said", "kept"), [(["phone"], "phone"), (["video", "phone"], ""), (["phone", "whatsapp", "x"], "phone")]
)
def test_the_ways_in_which_somebody_talks_are_kept_and_shown(by_video, said, kept):
    admin, place = by_video
    before = admin.page(place).form().controls["channels"].chosen
    admin.post(place, **RULES, channels=said)
    with admin.app.app_context():
        found = db.session.query(Schedule).one().channels
    shown = admin.page(place).form().controls["channels"].chosen
    assert (before, found, shown) == (["video", "phone"], kept, kept.split() or before)


def test_somebody_who_talks_in_no_way_is_not_kept_as_that(by_video):
    admin, place = by_video
    assert list(parsed(admin.post(place, **RULES)).errors) == ["channels"]


def test_an_interpreter_has_rests_notice_and_a_most_and_no_length(app, admin):
    email = employ(app, "interpreter", email="ear@clinic.example")
    with app.app_context():
        place = f"/calendars/{find_by_email(db.session(), email).id}"
    admin.post(place, **RULES | {"before": "10", "after": "15", "notice": "24", "most_per_day": "3"})
    controls, main = admin.page(place).form().controls, admin.page(place).main
    shown = {name: controls[name].chosen for name in ("minutes", "before", "after", "notice", "most_per_day")}
    assert list(shown.values()) == [["40"], ["10"], ["15"], ["24"], ["3"]]
    assert ("Minutes free before" in main, "Minutes each" in main, "Talks with families" in main) == (
        True,
        False,
        False,
    )


@pytest.mark.parametrize(
    ("form", "field", "typed"),
    [("", "most_per_day", "many"), ("/days", "last", "2027-02-30"), ("/days", "begin", "25:61"), ("/days", "end", "x")],
)
def test_what_may_be_left_empty_and_cannot_be_read_is_said_in_the_readers_language(app, place, form, field, typed):
    reader = Colleague(app, "fr").sign_in(employ(app, "admin", email="admin@clinic.example"))
    said = RULES if not form else {"kind": "off", "first": "2027-03-03"}
    page = parsed(reader.post(f"{place}{form}", **said | {field: typed}))
    assert (list(page.errors), "Not a valid" in page.main, times(app)) == ([field], False, 0)


def switched(admin: Colleague, page: Page, field: str, language: str = "fr", **typed: str) -> Page:
    """Press another language's button of the form with this field."""
    form = page.form(field)
    button = next(one for one in form.buttons if (one.name, one.value) == ("_switch", language))
    return parsed(admin.client.post(button.action, data=form.sent | typed | {"_switch": language}))


TYPED = {
    "": {"minutes": "many", "horizon": "7"},
    "/hours": {"begin": "08:15", "end": "25:61"},
    "/days": {"first": "2027-06-01", "last": "x"},
}


@pytest.mark.parametrize("form", TYPED)
def test_another_language_keeps_what_was_typed_into_whichever_form_was_sent(admin, place, form):
    field, *_ = typed = TYPED[form]
    refused = parsed(admin.post(f"{place}{form}", **typed))
    pages = [page := switched(admin, refused, field, "ar"), switched(admin, page, field)]
    shown = [{name: one.form(field).controls[name].chosen[0] for name in typed} for one in pages]
    assert ([(one.lang, one.errors) for one in pages], shown) == ([("ar", {}), ("fr", {})], [typed] * 2)


@pytest.mark.parametrize("to", TYPED)
@pytest.mark.parametrize("form", TYPED)
def test_it_keeps_what_is_typed_wherever_it_is_sent_to(admin, place, form, to):
    field, *_ = typed = TYPED[form]
    sent = admin.page(place).form(field).sent | typed | {"_switch": "en"}
    page = parsed(admin.post(f"{place}{to}", **sent))
    assert {name: page.form(field).controls[name].chosen[0] for name in typed} == typed


def test_another_language_keeps_what_is_typed_of_the_clinics_days(admin):
    page = switched(admin, admin.page("/calendars/clinic"), "first", first="2027-06-01")
    assert (page.lang, page.form("first").controls["first"].chosen) == ("fr", ["2027-06-01"])


def test_a_longer_rest_makes_fewer_times(app, admin, place):
    admin.post(f"{place}/hours", **HOURS)
    said = {"minutes": "40", "before": "10", "after": "10", "notice": "24", "horizon": "56"}
    admin.post(place, **said)
    assert times(app) == 16 * 2


def test_days_off_take_times_out(app, admin, place):
    admin.post(f"{place}/hours", **HOURS)
    admin.post(f"{place}/days", kind="off", first="2027-03-03", last="2027-03-10")
    assert times(app) == 13 * 3


def test_a_day_on_which_the_clinic_is_closed_counts_for_everybody(app, admin, place):
    admin.post(f"{place}/hours", **HOURS)
    admin.post("/calendars/clinic/days", kind="off", first="2027-03-03")
    assert times(app) == 15 * 3


@pytest.mark.parametrize(
    ("form", "values", "wrong"),
    [
        ("/hours", HOURS | {"weekdays": []}, "weekdays"),
        ("/hours", HOURS | {"begin": "soon"}, "begin"),
        ("", {"minutes": "1", "before": "0", "after": "0", "notice": "2", "horizon": "56"}, "minutes"),
        ("/days", {"kind": "travel", "first": "2027-03-03", "zone": "Mars/Olympus"}, "zone"),
        ("/days", {"kind": "off", "first": "2027-03-03", "last": "2027-03-01"}, "last"),
        ("/days", {"kind": "extra", "first": "2027-03-03"}, "begin"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(admin, place, form, values, wrong):
    answer = admin.post(f"{place}{form}", **values)
    assert (answer.status_code, f'href="#{wrong}"' in answer.text or f'href="#{wrong}' in answer.text) == (200, True)


def test_a_closed_day_of_the_clinic_counts_for_times_that_were_opened_by_hand_too(app, admin, place):
    said = {"first": "2027-03-03", "last": "2027-03-03", "begin": "09:00", "end": "11:00", "minutes": "40"}
    admin.post("/slots", coordinator=place.rpartition("/")[2], weekdays=["2"], **said)
    opened = times(app)
    admin.post("/calendars/clinic/days", kind="off", first="2027-03-03")
    assert (opened, times(app)) == (3, 0)


def test_rules_that_give_more_times_than_a_year_can_hold_are_refused(app, admin, place):
    admin.post(f"{place}/hours", weekdays=list("0123456"), begin="00:00", end="00:00")
    before = times(app)
    answer = admin.post(place, minutes="5", before="0", after="0", notice="0", horizon="300")
    assert (answer.status_code, "more than one calendar can hold" in answer.text, times(app)) == (200, True, before)


NEVER_OFF = {"weekdays": list("0123456"), "begin": "00:00", "end": "00:00"}
DENSE = {"minutes": "5", "before": "0", "after": "0", "notice": "0", "horizon": "300"}


def remove_first(admin: Colleague, place: str, what: str):
    """Press the first button that removes something of this kind."""
    answer = admin.post(re.search(rf"{place}/{what}/[0-9a-f]+/remove", admin.open(place).text)[0])
    return answer, admin.client.get(answer.headers["Location"]).text


def fill_with_days_off(admin: Colleague, place: str, whose: str) -> None:
    """Rules that give far too many times, of which days off take all."""
    admin.post(f"{whose}/days", kind="off", first="2027-03-01", last="2028-01-05")
    admin.post(f"{place}/hours", **NEVER_OFF)
    admin.post(place, **DENSE)


@pytest.mark.parametrize("clinic", [False, True])
def test_days_off_that_keep_a_calendar_from_running_over_stay(app, admin, place, clinic):
    whose = "/calendars/clinic" if clinic else place
    fill_with_days_off(admin, place, whose)
    answer, html = remove_first(admin, whose, "days")
    assert (answer.status_code, "more than one calendar can hold" in html, times(app)) == (303, True, 0)
    assert "2028" in admin.page(whose).main


def test_hours_are_not_removed_where_the_rest_is_more_than_a_calendar_can_hold(app, admin, place, clock):
    fill_with_days_off(admin, place, place)
    clock.advance(days=40)
    later = Colleague(app, "en").sign_in("admin@clinic.example", later=1)
    answer, html = remove_first(later, place, "hours")
    assert (answer.status_code, "more than one calendar can hold" in html, times(app)) == (303, True, 0)


def test_what_makes_an_overfull_calendar_smaller_is_never_refused(app, admin, place, clock):
    fill_with_days_off(admin, place, place)
    clock.advance(days=40)
    with app.app_context(), transaction() as session:
        make_ahead(session, session.scalars(db.select(Schedule)).one(), clinic_zone="Europe/Istanbul", now=clock())
    before = times(app)
    later = Colleague(app, "en").sign_in("admin@clinic.example", later=1)
    _answer, html = remove_first(later, place, "hours")
    assert ("Saved." in html, 5_000 < times(app) < before) == (True, True)


EXTRA_HOURS = {"kind": "extra", "first": "2027-03-08", "begin": "09:00", "end": "11:00"}


def urgent_times(app) -> set[bool]:
    with app.app_context():
        return set(db.session.scalars(db.select(Slot.urgent)))


def test_extra_hours_are_kept_for_urgent_cases_where_that_is_ticked(app, admin, place):
    admin.post(f"{place}/days", **EXTRA_HOURS, urgent="y")
    assert (urgent_times(app), ">Urgent<" in admin.open(place).text) == ({True}, True)


def test_without_the_tick_extra_hours_are_for_everybody(app, admin, place):
    admin.post(f"{place}/days", **EXTRA_HOURS)
    assert (urgent_times(app), ">Urgent<" in admin.open(place).text) == ({False}, False)


def test_a_day_off_is_urgent_for_nobody(app, admin, place):
    admin.post(f"{place}/days", kind="off", first="2027-03-08", urgent="y")
    assert ">Urgent<" not in admin.open(place).text
