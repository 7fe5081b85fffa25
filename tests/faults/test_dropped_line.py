"""A mail server that drops the line, or is slow: the letter is tried again, recognisable as the same, and told once."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from portal.extensions import db
from portal.jobs import queue
from portal.jobs.loop import Worker
from portal.lifecycle.work import build_work
from portal.mail.models import SENT, WAITING, OutboxMessage
from tests.support.application import Clock, both_databases
from tests.support.journey import Journey
from tests.support.mailserver import DroppingServer, SlowServer
from tests.support.serving import Portal
from tests.support.visitor import Visitor
from tests.support.walking import Family

NOW = Clock().now
BEFORE_IT_HAS_THE_LETTER = ["EHLO", "MAIL", "RCPT", "DATA", "TEXT"]


@pytest.fixture
def posted(make_app: Callable[..., Flask], dropping_mail_server: DroppingServer) -> Flask:
    """An application with one letter to send, and a real way to a server that drops the line."""
    app = make_app(mail_server="127.0.0.1", mail_port=dropping_mail_server.port, mail_use_tls=False, mail_timeout=5)
    app.extensions["portal"].clock = Clock()
    Visitor(app).begin()
    return app


def work(app: Flask, now=NOW) -> None:
    """What is due, by the real carrier."""
    worker = Worker(app, build_work(app, app.extensions["portal"]))
    with app.app_context():
        while worker.run_due(now):
            pass


def messages(app: Flask) -> list[tuple[str, int]]:
    """State and tries of everything in the outbox."""
    with app.app_context():
        found = db.session.scalars(db.select(OutboxMessage)).all()
        return [(row.state, row.attempts) for row in found]


@both_databases
@pytest.mark.parametrize("moment", BEFORE_IT_HAS_THE_LETTER)
def test_a_letter_that_was_not_taken_arrives_once_when_the_server_keeps_the_line(posted, dropping_mail_server, moment):
    dropping_mail_server.drop(moment)
    work(posted)
    before = messages(posted)
    dropping_mail_server.keep_the_line()
    work(posted, NOW + queue.FIRST_WAIT)
    assert (before, messages(posted), len(dropping_mail_server.messages)) == ([(WAITING, 1)], [(SENT, 2)], 1)


@both_databases
def test_a_letter_whose_answer_was_lost_is_sent_again_as_the_same_message(posted, dropping_mail_server):
    work(posted)
    dropping_mail_server.keep_the_line()
    work(posted, NOW + queue.FIRST_WAIT)
    names = [str(message["Message-ID"]) for message in dropping_mail_server.messages]
    assert (len(names), len(set(names)), messages(posted)) == (2, 1, [(SENT, 2)])


def test_the_second_try_says_the_same_as_the_first(posted, dropping_mail_server):
    # A code made anew would make the letter that came first, and may be the only one read, useless.
    work(posted)
    dropping_mail_server.keep_the_line()
    work(posted, NOW + queue.FIRST_WAIT)
    texts = {str(one.get_body(("plain",)).get_content()) for one in dropping_mail_server.messages}
    assert len(texts) == 1


def test_a_letter_that_was_taken_at_last_is_never_sent_again(posted, dropping_mail_server):
    dropping_mail_server.drop("QUIT")
    work(posted)
    work(posted, NOW + timedelta(days=1))
    assert (messages(posted), len(dropping_mail_server.messages)) == ([(SENT, 1)], 1)


def test_a_server_that_drops_the_line_for_a_day_delays_and_loses_nothing(posted, dropping_mail_server):
    dropping_mail_server.drop("EHLO")
    for hours in range(24):
        work(posted, NOW + timedelta(hours=hours))
    dropping_mail_server.keep_the_line()
    work(posted, NOW + timedelta(hours=25))
    assert (messages(posted)[0][0], len(dropping_mail_server.messages)) == (SENT, 1)


def welcomed(portal: Portal) -> Journey:
    """A family that has just begun: a letter is on its way to it."""
    walk = Journey(Family(portal.base_url, "fr"), "fr")
    walk.begin()
    return walk


def outbox_of(portal: Portal) -> list[tuple[str, str]]:
    """Kind and state of every message, as an operator lists them."""
    done = portal.command("outbox", "list", "--json", "--all")
    return [(one["kind"], one["state"]) for one in json.loads(done.stdout)]


@pytest.mark.exhaustive
def test_the_operator_sees_one_message_sent_once_when_the_server_is_well_again(serve, dropping_mail_server):
    portal = serve(mail_server="127.0.0.1", mail_port=dropping_mail_server.port, mail_use_tls=0)
    welcomed(portal)
    dropping_mail_server.wait_for_drops(1)
    waiting = outbox_of(portal)
    dropping_mail_server.keep_the_line()
    portal.command("outbox", "release")
    first, second = dropping_mail_server.wait_for(2)
    portal.stop()  # which waits until the worker has written down what became of the letter
    assert (waiting, outbox_of(portal)) == ([("welcome", "waiting")], [("welcome", "sent")])
    assert (first["Message-ID"], first["To"]) == (second["Message-ID"], second["To"])


@pytest.mark.exhaustive
def test_a_letter_arrives_once_at_a_server_whose_every_answer_is_slow(serve, tmp_path):
    with SlowServer(tmp_path, seconds=0.7, each=True) as server:
        portal = serve(mail_server="127.0.0.1", mail_port=server.port, mail_use_tls=0, mail_timeout=1)
        welcomed(portal)
        server.wait_for(1)
        portal.stop()
        assert (len(server.messages), outbox_of(portal)) == (1, [("welcome", "sent")])
