"""What families and coordinators are told about the waiting list: facts, in their language, and nothing of health."""

from datetime import timedelta

import pytest

from portal.cases.models import Case
from portal.extensions import db
from portal.mail.letter import Letter
from portal.mail.models import EXPIRED, SENT, WAITING, OutboxMessage
from portal.mail.outbox import mark_sent, resend
from portal.transaction import transaction
from tests.booking.scene import AT_NINE, MINUTES, NOW, Scene
from tests.booking.test_letters import ILL
from tests.booking.waiting_scene import accept, any_time, decline, offer, stop, wait, waits

DAY, END = timedelta(days=1), AT_NINE + timedelta(minutes=MINUTES)
OFFERED, WISHED = "appointment.offered", "waiting.wished"


@pytest.fixture
def offering(scene: Scene) -> Scene:
    """A family in Paris is offered nine o'clock in Istanbul."""
    scene.times(scene.coordinator(), AT_NINE)
    case_id = scene.family()
    wait(scene, case_id, note="Her walking became worse, dystrophy")
    offer(scene)
    return scene


def the(scene: Scene, kind: str) -> Letter:
    (letter,) = scene.letters(kind)
    return letter


def test_family_and_coordinator_each_get_one_letter(offering):
    assert {(one.kind, one.recipient, one.language) for one in offering.letters()} == {
        (OFFERED, "parent@family.example", "fr"),
        (WISHED, "one@clinic.example", "tr"),
    }


def test_the_family_reads_the_time_on_its_own_clock_and_the_clinics(offering):
    text = the(offering, OFFERED).text
    assert ("07:00" in text, "09:00" in text, "lundi 8 mars 2027" in text) == (True, True, True)


def test_the_family_reads_until_when_it_is_kept_on_its_own_clock(offering):
    # Asked at nine in UTC, ten in Paris: the next day at the same time.
    assert "mardi 2 mars 2027, 10:00" in the(offering, OFFERED).text


def test_one_button_leads_to_the_file(offering):
    letter = the(offering, OFFERED)
    assert "http://localhost/fr/resume" in letter.text
    assert letter.html.count('style="display: inline-block') == 1


def test_it_is_no_calendar_entry(offering):
    assert the(offering, OFFERED).calendar is None


def test_it_is_worth_nothing_when_the_time_is_kept_no_more(offering):
    row = db.session.query(OutboxMessage).filter_by(kind=OFFERED).one()
    assert row.not_after == NOW + DAY


def passed_on(scene: Scene, case_id: str) -> None:
    decline(case_id, AT_NINE, END)


def taken(scene: Scene, case_id: str) -> None:
    accept(scene, case_id, AT_NINE, END)


def another_booked(scene: Scene, case_id: str) -> None:
    scene.times(scene.schedule_of("one@clinic.example"), END)
    scene.hold(case_id, END)
    scene.book(case_id)


def waiting_ended(scene: Scene, case_id: str) -> None:
    stop(case_id)


def states() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(db.select(OutboxMessage.state).where(OutboxMessage.kind == OFFERED)))


@pytest.mark.parametrize("ends", [passed_on, taken, another_booked, waiting_ended])
def test_it_does_not_leave_when_the_offer_is_over(offering, ends):
    ends(offering, db.session.scalars(db.select(Case.id)).one())
    assert states() == [EXPIRED]


@pytest.mark.parametrize("ends", [passed_on, taken, another_booked, waiting_ended])
def test_nobody_sends_it_again_then(offering, ends):
    message = db.session.scalars(db.select(OutboxMessage.id).where(OutboxMessage.kind == OFFERED)).one()
    with transaction() as session:
        mark_sent(session, message, now=NOW)
    ends(offering, db.session.scalars(db.select(Case.id)).one())
    with transaction() as session:
        resend(session, message, now=NOW)
    assert states() == [SENT]


def test_the_letter_about_another_offer_stays(offering):
    assert (decline(db.session.scalars(db.select(Case.id)).one(), END, END + DAY), states()) == (False, [WAITING])


@pytest.mark.parametrize("kind", [OFFERED, WISHED])
def test_no_letter_speaks_of_health_or_shows_the_note(offering, kind):
    letter = the(offering, kind)
    said = letter.subject + letter.text + letter.html
    assert (ILL.findall(said), "worse" in said) == ([], False)


def test_the_coordinator_reads_reference_language_and_the_way_to_the_case(offering):
    letter, reference = the(offering, WISHED), db.session.scalars(db.select(Case.reference)).one()
    assert (reference in letter.subject, "Fransızca" in letter.text) == (True, True)
    assert f"http://localhost/tr/desk/cases/{reference}" in letter.text


@pytest.mark.parametrize("language", ["en", "fr", "tr", "ar"])
def test_it_is_written_in_the_familys_language(scene, language):
    scene.times(scene.coordinator(speaks=(language,)), AT_NINE)
    waits(scene, "parent@family.example", any_time(languages=(language,)), language=language)
    offer(scene)
    letter = the(scene, OFFERED)
    assert (letter.language, 'dir="rtl"' in letter.html) == (language, language == "ar")


def test_the_third_one_says_that_it_is_the_last_without_an_answer(scene):
    scene.times(scene.coordinator(), *(AT_NINE + number * DAY for number in range(4)))
    waits(scene, "parent@family.example", any_time(languages=("fr",)))
    for number in range(4):
        offer(scene, NOW + number * DAY)
    assert ["pause" in draft.values and draft.values["pause"] for draft in scene.drafts(OFFERED)] == [
        False,
        False,
        True,
    ]


def test_a_family_without_an_address_is_offered_a_time_all_the_same(scene):
    scene.times(scene.coordinator(), AT_NINE)
    case_id = scene.family(email=None)
    wait(scene, case_id)
    assert (offer(scene), scene.letters(OFFERED)) == ([case_id], [])
