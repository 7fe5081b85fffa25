"""Asking for the head alone, as scanners of links do: judged like asking for the page, and changes nothing."""

import gc
import warnings
from itertools import product

import pytest

from tests.access.who_may import DOCUMENT, FAMILY, OPENS, ROLES, TABLE, Line, verdict

CANCEL = "/<lang>/case/appointment/cancel"
PAGES = [line for line in TABLE if line.method == "GET"]
OWN = [
    pytest.param(line, role, id=f"{role}: {line}")
    for line, role in product(FAMILY, ("family A", "family B"))
    if line.method == "GET" and line.expected[role] == OPENS
]


def is_asked(line: Line, role: str) -> bool:
    """What has a test of its own is left out here."""
    return line.expected[role] != OPENS or line.path not in {DOCUMENT, CANCEL}


@pytest.mark.parametrize(("line", "role"), OWN)
def test_a_family_that_asks_for_the_head_changes_nothing(scene, line, role):
    before = scene.stored()
    scene.browser(role).ask("HEAD", line.address(scene.names))
    assert scene.changed_since(before) == []


@pytest.mark.parametrize("role", ROLES)
def test_the_head_is_for_whom_the_page_is(fresh, role):
    asked = [line for line in PAGES if is_asked(line, role)]
    found = {str(line): verdict(fresh.browser(role).ask("HEAD", line.address(fresh.names))) for line in asked}
    assert found == {str(line): line.expected[role] for line in asked}


def test_the_head_of_a_section_leaves_the_answers_as_they_are(fresh):
    family = fresh.browser("family B")
    family.ask("HEAD", "/en/case/section/person")
    assert 'value="Deniz"' in family.open("/case/section/person").text


def test_the_head_of_the_cancel_page_cancels_nothing(fresh):
    family = fresh.browser("family A")
    family.ask("HEAD", "/en/case/appointment/cancel")
    assert verdict(family.open("/case/appointment")) == OPENS


def test_the_head_of_a_document_leaves_no_file_open(fresh):
    path = f"/en/desk/cases/{fresh.names['case A']}/documents/{fresh.names['document A']}"
    with warnings.catch_warnings(record=True) as noticed:
        warnings.simplefilter("always")
        fresh.browser("lead").ask("HEAD", path)
        gc.collect()
    assert [str(one.message) for one in noticed] == []
