"""Back and forward show what was saved; after signing out Back shows nothing of it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import open_section
from tests.support.serving import Portal

HOPES = "Ce que nous espérons, en une phrase."


@pytest.fixture
def page(demo_portal: Portal, page_at: Callable[..., Page]) -> Page:
    """The page about wishes, with one sentence typed, saved by its button; the next page is open."""
    phone = page_at(locale="fr-FR", timezone="Europe/Paris")
    opened = open_section(phone, demo_portal.base_url, "fr", "back@family.example", "wishes")
    opened.locator('[name="hopes"]').fill(HOPES)
    with opened.expect_navigation():
        opened.locator('button[name="_go"][value="later"]').click()
    return opened


def test_back_and_forward_keep_what_was_saved(page: Page):
    page.go_back()
    expect(page.locator('[name="hopes"]')).to_have_value(HOPES)
    page.go_forward()
    page.go_back()
    expect(page.locator('[name="hopes"]')).to_have_value(HOPES)


def test_after_signing_out_back_shows_nothing(page: Page):
    with page.expect_navigation():
        page.locator('form[action$="/sign-out"] button').click()
    page.go_back()
    page.wait_for_url("**/fr/resume")
    page.go_back()
    assert HOPES not in page.content()
