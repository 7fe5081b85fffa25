"""Reminders: a week, a day and an hour before; once, only for the time that stands, never when their moment is over."""

from datetime import timedelta

import pytest

from portal.booking.models import Appointment
from portal.booking.service import reminders
from portal.booking.service.change import move, move_by_office
from portal.booking.service.reminders import note_moved_clocks, remind
from portal.booking.service.reserve import hold
from portal.extensions import db
from portal.jobs.queue import Claim
from portal.lifecycle.work import REMIND, build_work
from portal.mail import outbox
from portal.mail.models import OutboxMessage
from portal.rows import change_by_id
from portal.transaction import transaction
from tests.booking.scene import AT_NINE, NOW, Scene, token
from tests.support.application import both_in_full

pytestmark = both_in_full
WEEK, DAY, HOUR = timedelta(days=7), timedelta(days=1), timedelta(hours=1)
SOON = "appointment.soon"


@pytest.fixture
def booked(clinic: Scene) -> Scene:
    """One consultation, booked ten days before."""
    case_id = clinic.family()
    clinic.hold(case_id, now=NOW - 3 * DAY)
    clinic.book(case_id, now=NOW - 3 * DAY)
    clinic.case_id = case_id
    return clinic


def letters(scene: Scene, *moments) -> int:
    for moment in moments:
        with transaction() as session:
            remind(session, scene.keyring, settings=scene.settings, now=moment)
    return len(scene.letters(SOON))


def leaving(scene: Scene, now, what: str = "when") -> list[str]:
    """The reminders that a mail server gets which has been away until now: when they say that it is, or `what`."""
    db.session.rollback()
    waiting = db.session.scalars(db.select(OutboxMessage.id).where(OutboxMessage.kind == SOON)).all()
    with transaction() as session:
        taken = [outbox.take(session, scene.keyring, one, now=now) for one in waiting]
    return [str(draft.values[what]) for draft in taken if draft is not None]


def moved(scene: Scene, start, now, *, by_office: bool = False) -> None:
    if not by_office:
        scene.hold(scene.case_id, start, now, moving=True)
        scene.move(scene.case_id, start, now)
        return
    with transaction() as session:
        about = {"settings": scene.settings, "now": now, "token": token(start), "reason": "ill"}
        move_by_office(session, scene.keyring, scene.case_id, **about)


@pytest.mark.parametrize("before", [WEEK, DAY, HOUR])
def test_each_goes_out_at_its_moment_and_once(booked, before):
    moment = AT_NINE - before
    assert letters(booked, moment - timedelta(minutes=1)) == 0
    assert letters(booked, moment, moment, moment + timedelta(minutes=5)) == 1


def test_all_three_go_out(booked):
    assert letters(booked, AT_NINE - WEEK, AT_NINE - DAY, AT_NINE - HOUR) == 3


def test_one_whose_moment_is_over_is_not_sent(booked):
    assert letters(booked, AT_NINE - WEEK + timedelta(hours=13)) == 0


def test_after_a_cancel_nothing_is_sent(booked):
    booked.cancel(booked.case_id)
    assert letters(booked, AT_NINE - WEEK, AT_NINE - DAY) == 0


def test_whoever_books_the_day_before_is_not_told_that_it_is_a_week(clinic):
    case_id, now = clinic.family(), AT_NINE - timedelta(hours=20)
    clinic.hold(case_id, now=now)
    clinic.book(case_id, now=now)
    assert letters(clinic, now, AT_NINE - HOUR) == 1


def test_after_a_move_only_the_new_time_is_reminded_of(booked):
    letters(booked, AT_NINE - WEEK)
    later = AT_NINE + timedelta(minutes=80)
    with transaction() as session:
        hold(session, booked.case_id, token(later), now=AT_NINE - 2 * DAY, moving=True)
    with transaction() as session:
        about = {"settings": booked.settings, "now": AT_NINE - 2 * DAY, "token": token(later)}
        move(session, booked.keyring, booked.case_id, **about)
    assert letters(booked, AT_NINE - DAY) == 1
    assert letters(booked, later - DAY) == 2


def test_a_reminder_that_waits_leaves_when_the_mail_server_is_back(booked):
    letters(booked, AT_NINE - DAY)
    assert len(leaving(booked, AT_NINE - DAY + timedelta(minutes=20))) == 1


def test_a_reminder_that_waits_does_not_leave_after_a_cancel(booked):
    letters(booked, AT_NINE - DAY)
    booked.cancel(booked.case_id, AT_NINE - DAY + timedelta(minutes=3))
    assert leaving(booked, AT_NINE - DAY + timedelta(minutes=20)) == []


