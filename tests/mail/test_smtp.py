"""Over real SMTP: what arrives, and what happens with servers that are silent, strange or unwilling."""

from datetime import timedelta

import pytest

from portal.jobs import queue
from portal.mail import carrier
from portal.mail.carrier import NotCarried, SmtpCarrier
from portal.mail.letter import Calendar, Letter
from tests.support.mailserver import SlowServer

LETTER = Letter(
    kind="appointment.booked",
    recipient="parent@family.example",
    language="tr",
    subject="Görüşmeniz",
    text="Merhaba\n",
    html="<html lang='tr' dir='ltr'><p>Merhaba</p></html>",
    calendar=Calendar("REQUEST", "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nX-WR-CALNAME:Görüşme\r\nEND:VCALENDAR\r\n"),
)


def carry(make_app, port: int, **settings: object) -> None:
    app = make_app(mail_server="127.0.0.1", mail_port=port, **{"mail_use_tls": False, "mail_timeout": 2, **settings})
    SmtpCarrier(app).carry(LETTER, "0123")


def test_a_letter_arrives_with_the_headers_of_the_contract(make_app, mail_server):
    carry(make_app, mail_server.port)
    (message,) = mail_server.messages
    names = ("Subject", "To", "Message-ID", "X-Portal-Kind", "Auto-Submitted", "Content-Language")
    assert [str(message[name]) for name in names] == [
        "Görüşmeniz",
        "parent@family.example",
        "<0123@localhost>",
        "appointment.booked",
        "auto-generated",
        "tr",
    ]


def test_a_letter_has_text_html_and_calendar_parts(make_app, mail_server):
    carry(make_app, mail_server.port)
    types = [part.get_content_type() for part in mail_server.messages[0].walk() if not part.is_multipart()]
    assert types[:3] == ["text/plain", "text/html", "text/calendar"]


def test_the_calendars_method_stands_in_its_type(make_app, mail_server):
    carry(make_app, mail_server.port)
    part = next(p for p in mail_server.messages[0].walk() if p.get_content_type() == "text/calendar")
    assert part.get_param("method") == "REQUEST"


def test_each_calendar_says_its_method_and_charset_and_is_read_in_it(make_app, mail_server):
    carry(make_app, mail_server.port)
    parts = [one for one in mail_server.messages[0].walk() if one.get_content_type() == "text/calendar"]
    said = [(one.get_param("method"), one.get_content_charset(), "Görüşme" in one.get_content()) for one in parts]
    assert said == [("REQUEST", "utf-8", True)] * 2


def test_a_trusted_certificate_is_accepted(make_app, mail_server_with):
    server = mail_server_with(security="starttls", certificate_for="127.0.0.1")
    carry(make_app, server.port, mail_use_tls=True, mail_ca_file=str(server.ca_file))
    assert len(server.messages) == 1


def test_an_unknown_certificate_is_not_trusted(make_app, mail_server_with):
    server = mail_server_with(security="starttls", certificate_for="127.0.0.1")
    with pytest.raises(NotCarried) as caught:
        carry(make_app, server.port, mail_use_tls=True)
    assert (caught.value.final, server.messages) == (False, [])


def test_a_certificate_for_another_host_is_not_trusted(make_app, mail_server_with):
    server = mail_server_with(security="starttls", certificate_for="mail.example")
    with pytest.raises(NotCarried):
        carry(make_app, server.port, mail_use_tls=True, mail_ca_file=str(server.ca_file))


def test_a_silent_server_is_left_after_the_timeout(make_app, silent_mail_server):
    with pytest.raises(NotCarried) as caught:
        carry(make_app, silent_mail_server.port)
    assert (caught.value.final, silent_mail_server.callers) == (False, 1)


@pytest.mark.parametrize(("reply", "final"), [("450 later", False), ("550 never", True)])
def test_a_refused_address_is_final_only_with_5xx(make_app, refusing_mail_server, reply, final):
    refusing_mail_server.refuse(reply)
    with pytest.raises(NotCarried) as caught:
        carry(make_app, refusing_mail_server.port)
    assert caught.value.final is final


def test_a_server_that_is_not_there_is_tried_later(make_app):
    with pytest.raises(NotCarried) as caught:
        carry(make_app, 9)
    assert not caught.value.final


@pytest.mark.parametrize("moment", ["EHLO", "MAIL", "RCPT", "DATA", "TEXT", "ANSWER"])
def test_a_line_that_is_dropped_before_the_answer_is_tried_later(make_app, dropping_mail_server, moment):
    dropping_mail_server.drop(moment)
    with pytest.raises(NotCarried) as caught:
        carry(make_app, dropping_mail_server.port)
    assert (caught.value.final, dropping_mail_server.drops) == (False, 1)


def test_a_line_that_is_dropped_at_the_goodbye_is_no_reason_to_send_again(make_app, dropping_mail_server):
    dropping_mail_server.drop("QUIT")
    carry(make_app, dropping_mail_server.port)
    assert (len(dropping_mail_server.messages), dropping_mail_server.drops) == (1, 1)


def test_a_server_whose_every_answer_is_slow_is_waited_for(make_app, tmp_path):
    # Each answer comes in time, all of them together do not: the patience is for an answer, not for the letter.
    with SlowServer(tmp_path, seconds=0.6, each=True) as server:
        carry(make_app, server.port, mail_timeout=1)
        assert [str(message["Message-ID"]) for message in server.messages] == ["<0123@localhost>"]


def test_a_letter_that_takes_longer_than_a_letter_may_is_tried_later(make_app, tmp_path, monkeypatch):
    monkeypatch.setattr(carrier, "LONGEST", 1)
    with SlowServer(tmp_path, seconds=0.6, each=True) as server:
        with pytest.raises(NotCarried) as caught:
            carry(make_app, server.port, mail_timeout=1)
        assert (caught.value.final, server.messages) == (False, [])


def test_the_longest_that_a_letter_may_take_ends_before_its_lease():
    assert timedelta(seconds=carrier.LONGEST) * 1.5 < queue.LEASE


def test_a_server_that_is_slower_than_our_patience_is_left(make_app, slow_mail_server):
    with pytest.raises(NotCarried) as caught:
        carry(make_app, slow_mail_server.port, mail_timeout=1)
    assert not caught.value.final
