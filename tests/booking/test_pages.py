"""The pages of booking: choose, confirm, look, cancel."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from portal.accesslog.models import Entry
from portal.booking.models import BOOKED, LIVE, Appointment, Slot
from portal.extensions import db
from portal.transaction import transaction
from tests.booking.scene import AT_NINE, MONDAY, NOW, Scene, token
from tests.support.application import both_in_full
from tests.support.calendars import entry_of
from tests.support.visitor import Visitor

PHONE = {"channel": "phone", "phone": "+33 1 23 45 67 89"}
SPEAKS = ("en", "fr", "tr", "ar")


@pytest.fixture
def opened(app: Flask, clock) -> Flask:
    """A clinic with six mornings."""
    with app.app_context():
        scene = Scene(app)
        scene.open_day(scene.coordinator(speaks=SPEAKS), last=MONDAY + timedelta(days=5))
    return app


@pytest.fixture
def family(opened: Flask) -> Visitor:
    """A family in Paris."""
    return Visitor(opened).begin().answer("person")


@pytest.fixture
def choosing(family: Visitor) -> Visitor:
    """One that keeps the first time."""
    family.post("/case/book", slot=token())
    return family


@pytest.fixture
def booked(choosing: Visitor) -> Visitor:
    """One that has booked it."""
    choosing.post("/case/book/confirm", **PHONE)
    return choosing


def live(app: Flask) -> list[str]:
    with app.app_context():
        return [one.status for one in db.session.query(Appointment).filter(LIVE)]


def another_takes(app: Flask, start=AT_NINE) -> None:
    with app.app_context():
        scene = Scene(app)
        case_id = scene.family("other@family.example")
        scene.hold(case_id, start, app.extensions["portal"].clock())


SAID = {"channel": "phone", "phone": "+49 30 901820", "interpreter": "sign"}
LATER = AT_NINE + timedelta(minutes=40)


def typed_on(family: Visitor) -> dict[str, list[str]]:
    """What stands on the page about the kept time before anything is typed there."""
    controls = family.page(family.open("/case/book/confirm")).form().controls
    return {name: controls[name].chosen for name in SAID}


@pytest.fixture
def too_late(choosing: Visitor, clock) -> Visitor:
    """One that said how to talk when the time was another family's, and keeps the next."""
    clock.advance(minutes=11)
    another_takes(choosing.app)
    choosing.post("/case/book/confirm", slot=token(), **SAID)
    choosing.post("/case/book", slot=token(LATER))
    return choosing


@both_in_full
def test_what_was_typed_for_a_time_that_is_gone_stands_beside_the_next(too_late):
    assert typed_on(too_late) == {name: [value] for name, value in SAID.items()}


def test_what_was_typed_in_a_window_about_another_time_stands_beside_the_one_that_is_kept(choosing):
    choosing.post("/case/book", slot=token(LATER))
    choosing.post("/case/book/confirm", slot=token(), **SAID)
    assert typed_on(choosing) == {name: [value] for name, value in SAID.items()}


def test_once_booked_only_the_consultation_has_what_was_typed(too_late):
    too_late.post("/case/book/confirm", slot=token(LATER), **SAID)
    with too_late.app.app_context():
        assert [one.status for one in db.session.query(Appointment) if one.details is not None] == [BOOKED]


def path(answer) -> str:
    return answer.headers["Location"]


def test_without_a_zone_the_family_is_led_to_where_it_is_asked(opened):
    visitor = Visitor(opened).begin()
    assert visitor.page(visitor.open("/case/book")).link("/en/case/section/person")


def test_times_stand_on_the_familys_clock_beside_the_clinics(family):
    main = family.page(family.open("/case/book")).main
    assert ("Monday, 8 March 2027" in main, "07:00" in main, "Clinic: 09:00" in main) == (True, True, True)


@pytest.mark.parametrize(("lengths", "said"), [((25,), "takes about 25 minutes"), ((25, 50), "is free. You talk")])
def test_how_long_it_takes_is_said_by_the_times_that_are_shown(app, clock, lengths, said):
    with app.app_context():
        scene = Scene(app)
        one = scene.coordinator(speaks=SPEAKS)
        for number, minutes in enumerate(lengths):
            scene.times(one, AT_NINE + timedelta(hours=number), minutes=minutes)
    visitor = Visitor(app).begin().answer("person")
    assert said in visitor.page(visitor.open("/case/book")).main


