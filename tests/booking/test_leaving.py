"""Somebody leaves the office: nothing is booked with whoever is not there, and nothing that is booked is forgotten."""

from datetime import datetime, timedelta

import pytest

from portal.booking.models import BOOKED, HELD, OFFERED, Appointment, Participant
from portal.booking.service import change, reserve
from portal.booking.service.gone import COORDINATOR_LEFT, who_left
from portal.booking.service.reminders import remind
from portal.desk import leaving
from portal.extensions import db
from portal.mail import outbox
from portal.mail.models import OutboxMessage
from portal.staff import service as staff
from portal.staff.models import StaffMember
from portal.transaction import transaction
from tests.booking.scene import AT_NINE, NOW, Scene, token
from tests.booking.test_moving_by_office import race
from tests.booking.waiting_scene import offer, wait
from tests.support.application import both_databases, both_in_full

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SOON, OFFER, LEFT = "appointment.soon", "appointment.offered", "appointments.left.staff"
SAID = {"channel": "phone", "phone": "+33 1 23 45 67 89", "interpreter": "no"}


def remove(scene: Scene, name: str = "one", now: datetime = NOW) -> int:
    with transaction() as session:
        person = staff.find_by_email(session, f"{name}@clinic.example")
        return leaving.revoke(session, scene.keyring, person, settings=scene.settings, now=now)


def let_in(scene: Scene, name: str = "one", now: datetime = NOW) -> None:
    with transaction() as session:
        leaving.reset(session, scene.keyring, staff.find_by_email(session, f"{name}@clinic.example"), now)


def forget(scene: Scene, name: str = "one") -> None:
    """Somebody is not active any more, by whatever way; nothing else was done."""
    with transaction() as session:
        session.query(StaffMember).filter_by(email=f"{name}@clinic.example").one().active = False


def take(scene: Scene, case_id: str, now: datetime = NOW, start: datetime = AT_NINE) -> Appointment:
    with transaction() as session:
        made = reserve.book(
            session, scene.keyring, case_id, settings=scene.settings, now=now, token=token(start), **SAID
        ).id
    return scene.appointment(made)


def reminded(scene: Scene, *moments: datetime) -> int:
    for moment in moments:
        with transaction() as session:
            remind(session, scene.keyring, settings=scene.settings, now=moment)
    return len(scene.drafts(SOON))


def pair(scene: Scene) -> str:
    """A family that talks in English with an interpreter, booked at nine; returns its case."""
    english, ear = scene.coordinator("english", speaks=("en",)), scene.coordinator("ear", role="interpreter")
    scene.times(english, AT_NINE)
    scene.times(ear, AT_NINE, minutes=180)
    return scene.family()


# What is kept


@both_databases
@pytest.mark.parametrize("how", [remove, forget])
def test_a_hold_with_somebody_who_left_is_not_booked(clinic, how):
    case_id = clinic.family()
    clinic.hold(case_id)
    how(clinic)
    with pytest.raises(reserve.SlotTaken):
        clinic.book(case_id, NOW + HOUR / 60)
    assert (clinic.free(), clinic.drafts()) == ([], [])


@both_databases
@pytest.mark.parametrize("how", [remove, forget])
def test_an_offer_of_somebody_who_left_is_not_taken(clinic, how):
    case_id = clinic.family()
    wait(clinic, case_id)
    offer(clinic)
    how(clinic)
    with pytest.raises(reserve.SlotTaken):
        take(clinic, case_id, NOW + HOUR)


@both_in_full
@pytest.mark.parametrize("how", [remove, forget])
def test_the_same_hour_of_a_colleague_is_booked_instead(clinic, how):
    case_id = clinic.family()
    clinic.hold(case_id)
    how(clinic)
    two = clinic.coordinator("two")
    clinic.times(two, AT_NINE)
    assert take(clinic, case_id).schedule_id == two


@both_in_full
@pytest.mark.parametrize("how", [remove, forget])
def test_the_same_hour_of_a_colleague_is_had_for_an_offer_too(clinic, how):
    case_id = clinic.family()
    wait(clinic, case_id)
    offer(clinic)
    how(clinic)
    two = clinic.coordinator("two")
    clinic.times(two, AT_NINE)
    assert take(clinic, case_id).schedule_id == two


@both_in_full
def test_a_move_to_somebody_who_left_leaves_the_old_time(clinic, case_id):
    clinic.times(clinic.coordinator("two"), AT_NINE + DAY)
    clinic.hold(case_id, AT_NINE + DAY, moving=True)
    remove(clinic, "two")
    with pytest.raises(reserve.SlotTaken):
        clinic.move(case_id, AT_NINE + DAY)
    assert reserve.booked(db.session(), case_id).start_at == AT_NINE


@both_in_full
@pytest.mark.parametrize("name", ["english", "ear"])
def test_the_other_one_of_a_pair_is_free_again(scene, name):
    scene.hold(pair(scene))
    remove(scene, name)
    assert db.session.query(Participant).count() == 0


@both_in_full
@pytest.mark.parametrize("name", ["english", "ear"])
def test_a_hold_of_a_pair_is_not_booked_without_one_of_them(scene, name):
    case_id = pair(scene)
    scene.hold(case_id)
    forget(scene, name)
    with pytest.raises(reserve.SlotTaken):
        scene.book(case_id)


