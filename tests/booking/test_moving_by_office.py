"""The office moves a consultation: under the same condition as everybody, with a reason, once, and nothing is lost."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from portal.booking.models import BOOKED, LIVE, Appointment, Participant
from portal.booking.reasons import MOVED_BY_STAFF
from portal.booking.service import change, reserve
from portal.booking.service.cancel import NothingBooked
from portal.booking.service.reminders import remind
from portal.extensions import db
from portal.mail.draft import Draft
from portal.transaction import transaction
from tests.booking.scene import AT_NINE, NOW, Scene, token
from tests.support.application import both_in_full

DAY, MINUTE, STEP = timedelta(days=1), timedelta(minutes=1), timedelta(minutes=40)
LATER = AT_NINE + 2 * STEP
SOON = NOW + MINUTE


def move(
    scene: Scene, case_id: str, start: datetime = LATER, was: datetime | None = AT_NINE, reason: str = "technical"
) -> Appointment:
    more = {"settings": scene.settings, "now": SOON, "token": token(start), "reason": reason}
    with transaction() as session:
        before = token(was) if was else ""
        moved = change.move_by_office(session, scene.keyring, case_id, was=before, **more).id
    return scene.appointment(moved)


def booked(case_id: str) -> Appointment:
    db.session.rollback()
    return reserve.booked(db.session(), case_id)


def told(scene: Scene) -> list[tuple[str, str, str]]:
    """Kind, recipient and method of the letters that came after the booking's own two."""
    return sorted((one.kind, one.recipient, one.method) for one in scene.drafts()[2:])


def to_family(scene: Scene) -> Draft:
    (draft,) = scene.drafts("appointment.moved")
    return draft


# The time


@both_in_full
def test_the_consultation_stands_at_the_new_time_and_is_the_same_one(clinic, case_id):
    before = booked(case_id).id
    moved = move(clinic, case_id)
    assert (moved.id, moved.start_at, moved.status, moved.sequence) == (before, LATER, BOOKED, 1)


@both_in_full
def test_the_old_time_is_free_and_the_coordinator_needed_once(clinic, case_id):
    move(clinic, case_id)
    needed = db.session.execute(db.select(Participant.busy_from)).scalars().all()
    assert (clinic.free(), needed) == ([AT_NINE, AT_NINE + STEP], [LATER])


@both_in_full
def test_a_time_that_is_taken_is_not_given_and_the_old_one_stands(clinic, case_id):
    clinic.hold(clinic.family(), LATER)
    with pytest.raises(reserve.SlotTaken):
        move(clinic, case_id)
    assert (booked(case_id).start_at, booked(case_id).sequence, told(clinic)) == (AT_NINE, 0, [])


@both_in_full
@pytest.mark.parametrize("posted", ["nonsense", "", token(AT_NINE + MINUTE)])
def test_a_time_that_nobody_offers_is_not_given(clinic, case_id, posted):
    more = {"settings": clinic.settings, "now": SOON, "reason": "ill", "was": token()}
    with pytest.raises(reserve.SlotTaken), transaction() as session:
        change.move_by_office(session, clinic.keyring, case_id, token=posted, **more)
    assert booked(case_id).start_at == AT_NINE


@both_in_full
def test_a_page_about_another_time_moves_nothing(clinic, case_id):
    move(clinic, case_id, AT_NINE + STEP)
    with pytest.raises(NothingBooked):
        move(clinic, case_id, LATER, was=AT_NINE)
    assert booked(case_id).start_at == AT_NINE + STEP


@both_in_full
def test_what_was_cancelled_meanwhile_is_not_moved(clinic, case_id):
    clinic.cancel(case_id)
    with pytest.raises(NothingBooked):
        move(clinic, case_id)


def test_what_has_begun_is_not_moved(clinic, case_id):
    more = {"settings": clinic.settings, "now": AT_NINE, "token": token(LATER), "reason": "ill", "was": token()}
    with pytest.raises(NothingBooked), transaction() as session:
        change.move_by_office(session, clinic.keyring, case_id, **more)


