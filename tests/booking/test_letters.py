"""What families and coordinators are told: each in its own language, on both clocks, with a calendar file."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from portal.booking.emails import family_calendar
from portal.booking.service.reminders import remind
from portal.booking.told import Booked
from portal.cases.models import Case, Respondent
from portal.extensions import db
from portal.mail.letter import Letter
from portal.mail.models import OutboxMessage
from portal.staff.service import find_by_email, revoke
from portal.transaction import transaction
from tests.booking.scene import NOW, Scene
from tests.support.calendars import Entry, entry_of, read_calendar

# Words that a mail must never carry: ordinary e-mail is not private.
ILL = re.compile(r"dystroph|distrofi|muscular|muscle|ضمور|duchenne|genetic|disease|maladie|hastal", re.IGNORECASE)


@pytest.fixture
def booked(clinic: Scene) -> Scene:
    """A family in Paris that has booked by telephone."""
    case_id = clinic.family()
    clinic.hold(case_id)
    clinic.book(case_id)
    return clinic


def case_of(scene: Scene) -> Case:
    db.session.rollback()
    return db.session.scalars(db.select(Case)).one()


def calendar(letter: Letter) -> Entry:
    return entry_of(letter.calendar.ics)


def the(scene: Scene, kind: str) -> Letter:
    (letter,) = scene.letters(kind)
    return letter


def test_family_and_coordinator_each_get_one_letter(booked):
    told = {(one.kind, one.recipient, one.language) for one in booked.letters()}
    assert told == {
        ("appointment.booked", "parent@family.example", "fr"),
        ("appointment.booked.staff", "one@clinic.example", "tr"),
    }


def test_every_parent_is_written_to_in_their_own_language(clinic):
    case_id = clinic.family()
    with transaction() as session:
        case = session.get_one(Case, case_id)
        other = Respondent(family_id=case.family_id, language="ar", created_at=NOW)
        key = clinic.keyring.family(case.family_id)
        key.write(other, "email", "second@family.example")
        key.write_json(other, "role", {})
        session.add(other)
    clinic.hold(case_id)
    clinic.book(case_id)
    told = {(one.recipient, one.language) for one in clinic.letters("appointment.booked")}
    assert told == {("parent@family.example", "fr"), ("second@family.example", "ar")}


def test_a_family_without_an_address_books_all_the_same(clinic):
    case_id = clinic.family(email=None)
    clinic.hold(case_id)
    clinic.book(case_id)
    assert [one.kind for one in clinic.letters()] == ["appointment.booked.staff"]


def test_the_family_reads_its_own_clock_and_the_clinics(booked):
    text = the(booked, "appointment.booked").text
    assert ("07:00" in text, "09:00" in text, "UTC+1" in text, "UTC+3" in text) == (True, True, True, True)


CHANGES = "l’heure change avant ce rendez-vous, le dimanche 28 mars 2027"
AFTER_IT = datetime(2027, 3, 29, 6, 0, tzinfo=UTC)


@pytest.fixture
def in_summer(clinic: Scene) -> Scene:
    """A consultation after the clocks of Paris have changed, which those of Istanbul do not."""
    clinic.times(clinic.schedule_of("one@clinic.example"), AFTER_IT, AFTER_IT + timedelta(hours=1))
    clinic.case_id = clinic.family()
    clinic.hold(clinic.case_id, AFTER_IT)
    clinic.book(clinic.case_id)
    return clinic


def test_where_the_familys_clocks_change_before_it_the_letter_says_on_which_day(in_summer):
    assert CHANGES in the(in_summer, "appointment.booked").text.replace("\n", " ")


def test_the_letter_about_a_move_says_it_too_and_the_old_time_on_both_clocks(in_summer):
    later = AFTER_IT + timedelta(hours=1)
    in_summer.hold(in_summer.case_id, later, moving=True)
    in_summer.move(in_summer.case_id, later)
    text = the(in_summer, "appointment.moved").text.replace("\n", " ")
    assert [piece in text for piece in (CHANGES, "08:00", "09:00", "10:00")] == [True] * 4


def test_a_reminder_says_it_too(in_summer):
    with transaction() as session:
        moment = AFTER_IT - timedelta(days=7)
        remind(session, in_summer.keyring, settings=in_summer.settings, now=moment)
    assert CHANGES in the(in_summer, "appointment.soon").text.replace("\n", " ")


def test_before_they_change_no_letter_speaks_of_it(booked):
    assert "l’heure change" not in the(booked, "appointment.booked").text


def test_one_clock_is_enough_where_both_agree(clinic):
    case_id = clinic.family(zone="Europe/Istanbul")
    clinic.hold(case_id)
    clinic.book(case_id)
    assert the(clinic, "appointment.booked").text.count("09:00") == 1


def test_the_family_is_led_to_its_file(booked):
    assert "http://localhost/fr/resume" in the(booked, "appointment.booked").text


def test_the_coordinator_reads_reference_clocks_and_the_way_to_the_desk(booked):
    text, reference = the(booked, "appointment.booked.staff").text, case_of(booked).reference
    assert (reference in text, "07:00" in text, "09:00" in text) == (True, True, True)
    assert f"http://localhost/tr/desk/cases/{reference}" in text


@pytest.mark.parametrize(("wish", "told"), [("sign", True), ("no", False)])
def test_a_wish_for_an_interpreter_reaches_the_coordinator(scene, wish, told):
    scene.open_day(scene.coordinator(language="en"))
    case_id = scene.family()
    scene.hold(case_id)
    scene.book(case_id, interpreter=wish)
    assert ("An interpreter is wished for." in the(scene, "appointment.booked.staff").text) is told


@pytest.mark.parametrize("kind", ["appointment.booked", "appointment.booked.staff"])
def test_no_letter_speaks_of_health_or_shows_the_number(booked, kind):
    letter = the(booked, kind)
    said = letter.subject + letter.text + letter.html + letter.calendar.ics
    assert (ILL.findall(said), "23 45 67" in said) == ([], False)


def test_the_calendar_file_asks_each_recipient_for_themselves(booked):
    assert {(one.recipient, *calendar(one).attendees, one.calendar.method) for one in booked.letters()} == {
        ("parent@family.example", "mailto:parent@family.example", "REQUEST"),
        ("one@clinic.example", "mailto:one@clinic.example", "REQUEST"),
    }


def test_a_cancellation_reaches_the_same_people(booked):
    booked.cancel(case_of(booked).id)
    told = {(one.kind, one.recipient) for one in booked.letters() if "cancelled" in one.kind}
    assert told == {
        ("appointment.cancelled", "parent@family.example"),
        ("appointment.cancelled.staff", "one@clinic.example"),
    }


def test_a_cancellation_takes_the_same_entry_out_of_the_calendar(booked):
    booked.cancel(case_of(booked).id, NOW + timedelta(minutes=1))
    before, after = the(booked, "appointment.booked"), the(booked, "appointment.cancelled")
    assert after.calendar.method == "CANCEL"
    assert calendar(before).uid == calendar(after).uid
    assert (calendar(before).sequence, calendar(after).sequence) == (0, 1)


def test_a_second_booking_is_a_new_entry(booked):
    case_id = case_of(booked).id
    booked.cancel(case_id, NOW + timedelta(minutes=1))
    booked.hold(case_id, now=NOW + timedelta(minutes=2))
    booked.book(case_id, NOW + timedelta(minutes=3))
    assert len({calendar(one).uid for one in booked.letters("appointment.booked")}) == 2


def test_a_coordinator_who_has_left_gets_no_more_mail(booked):
    with transaction() as session:
        revoke(session, find_by_email(session, "one@clinic.example"), NOW)
    booked.cancel(case_of(booked).id)
    assert booked.letters("appointment.cancelled.staff") == []


def test_a_letter_is_worth_nothing_after_the_consultation(booked):
    row = db.session.query(OutboxMessage).filter_by(kind="appointment.booked").one()
    assert row.not_after == calendar(the(booked, "appointment.booked")).end


def test_the_downloaded_file_is_the_same_entry(booked):
    case = case_of(booked)
    found = booked.appointment(calendar(the(booked, "appointment.booked")).uid.split("@")[0])
    ics = family_calendar(Booked(booked.keyring, case, found, booked.settings, NOW), "ar")
    read = read_calendar(ics)
    assert (read.method, *((one.uid, one.attendees) for one in read.entries)) == (
        "PUBLISH",
        (f"{found.id}@localhost", ()),
    )


def test_a_talk_by_video_has_a_room_in_letter_and_calendar(make_app):
    app = make_app(meeting_url="https://meet.example/{room}")
    with app.app_context():
        scene = Scene(app)
        scene.open_day(scene.coordinator())
        case_id = scene.family()
        scene.hold(case_id)
        scene.book(case_id, channel="video", phone="")
        letter = the(scene, "appointment.booked")
    assert re.search(r"https://meet\.example/[\w-]{22}(?![\w-])", letter.text)
    assert calendar(letter).url.startswith("https://meet.example/")
