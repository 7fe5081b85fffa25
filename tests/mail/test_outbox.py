"""A letter is kept with what it tells, sent by the worker, and never lost."""

from datetime import timedelta

import pytest

from portal.extensions import db
from portal.i18n import speaking
from portal.jobs import queue
from portal.jobs.loop import Work, Worker
from portal.keys.keyring import KeyDestroyed
from portal.mail import outbox
from portal.mail.calendar import Meeting
from portal.mail.carrier import MemoryCarrier, NotCarried
from portal.mail.draft import Draft
from portal.mail.layout import write
from portal.mail.letter import Letter
from portal.mail.models import EXPIRED, REFUSED, SENT, UNREADABLE, WAITING, OutboxMessage
from portal.mail.sending import sender
from portal.transaction import transaction
from tests.support.application import Clock

NOW = Clock().now
MEETING = Meeting(
    uid="x@portal.example",
    sequence=0,
    start=NOW,
    end=NOW + timedelta(minutes=40),
    changed=NOW,
    summary="موضوع",
    description="وصف",
    location="هاتف",
    url="",
    organizer="office@portal.example",
    organizer_name="Office",
    attendee="parent@family.example",
    language="ar",
)
DRAFT = Draft(
    kind="test",
    recipient="parent@family.example",
    language="ar",
    template="cases/mail/welcome",
    not_after=NOW + timedelta(days=1),
    values={"public_name": "Office", "way": {"url": "https://portal.example/ar/resume/x", "code": "123456"}},
    meeting=MEETING,
    method="REQUEST",
)


class Unwilling:
    """A carrier that refuses until told otherwise."""

    def __init__(self, *, final: bool) -> None:
        self.final = final

    def carry(self, letter: Letter, message_id: str) -> None:
        raise NotCarried("450", final=self.final)


@pytest.fixture
def keyring(app_context):
    return app_context.extensions["portal"].keyring


def post(keyring, scope=outbox.INSTANCE) -> str:
    with transaction() as session:
        return outbox.post(session, keyring, DRAFT, scope=scope, now=NOW)


def post_and_fail(keyring) -> None:
    with transaction() as session:
        outbox.post(session, keyring, DRAFT, scope=outbox.INSTANCE, now=NOW)
        raise RuntimeError


def work(app, keyring, carrier, now=NOW) -> None:
    Worker(app, Work({outbox.SEND: sender(keyring, lambda: carrier)})).run_due(now)


def message() -> OutboxMessage:
    db.session.expire_all()
    return db.session.query(OutboxMessage).one()


def test_a_posted_draft_reaches_the_carrier_written_out(app_context, keyring):
    message_id, carrier = post(keyring), MemoryCarrier()
    work(app_context, keyring, carrier)
    assert carrier.carried == [(message_id, write(DRAFT))]


def test_a_draft_is_kept_unchanged(app_context, keyring):
    post(keyring)
    assert outbox.open_draft(message(), keyring) == DRAFT


def test_a_letter_is_written_in_the_recipients_language_whoever_writes_it(app_context):
    with speaking("fr"):
        letter = write(DRAFT)
    assert ('lang="ar" dir="rtl"' in letter.html, "123456" in letter.text, letter.language) == (True, True, "ar")


def test_a_sent_letter_is_not_sent_again(app_context, keyring):
    post(keyring)
    carrier = MemoryCarrier()
    work(app_context, keyring, carrier)
    work(app_context, keyring, carrier, NOW + timedelta(hours=2))
    assert (len(carrier.carried), message().state) == (1, SENT)


def test_a_letter_of_a_transaction_that_failed_is_never_sent(app_context, keyring):
    with pytest.raises(RuntimeError):
        post_and_fail(keyring)
    carrier = MemoryCarrier()
    work(app_context, keyring, carrier)
    assert carrier.carried == []


def test_a_passing_refusal_is_tried_again(app_context, keyring):
    post(keyring)
    work(app_context, keyring, Unwilling(final=False))
    carrier = MemoryCarrier()
    work(app_context, keyring, carrier, NOW + queue.FIRST_WAIT)
    assert (len(carrier.carried), message().state) == (1, SENT)


def test_a_final_refusal_ends_the_tries(app_context, keyring):
    post(keyring)
    work(app_context, keyring, Unwilling(final=True))
    assert message().state == REFUSED


def test_a_letter_that_is_too_late_is_not_sent(app_context, keyring):
    post(keyring)
    carrier = MemoryCarrier()
    work(app_context, keyring, carrier, NOW + timedelta(days=2))
    assert (carrier.carried, message().state) == ([], EXPIRED)


def test_without_a_mail_server_the_letter_waits(app_context, keyring):
    post(keyring)
    work(app_context, keyring, None)
    assert message().state == WAITING


def test_an_erased_case_takes_its_letters_along(app_context, keyring):
    keyring.create_case("c" * 32)
    post(keyring, outbox.case_scope("c" * 32))
    keyring.destroy_case("c" * 32)
    work(app_context, keyring, MemoryCarrier())
    assert message().state == UNREADABLE


def test_neither_address_nor_subject_is_stored_in_clear(app_context, keyring):
    post(keyring)
    assert b"parent@family.example" not in message().draft.blob


def test_a_letter_opens_with_its_own_key_only(app_context, keyring):
    keyring.create_case("c" * 32)
    post(keyring, outbox.case_scope("c" * 32))
    keyring.destroy_case("c" * 32)
    with pytest.raises(KeyDestroyed):
        outbox.open_draft(message(), keyring)
