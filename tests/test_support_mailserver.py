"""The mail servers that other tests lean on do what they say."""

import smtplib
import socket
import ssl
from email.message import EmailMessage

import pytest


def test_mail_arrives_with_its_envelope_and_text(mail_server):
    with smtplib.SMTP("127.0.0.1", mail_server.port) as client:
        client.send_message(letter("Merhaba, şubat"))

    [message] = mail_server.wait_for(1)
    assert message.get_content() == "Merhaba, şubat\r\n"


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_who_trusts_the_authority_sends(mail_server_with, security):
    server = mail_server_with(security=security)

    send_verified(server, security, ca_file=server.ca_file)

    assert len(server.wait_for(1)) == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_who_does_not_trust_the_authority_cannot_send(mail_server_with, security):
    server = mail_server_with(security=security)

    with pytest.raises(ssl.SSLCertVerificationError):
        send_verified(server, security, ca_file=None)

    assert server.messages == []


def test_a_certificate_for_another_host_is_noticed(mail_server_with):
    server = mail_server_with(security="starttls", certificate_for="mail.example")

    with pytest.raises(ssl.SSLCertVerificationError, match="IP address mismatch"):
        send_verified(server, "starttls", ca_file=server.ca_file)


def test_without_starttls_nothing_is_taken(mail_server_with):
    server = mail_server_with(security="starttls")

    with smtplib.SMTP("127.0.0.1", server.port) as client, pytest.raises(smtplib.SMTPSenderRefused):
        client.send_message(letter())


def test_the_refusing_server_refuses_until_it_relents(refusing_mail_server):
    with smtplib.SMTP("127.0.0.1", refusing_mail_server.port) as client:
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            client.send_message(letter())
        refusing_mail_server.relent()
        client.send_message(letter())

    assert len(refusing_mail_server.wait_for(1)) == 1


def test_the_silent_server_says_nothing(silent_mail_server):
    caller = socket.create_connection(("127.0.0.1", silent_mail_server.port), timeout=0.2)
    with caller, pytest.raises(TimeoutError):
        caller.recv(1)

    assert silent_mail_server.callers == 1


def letter(text="text"):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@portal.example", "b@family.example", "subject"
    message.set_content(text)
    return message


def send_verified(server, security, ca_file):
    context = ssl.create_default_context(cafile=ca_file)
    if security == "tls":
        client = smtplib.SMTP_SSL("127.0.0.1", server.port, context=context)
    else:
        client = smtplib.SMTP("127.0.0.1", server.port)
    with client:
        if security == "starttls":
            client.starttls(context=context)
        client.send_message(letter())
