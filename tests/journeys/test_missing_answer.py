"""A required answer that was left is asked for warmly: no red, no fault; what could not be read stays a fault."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import axe_violations, open_section
from tests.support.pages import Page as Parsed
from tests.support.serving import Portal
from tests.support.visitor import Visitor

PERSON = "/case/section/person"
WHOLE = {"given_name": "Deniz", "birth_ym": "04/2017", "country": "FR", "timezone": "Europe/Paris"}
COLOURS = """(text) => { const paint = document.createElement("i"); document.body.append(paint);
  return ["--wrong", "--wrong-tint"].map((name) => { paint.style.color = `var(${name})`;
    return getComputedStyle(paint).color; }); }"""
USED = """() => [...document.querySelectorAll("#problems, #problems *, .asked, .asked *")].flatMap((one) => {
  const found = getComputedStyle(one);
  return [found.color, found.backgroundColor, found.borderTopColor, found.borderInlineStartColor]; })"""


@pytest.fixture
def family(app, clock) -> Visitor:
    return Visitor(app).begin()


def parts(page: Parsed, kind: str) -> list[str]:
    return [one.get("id", "") for one in page.root.iter() if kind in one.get("class", "").split()]


def saved(visitor: Visitor, **said: str) -> Parsed:
    return visitor.page(visitor.post(PERSON, **WHOLE | said))


def test_what_was_left_is_no_fault(family):
    page = saved(family, given_name="")
    assert [parts(page, kind) for kind in ("error-summary", "error", "wrong")] == [[], [], []]
    assert "aria-invalid" not in page.html


def test_it_is_asked_for_by_its_question_above_and_beside_it(family):
    page = saved(family, given_name="", country="")
    assert list(page.errors) == ["given_name", "country"]
    assert "This is still needed" in page.main
    assert page.main.count("Please answer this one; we cannot go on without it.") == 2


def test_above_it_can_be_focused(family):
    page = saved(family, given_name="")
    assert page.by_id("problems").get("tabindex") == "-1"


def test_what_could_not_be_read_stays_a_fault(family):
    page = saved(family, birth_ym="soon")
    assert (len(parts(page, "error-summary")), len(parts(page, "wrong"))) == (1, 1)
    assert "This is still needed" not in page.main


def test_of_both_each_is_said_in_its_way(family):
    page = saved(family, given_name="", birth_ym="soon")
    assert (list(page.errors), len(parts(page, "wrong"))) == (["birth_ym", "given_name"], 1)


def test_in_a_browser_nothing_is_red_and_the_line_leads_into_its_field(
    demo_portal: Portal, page_at: Callable[..., Page]
):
    page = open_section(page_at(), demo_portal.base_url, "en", "missing@family.example", "person")
    page.get_by_role("button", name="Save and go on", exact=True).click()
    expect(page.locator("#problems")).to_be_focused()
    red, used = set(page.evaluate(COLOURS, "")), set(page.evaluate(USED))
    assert red & used == set()
    page.locator("#problems a").first.click()
    first = page.locator("input[name=given_name]")
    expect(first).to_be_focused()
    expect(first).to_have_accessible_description("Please answer this one; we cannot go on without it.")
    assert axe_violations(page) == []
