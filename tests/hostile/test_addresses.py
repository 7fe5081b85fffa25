"""Addresses: one letter goes to one recipient, at the place that was typed; what is refused stays in its field."""

import html
import re
import unicodedata

import idna
import pytest

from portal.mail.carrier import SmtpCarrier
from tests.hostile.attacker import Attacker, faults
from tests.hostile.clinic import Clinic
from tests.hostile.forms import Form, Way, with_fields
from tests.hostile.values import NO_ADDRESSES
from tests.support.visitor import TICKED

ASKED = {
    "family.start_agree": "contact_email",
    "family.resume": "contact_email",
    "family.contact": "contact_email",
    "desk.people": "email",
}
ASKING = [form for form in with_fields() if form.endpoint in ASKED]
# What is typed, and where its letter must go.
ACCEPTED = {
    "  parent@family.example \t": "parent@family.example",
    "parent@family.example\r\n": "parent@family.example",
    "PARENT@Family.Example": "PARENT@family.example",
    "a+b.c-d_e@family.example": "a+b.c-d_e@family.example",
    "o'brien@family.example": "o'brien@family.example",
    "-oQ/tmp/x@family.example": "-oQ/tmp/x@family.example",
    "a|b`id`@family.example": "a|b`id`@family.example",
    "parent@ｆａｍｉｌｙ。example": "parent@family.example",
    "parent@bücher.example": "parent@xn--bcher-kva.example",
    "parent@xn--bcher-kva.example": "parent@xn--bcher-kva.example",
    "parent@faß.example": f"parent@{idna.encode('faß.example').decode()}",
    "parent@xn--fa-hia.example": "parent@xn--fa-hia.example",
    "parent@مثال.example": "parent@xn--mgbh0fb.example",
    "parent@İSTANBUL.example": f"parent@{idna.encode('i̇stanbul.example').decode()}",
    "parent@f\u0430mily.example": "parent@xn--fmily-4ve.example",
}


@pytest.fixture
def send(clinic: Clinic):
    """Gives an address at the start; returns the letters that follow."""

    def give(typed: str):
        clinic.visitor().work()  # what others have waiting is not looked at
        Attacker.like(clinic.undecided()).post("/en/start/agree", {**TICKED, "contact_email": typed}.items())
        return [letter for _id, letter in clinic.visitor().work().carried]

    return give


def refused(way: Way, field: str, typed: str) -> list[str]:
    """What is wrong with the answer to an address that cannot be taken."""
    answer = way.post({field: typed})
    found = list(faults(answer, "en"))
    if f'href="#{field}"' not in answer.text:
        return [*found, f"taken with {answer.status_code}"]
    shown = html.unescape(re.search(rf'name="{field}"[^>]*? value="([^"]*)"', answer.text)[1])
    return found if plain(shown) == plain(typed) else [*found, f"shown as {shown!r}"]


def plain(text: str) -> str:
    """Without control characters and space around it: a form may leave these out of what it shows again."""
    return "".join(mark for mark in text if unicodedata.category(mark) != "Cc").strip()


@pytest.mark.parametrize("form", ASKING, ids=str)
def test_what_is_no_address_is_refused_and_stays_in_its_field(way_to, form: Form):
    found = [(typed, refused(way_to(form), ASKED[form.endpoint], typed)) for typed in NO_ADDRESSES]
    assert [one for one in found if one[1]] == []


@pytest.mark.parametrize("form", ASKING, ids=str)
def test_an_encoded_word_is_no_address(way_to, form: Form):
    # Mail servers that decode it, as our own mailbox does, read another address than the one that we send to.
    typed = "=?utf-8?q?evil=40evil.example=2C?=@family.example"
    assert refused(way_to(form), ASKED[form.endpoint], typed) == []


@pytest.mark.parametrize("form", ASKING, ids=str)
def test_what_is_refused_stores_and_posts_nothing(clinic: Clinic, way_to, form: Form):
    way, before = way_to(form), clinic.rows()
    for typed in NO_ADDRESSES:
        way.post({ASKED[form.endpoint]: typed})
    assert clinic.rows() == before


@pytest.mark.parametrize("typed", ACCEPTED)
def test_a_letter_goes_to_one_recipient_at_the_place_that_was_typed(make_app, mail_server, send, typed: str):
    (letter,) = send(typed)
    app = make_app(mail_server="127.0.0.1", mail_port=mail_server.port, mail_use_tls=False)
    SmtpCarrier(app).carry(letter, "0123")
    (delivery,) = mail_server.deliveries
    named = [delivery.message.get_all(name) for name in ("To", "Cc", "Bcc")]
    assert (delivery.recipients, named) == ((ACCEPTED[typed],), [[ACCEPTED[typed]], None, None])


@pytest.mark.parametrize("typed", ACCEPTED)
def test_whoever_gave_an_address_is_found_by_it_again(clinic: Clinic, send, typed: str):
    send(typed)
    clinic.clock.advance(minutes=10)  # one mailbox gets few letters, and the same one is meant here several times
    Attacker.like(clinic.visitor()).post("/en/resume", [("contact_email", typed)])
    assert "way_back" in {letter.kind for _id, letter in clinic.visitor().work().carried}


@pytest.mark.parametrize("typed", ["  P@FAMILY.example ", "\tp@family.example\r\n"])
def test_a_case_is_found_however_its_address_is_typed(clinic: Clinic, send, typed: str):
    send("p@family.example")
    Attacker.like(clinic.visitor()).post("/en/resume", [("contact_email", typed)])
    assert "way_back" in {letter.kind for _id, letter in clinic.visitor().work().carried}