@both_in_full
def test_an_offer_that_ended_so_counts_against_nobody_and_its_letter_stays(clinic):
    case_id = clinic.family()
    wait(clinic, case_id)
    offer(clinic)
    remove(clinic, now=NOW + HOUR)
    two = clinic.coordinator("two")
    clinic.times(two, AT_NINE)
    offer(clinic, NOW + HOUR)
    (made,) = db.session.query(Appointment).filter_by(status=OFFERED)
    first = db.session.query(OutboxMessage).filter_by(kind=OFFER).order_by(OutboxMessage.created_at).first().id
    assert (made.schedule_id, made.start_at) == (two, AT_NINE)
    with transaction() as session:
        assert outbox.take(session, clinic.keyring, first, now=NOW + 2 * HOUR) is None


# What is booked


@both_in_full
def test_what_is_booked_stays_and_no_family_is_told(clinic, case_id):
    before = len(clinic.drafts())
    assert remove(clinic) == 1
    assert reserve.booked(db.session(), case_id).status == BOOKED
    assert [one.kind for one in clinic.drafts()[before:]] == []


@both_databases
@pytest.mark.parametrize("name", ["english", "ear"])
def test_no_reminder_leaves_until_it_is_settled(scene, name):
    case_id = pair(scene)
    scene.hold(case_id)
    scene.book(case_id)
    remove(scene, name)
    assert reminded(scene, AT_NINE - DAY) == 0
    let_in(scene, name)
    assert reminded(scene, AT_NINE - DAY + HOUR) == 1


@both_in_full
def test_a_reminder_that_waits_for_a_mail_server_does_not_leave(clinic, case_id):
    assert reminded(clinic, AT_NINE - DAY) == 1
    remove(clinic, now=AT_NINE - DAY)
    waiting = db.session.query(OutboxMessage).filter_by(kind=SOON).one().id
    with transaction() as session:
        assert outbox.take(session, clinic.keyring, waiting, now=AT_NINE - DAY + HOUR) is None


# Who is told


@pytest.fixture
def heads(clinic) -> Scene:
    """A clinic with a lead who reads Turkish and somebody who is lead and admin."""
    for name, roles, language in (
        ("lead", ["lead"], "tr"),
        ("both", ["admin", "lead"], "en"),
        ("adm", ["admin"], "ar"),
    ):
        with transaction() as session:
            staff.invite(
                session,
                clinic.keyring,
                email=f"{name}@clinic.example",
                name=f"Test {name}",
                language=language,
                time_zone="Europe/Istanbul",
                roles=roles,
                languages=[],
                now=NOW,
            )
    return clinic


@both_databases
def test_leads_and_admins_are_told_once_each(heads, case_id):
    remove(heads)
    remove(heads)
    found = sorted((one.recipient, one.language, one.values["number"]) for one in heads.drafts(LEFT))
    assert found == [
        ("adm@clinic.example", "ar", 1),
        ("both@clinic.example", "en", 1),
        ("lead@clinic.example", "tr", 1),
    ]


@both_in_full
def test_where_nothing_is_booked_nobody_is_told(heads):
    clinic = heads
    clinic.hold(clinic.family())
    assert (remove(clinic), clinic.drafts(LEFT)) == (0, [])


def test_the_letter_names_references_and_times_and_leads_to_where_they_are_settled(heads, case_id):
    remove(heads)
    letters = {one.recipient: one for one in heads.letters(LEFT)}
    reference = heads.drafts("appointment.booked")[0].values["reference"]
    english = letters["both@clinic.example"]
    here = f"{reference}: Monday, 8 March 2027, 09:00 (Istanbul, UTC+3)\n"
    there = "On the family’s clock: Monday, 8 March 2027, 07:00 (Paris, UTC+1)\n"
    assert [said in english.text for said in (here + there, "/en/desk/cases")] == [True] * 2
    assert "/ar/desk/people" in letters["adm@clinic.example"].text


def test_nothing_of_a_family_stands_in_it(heads, case_id):
    remove(heads)
    said = " ".join(one.text + one.html for one in heads.letters(LEFT))
    assert ("parent@family.example" in said, "+33" in said) == (False, False)


@both_in_full
def test_what_was_is_over_counts_no_more(heads, case_id):
    assert remove(heads, now=AT_NINE) == 0


def test_an_unknown_person_without_a_calendar_stands_in_nobodys_way(heads):
    assert remove(heads, "lead") == 0


@both_in_full
def test_after_a_move_the_next_one_has_it_and_is_reminded_of(heads, case_id):
    remove(heads)
    heads.times(heads.coordinator("two"), AT_NINE + DAY)
    more = {"settings": heads.settings, "now": NOW, "token": token(AT_NINE + DAY), "reason": "ill"}
    with transaction() as session:
        change.move_by_office(session, heads.keyring, case_id, **more)
    assert reminded(heads, AT_NINE) == 1


@both_databases
def test_whoever_books_while_somebody_is_removed_has_it_marked_or_is_told_that_it_is_taken(clinic):
    case_id = clinic.family()
    clinic.hold(case_id)
    found = race(clinic, lambda: clinic.book(case_id), lambda: remove(clinic))
    kept = db.session.query(Appointment).filter(Appointment.status == HELD).count()
    stands = reserve.booked(db.session(), case_id)
    assert (found["done"], kept) == (2 if stands else 1, 0)
    assert stands is None or who_left(stands) == COORDINATOR_LEFT
