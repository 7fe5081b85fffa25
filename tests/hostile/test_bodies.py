"""Odd bodies to every form: too many, too much, not what they say they are, and without the page's own token."""

import gzip
import json
from collections.abc import Callable, Iterator

import pytest

from tests.hostile.attacker import FORM, MULTIPART, Attacker, Fields, Part, faults, urlencoded
from tests.hostile.clinic import PDF, Clinic
from tests.hostile.forms import Form, Way, concrete, every_day, forms, with_fields
from tests.hostile.values import TAILS

WayTo = Callable[..., Way]
each_form = pytest.mark.parametrize("form", every_day(with_fields()))
# Without those that hash a password at each try, slowly on purpose.
each_quick_form = pytest.mark.parametrize(
    "form", every_day([one for one in with_fields() if "staff" not in one.endpoint])
)
each_section = pytest.mark.parametrize("form", [form for form in forms() if form.section], ids=str)
# Bodies of megabytes: every day for some of the forms, for they are refused before any form is looked at.
every_post = pytest.mark.parametrize("form", every_day(forms()))
HEADS = {
    "no name": b"Content-Disposition: form-data",
    "no name but a file's": b'Content-Disposition: form-data; name="file"; filename="a.pdf"',
    "an empty name": b'Content-Disposition: form-data; name=""',
    "no disposition": b"Content-Type: text/plain",
    "another disposition": b'Content-Disposition: attachment; name="x"; filename="a.pdf"',
    "a name that is no UTF-8": b"Content-Disposition: form-data; name*=UTF-8''%ff%fe",
    "a lone surrogate for a file's name": b"Content-Disposition: form-data; name=\"x\"; filename*=UTF-8''%ED%A0%80.pdf",
    "an unknown alphabet": b"Content-Disposition: form-data; name=\"x\"; filename*=klingon'x'%ff.pdf",
    "parts within": b'Content-Disposition: form-data; name="x"\r\nContent-Type: multipart/mixed; boundary=in',
    "an encoding": b'Content-Disposition: form-data; name="x"\r\nContent-Transfer-Encoding: base64',
    "a very long name": b'Content-Disposition: form-data; name="' + b"x" * 20_000 + b'"',
    "no colon": b"Content-Disposition",
}
DOCUMENTS = ("5", "null", "true", '"x"', "[1]", "[[1,2]]", '{"a":{"b":1}}', "{", "NaN")
IN_PLACE_OF_TEXT = (5, True, None, {"a": 1}, [1, None], "\ud800")
STRANGE = {
    "no boundary": {"content_type": MULTIPART},
    "an empty boundary": {"content_type": f"{MULTIPART}; boundary="},
    "a very long boundary": {"content_type": f"{MULTIPART}; boundary={'b' * 5_000}"},
    "a boundary of another alphabet": {"content_type": f"{MULTIPART}; boundary=\u00ff\u00fe"},
    "a boundary of a pattern": {"content_type": f"{MULTIPART}; boundary=(.*)*$"},
    "a type of its own": {"content_type": "text/x-\0"},
    "no type": {"content_type": ""},
    "another alphabet": {"content_type": f"{FORM}; charset=utf-16"},
    "an unknown alphabet": {"content_type": f"{FORM}; charset=klingon"},
    "XML": {"content_type": "application/xml"},
    "gzip": {"headers": {"Content-Encoding": "gzip"}, "data": gzip.compress(b"csrf_token=x")},
    "a length that is none": {"environ_overrides": {"CONTENT_LENGTH": "many"}},
    "a negative length": {"environ_overrides": {"CONTENT_LENGTH": "-5"}},
    "a longer length": {"environ_overrides": {"CONTENT_LENGTH": "900000"}},
    "a length of 5,000 digits": {"environ_overrides": {"CONTENT_LENGTH": "9" * 5_000}},
    "a shorter length": {"environ_overrides": {"CONTENT_LENGTH": "7"}},
    "a length in other digits": {"environ_overrides": {"CONTENT_LENGTH": "\u0667"}},
    "chunks": {"environ_overrides": {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}},
    "chunks to their end": {"environ_overrides": {"CONTENT_LENGTH": "", "wsgi.input_terminated": True}},
    "raw bytes": {"data": bytes(range(256)) * 4},
    "nothing": {"data": b""},
}


def sensible(way: Way, *but: str) -> list[tuple[str, str]]:
    """What is sensible, without some fields, one pair for each value."""
    said = {name: value for name, value in way.sensible().items() if name not in but}
    return [(name, one) for name, value in said.items() for one in ([value] if isinstance(value, str) else value)]


def in_json(way: Way, text: str):
    """A body that a form of ours never sends; the token goes where scripts put it."""
    headers = {"X-CSRFToken": way.attacker.token}
    return way.attacker.send("POST", way.path, headers, data=text, content_type="application/json")