@pytest.fixture
def nine_days(app: Flask, clock) -> Visitor:
    """A family in Paris, and a clinic with nine mornings of three times."""
    with app.app_context():
        scene = Scene(app)
        scene.open_day(scene.coordinator(speaks=SPEAKS), last=MONDAY + timedelta(days=8))
    return Visitor(app).begin().answer("person")


def slots(html: str) -> int:
    return html.count('name="slot"')


def test_seven_days_stand_on_a_page_and_the_others_on_the_next(nine_days):
    first = nine_days.page(nine_days.open("/case/book"))
    later = nine_days.open(first.link("Later days").removeprefix("http://localhost")).text
    assert (slots(first.html), slots(later), "Tuesday, 16 March" in later, "Later days" in later) == (
        21,
        6,
        True,
        False,
    )


def test_a_language_switch_stays_on_the_same_days(nine_days):
    later = nine_days.page(nine_days.open("/case/book")).link("Later days").removeprefix("http://localhost")
    french = nine_days.page(
        nine_days.client.post(later.replace("/en/", "/fr/"), data={"csrf_token": nine_days.token(), "_switch": "fr"})
    )
    assert (slots(french.html), "mardi 16 mars 2027" in french.main) == (6, True)


@pytest.mark.parametrize("wanted", ["", "x", "-", "99999999-14", "0-14", "%00", "2027-03-08"])
def test_a_page_that_begins_nowhere_is_the_first_one(nine_days, wanted):
    answer = nine_days.client.get(f"/en/case/book?from={wanted}", follow_redirects=True)
    assert slots(answer.text) == 21


def test_a_page_ends_with_a_whole_day_however_full_its_days_are(app, clock):
    with app.app_context():
        scene = Scene(app)
        schedule = scene.coordinator(speaks=SPEAKS)
        for day in range(8):
            first = AT_NINE + timedelta(days=day)
            scene.times(schedule, *(first + timedelta(minutes=10 * one) for one in range(20)), minutes=10)
    visitor = Visitor(app).begin().answer("person")
    first = visitor.page(visitor.open("/case/book"))
    later = visitor.open(first.link("Later days").removeprefix("http://localhost")).text
    assert (slots(first.html), slots(later)) == (140, 20)


def test_every_time_says_its_day_in_its_own_label(family):
    html = family.open("/case/book").text
    assert html.count('class="unseen">Monday, 8 March 2027, </span>') == 3


def test_without_free_times_the_page_says_so_kindly(app, clock):
    visitor = Visitor(app).begin().answer("person")
    assert visitor.page(visitor.open("/case/book")).headings == ["No free time just now"]


def test_whoever_loses_the_last_time_is_told_so_and_led_to_the_waiting_list(app, clock):
    with app.app_context():
        scene = Scene(app)
        scene.times(scene.coordinator(speaks=("en", "fr")), AT_NINE)
    visitor = Visitor(app).begin().answer("person")
    another_takes(app)
    page = visitor.page(visitor.post("/case/book", slot=token()))
    assert (page.headings, "not free any more" in page.main) == (["No free time just now"], True)


@pytest.mark.parametrize("address", ["/case/book?gone={}", "/case/book?from={}"])
def test_what_is_free_by_day_before_a_lost_time_is_not_hidden_by_a_night_after_it(app, clock, address):
    night = datetime(2027, 3, 20, 2, tzinfo=UTC)
    with app.app_context():
        scene = Scene(app)
        scene.times(scene.coordinator(speaks=SPEAKS), AT_NINE, night)
    visitor = Visitor(app).begin().answer("person")
    page = visitor.page(visitor.open(address.format(token(AT_NINE + timedelta(days=7)))))
    assert (page.form().controls["slot"].offered, "nothing is free" in page.main) == ([token()], False)


def test_a_time_is_shown_from_its_beginning_to_its_end(choosing):
    assert "07:00–07:40" in choosing.page(choosing.open("/case/book/confirm")).main


def test_another_zone_is_chosen_and_the_way_leads_back_to_the_times(family):
    link = (
        family.page(family.open("/case/book"))
        .link("Choose another time zone")
        .removeprefix("http://localhost")
        .partition("#")[0]
    )
    page = family.page(family.open(link))
    assert page.link("Back to the times").endswith("/en/case/book")
    assert path(family.client.post(link, data=page.form().sent | {"timezone": "Asia/Tokyo"})) == "/en/case/book"
    assert "Tokyo" in family.page(family.open("/case/book")).main