@both_in_full
def test_the_same_once_more_changes_nothing(clinic, case_id):
    move(clinic, case_id)
    letters = len(clinic.drafts())
    with pytest.raises(change.StandsThere):
        move(clinic, case_id)
    assert (len(clinic.drafts()), booked(case_id).sequence) == (letters, 1)


@both_in_full
def test_what_the_family_kept_for_its_own_move_is_let_go(clinic, case_id):
    clinic.hold(case_id, AT_NINE + STEP, moving=True)
    move(clinic, case_id)
    assert clinic.free() == [AT_NINE, AT_NINE + STEP]


@both_in_full
def test_what_the_family_kept_itself_can_be_given_by_the_office(clinic, case_id):
    clinic.hold(case_id, LATER, moving=True)
    assert move(clinic, case_id).start_at == LATER


@both_in_full
def test_a_family_that_looks_at_the_old_time_moves_nothing(clinic, case_id):
    clinic.hold(case_id, AT_NINE + STEP, moving=True)
    move(clinic, case_id)
    more = {"settings": clinic.settings, "now": SOON, "token": token(AT_NINE + STEP), "was": token()}
    with pytest.raises(reserve.OtherTimeKept), transaction() as session:
        change.move(session, clinic.keyring, case_id, **more)
    assert booked(case_id).start_at == LATER


@both_in_full
def test_outside_of_the_familys_day_a_time_is_given_all_the_same(clinic, case_id):
    at_night = datetime(2027, 3, 9, 1, 0, tzinfo=UTC)  # two o'clock in Paris
    clinic.times(clinic.schedule_of("one@clinic.example"), at_night)
    assert move(clinic, case_id, at_night).wall == "2027-03-09T02:00 2027-03-09T04:00"


@both_in_full
def test_english_with_an_interpreter_takes_both_along(scene):
    english, ear = scene.coordinator("english", speaks=("en",)), scene.coordinator("ear", role="interpreter")
    scene.times(english, AT_NINE, LATER)
    scene.times(ear, AT_NINE, minutes=180)
    case_id = scene.family()
    scene.hold(case_id)
    scene.book(case_id)
    move(scene, case_id)
    needed = db.session.execute(db.select(Participant.schedule_id, Participant.busy_from)).all()
    assert sorted(needed) == [(english, LATER), (ear, LATER)]


@both_in_full
def test_reminders_follow_the_new_time_alone(clinic, case_id):
    clinic.times(clinic.schedule_of("one@clinic.example"), AT_NINE + 14 * DAY)
    move(clinic, case_id, AT_NINE + 14 * DAY)
    sent = []
    for at in (AT_NINE - DAY, AT_NINE + 13 * DAY):
        with transaction() as session:
            remind(session, clinic.keyring, settings=clinic.settings, now=at)
        sent.append(len(clinic.drafts("appointment.soon")))
    assert sent == [0, 1]


# What is told


def test_family_and_coordinator_learn_of_it_once(clinic, case_id):
    move(clinic, case_id)
    assert told(clinic) == [
        ("appointment.moved", "parent@family.example", "REQUEST"),
        ("appointment.moved.staff", "one@clinic.example", "REQUEST"),
    ]


@both_in_full
def test_another_coordinator_takes_over_and_the_first_ones_calendar_loses_it(clinic, case_id):
    clinic.times(clinic.coordinator("two"), AT_NINE + DAY)
    uid = f"{move(clinic, case_id, AT_NINE + DAY).id}@localhost"
    found = {(one.recipient, one.method, one.meeting.uid, one.meeting.sequence) for one in clinic.drafts()[2:]}
    assert found == {
        ("parent@family.example", "REQUEST", uid, 1),
        ("one@clinic.example", "CANCEL", uid, 1),
        ("two@clinic.example", "REQUEST", uid, 1),
    }


