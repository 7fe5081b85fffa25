"""What a page says of a field that it cannot take is said in its reader's language, by every form."""

import re
from collections.abc import Callable, Iterator

import pytest

from tests.hostile.forms import Form, Way, with_fields
from tests.support.pages import Page, text_of

# Nothing here is written in Latin letters: what is in them is the portal's.
TYPED = {"marks": "@@", "digits": "9" * 50, "a day": "2015-02-30", "an hour": "25:61"}
IN_LATIN = {"name", "example", "org", "PDF", "JPEG", "PNG", "MB"}
SHORT, LONG = [one for one in with_fields() if not one.section], [one for one in with_fields() if one.section]
WORDS = re.compile("[A-Za-z]{2,}")


def in_english(way: Way) -> Iterator[tuple[str, str]]:
    for typed in TYPED.values():
        answer = way.post(dict.fromkeys(way.form.fields, typed))
        page = Page("http://localhost", answer.text, strict=False)
        for said in map(text_of, page.root.iterfind(".//*[@role='alert']")):
            if not set(WORDS.findall(said)) <= IN_LATIN:
                yield typed, said


@pytest.mark.parametrize("form", SHORT, ids=str)
def test_no_form_says_to_a_reader_of_arabic_what_is_wrong_in_english(way_to: Callable[..., Way], form: Form):
    assert dict(in_english(way_to(form, "ar"))) == {}


@pytest.mark.exhaustive
@pytest.mark.parametrize("form", LONG, ids=str)
def test_no_page_of_the_long_form_does_either(way_to: Callable[..., Way], form: Form):
    assert dict(in_english(way_to(form, "ar"))) == {}