def test_choosing_leads_to_the_confirmation(family):
    assert path(family.post("/case/book", slot=token())) == "/en/case/book/confirm"


def test_no_choice_is_said_at_the_top(family):
    assert list(family.page(family.post("/case/book")).errors) == ["slot"]


@pytest.mark.parametrize("junk", ["junk", "x" * 3000, "zz-zz", "' OR 1=1 --"])
def test_a_time_that_was_never_offered_shows_the_times_again(family, junk):
    assert "still free" in family.page(family.post("/case/book", slot=junk)).errors["slot"]


def test_a_time_that_was_just_taken_shows_the_others(family):
    another_takes(family.app)
    page = family.page(family.post("/case/book", slot=token()))
    assert (list(page.errors), token() in page.form().controls["slot"].offered) == (["slot"], False)


def test_the_confirmation_says_until_when_the_time_is_kept(choosing):
    main = choosing.page(choosing.open("/case/book/confirm")).main
    assert "Kept for you until 10:10" in main


def test_the_example_of_a_number_reads_from_left_to_right_in_arabic(choosing):
    assert "\u2066+33 1 23 45 67 89\u2069" in choosing.open("/ar/case/book/confirm").text


def test_without_a_kept_time_there_is_nothing_to_confirm(family):
    assert path(family.open("/case/book/confirm")) == "/en/case/book"


def test_the_script_keeps_the_time_a_little_longer(choosing, clock):
    clock.advance(minutes=7)
    answer = choosing.post("/case/book/keep", slot=token())
    assert answer.json["until"] == "10:17"


def test_video_is_offered_only_where_there_is_a_room(choosing):
    assert choosing.page(choosing.open("/case/book/confirm")).form().controls["channel"].offered == ["phone"]


def test_a_call_needs_a_number(choosing):
    page = choosing.page(choosing.post("/case/book/confirm", channel="phone", phone=" "))
    assert (list(page.errors), live(choosing.app)) == (["phone"], ["held"])


def test_a_number_that_is_none_stays_as_typed(choosing):
    page = choosing.page(choosing.post("/case/book/confirm", channel="phone", phone="call <me> later"))
    assert (list(page.errors), page.form().controls["phone"].chosen) == (["phone"], ["call <me> later"])


@pytest.mark.parametrize("typed", ["+٣٣ ١ ٢٣ ٤٥ ٦٧ ٨٩", "+۳۳۱۲۳۴۵۶۷۸۹", "01 23 45 67 89", "0033 1 23 45 67 89"])
def test_a_number_is_understood_in_any_digits(choosing, typed):
    choosing.post("/case/book/confirm", channel="phone", phone=typed)
    assert "+33 1 23 45 67 89" in choosing.page(choosing.open("/case/appointment")).main


def test_confirming_books_at_once(choosing):
    assert path(choosing.post("/case/book/confirm", **PHONE)) == "/en/case/appointment"
    assert live(choosing.app) == ["booked"]


def test_switching_the_language_keeps_what_is_typed_and_books_nothing(choosing):
    page = choosing.page(choosing.post("/ar/case/book/confirm", channel="phone", phone="12", _switch="1"))
    assert (page.lang, page.form().controls["phone"].chosen, live(choosing.app)) == ("ar", ["12"], ["held"])


def test_switching_the_language_of_the_list_keeps_the_choice_and_holds_nothing(family):
    page = family.page(family.post("/tr/case/book", slot=token(), _switch="1"))
    assert (page.lang, page.form().controls["slot"].chosen, live(family.app)) == ("tr", [token()], [])


def test_confirming_late_books_the_same_time_while_it_is_free(choosing, clock):
    clock.advance(minutes=40)
    choosing.post("/case/book/confirm", slot=token(), **PHONE)
    assert live(choosing.app) == ["booked"]


def test_confirming_too_late_shows_what_is_still_free(choosing, clock):
    clock.advance(minutes=20)
    another_takes(choosing.app)
    page = choosing.page(choosing.post("/case/book/confirm", slot=token(), **PHONE))
    assert "still free" in page.errors["slot"]


