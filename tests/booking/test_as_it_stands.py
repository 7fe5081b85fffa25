"""A letter about something else names the consultation as it stands when it leaves, however late that is."""

from datetime import datetime, timedelta

import pytest

from portal.booking.service.change import move_by_office
from portal.extensions import db
from portal.mail import outbox
from portal.mail.carrier import MemoryCarrier, NotCarried
from portal.mail.letter import Letter
from portal.mail.models import OutboxMessage
from portal.transaction import transaction
from tests.booking.by_the_office import PHONE, absent, book, cancel, move
from tests.booking.scene import AT_NINE, Scene, token
from tests.staff.colleague import Colleague
from tests.support.application import Clock, both_in_full
from tests.support.visitor import Visitor

pytestmark = both_in_full
MISSED = "appointment.missed"
FORM, CANCELLED = ("intake.received", "intake.summary"), ("appointment.cancelled", "appointment.cancelled.staff")
SEVEN, NOT_YET = "8 March 2027, 07:00", "You have not chosen a time"
NEXT_DAY, A_WHILE = AT_NINE + timedelta(days=1), timedelta(hours=1)
NOTHING = "You need do nothing more until then."


class Grey(MemoryCarrier):
    """A mail server that asks once to come back later with letters of these kinds."""

    def __init__(self, *kinds: str) -> None:
        super().__init__()
        self.kinds, self.seen = kinds, set()

    def carry(self, letter: Letter, message_id: str) -> None:
        if letter.kind in self.kinds and message_id not in self.seen:
            self.seen.add(message_id)
            raise NotCarried("grey", final=False)
        super().carry(letter, message_id)


@pytest.fixture
def parent(office: Colleague) -> Visitor:
    """A family in Paris that has the first time and an address; what was told of it has left."""
    booked = book(Visitor(office.app).begin().answer())
    booked.work()
    return booked


def late(parent: Visitor, clock: Clock, *kinds: str) -> dict[str, Letter]:
    """What leaves once the mail server takes it."""
    for minutes in (0, 5):
        clock.advance(minutes=minutes)
        parent.work()
    return {one.kind: one for _id, one in parent.carrier.carried if one.kind in kinds}


def sends(parent: Visitor, *greyed: str) -> None:
    """The form is sent; letters of these kinds do not leave yet."""
    parent.carrier = Grey(*greyed)
    parent.post("/case/check")
    parent.work()


# The form has arrived


def test_after_a_cancel_it_names_no_time(office, parent, clock):
    sends(parent, *FORM)
    cancel(office, parent)
    told = late(parent, clock, *FORM)
    assert [SEVEN in one.text or NOTHING in one.text for one in told.values()] == [False, False]
    assert [NOT_YET in one for one in (told[FORM[0]].text, told[FORM[0]].html)] == [True, True]


def test_after_a_move_it_names_the_new_time(office, parent, clock):
    sends(parent, *FORM)
    move(office, parent)
    told = late(parent, clock, *FORM)
    assert [hour in told[FORM[0]].text for hour in (SEVEN, "8 March 2027, 07:40", NOTHING)] == [False, True, True]
    assert ["09:00" in told[FORM[1]].text, "09:40" in told[FORM[1]].text] == [False, True]


def test_booked_meanwhile_it_names_that_time(office, clock):
    parent = Visitor(office.app).begin().answer()
    sends(parent, *FORM)
    book(parent)
    told = late(parent, clock, FORM[0])[FORM[0]].text
    assert (SEVEN in told, NOT_YET in told) == (True, False)


def test_sent_again_from_the_desk_it_names_the_time_that_stands(app, office, parent, clock):
    sends(parent)
    move(office, parent)
    with app.app_context(), transaction() as session:
        for one in session.scalars(db.select(OutboxMessage.id).where(OutboxMessage.kind.in_(FORM))):
            outbox.resend(session, one, now=clock())
    told = late(parent, clock, *FORM)
    assert ["07:40" in told[FORM[0]].text, "09:40" in told[FORM[1]].text] == [True, True]


def test_after_the_conversation_it_asks_for_nothing(app, office, parent, clock):
    sends(parent, *FORM)
    clock.now = AT_NINE + timedelta(hours=1)
    absent(app, parent, "took_place")
    told = late(parent, clock, FORM[0])[FORM[0]].text
    assert [words in told for words in (SEVEN, NOT_YET, NOTHING)] == [False] * 3


def test_the_summary_says_how_they_talk_by_now(app, parent, clock):
    sends(parent, *FORM)
    parent.post("/case/appointment/details", **PHONE, interpreter="sign")
    assert "Tercüman isteniyor." in late(parent, clock, FORM[1])[FORM[1]].text


