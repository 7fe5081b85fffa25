"""A letter that waits for a mail server says nothing that is not so any more, whatever order letters leave in."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from portal.booking.models import Appointment
from portal.booking.service.cancel import cancel
from portal.booking.service.change import move_by_office
from portal.extensions import db
from portal.mail import outbox
from portal.mail.draft import Draft
from portal.mail.models import OutboxMessage
from portal.transaction import transaction
from tests.booking.scene import AT_NINE, NOW, Scene, token
from tests.support.application import both_in_full

pytestmark = both_in_full
MINUTE, LATER = timedelta(minutes=1), AT_NINE + timedelta(minutes=80)
THEN = NOW + 5 * MINUTE
BOTH = ("", ".staff")
Act = Callable[[Scene, str], None]


def cancelled(scene: Scene, case_id: str) -> None:
    scene.cancel(case_id, THEN)


def cancelled_by_office(scene: Scene, case_id: str) -> None:
    with transaction() as session:
        about = {"settings": scene.settings, "now": THEN, "reason": "ill", "by_staff": True}
        cancel(session, scene.keyring, case_id, **about)


def moved(scene: Scene, case_id: str) -> None:
    scene.hold(case_id, LATER, THEN, moving=True)
    scene.move(case_id, LATER, THEN)


def moved_by_office(scene: Scene, case_id: str) -> None:
    with transaction() as session:
        about = {"settings": scene.settings, "now": THEN, "token": token(LATER), "reason": "ill"}
        move_by_office(session, scene.keyring, case_id, **about)


def told_of(scene: Scene, case_id: str, kind: str) -> None:
    """Bring about a letter of this kind, which then waits."""
    if kind == "moved":
        scene.hold(case_id, AT_NINE + timedelta(minutes=40), NOW + MINUTE, moving=True)
        scene.move(case_id, AT_NINE + timedelta(minutes=40), NOW + MINUTE)
    if kind == "changed":
        scene.talk(case_id, NOW + MINUTE, channel="video", phone="")


ENDS = pytest.mark.parametrize("ends", [cancelled, cancelled_by_office, moved, moved_by_office])


def rows(*kinds: str) -> list[str]:
    """The messages of these kinds, oldest first."""
    db.session.rollback()
    found = db.select(OutboxMessage.id).where(OutboxMessage.kind.in_(kinds)).order_by(OutboxMessage.created_at)
    return list(db.session.scalars(found))


def leaving(scene: Scene, *kinds: str, now: datetime = THEN + timedelta(hours=5)) -> list[Draft]:
    """What a mail server gets that has been away until now."""
    waiting = rows(*kinds)
    with transaction() as session:
        taken = [outbox.take(session, scene.keyring, one, now=now) for one in waiting]
    return [draft for draft in taken if draft is not None]


def sent(*kinds: str) -> None:
    """These letters have left."""
    for one in rows(*kinds):
        with transaction() as session:
            outbox.mark_sent(session, one, now=NOW + 2 * MINUTE)


def sent_again(scene: Scene, *kinds: str) -> list[Draft]:
    """What the desk's button brings on its way again."""
    for one in rows(*kinds):
        with transaction() as session:
            outbox.resend(session, one, now=THEN + MINUTE)
    return leaving(scene, *kinds)


def kinds_of(what: str) -> list[str]:
    return [f"appointment.{what}{to}" for to in BOTH]


@ENDS
@pytest.mark.parametrize("kind", ["booked", "moved", "changed"])
def test_what_tells_of_it_as_it_was_does_not_leave_after_a_cancel_or_a_move(clinic, case_id, ends, kind):
    told_of(clinic, case_id, kind)
    older = rows(*kinds_of(kind))
    ends(clinic, case_id)
    gone = {draft.meeting.sequence for draft in leaving(clinic, *kinds_of(kind))}
    assert (len(older), gone <= {found(clinic).sequence}) == (2, True)


@ENDS
@pytest.mark.parametrize("kind", ["booked", "changed"])
def test_nobody_sends_it_again(clinic, case_id, ends, kind):
    told_of(clinic, case_id, kind)
    sent(*kinds_of(kind))
    ends(clinic, case_id)
    assert sent_again(clinic, *kinds_of(kind)) == []


