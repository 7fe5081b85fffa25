"""Chance fills in the forms: whatever fields with whatever names are posted to whichever route, no fault is ours."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hostile.attacker import Attacker, faults
from tests.hostile.clinic import Clinic
from tests.hostile.forms import SHELL, Form, Way, concrete, forms
from tests.hostile.values import IDS, SHORT, TAILS, Value

ENDING = {"family.sign_out", "staff.sign_out"}  # the reader would be a stranger from then on
FORMS = [form for form in forms() if form.endpoint not in ENDING]

texts = st.text(max_size=40) | st.binary(max_size=12) | st.sampled_from(list(SHORT.values()))


def names_of(form: Form) -> st.SearchStrategy[Value]:
    """The form's own names, with tails and without, and any others."""
    if not form.fields:
        return st.sampled_from(SHELL[1:]) | st.text(max_size=12)
    heads = dict.fromkeys(name.partition(".")[0] for name in form.fields)
    own, rows = st.sampled_from([*form.fields, *heads]), st.integers(-1, 25).map(str)
    tails = st.sampled_from(TAILS) | st.builds(lambda number, part: f".{number}.{part}", rows, st.text(max_size=5))
    return (
        own
        | st.builds(str.__add__, own, tails)
        | st.sampled_from(SHELL[1:])
        | st.text(max_size=12)
        | st.binary(max_size=4)
    )


posts = st.sampled_from(FORMS + [form for form in FORMS if form.section] * 3).flatmap(
    lambda form: st.tuples(st.just(form), st.dictionaries(names_of(form), texts, max_size=8), st.sampled_from(IDS))
)


def post(
    clinic: Clinic, readers: dict[str, Attacker], way_to: Callable[..., Way], said: tuple, sensibly: bool
) -> list[str]:
    """What is wrong with the answer; where it is sensible, everything that chance left out is."""
    form, fields, made_up = said
    if sensibly and form.fields:
        answer = way_to(form).post(fields)
    else:
        answer = readers[form.audience[0]].post(concrete(clinic, form.path, variable=made_up), fields.items())
    return list(faults(answer, "en"))


@settings(max_examples=100)
@given(said=posts, sensibly=st.booleans())
def test_no_post_to_any_form_is_a_fault_of_ours(clinic, readers, way_to, said: tuple, sensibly: bool):
    assert post(clinic, readers, way_to, said, sensibly) == []


@pytest.mark.exhaustive
@settings(max_examples=2_000)
@given(said=posts, sensibly=st.booleans())
def test_no_post_of_thousands_is_a_fault_of_ours(clinic, readers, way_to, said: tuple, sensibly: bool):
    assert post(clinic, readers, way_to, said, sensibly) == []