def test_a_window_that_shows_another_time_books_nothing(choosing, clock):
    clock.advance(minutes=1)
    choosing.post("/case/book", slot=token(AT_NINE + timedelta(minutes=40)))
    answer = choosing.post("/case/book/confirm", slot=token(), **PHONE)
    assert (path(answer), live(choosing.app)) == ("/en/case/book/confirm", ["held"])


@pytest.mark.parametrize("step", ["/case/book", "/case/book/confirm"])
def test_who_has_booked_is_shown_the_consultation(booked, step):
    assert path(booked.open(step)) == "/en/case/appointment"


def test_the_consultation_reminds_of_answers_that_are_not_sent(booked):
    page = booked.page(booked.open("/case/appointment"))
    assert ("Your answers are not sent yet" in page.main, page.headings) == (True, ["Your consultation is booked"])


def test_the_calendar_file_can_be_downloaded(booked):
    answer = booked.open("/case/appointment.ics")
    assert (answer.mimetype, entry_of(answer.text).start) == ("text/calendar", AT_NINE)
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_looking_at_the_cancel_page_cancels_nothing(booked):
    booked.open("/case/appointment/cancel")
    assert live(booked.app) == ["booked"]


def test_switching_the_language_cancels_nothing(booked):
    booked.post("/fr/case/appointment/cancel", _switch="1")
    assert live(booked.app) == ["booked"]


def test_cancelling_frees_the_time_and_leads_to_the_others(booked):
    assert path(booked.post("/case/appointment/cancel")) == "/en/case/book?cancelled=1"
    assert token() in booked.page(booked.open("/case/book")).form().controls["slot"].offered


def test_cancelling_twice_says_nothing_wrong(booked):
    booked.post("/case/appointment/cancel")
    assert booked.post("/case/appointment/cancel").status_code == 303


def test_the_old_confirmation_after_a_cancelling_says_that_it_is_cancelled(booked):
    booked.post("/case/appointment/cancel")
    page = booked.page(booked.open(path(booked.post("/case/book/confirm", slot=token(), **PHONE))))
    assert ("The conversation is cancelled" in page.main, "another family" in page.main) == (True, False)


def test_a_time_that_has_begun_is_not_said_to_be_another_familys(family, clock):
    soon = clock() + timedelta(minutes=5)
    with family.app.app_context(), transaction() as session:
        first = session.scalars(db.select(Slot).order_by(Slot.start_at)).first()
        first.start_at = first.closes_at = soon
        first.end_at = first.busy_until = soon + timedelta(minutes=40)
    family.post("/case/book", slot=token(soon))
    clock.advance(minutes=6)
    page = family.page(family.post("/case/book/confirm", slot=token(soon), **PHONE))
    assert page.errors["slot"].startswith("The time that you had chosen has begun")


def test_booking_and_cancelling_are_in_the_log(booked):
    booked.post("/case/appointment/cancel")
    with booked.app.app_context():
        actions = list(db.session.scalars(db.select(Entry.action).order_by(Entry.seq)))
    assert actions[-2:] == ["appointment.booked", "appointment.cancelled"]


def test_a_stranger_is_led_to_the_way_back(opened):
    assert path(Visitor(opened).open("/case/appointment")).endswith("/en/resume")


@pytest.mark.parametrize("language", SPEAKS)
@pytest.mark.parametrize("step", ["/case/appointment", "/case/appointment/cancel"])
def test_pages_of_the_consultation_are_whole_in_every_language(booked, language, step):
    page = booked.page(booked.open(f"/{language}{step}"))
    assert (page.status, page.lang, len(page.headings)) == (200, language, 1)


@pytest.mark.parametrize("language", SPEAKS)
@pytest.mark.parametrize("step", ["/case/book", "/case/book/confirm"])
def test_pages_of_the_choice_are_whole_in_every_language(choosing, language, step):
    page = choosing.page(choosing.open(f"/{language}{step}"))
    assert (page.status, page.lang, len(page.headings)) == (200, language, 1)


def test_the_familys_own_kept_time_is_still_among_the_choices(choosing):
    assert token() in choosing.page(choosing.open("/case/book")).form().controls["slot"].offered


def test_a_booked_family_gets_its_letter(booked):
    assert [letter.kind for _id, letter in booked.work(NOW).carried if letter.kind == "appointment.booked"] == [
        "appointment.booked"
    ]