@ENDS
def test_what_is_so_now_leaves_all_the_same(clinic, case_id, ends):
    ends(clinic, case_id)
    what = kinds_of("moved" if "moved" in ends.__name__ else "cancelled")
    assert {draft.kind for draft in leaving(clinic, *what)} == set(what)


def found(scene: Scene) -> Appointment:
    db.session.rollback()
    return db.session.scalars(db.select(Appointment).where(Appointment.booked_at.is_not(None))).one()


# Another way to talk: the time is told as before, and how they talk as it is now


def test_a_first_letter_that_waits_says_the_way_to_talk_that_was_chosen_meanwhile(clinic, case_id):
    clinic.talk(case_id, THEN, channel="video", phone="")
    told = leaving(clinic, *kinds_of("booked"))
    assert [(one.values["channel"], one.meeting.sequence) for one in told] == [("video", 1)] * 2


def test_so_does_one_that_is_sent_again(clinic, case_id):
    sent(*kinds_of("booked"))
    clinic.talk(case_id, THEN, channel="video", phone="")
    told = sent_again(clinic, *kinds_of("booked"))
    assert [(one.values["channel"], one.meeting.sequence) for one in told] == [("video", 1)] * 2


def test_a_letter_about_a_move_still_says_which_time_it_was_before(clinic, case_id):
    moved(clinic, case_id)
    clinic.talk(case_id, THEN + MINUTE, channel="whatsapp", interpreter="sign")
    told = leaving(clinic, *kinds_of("moved"))
    assert [(one.values["channel"], "before" in one.values, one.meeting.sequence) for one in told] == [
        ("whatsapp", True, 2)
    ] * 2


def test_of_two_changes_only_the_last_one_is_told(clinic, case_id):
    clinic.talk(case_id, NOW + MINUTE, channel="video", phone="")
    clinic.talk(case_id, THEN, channel="whatsapp")
    assert [one.values["channel"] for one in leaving(clinic, *kinds_of("changed"))] == ["whatsapp"] * 2


def test_a_letter_of_a_consultation_before_is_not_told_as_one_of_this(clinic, case_id):
    with transaction() as session:
        session.execute(db.update(Appointment).values(status="noshow", absent="clinic"))
    clinic.hold(case_id, LATER, NOW + MINUTE)
    clinic.book(case_id, NOW + MINUTE)
    clinic.talk(case_id, THEN, channel="video", phone="")
    assert {one.meeting.start for one in leaving(clinic, *kinds_of("booked"))} == {LATER}


# Who gains it, and who loses it


@pytest.fixture
def two(clinic: Scene) -> Scene:
    """A consultation with one person, and a time of another one the day after."""
    clinic.times(clinic.coordinator("two"), LATER + timedelta(days=1))
    clinic.case_id = clinic.family()
    clinic.hold(clinic.case_id)
    clinic.book(clinic.case_id)
    return clinic


def moves(scene: Scene, start: datetime, now: datetime) -> None:
    scene.hold(scene.case_id, start, now, moving=True)
    scene.move(scene.case_id, start, now)


def to_staff(scene: Scene) -> dict[tuple[str, str], int]:
    """What waits for those who talk with the family, and with which SEQUENCE."""
    kinds = [f"appointment.{one}.staff" for one in ("booked", "moved", "changed", "cancelled")]
    return {(one.kind.split(".")[1], one.recipient[:3]): one.meeting.sequence for one in leaving(scene, *kinds)}


def test_who_gains_it_by_a_move_is_told_and_who_loses_it_only_that(two):
    moves(two, LATER + timedelta(days=1), NOW + MINUTE)
    assert to_staff(two) == {("cancelled", "one"): 1, ("booked", "two"): 1}


def test_who_gained_it_by_a_move_hears_of_the_time_though_the_way_to_talk_changes(two):
    moves(two, LATER + timedelta(days=1), NOW + MINUTE)
    two.talk(two.case_id, THEN, channel="video", phone="")
    assert to_staff(two) == {("cancelled", "one"): 1, ("booked", "two"): 2, ("changed", "two"): 2}


def test_who_has_it_back_is_not_told_that_it_is_lost(two):
    moves(two, LATER + timedelta(days=1), NOW + MINUTE)
    moves(two, AT_NINE, THEN)
    assert to_staff(two) == {("booked", "one"): 2, ("cancelled", "two"): 2}