def test_whom_it_was_taken_from_reads_no_time_in_the_summary(app, office, parent, clock):
    sends(parent, *FORM)
    with app.app_context():
        scene = Scene(app)
        scene.times(scene.coordinator("two", speaks=("en",)), AT_NINE)
        about = {"settings": scene.settings, "now": clock(), "token": token(), "reason": "ill", "sequence": "0"}
        with transaction() as session:
            move_by_office(session, scene.keyring, parent.case_id(), **about)
    told = late(parent, clock, FORM[1])[FORM[1]]
    assert (told.recipient, "09:00" in told.text, "not chosen" in told.text) == ("one@clinic.example", False, False)


# An earlier time is cancelled


@pytest.fixture
def again(parent: Visitor, clock: Clock) -> Visitor:
    """A family that cancelled by mistake and has booked the same time again, before its letters left."""
    parent.carrier = Grey(*CANCELLED)
    parent.post("/case/appointment/cancel", slot=token())
    parent.work()
    clock.advance(seconds=20)
    return book(parent)


def test_a_cancel_that_leaves_after_the_next_booking_says_that_this_stands(again, clock):
    told = late(again, clock, *CANCELLED)
    assert "your earlier conversation is cancelled, the new one is booked" in told[CANCELLED[0]].subject
    hours = {
        CANCELLED[0]: "8 March 2027, 07:00 (Paris, UTC+1)",
        CANCELLED[1]: "8 Mart 2027 Pazartesi, 09:00 (İstanbul, UTC+3)",
    }
    assert [told[kind].text.count(hour) for kind, hour in hours.items()] == [2, 2]
    assert ["This one stands:" in told[CANCELLED[0]].text, "for another family" in told[CANCELLED[0]].text] == [
        True,
        False,
    ]


def test_calendars_end_the_earlier_entry_all_the_same(again, clock):
    told = late(again, clock, *CANCELLED)
    booked = [one for _id, one in again.carrier.carried if one.kind == "appointment.booked"]
    uids = {line for one in told.values() for line in one.calendar.ics.splitlines() if line.startswith("UID:")}
    assert ({one.calendar.method for one in told.values()}, len(uids)) == ({"CANCEL"}, 1)
    assert uids.isdisjoint(booked[-1].calendar.ics.splitlines())


def test_where_the_next_one_was_cancelled_too_both_are(office, again, clock):
    cancel(office, again)
    told = late(again, clock, CANCELLED[0])[CANCELLED[0]]
    assert "stands" not in told.text


def test_where_another_person_has_the_next_one_who_had_the_first_reads_only_that_it_is_gone(
    app,
    again,
    office,
    clock,
):
    with app.app_context():
        scene = Scene(app)
        scene.times(scene.coordinator("two", speaks=("en",)), AT_NINE)
        about = {"settings": scene.settings, "now": clock(), "token": token(), "reason": "ill", "sequence": "0"}
        with transaction() as session:
            move_by_office(session, scene.keyring, again.case_id(), **about)
    assert "with you again" not in late(again, clock, CANCELLED[1])[CANCELLED[1]].text


# A conversation was missed


def gone_by(parent: Visitor, clock: Clock, now: datetime) -> list[str]:
    """The words about missed conversations, once the mail server takes them."""
    clock.now = now
    parent.work()
    return [said for _id, one in parent.carrier.carried if one.kind == MISSED for said in (one.text, one.html)]


def test_once_missed_it_asks_to_choose_another_time(app, parent, clock):
    absent(app, parent, "family")
    said = gone_by(parent, clock, AT_NINE + A_WHILE)
    assert [("You can choose another time" in one, "stands" in one) for one in said] == [(True, False)] * 2


def test_booked_again_before_it_leaves_it_names_that_time(app, parent, clock):
    absent(app, parent, "family")
    book(parent, NEXT_DAY)
    said = gone_by(parent, clock, AT_NINE + A_WHILE)
    assert [("You can choose another time" in one, "This one stands" in one) for one in said] == [(False, True)] * 2
    assert ["9 March 2027, 07:00" in one for one in said] == [True] * 2


def test_missed_by_the_family_a_second_time_before_it_leaves_it_offers_no_time(app, parent, clock):
    absent(app, parent, "family")
    book(parent, NEXT_DAY)
    absent(app, parent, "family", now=NEXT_DAY + A_WHILE)
    said = gone_by(parent, clock, NEXT_DAY + A_WHILE)
    assert [("choose another time" in one, "write or call" in one) for one in said] == [(False, True)] * 4


def test_below_what_stands_a_line_is_free_before_the_end(app, parent, clock):
    absent(app, parent, "family")
    book(parent, NEXT_DAY)
    text, _html = gone_by(parent, clock, AT_NINE + A_WHILE)
    assert "/resume\n\n--\n" in text


def test_below_a_time_that_was_booked_again_too(again, clock):
    assert "/resume\n\n--\n" in late(again, clock, CANCELLED[0])[CANCELLED[0]].text
