"""What is odd and right is welcome: real names, numbers as they are pasted; and what cannot be read is no name."""

import html
import re
import unicodedata

import pytest

from portal.cases.models import Case
from portal.extensions import db
from portal.intake.service.answers import read_case
from tests.hostile.attacker import Attacker, faults
from tests.hostile.clinic import Clinic
from tests.hostile.forms import forms
from tests.hostile.values import LINES, MARKUP, NAMES, NASTY, SHORT, UNSEEN
from tests.support.journey import SECTIONS
from tests.support.visitor import Visitor

PERSON = "/en/case/section/person"
# What opens another direction for all that follows; a name needs none of it, unlike the marks of a script.
TURNS = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
NUMBERS = (
    *("+33 1 23 45 67 89", "\u202a+33 1 23 45 67 89\u202c", "\u2066+33 1 23 45 67 89\u2069", "\ufeff+33123456789"),
    *(
        "+33\u00a01\u00a023\u00a045\u00a067\u00a089",
        "+33\u202f1\u202f23\u202f45\u202f67\u202f89",
        "tel:+33-1-23-45-67-89",
    ),
    *(
        "+33 (0)1 23 45 67 89",
        "0033123456789",
        "01 23 45 67 89",
        "+٣٣١٢٣٤٥٦٧٨٩",
        "+۳۳۱۲۳۴۵۶۷۸۹",
        "+३३१२३४५६७८९",
        "＋３３１２３４５６７８９",
    ),
)


@pytest.fixture(scope="module")
def family(clinic: Clinic) -> Visitor:
    """A family that has said who it is about."""
    assert clinic.office
    return clinic.newcomer().answer()


@pytest.fixture
def sender(family: Visitor) -> Attacker:
    return Attacker.like(family)


def call(sender: Attacker, name: str | bytes):
    return sender.post(PERSON, {**SECTIONS["person"], "given_name": name}.items())


def saved(clinic: Clinic, family: Visitor) -> str:
    """The name as it is kept."""
    with clinic.app.app_context():
        here, case = clinic.app.extensions["portal"], db.session.get_one(Case, clinic.case_of(family))
        return read_case(db.session(), here.keyring, case, today=clinic.clock().date()).name


def in_field(text: str, name: str) -> str:
    """What stands in a field of a page."""
    return html.unescape(re.search(rf'name="{name}"[^>]*? value="([^"]*)"', text)[1])


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_real_name_is_taken_and_read_as_it_was_written(clinic, family, sender, name: str):
    answer, kept = call(sender, f" {name} "), unicodedata.normalize("NFC", name)
    field = in_field(family.open(PERSON).text, "given_name")
    desk = html.unescape(clinic.office.client.get(f"/en/desk/cases/{clinic.reference_of(family)}").text)
    assert (answer.status_code, field, f">{kept}</span>" in desk) == (303, kept, True)


def test_the_office_has_people_with_real_names(clinic):
    admin = clinic.somebody("admin")
    for number, name in enumerate(NAMES):
        said = {"language": "en", "roles": ["lead"], "speaks": ["en"], "email": f"real{number}@clinic.example"}
        admin.post("/people", name=name, zone="Europe/Istanbul", **said)
    page = html.unescape(admin.open("/people").text)
    assert [name for name in NAMES if f"<bdi>{name}</bdi>" not in page] == []


@pytest.mark.parametrize(
    "what", ["only zero width", "only Hangul filler", "only marks of direction", "a variation selector"]
)
def test_what_cannot_be_seen_is_no_name(family, sender, what: str):
    assert list(family.page(call(sender, UNSEEN[what])).errors) == ["given_name"]


@pytest.mark.parametrize("what", ["only zero width", "only Hangul filler", "only NUL"])
def test_what_cannot_be_seen_is_no_name_of_a_person_of_the_office(clinic, what: str):
    admin = clinic.somebody("admin")
    said = {"language": "en", "roles": ["lead"], "speaks": ["en"], "email": "unseen@clinic.example"}
    assert 'href="#name"' in admin.post("/people", name=NASTY[what], **said).text


@pytest.mark.parametrize("what", LINES)
def test_a_name_is_one_line(clinic, family, sender, what: str):
    call(sender, LINES[what])
    assert len(saved(clinic, family).splitlines()) == 1


@pytest.mark.parametrize("what", ["turned around", "isolates left open"])
def test_a_name_turns_nothing_around_it(clinic, family, sender, what: str):
    call(sender, UNSEEN[what])
    assert set(saved(clinic, family)) & TURNS == set()


@pytest.mark.parametrize("typed", NUMBERS, ids=ascii)
def test_a_number_is_understood_as_it_is_pasted(clinic, way_to, typed: str):
    way = way_to(next(form for form in forms() if form.endpoint == "booking.confirm"))
    assert way.post({"phone": typed}).status_code == 303


def test_what_was_typed_is_harmless_wherever_it_is_shown(clinic, family, sender):
    paths = [PERSON, "/ar/case/check"]
    desk, found = f"/en/desk/cases/{clinic.reference_of(family)}", []
    for name, value in (SHORT | UNSEEN | LINES | MARKUP).items():
        call(sender, value)
        answers = [sender.send("GET", path) for path in paths] + [clinic.office.client.get(desk)]
        found += [(name, fault) for answer in answers for fault in faults(answer, answer.request.path[1:3])]
    assert found == []
