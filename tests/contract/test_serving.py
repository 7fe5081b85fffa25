"""The running product: stops when asked, and stays quick while the mail server is silent."""

import time

import pytest

from tests.support.journey import Journey
from tests.support.walking import Family

SOON = 5.0  # far below the mail timeout of 20 s, far above what a page needs


def test_it_stops_when_asked(serve):
    assert serve().stop() == 0


def test_pages_do_not_wait_for_a_silent_mail_server(serve, silent_mail_server):
    portal = serve(mail_server="127.0.0.1", mail_port=silent_mail_server.port, mail_use_tls=0, mail_timeout=20)
    walk = Journey(Family(portal.base_url, "en"), "en")
    began = time.monotonic()
    walk.begin()
    walk.answer("person")
    walk.book()
    assert time.monotonic() - began < SOON * 3
    listed = portal.command("outbox", "list", "--json").stdout
    assert listed.count('"waiting"') >= 3


@pytest.mark.exhaustive
def test_what_a_dead_mail_server_missed_is_sent_when_it_is_back(serve, tmp_path, mail_server):
    instance = tmp_path / "instance"
    portal = serve(instance=instance, mail_server="127.0.0.1", mail_port=9, mail_use_tls=0)
    walk = Journey(Family(portal.base_url, "tr"), "tr")
    walk.begin()
    portal.stop()
    back = serve(instance=instance, mail_server="127.0.0.1", mail_port=mail_server.port, mail_use_tls=0)
    back.command("outbox", "release")
    (message,) = mail_server.wait_for(1)
    assert (message["X-Portal-Kind"], message["Content-Language"]) == ("welcome", "tr")