@pytest.mark.parametrize("by_office", [False, True])
def test_a_reminder_of_the_old_time_does_not_leave_after_a_move(booked, by_office):
    letters(booked, AT_NINE - DAY)
    moved(booked, AT_NINE + timedelta(minutes=80), AT_NINE - DAY + timedelta(minutes=3), by_office=by_office)
    assert leaving(booked, AT_NINE - DAY + timedelta(minutes=20)) == []


def test_a_reminder_that_waits_says_the_way_to_talk_that_was_chosen_meanwhile(booked):
    letters(booked, AT_NINE - DAY)
    booked.talk(booked.case_id, AT_NINE - DAY + timedelta(minutes=3), channel="video", phone="")
    assert leaving(booked, AT_NINE - DAY + timedelta(minutes=20), "channel") == ["video"]


def test_one_that_is_sent_again_says_it_too(booked):
    letters(booked, AT_NINE - DAY)
    now = AT_NINE - DAY + timedelta(minutes=3)
    assert leaving(booked, now, "channel") == ["phone"]
    with transaction() as session:
        message = session.scalars(db.select(OutboxMessage.id).where(OutboxMessage.kind == SOON)).one()
        outbox.mark_sent(session, message, now=now)
    booked.talk(booked.case_id, now, channel="video", phone="")
    assert leaving(booked, now) == []
    with transaction() as session:
        outbox.resend(session, message, now=now)
    assert leaving(booked, now, "channel") == ["video"]


def test_a_change_between_the_look_and_the_note_is_said(booked, monkeypatch):
    noted = reminders._is_mine

    def changed_before(session, found, lead):
        video = booked.keyring.case(found.case_id).sealed_json(found, "details", {"channel": "video"})
        change_by_id(session, Appointment, found.id, details=video)
        return noted(session, found, lead)

    monkeypatch.setattr(reminders, "_is_mine", changed_before)
    letters(booked, AT_NINE - DAY)
    assert leaving(booked, AT_NINE - DAY, "channel") == ["video"]


def test_nobody_sends_a_reminder_again_of_what_was_cancelled(booked):
    letters(booked, AT_NINE - DAY)
    now = AT_NINE - DAY + timedelta(minutes=3)
    with transaction() as session:
        message = session.scalars(db.select(OutboxMessage.id).where(OutboxMessage.kind == SOON)).one()
        outbox.mark_sent(session, message, now=now)
    booked.cancel(booked.case_id, now)
    with transaction() as session:
        outbox.resend(session, message, now=now)
    assert leaving(booked, now) == []


def test_what_was_cancelled_is_still_told_when_the_mail_server_is_back(booked):
    booked.cancel(booked.case_id)
    db.session.rollback()
    states = db.session.scalars(db.select(OutboxMessage.state).where(OutboxMessage.kind.like("appointment.cancelled%")))
    assert set(states) == {"waiting"}


@pytest.mark.parametrize(("before", "late"), [(WEEK, 12 * HOUR), (DAY, 3 * HOUR), (HOUR, HOUR / 3)])
def test_a_reminder_leaves_only_while_it_says_something(booked, before, late):
    letters(booked, AT_NINE - before)
    moment = AT_NINE - before + late
    assert (len(leaving(booked, moment - timedelta(minutes=1))), leaving(booked, moment)) == (1, [])


def test_it_speaks_the_familys_language_and_clock(booked):
    letters(booked, AT_NINE - DAY)
    [letter] = booked.letters(SOON)
    assert (letter.language, "07:00" in letter.text, "lundi 8 mars 2027" in letter.text) == ("fr", True, True)


def test_clocks_that_a_country_moves_later_are_noted_for_a_human(booked):
    found = db.session.query(Appointment).one()
    found.wall = "2027-03-08T08:00 2027-03-08T09:00"  # as it was when the time was agreed
    db.session.commit()
    with transaction() as session:
        assert (note_moved_clocks(session, now=NOW), note_moved_clocks(session, now=NOW)) == (1, 0)


def test_each_consultation_is_reminded_of_in_a_transaction_of_its_own(booked, monkeypatch):
    other = booked.family("other@family.example")
    booked.hold(other, AT_NINE + timedelta(minutes=40), now=NOW - 3 * DAY)
    booked.book(other, now=NOW - 3 * DAY)
    kept = []

    def post(*given: object) -> None:
        kept.append(len(booked.letters(SOON)))
        if len(kept) == 2:
            raise OSError("the second one fails")
        posted(*given)

    posted = reminders._post
    monkeypatch.setattr(reminders, "_post", post)
    held = Claim("1", REMIND, "", 1, AT_NINE)
    work = build_work(booked.app, booked.app.extensions["portal"])
    with pytest.raises(OSError, match="second"):
        work.handlers[REMIND](held, AT_NINE - DAY)
    db.session.rollback()
    assert len(booked.letters(SOON)) == 1
