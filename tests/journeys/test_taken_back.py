"""With scripts a state takes the place of an answer at once, and the other way round; a choice can be left again."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import axe_violations, open_section
from tests.support.serving import Portal

STATE = '[name="dx_type.state"]'


@pytest.fixture
def page(demo_portal: Portal, page_at: Callable[..., Page]) -> Page:
    return open_section(page_at(), demo_portal.base_url, "ar", "taken-back@family.example", "diagnosis")


def press(page: Page, selector: str) -> None:
    """Choose something, and wait until it is saved."""
    with page.expect_response("**/by-the-way"):
        page.locator(f"{selector} + label").click()


def test_a_state_and_a_choice_take_each_others_place(page):
    press(page, "[name=dx_type][value=dmd]")
    press(page, STATE)
    expect(page.locator("[name=dx_type]:checked")).to_have_count(0)
    press(page, "[name=dx_type][value=bmd]")
    expect(page.locator(f"{STATE}:checked")).to_have_count(0)
    page.reload()
    expect(page.locator("[name=dx_type]:checked")).to_have_value("bmd")


def test_a_choice_can_be_left_again(page):
    way_back = page.locator("#q1-left + label")
    expect(way_back).to_be_hidden()
    press(page, "[name=dx_type][value=dmd]")
    expect(way_back).to_be_visible()
    assert axe_violations(page) == []
    press(page, "#q1-left")
    page.reload()
    expect(page.locator("[name=dx_type]:checked")).to_have_count(0)


def test_a_number_that_was_saved_goes_for_a_state_that_is_ticked_after_it(page):
    number, state = page.locator("[name=dx_age]"), page.locator('[name="dx_age.state"]')
    with page.expect_response("**/by-the-way"):
        number.fill("7")
    press(page, '[name="dx_age.state"]')
    expect(number).to_have_value("")
    with page.expect_response("**/by-the-way"):
        number.fill("8")
    expect(state).not_to_be_checked()


def test_a_state_in_a_row_of_a_list_belongs_to_the_row(page):
    page.goto(page.url.replace("diagnosis", "walking"))
    page.locator("details.disclosure summary").click()
    whole, row = '[name="timed_tests.state"][value=unknown]', '[name="timed_tests.0.value.state"]'
    press(page, whole)
    press(page, row)
    press(page, '[name="timed_tests.0.test"][value=rise_floor_s]')
    expect(page.locator(whole)).not_to_be_checked()
    expect(page.locator(row)).to_be_checked()