def tailed(way: Way, **also: str) -> Iterator[tuple[str, str]]:
    """What is wrong after each tail on all fields: with the answer, and with the page when it is opened again."""
    heads = sorted({name.partition(".")[0] for name in way.form.fields})
    for tail in TAILS:
        answers = [way.post({**{head + tail: "12" for head in heads}, **also}), way.attacker.send("GET", way.path)]
        yield from ((tail[:20], fault) for answer in answers for fault in faults(answer, "en"))


@each_quick_form
def test_every_field_twice_is_no_fault_of_ours(way_to: WayTo, form: Form):
    way = way_to(form)
    twice: Fields = [*sensible(way), *((name, "twice") for name in form.fields), ("csrf_token", "twice")]
    assert list(faults(way.attacker.post(way.path, twice), "en")) == []


@each_quick_form
def test_fields_that_nobody_asked_for_are_passed_over(way_to: WayTo, form: Form):
    unknown = {f"unknown-{number}": "x" * 50 for number in range(500)}
    assert list(faults(way_to(form).post(unknown), "en")) == []


@every_post
def test_a_field_of_five_megabytes_is_too_large(clinic: Clinic, readers: dict[str, Attacker], form: Form):
    answer = readers[form.audience[0]].post(concrete(clinic, form.path), [("x", "x" * 5_000_000)])
    assert (answer.status_code, list(faults(answer, "en"))) == (413, [])


@every_post
def test_five_megabytes_of_small_fields_are_too_large(clinic: Clinic, readers: dict[str, Attacker], form: Form):
    fields = [("x", "x" * 500_000)] * 10
    answer = readers[form.audience[0]].post_parts(concrete(clinic, form.path), fields)
    assert (answer.status_code, list(faults(answer, "en"))) == (413, [])


@every_post
def test_more_than_a_thousand_parts_are_too_many(clinic: Clinic, readers: dict[str, Attacker], form: Form):
    answer = readers[form.audience[0]].post_parts(concrete(clinic, form.path), [("x", "y")] * 1_001)
    assert (answer.status_code, list(faults(answer, "en"))) == (413, [])


@each_section
def test_twenty_thousand_fields_are_no_fault_of_ours(way_to: WayTo, form: Form):
    way = way_to(form)
    fields = [(f"{form.fields[-1]}.{number}", "") for number in range(20_000)]
    assert list(faults(way.attacker.post(way.path, fields), "en")) == []


@each_form
def test_json_in_place_of_a_form_is_no_fault_of_ours(way_to: WayTo, form: Form):
    texts = [*DOCUMENTS, *(json.dumps(dict.fromkeys(form.fields, value)) for value in IN_PLACE_OF_TEXT)]
    assert [(text[:40], fault) for text in texts for fault in faults(in_json(way_to(form), text), "en")] == []


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("path", ["/en/", "/en/start/who", "/en/case", "/en/none"])
def test_json_of_a_great_depth_is_no_fault_of_ours(readers: dict[str, Attacker], method: str, path: str):
    answer = readers["public"].send(method, path, data="[" * 50_000, content_type="application/json")
    assert list(faults(answer, "en")) == []


@each_form
def test_a_file_in_place_of_text_is_no_fault_of_ours(way_to: WayTo, form: Form):
    way, found = way_to(form), []
    for field in form.fields:
        for part in (Part(field, b"x", "a.pdf"), Part(field, b"", "")):
            answer = way.attacker.post_parts(way.path, sensible(way, field), [part])
            found += [(field, part.file_name, fault) for fault in faults(answer, "en")]
    assert found == []


@each_quick_form
def test_a_part_with_an_odd_head_is_no_fault_of_ours(way_to: WayTo, form: Form):
    way, found = way_to(form), []
    for name, head in HEADS.items():
        answer = way.attacker.post_parts(way.path, sensible(way, "file"), [Part("x", PDF, head=head)])
        found += [(name, fault) for fault in faults(answer, "en")]
    assert found == []


@each_section
def test_a_tail_to_the_names_of_fields_is_no_fault_of_ours(way_to: WayTo, form: Form):
    assert list(tailed(way_to(form))) == []


@each_section
def test_a_tail_that_is_kept_by_a_change_of_language_is_no_fault_of_ours(way_to: WayTo, form: Form):
    assert list(tailed(way_to(form), _switch="en")) == []


@each_section
@pytest.mark.parametrize("button", ["_add", "_remove"])
def test_a_row_that_nobody_has_is_no_fault_of_ours(way_to: WayTo, form: Form, button: str):
    heads = sorted({name.partition(".")[0] for name in form.fields if ".0." in name} or {form.fields[-1]})
    rows = [{head + ".0.x": "1", button: head + tail} for head in heads for tail in TAILS]
    assert [(said[button][:40], fault) for said in rows for fault in faults(way_to(form).post(said), "en")] == []


@each_quick_form
def test_a_strange_body_is_no_fault_of_ours(way_to: WayTo, form: Form):
    way, found = way_to(form), []
    body = urlencoded([("csrf_token", way.attacker.token), *sensible(way)])
    for name, how in STRANGE.items():
        answer = way.attacker.send("POST", way.path, **{"data": body, "content_type": FORM, **how})
        found += [(name, fault) for fault in faults(answer, "en")]
    assert found == []
