"""Every POST carries the token of a page that this browser was shown; without it nothing is stored."""

import pytest

from tests.hostile.attacker import BOUNDARY, FORM, MULTIPART, Attacker, Part, faults, multipart, urlencoded
from tests.hostile.clinic import Clinic
from tests.hostile.forms import Form, concrete, every_day, forms

every_post = pytest.mark.parametrize("form", every_day(forms()))


@pytest.fixture(scope="module")
def elsewhere(clinic: Clinic) -> str:
    """The good token of another browser."""
    return Attacker.like(clinic.visitor()).token


def forged(own: str, elsewhere: str) -> dict[str, dict]:
    """Ways to have no good token: fields and headers of a request."""
    return {
        "none": {},
        "empty": {"fields": [("csrf_token", "")]},
        "made up": {"fields": [("csrf_token", "x" * 91)]},
        "with a NUL": {"fields": [("csrf_token", f"{own}\0")]},
        "cut short": {"fields": [("csrf_token", own[:-1])]},
        "turned round": {"fields": [("csrf_token", own[::-1])]},
        "another browser's": {"fields": [("csrf_token", elsewhere)]},
        "another browser's in a header": {"headers": {"X-CSRFToken": elsewhere}},
        "no UTF-8": {"fields": [("csrf_token", b"\xff\xfe")]},
        "in the address": {"query": f"?csrf_token={own}"},
        "of another name": {"fields": [("token", own), ("_token", own)]},
    }


@every_post
@pytest.mark.parametrize("language", ["en", "ar"])
def test_without_a_good_token_nothing_is_stored(clinic: Clinic, readers, elsewhere, form: Form, language: str):
    reader, path, before = readers[form.audience[0]], concrete(clinic, form.path, language), clinic.rows()
    found = []
    for name, how in forged(reader.token, elsewhere).items():
        body = urlencoded([*how.get("fields", []), *((field, "x") for field in form.fields)])
        answer = reader.send("POST", path + how.get("query", ""), how.get("headers"), data=body, content_type=FORM)
        found += [(name, answer.status_code)] if answer.status_code != 400 else []
        found += [(name, fault) for fault in faults(answer, language)]
    assert (found, clinic.rows()) == ([], before)


@every_post
def test_a_part_without_a_name_and_no_token_is_no_fault_of_ours(clinic: Clinic, readers, form: Form):
    body = multipart([Part("", b"x", head=b"Content-Disposition: form-data")])
    path, kind = concrete(clinic, form.path), f"{MULTIPART}; boundary={BOUNDARY}"
    answer = readers[form.audience[0]].send("POST", path, data=body, content_type=kind)
    assert (answer.status_code, list(faults(answer, "en"))) == (400, [])


def test_a_token_lives_as_long_as_the_access_that_it_belongs_to(app):
    assert app.config["WTF_CSRF_TIME_LIMIT"] is None