@pytest.mark.parametrize(
    ("language", "reason"),
    [
        ("en", "The reason: a technical reason on our side."),
        ("fr", "La raison\N{NO-BREAK SPACE}: "),
        ("tr", "Nedeni: "),
        ("ar", "السبب: "),
    ],
)
def test_the_family_reads_the_reason_in_its_language(scene, language, reason):
    scene.open_day(scene.coordinator(speaks=(language,)))
    case_id = scene.family(language=language)
    scene.hold(case_id)
    scene.book(case_id)
    move(scene, case_id)
    (letter,) = scene.letters("appointment.moved")
    assert (letter.language, reason in letter.text, reason in letter.html) == (language, True, True)


@pytest.mark.parametrize("reason", MOVED_BY_STAFF)
def test_every_reason_has_words(clinic, case_id, reason):
    move(clinic, case_id, reason=reason)
    assert to_family(clinic).values["reason"] not in {"", reason}


def test_the_family_reads_how_to_say_that_it_does_not_suit(make_app):
    with make_app(clinic_phone="+90 212 000 00 00").app_context() as context:
        scene = Scene(context.app)
        scene.open_day(scene.coordinator(speaks=("en",)))
        case_id = scene.family(language="en")
        scene.hold(case_id)
        scene.book(case_id)
        move(scene, case_id)
        (letter,) = scene.letters("appointment.moved")
    said = ("If the new time does not suit you", "http://localhost/en/resume", "+90 212 000 00 00")
    assert [[one in body for one in said] for body in (letter.text, letter.html)] == [[True] * 3] * 2


def test_a_familys_own_move_has_no_reason_and_no_apology(clinic, case_id):
    clinic.hold(case_id, LATER, moving=True)
    clinic.move(case_id, LATER)
    assert (to_family(clinic).values["reason"], to_family(clinic).values["by_staff"]) == ("", False)


# Races


def race(scene: Scene, *steps: Callable[[], object]) -> Counter[str]:
    """Let all of it happen at the same moment; returns what became of it, by name."""
    barrier = Barrier(len(steps))

    def run(step: Callable[[], object]) -> str:
        with scene.app.app_context():
            barrier.wait()
            try:
                step()
            except (NothingBooked, reserve.SlotTaken, reserve.OtherTimeKept, change.StandsThere) as fault:
                return type(fault).__name__
        return "done"

    with ThreadPoolExecutor(len(steps)) as pool:
        return Counter(pool.map(run, steps))


@both_in_full
@pytest.mark.parametrize(("was", "done"), [(None, 2), (AT_NINE, 1)])
def test_two_colleagues_at_once_both_move_it_unless_the_page_says_from_where(clinic, case_id, was, done):
    both = [lambda start=start: move(clinic, case_id, start, was=was) for start in (AT_NINE + STEP, LATER)]
    assert (race(clinic, *both)["done"], booked(case_id).sequence) == (done, done)


@both_in_full
def test_one_pressed_twenty_times_moves_once(clinic, case_id):
    found = race(clinic, *[lambda: move(clinic, case_id)] * 20)
    assert (found["done"], booked(case_id).sequence, len(clinic.drafts("appointment.moved"))) == (1, 1, 1)


@both_in_full
def test_the_last_time_goes_to_one_and_a_lost_one_leaves_the_old_time(clinic, case_id):
    clinic.hold(clinic.family(), AT_NINE + STEP)
    others = [clinic.family(f"family{number}@family.example") for number in range(9)]
    claims = [lambda other=other: clinic.hold(other, LATER) for other in others]
    found = race(clinic, lambda: move(clinic, case_id), *claims)
    live = [one.start_at for one in db.session.query(Appointment).filter(LIVE)]
    assert (found["done"], live.count(LATER), booked(case_id).start_at in {AT_NINE, LATER}) == (1, 1, True)


@both_in_full
def test_a_family_that_cancels_meanwhile_is_cancelled_once(clinic, case_id):
    race(clinic, lambda: move(clinic, case_id), lambda: clinic.cancel(case_id))
    db.session.rollback()
    live = db.session.query(Appointment).filter(LIVE).count()
    needed = db.session.query(Participant).count()
    assert (live, needed, len(clinic.drafts("appointment.cancelled"))) == (0, 0, 1)
