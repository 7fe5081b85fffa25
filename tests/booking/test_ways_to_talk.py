"""Who talks only by telephone is not asked for a video: the pages offer it at nobody's time, and booking refuses it."""

from datetime import timedelta

import pytest
from flask import Flask

from portal.booking.models import LIVE, Appointment, Schedule
from portal.booking.ways import OtherWay, ways_of
from portal.extensions import db
from tests.booking.scene import AT_NINE, Scene, token
from tests.booking.waiting_scene import any_time, offer, wait
from tests.staff.colleague import Colleague, employ, parsed
from tests.support.application import Clock, both_in_full
from tests.support.visitor import Visitor

ROOMS = "https://meet.example/{room}"
SPEAKS = ("en", "fr", "tr", "ar")
VIDEO = {"channel": "video", "phone": "", "interpreter": "no"}
PHONE = {"channel": "phone", "phone": "+33 1 23 45 67 89", "interpreter": "sign"}
LATER = AT_NINE + timedelta(hours=1)


@pytest.fixture
def office(make_app, clock: Clock) -> Flask:
    """An office with videos: nine o'clock belongs to one who only telephones, an hour later to one who does both."""
    app = make_app(meeting_url=ROOMS)
    app.extensions["portal"].clock = clock
    with app.app_context():
        scene = Scene(app)
        calls, both = scene.coordinator("calls", SPEAKS), scene.coordinator("both", SPEAKS)
        scene.change(Schedule, calls, channels="phone")
        scene.times(calls, AT_NINE)
        scene.times(both, LATER)
    return app


@pytest.fixture
def family(office: Flask) -> Visitor:
    return Visitor(office).begin().answer("person")


@pytest.fixture
def by_video(family: Visitor) -> Visitor:
    """One that talks by video, and looks at the time of the one who telephones."""
    family.post("/case/book", slot=token(LATER))
    family.post("/case/book/confirm", **VIDEO)
    family.work().carried.clear()
    family.post("/case/appointment/move", slot=token())
    return family


def ways(family: Visitor, page: str) -> list[str]:
    return family.page(family.open(page)).form().controls["channel"].offered


def stands(family: Visitor) -> list[tuple]:
    with family.app.app_context():
        key = family.app.extensions["portal"].keyring.case(family.case_id())
        found = db.session.query(Appointment).filter(LIVE)
        return [(one.status, one.start_at, (key.read_json(one, "details") or {}).get("channel")) for one in found]


@pytest.mark.parametrize(("start", "offered"), [(AT_NINE, ["phone"]), (LATER, ["video", "phone"])])
def test_the_page_about_a_time_offers_the_ways_of_whoever_has_it(family, start, offered):
    family.post("/case/book", slot=token(start))
    assert ways(family, "/case/book/confirm") == offered


def test_so_does_the_page_that_changes_how_to_talk(family):
    family.post("/case/book", slot=token())
    family.post("/case/book/confirm", **PHONE)
    assert ways(family, "/case/appointment/details") == ["phone"]


def test_what_was_agreed_before_the_rule_stays_possible(by_video):
    with by_video.app.app_context():
        scene = Scene(by_video.app)
        scene.change(Schedule, scene.schedule_of("both@clinic.example"), channels="phone")
    by_video.post("/case/appointment/details", **VIDEO | {"interpreter": "sign"})
    assert stands(by_video)[0] == ("booked", LATER, "video")


@both_in_full
def test_another_way_is_refused_with_a_message_and_nothing_typed_is_lost(family):
    family.post("/case/book", slot=token())
    page = family.page(family.post("/case/book/confirm", slot=token(), **PHONE | {"channel": "video"}))
    controls = page.form().controls
    typed = [controls[name].chosen for name in ("phone", "interpreter")]
    assert (list(page.errors), controls["channel"].offered) == (["channel"], ["phone"])
    assert typed == [["+33 1 23 45 67 89"], ["sign"]]


def test_the_time_stays_kept_meanwhile_and_the_next_press_books_it(family):
    family.post("/case/book", slot=token())
    family.post("/case/book/confirm", slot=token(), **VIDEO)
    before = stands(family)
    family.post("/case/book/confirm", slot=token(), **PHONE)
    assert (before, stands(family)) == ([("held", AT_NINE, None)], [("booked", AT_NINE, "phone")])


def test_booking_itself_refuses_it(office):
    with office.app_context():
        scene = Scene(office)
        case_id = scene.family()
        scene.hold(case_id)
        with pytest.raises(OtherWay):
            scene.book(case_id, channel="video")


def test_a_move_to_who_does_not_talk_so_asks_anew_and_tells_how(by_video):
    answers = ways(by_video, "/case/appointment/move/confirm")
    by_video.post("/case/appointment/move/confirm", slot=token(), was=token(LATER), **PHONE)
    (letter,) = [one for _id, one in by_video.work().carried if one.kind == "appointment.moved"]
    assert (answers, stands(by_video), "We call you" in letter.text) == (
        ["phone"],
        [("booked", AT_NINE, "phone")],
        True,
    )


@pytest.mark.parametrize("said", [{}, VIDEO])
def test_without_an_answer_it_is_not_moved_and_the_page_asks(by_video, said):
    page = by_video.page(by_video.post("/case/appointment/move/confirm", slot=token(), was=token(LATER), **said))
    assert (list(page.errors), min(stands(by_video))) == (["channel"], ("booked", LATER, "video"))


def test_an_offer_asks_only_for_the_ways_of_whoever_has_the_time(family):
    with family.app.app_context():
        scene = Scene(family.app)
        wait(scene, family.case_id(), any_time(languages=("en",)))
        assert offer(scene) == [family.case_id()]
    assert ways(family, "/case/offer") == ["phone"]
    page = family.page(family.post("/case/offer", slot=token(), **VIDEO | {"phone": PHONE["phone"]}))
    assert list(page.errors) == ["channel"]
    family.post("/case/offer", slot=token(), **PHONE)
    assert stands(family) == [("booked", AT_NINE, "phone")]


def test_a_move_to_who_talks_so_asks_nothing(family):
    family.post("/case/book", slot=token(LATER))
    family.post("/case/book/confirm", **PHONE)
    family.post("/case/appointment/move", slot=token())
    assert "channel" not in family.page(family.open("/case/appointment/move/confirm")).form().controls


def test_the_office_does_not_move_it_there_without_asking_the_family(office, by_video):
    colleague = Colleague(office).sign_in(employ(office, "coordinator"))
    said = {"slot": token(), "was": token(LATER), "reason": "ill"}
    page = parsed(colleague.post(f"/cases/{by_video.reference()}/move-consultation", **said))
    assert (list(page.errors), min(stands(by_video))) == (["slot"], ("booked", LATER, "video"))


def test_a_calendar_whose_ways_the_office_offers_no_more_has_those_of_the_office(office):
    settings = office.extensions["portal"].settings
    assert ways_of(Schedule(channels="whatsapp"), settings) == ("video", "phone")
